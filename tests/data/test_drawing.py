"""Tests of drawing over several processes."""

from __future__ import annotations

from io import BytesIO

from grader.data import drawing
from grader.data.drawing import Order, draw_images, read_chunk, write_chunk

ORDERS = [Order(("Cat", "Dog")[number % 2], ("test", number)) for number in range(80)]


def test_outcome_does_not_depend_on_workers():
    """The same images come out, in order, however many processes drew them."""
    told = []
    alone = draw_images("pets", b"seed", ORDERS, workers=0)
    shared = draw_images("pets", b"seed", ORDERS, workers=2, progress=lambda *state: told.append(state))

    assert shared == alone
    assert told[-1] == (80, 80)


def test_what_a_worker_cannot_draw_is_drawn_here(monkeypatch):
    """Where no process can be started, the images come all the same."""
    monkeypatch.setattr(drawing.sys, "executable", "/does/not/exist")

    assert draw_images("pets", b"seed", ORDERS, workers=2) == draw_images("pets", b"seed", ORDERS, workers=0)


def test_stream_that_breaks_off_ends():
    """Half a batch counts as none."""
    stream = BytesIO()
    write_chunk(stream, [b"one", b"", b"three"])
    whole = stream.getvalue()

    assert read_chunk(BytesIO(whole)) == (b"one", b"", b"three")
    assert read_chunk(BytesIO(whole[:-1])) is None
    assert read_chunk(BytesIO()) is None

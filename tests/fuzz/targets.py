"""Every parser of bytes that a student made, as a function that a fuzzer calls: it returns, or raises what the grader reports.

Each target takes bytes, gives them to the parser as they would reach it, and swallows exactly the errors by which the parser
says no. Anything else is a crash. Each imports what it needs when first called: most need no TensorFlow.
"""

from __future__ import annotations

import contextlib
import socket
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

ENTRY_POINTS = ("readable_images", "train_val_datasets", "create_model", "EarlyStoppingCallback", "plot_history")


def wire(data: bytes) -> None:
    """One whole message."""
    from grader.errors import WireError
    from grader.wire.message import decode

    with contextlib.suppress(WireError):
        message = decode(data)
        assert sum(array.nbytes for array in message.arrays.values()) <= len(data)


def channel(data: bytes) -> None:
    """A stream of messages, cut off wherever the bytes end."""
    from grader.errors import WireError
    from grader.wire import Channel

    ours, theirs = socket.socketpair()
    with ours, theirs:
        writer = threading.Thread(target=_write, args=(theirs, data), daemon=True)
        writer.start()
        reader = Channel(ours)
        with contextlib.suppress(WireError):
            for _ in range(100):
                reader.receive(timeout_s=5)
        ours.close()
        writer.join()


def _write(sock: socket.socket, data: bytes) -> None:
    with contextlib.suppress(OSError):
        sock.sendall(data)
        sock.shutdown(socket.SHUT_WR)


def notebook(data: bytes) -> None:
    """A notebook, read and sliced."""
    _sliced(data, notebook=True)


def python_file(data: bytes) -> None:
    """A Python file, plain or in percent format, read and sliced."""
    _sliced(data, notebook=False)


def _sliced(data: bytes, *, notebook: bool) -> None:
    from grader.errors import UnusableSubmission
    from grader.submissions import slice_submission
    from grader.submissions.reading import submission_from_bytes

    with contextlib.suppress(UnusableSubmission):
        submission = submission_from_bytes(data, "file", notebook=notebook)
        for name in ENTRY_POINTS:
            slice_submission(submission, (name,))


def model(data: bytes) -> None:
    """A model's description with its weights, checked but not built."""
    from grader.errors import ModelRefused, WireError
    from grader.model_data.check import check_model
    from grader.model_data.data import ModelData
    from grader.wire.message import decode

    with contextlib.suppress(WireError, ModelRefused):
        message = decode(data)
        check_model(ModelData.from_wire(message.body, message.arrays))


def answer(data: bytes) -> None:
    """An answer of a student cell, read as each adapter's."""
    from grader.errors import WireError
    from grader.examiner import answers
    from grader.examiner.source import Unusable
    from grader.wire.message import Message, decode

    try:
        message = decode(data)
    except WireError:
        return
    readers: tuple[Callable[[Message], object], ...] = (
        answers.names_of,
        answers.sizes_of,
        answers.maps_of,
        answers.drawing_of,
        lambda reply: answers.stops_of(reply, (3, 4)),
        lambda reply: answers.check_datasets(reply, 2),
    )
    for read in readers:
        with contextlib.suppress(Unusable), answers.reading_an_answer():
            read(message)


def picture(data: bytes) -> None:
    """The bytes of a figure, decoded and encoded again."""
    from grader.examiner.answers import clean_png

    clean = clean_png(data)
    assert not clean or clean.startswith(b"\x89PNG")


def archive(data: bytes) -> None:
    """A zip that somebody hands to `grader data import`, every entry read."""
    from grader.data.imports.opening import Budget, Caps, opened
    from grader.errors import UsageError

    caps = Caps(entries=1_000, image_bytes=1 << 20, table_bytes=1 << 20, total_bytes=16 << 20)
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder, contextlib.suppress(UsageError):
        path = Path(folder) / "set.zip"
        path.write_bytes(data)
        with opened(path, Budget(caps)) as entries:
            for entry in entries:
                assert not entry.path.is_absolute()
                assert ".." not in entry.path.parts
                content = entry.read(caps.image_bytes)
                assert content is None or len(content) <= caps.image_bytes


TARGETS: dict[str, Callable[[bytes], None]] = {
    target.__name__: target for target in (wire, channel, notebook, python_file, model, answer, picture, archive)
}

"""The wire carries JSON and raw arrays, and refuses everything else within its bounds."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import WireClosed, WireError, WireTimeout
from grader.wire import Channel, Message, WireLimits, decode, encode
from grader.wire.message import HEADER, MAGIC

Pair = tuple[socket.socket, socket.socket]


@pytest.fixture
def pair() -> Iterator[Pair]:
    left, right = socket.socketpair()
    with left, right:
        yield left, right


def as_bytes(message: Message) -> bytes:
    return b"".join(bytes(chunk) for chunk in encode(message))


def crafted(head: object, arrays: bytes = b"") -> bytes:
    raw = head if isinstance(head, bytes) else json.dumps(head).encode()
    return HEADER.pack(MAGIC, len(raw), len(arrays)) + raw + arrays


def test_arrays_of_every_shape_survive_the_way() -> None:
    """Scalars, empty, strided, boolean and subclassed arrays come out as plain arrays of the same values."""

    class Sly(np.ndarray):  # type: ignore[type-arg]
        def __eq__(self, other: object) -> bool:  # type: ignore[override]
            return True

        __hash__ = None  # type: ignore[assignment]

    arrays = {
        "scalar": np.float32(3),
        "empty": np.zeros((0, 3)),
        "strided": np.arange(20).reshape(4, 5)[::2, ::-1],
        "flags": np.array([True, False]),
        "sly": np.arange(3).view(Sly),
    }
    back = decode(as_bytes(Message("kind", {"a": [1, None, "ü"]}, arrays)))
    assert back.body == {"a": [1, None, "ü"]}
    for name, array in arrays.items():
        assert type(back.arrays[name]) is np.ndarray
        assert back.arrays[name].shape == np.shape(array)
        assert np.array_equal(back.arrays[name], np.asarray(array))


def test_object_arrays_are_refused_before_they_are_sent() -> None:
    """An array of Python objects has no bytes of its own and never crosses."""
    with pytest.raises(WireError, match="array 'x' has dtype object"):
        encode(Message("kind", {}, {"x": np.array([object()])}))


def test_a_body_that_is_no_json_is_refused() -> None:
    """Code, sets of objects and cycles do not cross."""
    loop: dict[str, object] = {}
    loop["self"] = loop
    for body in ({"f": print}, loop):
        with pytest.raises(WireError, match="is not JSON"):
            encode(Message("kind", body))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "fewer than a header"),
        (b"XXXX" + bytes(12), "magic"),
        (HEADER.pack(MAGIC, 1 << 31, 0), "head length"),
        (HEADER.pack(MAGIC, 2, 1 << 60) + b"{}", "array bytes"),
        (crafted({"kind": "k", "body": {}}), "declared form"),
        (crafted({"kind": "k", "body": {}, "arrays": [], "more": 1}), "declared form"),
        (crafted({"kind": "k", "body": {}, "arrays": [["a", "object", [1]]]}), "dtype 'object' is not declared"),
        (crafted({"kind": "k", "body": {}, "arrays": [["a", "int8", [-1]]]}), "negative side"),
        (crafted({"kind": "k", "body": {}, "arrays": [["a", "int8", [3]]]}, b"ab"), "the shapes need 3 bytes"),
        (crafted({"kind": "k", "body": {}, "arrays": [["a", "int8", [1]], ["a", "int8", [1]]]}, b"ab"), "same name"),
        (
            crafted({"kind": "k", "body": {}, "arrays": [["a", "int8", [1 << 62, 1 << 62]]]}),
            "above the limit of 1073741824 bytes",
        ),
        (crafted(b'{"kind":"k","body":{"a":' + b"[" * 5000 + b"]" * 5000 + b'},"arrays":[]}'), "nested deeper"),
        (crafted(b"\xff\xfe"), "declared form"),
    ],
)
def test_crafted_messages_are_refused_with_the_reason(data: bytes, message: str) -> None:
    """Wrong lengths, shapes, dtypes, names and depths are each told apart."""
    with pytest.raises(WireError, match=message):
        decode(data)


@given(st.binary(max_size=400))
def test_random_bytes_never_do_worse_than_a_wire_error(data: bytes) -> None:
    """Whatever a student's process writes, reading it ends in a message or in a WireError."""
    for candidate in (data, crafted(data)):
        try:
            decode(candidate, WireLimits(head_bytes=1000, arrays_bytes=1000))
        except WireError:
            continue


def test_an_announced_length_costs_nothing_until_it_is_sent(pair: Pair) -> None:
    """A header that promises a gigabyte and ends does not make the reader take a gigabyte."""
    left, right = pair
    head = json.dumps({"kind": "k", "body": {}, "arrays": [["a", "uint8", [1 << 30]]]}).encode()
    right.sendall(HEADER.pack(MAGIC, len(head), 1 << 30) + head + b"few")
    right.close()
    with pytest.raises(WireClosed):
        Channel(left).receive(5)


def test_a_silent_other_side_is_a_timeout(pair: Pair) -> None:
    """Half a message and then nothing ends in WireTimeout, not in waiting for ever."""
    left, right = pair
    right.sendall(MAGIC)
    with pytest.raises(WireTimeout):
        Channel(left).receive(0.05)


def test_a_message_larger_than_the_socket_buffer_passes(pair: Pair) -> None:
    """Sending waits for the reader instead of failing."""
    left, right = pair
    array = np.random.default_rng(0).integers(0, 255, 5_000_000, dtype=np.uint8)
    sender = threading.Thread(target=Channel(left).send, args=(Message("big", {}, {"a": array}),))
    sender.start()
    assert np.array_equal(Channel(right).receive(20).arrays["a"], array)
    sender.join()


@pytest.mark.parametrize("shape", [[2**62, 0], [2**40, 2**40, 0], [2**63, 0], [0, 2**31, 2**31]])
def test_shapes_that_no_array_can_have_are_refused(shape: list[int]) -> None:
    """They need no byte, so that no length gives them away, and NumPy raises over them."""
    head = json.dumps({"kind": "answer", "body": {}, "arrays": [["a", "float64", shape]]}).encode()
    with pytest.raises(WireError, match="shape"):
        decode(HEADER.pack(MAGIC, len(head), 0) + head)
    assert decode(b"".join(encode(Message("a", {}, {"x": np.zeros((7, 0, 3), np.float64)})))).arrays["x"].shape == (
        7,
        0,
        3,
    )


def test_half_a_surrogate_pair_is_written_out() -> None:
    """Names of damaged files hold it, and no UTF-8 can."""
    sent = Message("error", {"message": "no photo \udcff.jpg", "frames": [{"\ud800": ("ü", 1)}]})
    received = decode(b"".join(encode(sent)))
    assert received.body == {"message": "no photo \\udcff.jpg", "frames": [{"\\ud800": ["ü", 1]}]}

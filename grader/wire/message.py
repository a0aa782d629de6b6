"""A message as bytes: a fixed header, a JSON head, then the arrays one after another.

    magic  4 bytes  b"GRW1"
    u32    length of the JSON head in bytes, big-endian
    u64    length of the array bytes that follow the head
    head   {"kind": str, "body": object, "arrays": [[name, dtype, shape], …]}
    bytes  each array in C order, little-endian, without padding

Every length is checked before a byte is allocated for it.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
import numpy as np

from grader.errors import WireError

MAGIC = b"GRW1"
HEADER = struct.Struct(">4sIQ")

DTYPES: dict[str, np.dtype[Any]] = {
    name: np.dtype(name).newbyteorder("<")
    for name in (
        "bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
        "float16", "float32", "float64",
    )
}  # fmt: skip


@dataclass(frozen=True)
class WireLimits:
    """Bounds on one message. Sizes in bytes."""

    head_bytes: int = 8 << 20
    arrays_bytes: int = 1 << 30
    arrays: int = 20_000
    dimensions: int = 8
    depth: int = 64
    """Nesting of the JSON head; deeper is refused before it is parsed."""


DEFAULT_LIMITS = WireLimits()


@dataclass(frozen=True)
class Message:
    """One message. `body` holds JSON types only; arrays are named, numeric and C-contiguous."""

    kind: str
    body: dict[str, Any] = field(default_factory=dict)
    arrays: Mapping[str, np.ndarray[Any, Any]] = field(default_factory=dict)


class _Head(msgspec.Struct, forbid_unknown_fields=True):
    kind: str
    body: dict[str, Any]
    arrays: list[tuple[str, str, list[int]]]


_head_decoder = msgspec.json.Decoder(_Head)


def encode(message: Message) -> list[bytes | memoryview]:
    """The message as buffers to be written in order.

    Half a surrogate pair in a text of the body, as names of damaged files have it, is written out: a backslash, `udcff`.

    Raises:
        WireError: an array is of an undeclared dtype, or the body is not JSON.
    """
    declared: list[tuple[str, str, list[int]]] = []
    chunks: list[bytes | memoryview] = []
    total = 0
    for name, array in message.arrays.items():
        # np.asarray on the base class: a subclass with its own ideas of shape or bytes is flattened here.
        plain = np.asarray(array)
        if plain.dtype.name not in DTYPES:
            raise WireError(f"array {name!r} has dtype {plain.dtype.name}; allowed: {', '.join(DTYPES)}.")
        # ascontiguousarray would make a scalar one-dimensional, so the shape is taken before.
        shape = list(plain.shape)
        plain = np.ascontiguousarray(plain, dtype=DTYPES[plain.dtype.name])
        declared.append((name, plain.dtype.name, shape))
        if plain.nbytes:
            chunks.append(plain.reshape(-1).view(np.uint8).data)
        total += plain.nbytes
    whole = {"kind": message.kind, "body": message.body, "arrays": declared}
    try:
        try:
            head = msgspec.json.encode(whole)
        except UnicodeEncodeError:
            head = msgspec.json.encode(_encodable(whole))
    except (TypeError, ValueError, RecursionError) as error:
        raise WireError(f"the body of {message.kind!r} is not JSON: {error}") from error
    return [HEADER.pack(MAGIC, len(head), total), head, *chunks]


def _encodable(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode("utf-8")
    if isinstance(value, dict):
        return {_encodable(key): _encodable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_encodable(item) for item in value]
    return value


def parse_header(raw: bytes, limits: WireLimits) -> tuple[int, int]:
    """Lengths of head and arrays.

    Raises:
        WireError: wrong magic, or a length above its limit.
    """
    magic, head_length, arrays_length = HEADER.unpack(raw)
    if magic != MAGIC:
        raise WireError("the message does not begin with the wire's magic bytes.")
    if head_length > limits.head_bytes:
        raise WireError(f"head length (={head_length}) is above its limit ({limits.head_bytes}).")
    if arrays_length > limits.arrays_bytes:
        raise WireError(f"array bytes (={arrays_length}) are above their limit ({limits.arrays_bytes}).")
    return head_length, arrays_length


def parse_head(raw: bytes, arrays_length: int, limits: WireLimits) -> _Head:
    """The JSON head, with the declared arrays checked against the announced length.

    Raises:
        WireError: not JSON of the declared form, too deep, or shapes that do not add up.
    """
    if _depth(raw) > limits.depth:
        raise WireError(f"the head is nested deeper than its limit ({limits.depth}).")
    try:
        head = _head_decoder.decode(raw)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise WireError(f"the head is not JSON of the declared form: {error}") from error
    if len(head.arrays) > limits.arrays:
        raise WireError(f"number of arrays (={len(head.arrays)}) is above its limit ({limits.arrays}).")
    total = 0
    names = set()
    for name, dtype, shape in head.arrays:
        if dtype not in DTYPES:
            raise WireError(f"dtype {dtype!r} is not declared; allowed: {', '.join(DTYPES)}.")
        if len(shape) > limits.dimensions or any(side < 0 for side in shape):
            raise WireError(f"shape {shape} of {dtype} has a negative side or too many dimensions.")
        # NumPy refuses what could not be addressed even where a side of zero makes it empty.
        if math.prod(side or 1 for side in shape) * DTYPES[dtype].itemsize > limits.arrays_bytes:
            raise WireError(f"shape {shape} of {dtype} is above the limit of {limits.arrays_bytes} bytes.")
        if name in names:
            raise WireError("two arrays have the same name.")
        names.add(name)
        total += math.prod(shape) * DTYPES[dtype].itemsize
    if total != arrays_length:
        raise WireError(f"the shapes need {total} bytes, the header announces {arrays_length}.")
    return head


def assemble(head: _Head, raw: bytearray | bytes) -> Message:
    """The message, its arrays as views on `raw` (already checked for length)."""
    arrays: dict[str, np.ndarray[Any, Any]] = {}
    offset = 0
    for name, dtype, shape in head.arrays:
        count = math.prod(shape)
        kind = DTYPES[dtype]
        flat = np.frombuffer(raw, dtype=kind, count=count, offset=offset) if count else np.empty(0, dtype=kind)
        if dtype == "bool":
            # A byte other than 0 and 1 in a bool array is undefined behaviour in NumPy.
            flat = flat.view(np.uint8) != 0
        arrays[name] = flat.reshape(shape)
        offset += count * kind.itemsize
    return Message(head.kind, head.body, arrays)


def decode(data: bytes, limits: WireLimits = DEFAULT_LIMITS) -> Message:
    """One whole message from bytes.

    Raises:
        WireError: anything about it is wrong.
    """
    if len(data) < HEADER.size:
        raise WireError(f"{len(data)} bytes are fewer than a header ({HEADER.size}).")
    head_length, arrays_length = parse_header(data[: HEADER.size], limits)
    if len(data) != HEADER.size + head_length + arrays_length:
        raise WireError("the message is longer or shorter than its header announces.")
    head = parse_head(data[HEADER.size : HEADER.size + head_length], arrays_length, limits)
    return assemble(head, data[HEADER.size + head_length :])


def _depth(raw: bytes) -> int:
    """Deepest nesting of brackets outside strings, without building anything."""
    if raw.count(b"[") + raw.count(b"{") <= 64:
        return raw.count(b"[") + raw.count(b"{")
    depth = deepest = 0
    in_string = escaped = False
    for byte in raw:
        if in_string:
            if escaped:
                escaped = False
            elif byte == 0x5C:
                escaped = True
            elif byte == 0x22:
                in_string = False
        elif byte == 0x22:
            in_string = True
        elif byte in (0x5B, 0x7B):
            depth += 1
            deepest = max(deepest, depth)
        elif byte in (0x5D, 0x7D):
            depth -= 1
    return deepest

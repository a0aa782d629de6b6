"""Changes a message as its sender could: other JSON in any place of its body, other types and shapes in its arrays.

Bytes changed at random seldom stay JSON, so that what lies behind the JSON would hardly be reached.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Callable
from typing import Any

import numpy as np

from grader.errors import WireError
from grader.wire import Message, encode
from grader.wire.message import DTYPES, decode

ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2, 1 << 31, 1 << 63, -(1 << 70), 0.5, -0.0, 1e308, "", "0", "é", "\ud800", "x" * 300,
    "__proto__", "__keras_tensor__", "function", "InputLayer", "Lambda", "float32", "keras.layers", [], {}, [[]], [{}],
    {"class_name": "Lambda", "config": {}}, {"class_name": {}, "config": []}, {"module": "os", "class_name": "system"},
)  # fmt: skip
BYTES_SHARE = 0.2
"""Of the changes that are made to the bytes, without a look at what they mean."""
MOST_CHANGES = 3

Mutator = Callable[[bytes, int, int], bytes]
"""What libFuzzer calls: data, most bytes of the result, seed."""


def mutator(of_bytes: Callable[[bytes, int], bytes]) -> Mutator:
    """A mutator of messages that leaves a share to `of_bytes`, and all that is no message."""

    def mutate(data: bytes, most: int, seed: int) -> bytes:
        chance = random.Random(seed)
        if chance.random() < BYTES_SHARE:
            return of_bytes(data, most)
        try:
            changed = changed_message(decode(data), chance)
        except WireError:
            return of_bytes(data, most)
        return changed if len(changed) <= most else of_bytes(data, most)

    return mutate


def changed_message(message: Message, chance: random.Random) -> bytes:
    """The bytes of a message that differs in one to three places.

    Raises:
        WireError: it cannot be written any more.
    """
    body = copy.deepcopy(message.body)
    arrays = dict(message.arrays)
    for _ in range(chance.randint(1, MOST_CHANGES)):
        if arrays and chance.random() < 0.25:
            name = chance.choice(sorted(arrays))
            arrays[name] = _other_array(arrays[name], chance)
        else:
            body = _other_json(body, chance)
    return b"".join(bytes(chunk) for chunk in encode(Message(message.kind, body, arrays)))


def _other_json(body: Any, chance: random.Random) -> Any:
    places = [place for place in _places(body, ()) if place]
    if not places:
        return body
    *outer, last = chance.choice(places)
    parent = body
    for key in outer:
        parent = parent[key]
    kind = chance.randrange(4)
    if kind == 0:
        del parent[last]
    elif kind == 1:
        # Something from elsewhere in the same message, where its type may be taken for granted.
        parent[last] = copy.deepcopy(_at(body, chance.choice(places)))
    elif kind == 2 and isinstance(parent, list):
        parent.insert(last, copy.deepcopy(parent[last]))
    elif kind == 2:
        parent[chance.choice(("class_name", "config", "module", "name", "dtype", "x"))] = copy.deepcopy(parent[last])
    else:
        parent[last] = copy.deepcopy(chance.choice(ODD))
    return body


def _places(value: Any, path: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    """Paths of keys and positions to everything in a JSON value."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, item in items for place in _places(item, (*path, key)))]


def _at(value: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        value = value[key]
    return value


def _other_array(array: np.ndarray[Any, Any], chance: random.Random) -> np.ndarray[Any, Any]:
    kind = chance.randrange(4)
    if kind == 0:
        return array.astype(DTYPES[chance.choice(sorted(DTYPES))])
    if kind == 1:
        return array.reshape(chance.choice([(-1,), (1, *array.shape), (*array.shape, 1), array.shape[::-1]]))
    if kind == 2:
        return array[:0] if array.ndim else array
    odd = array.copy()
    if odd.size and odd.dtype.kind == "f":
        odd.flat[chance.randrange(odd.size)] = chance.choice([np.nan, np.inf, -np.inf, 0, 1e30])
    return odd

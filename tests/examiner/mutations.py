"""Valid answers changed at random places, as student code that replaced an adapter could write them."""

from __future__ import annotations

import copy
from random import Random
from typing import Any

import numpy as np

from grader.wire import Message

JUNK: tuple[Any, ...] = (
    None, True, -1, 0, 1, 7, 2**31, 2**63, 10**30, 0.5, -1e308, 1e308, "", "x", "y" * 5_000, [], {}, [[]], [None],
    {"a": 1}, [-1], [1, 2, 3], ["x"], [["x", 1]], {"class_name": "Dense", "config": {}},
)  # fmt: skip


def mutate(message: Message, random: Random) -> Message:
    """One to three changes of the body or of the arrays."""
    body, arrays = copy.deepcopy(message.body), dict(message.arrays)
    for _ in range(random.randint(1, 3)):
        if arrays and random.random() < 0.5:
            _change_arrays(arrays, random)
        else:
            _change_body(body, random)
    return Message(message.kind, body, arrays)


def _change_body(body: dict[str, Any], random: Random) -> None:
    places = _places(body)
    if not places:
        return
    holder, key = random.choice(places)
    action = random.choice(("delete", "junk", "junk", "another"))
    if action == "delete":
        del holder[key]
    elif action == "junk":
        holder[key] = copy.deepcopy(random.choice(JUNK))
    else:
        other, name = random.choice(places)
        holder[key] = copy.deepcopy(other[name])


def _places(value: Any) -> list[tuple[Any, Any]]:
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    found: list[tuple[Any, Any]] = []
    for key in keys:
        found.append((value, key))
        found.extend(_places(value[key]))
    return found


def _change_arrays(arrays: dict[str, Any], random: Random) -> None:
    name = random.choice(list(arrays))
    array = np.array(arrays[name])
    flat = array.reshape(-1)
    changes = {
        "delete": lambda: None,
        "another": lambda: arrays[random.choice(list(arrays))],
        "nan": lambda: np.full(array.shape, np.nan, np.float32),
        "infinite": lambda: np.full(array.shape, -np.inf, np.float64),
        "huge": lambda: np.full(array.shape, 1e308),
        "half": lambda: array.astype(np.float16),
        "bool": lambda: array.astype(bool),
        "large integers": lambda: np.full(array.shape, 2**64 - 1, np.uint64),
        "negative": lambda: np.full(array.shape, -(2**63), np.int64),
        "single": lambda: np.array(3.0),
        "empty": lambda: np.empty(0),
        "empty rows": lambda: array[:0] if array.ndim else np.empty(0),
        "no columns": lambda: np.empty((len(array) if array.ndim else 0, 0)),
        "flat": lambda: flat,
        "axis": lambda: array[None],
        "last axis": lambda: array[..., None],
        "fewer": lambda: array[:-1] if array.ndim else array,
        "turned": lambda: array.T,
        "one spoilt": lambda: np.concatenate([flat[:-1].astype(np.float64), [np.nan]])[: flat.size].reshape(
            array.shape
        ),
    }
    changed = changes[random.choice(list(changes))]()
    if changed is None:
        del arrays[name]
    elif np.asarray(changed).ndim <= 8:
        arrays[name] = np.ascontiguousarray(changed).reshape(np.shape(changed))

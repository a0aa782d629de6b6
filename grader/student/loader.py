"""A function that reads a table, replaced by the tables themselves: what is made of them is judged wherever a script looks for files."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

LOADED = "loaded/"
SIDES = ("training", "validation")
OTHER_SIDE = ("test", "val")
"""Words in the name of a file of the side that is not trained on begin so."""

Loader = Callable[..., tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]]


def loader(arrays: Mapping[str, np.ndarray[Any, Any]]) -> Loader:
    """A function that answers any call with images and labels of one side, copies of `loaded/<side>_images` and `…_labels`.

    The side is that of the path it is called with; where the path does not say, the first call gets training, the second validation.
    """
    order: Iterator[str] = itertools.chain(SIDES, itertools.repeat(SIDES[1]))

    def load(*given: Any, **named: Any) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
        due = next(order)
        names = [str(one).replace("\\", "/").rsplit("/", 1)[-1].lower() for one in (*given, *named.values())]
        words = [word for name in names for word in re.split("[^a-z]+", name)]
        if any(word.startswith("train") for word in words):
            due = SIDES[0]
        elif any(word.startswith(OTHER_SIDE) for word in words):
            due = SIDES[1]
        return arrays[f"{LOADED}{due}_images"].copy(), arrays[f"{LOADED}{due}_labels"].copy()

    return load

"""Public twins of hidden folders: made in the same way, from a seed that everyone may know.

Where student code raises an error over hidden files, the same request is repeated over their twin. What is raised
there can hold nothing hidden, so the student reads all of it. Names, sizes, numbers and kinds of files follow the same
rules in both; only the values differ.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any

import numpy as np

from grader.data.messy import messy_folder
from grader.data.probes import ProbeFolder
from grader.data.secret import derive, derive_number

TWIN_SEED = hashlib.sha256(b"public twins of hidden folders").digest()[:16]


@dataclass(frozen=True)
class Twin:
    """A folder that holds nothing hidden, and what of the request differs with it."""

    files: Mapping[str, bytes] = field(repr=False)
    body: Mapping[str, Any] = field(default_factory=dict)
    arrays: Mapping[str, np.ndarray[Any, Any]] = field(default_factory=dict, repr=False)


def messy_twin(number: int = 0) -> Twin:
    """A messy folder as `readable_images` is asked about."""
    folder = f"photos_{twin_number(f'folder {number}')}"
    found = messy_folder(derive(TWIN_SEED, f"messy {number}"))
    return Twin({f"{folder}/{name}": data for name, data in found.files.items()}, {"directory": folder})


def probe_twin(make: Callable[[int], ProbeFolder]) -> Twin:
    """A probe folder, made by `make` from another seed than the hidden one."""
    return Twin(make(twin_number("probe")).files)


def pictures_twin(paths: Sequence[str], pictures: Sequence[bytes]) -> Twin:
    """The public training pictures at the places of hidden ones, again from the start where they are fewer.

    Args:
        paths: where the hidden files lie. Their names are running numbers, their class folders are dealt anew.
        pictures: bytes of the public pictures, at least one.
    """
    order = np.random.default_rng(twin_number("order")).permutation(len(paths))
    places = [PurePosixPath(paths[i]) for i in order]
    return Twin({f"{place.parent}/{i}{place.suffix}": pictures[i % len(pictures)] for i, place in enumerate(places)})


@lru_cache(maxsize=8)
def twin_number(purpose: str) -> int:
    """A public seed of 32 bits for one purpose."""
    return derive_number(TWIN_SEED, purpose)

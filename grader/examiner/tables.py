"""Image files as the arrays that older notebooks make of them: pixels and labels of both sides, as read from a CSV file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any

import numpy as np
from PIL import Image

from grader.checks.class_labels import alphabet_places
from grader.examiner.layout import TRAIN, VALIDATION, Layout, class_of
from grader.examiner.twins import Twin
from grader.exercises import Params
from grader.student.loader import LOADED

Array = np.ndarray[Any, Any]
NAMES = ("training_images", "training_labels", "validation_images", "validation_labels")
"""In the order in which `train_val_generators` takes them."""


@dataclass(frozen=True)
class Tables:
    """How an exercise with two folders of gray pictures of one size looks as arrays."""

    params: Params
    layout: Layout

    def of(self, files: Mapping[str, bytes]) -> dict[str, Array]:
        """Files as the student's code would find them → (n, H, W) float64 from 0 to 255 and (n,) float64, for each side.

        Labels are places in the alphabet where classes are letters, gaps included; else places among the class names.
        """
        names = self.params.class_names
        places = dict(zip(names, alphabet_places(names) or range(len(names)), strict=True))
        found: dict[str, Array] = {}
        for side, (images, labels) in zip((TRAIN, VALIDATION), (NAMES[:2], NAMES[2:]), strict=True):
            root = PurePosixPath(self.layout.folders[side])
            chosen = [path for path in files if root in PurePosixPath(path).parents]
            found[images] = np.stack([_gray(files[path]) for path in chosen])
            found[labels] = np.array([float(places[class_of(path)]) for path in chosen])
        return found

    def given(self, files: Mapping[str, bytes]) -> dict[str, Array]:
        """The same under names that tell them from a request's other arrays: what a cell's loader gives."""
        return {f"{LOADED}{name}": array for name, array in self.of(files).items()}

    def twin(self, make: Callable[[], Twin] | None, *, given: bool = False) -> Callable[[], Twin] | None:
        """A public twin in the same form."""
        form = self.given if given else self.of
        return None if make is None else lambda: Twin({}, arrays=form(make().files))


def _gray(data: bytes) -> Array:
    with Image.open(BytesIO(data)) as picture:
        return np.asarray(picture.convert("L"), dtype=np.float64)

"""What was read from a pipeline: the batches of both sides, pass by pass. Nothing is judged here."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np

Array = np.ndarray[Any, Any]
LabelKind = Literal["binary", "integer", "one-hot"]
SIDE_NAMES = {"train": "training", "validation": "validation"}


@dataclass(frozen=True)
class Pass:
    """One pass over one side: images (n, H, W, C), labels (n,) or (n, k), weights or None, sizes of the batches."""

    images: Array
    labels: Array
    weights: Array | None
    batches: tuple[int, ...]


@dataclass(frozen=True)
class Side:
    """The passes read from one side. `endless`: the reading was cut because it gave more images than there are."""

    name: Literal["train", "validation"]
    passes: tuple[Pass, ...]
    endless: bool

    @property
    def title(self) -> str:
        """Name for people."""
        return SIDE_NAMES[self.name]


@dataclass(frozen=True)
class Pipeline:
    """Both sides as read from one data folder."""

    train: Side
    validation: Side

    @property
    def sides(self) -> tuple[Side, Side]:
        """Training, then validation."""
        return self.train, self.validation

    @cached_property
    def label_kind(self) -> LabelKind:
        """`one-hot` where a label is a vector of more than one number, `binary` for 0 and 1, else `integer`."""
        labels = np.concatenate(
            [np.asarray(p.labels, dtype=np.float64) for side in self.sides for p in side.passes[:1]]
        )
        if labels.ndim > 1 and int(np.prod(labels.shape[1:])) > 1:
            return "one-hot"
        return "binary" if set(np.unique(labels)) <= {0.0, 1.0} else "integer"


def label_numbers(labels: Array) -> Array:
    """Labels as class numbers, shape (n,): argmax of vectors, the rounded value of scalars, -1 where not finite."""
    values = np.asarray(labels, dtype=np.float64)
    values = values.reshape(len(values), int(np.prod(values.shape[1:])))
    known: Array = np.all(np.isfinite(values), axis=1)
    values = np.where(known[:, None], values, 0.0).clip(-1e9, 1e9)
    numbers: Array = values.argmax(axis=1) if values.shape[1] > 1 else np.rint(values[:, 0]).astype(int)
    return np.where(known, numbers, -1)

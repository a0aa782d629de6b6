"""Applying a student's rebuilt model to images: what it raises there is a finding, and what it needs is bounded."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from grader.checks.finding import CheckFailed

Array = np.ndarray[Any, Any]

BUDGET = 512 << 20
"""Bytes that the layers' outputs for one batch may take; batches are made small enough for it."""
_BYTES = 4


@contextmanager
def applying_model(images: Array) -> Iterator[None]:
    """Whatever Keras raises over a student's model is a finding; its text may quote values of hidden images and is not shown.

    Raises:
        CheckFailed: the model cannot be applied. Exhausted memory is passed on as it is.
    """
    try:
        yield
    except CheckFailed:
        raise
    except MemoryError:
        raise
    except Exception as error:
        if type(error).__name__ == "ResourceExhaustedError":
            raise
        raise CheckFailed(
            f"The model raises {_kind(error)} when it is given a batch of images of shape {tuple(images.shape[1:])}.",
            expected="A model that takes batches of the pipeline's images, however many there are in a batch.",
            why="A network that cannot be given a picture has no answer to it.",
            hint="Try it: `model(images)` with one batch of your own data set. Layers such as `Reshape`, `Embedding` or "
            "`channels_first` convolutions take only certain shapes and values.",
        ) from error


def outputs_of(model: Any, images: Array) -> Array:
    """The model's outputs (n, …) on images (n, H, W, C) at inference, in batches that fit into memory.

    Raises:
        CheckFailed: the model cannot be applied to them, or does not answer each.
    """
    size = fitting(model, images, at_most=100)
    found = []
    with applying_model(images):
        for i in range(0, len(images), size):
            given = images[i : i + size]
            outputs = np.asarray(model(given, training=False))
            if outputs.shape[:1] != given.shape[:1]:
                raise CheckFailed(
                    f"For {len(given)} pictures at once the model gives {len(outputs) if outputs.ndim else 'no'} rows.",
                    expected="One row for each picture, however many there are in a batch.",
                    why="A picture without an answer of its own cannot be judged.",
                    hint="Look for a slice or a `Reshape` that changes the first axis: that one belongs to the batch.",
                )
            found.append(outputs)
        return np.concatenate(found)


def fitting(model: Any, images: Array, at_most: int) -> int:
    """How many of `images` go through the model at once: 1 to `at_most`, by the bytes of its layers' outputs."""
    cost = max(_BYTES * numbers_of(model, max(images.shape[1:3], default=1)), images[:1].nbytes, 1)
    return int(max(1, min(at_most, BUDGET // cost)))


def numbers_of(model: Any, side: int) -> int:
    """Numbers that all layers together put out for one image; free sides count as `side`.

    Of the model's own graph alone: a layer also remembers every other model that it was ever made part of, such as those that
    checks make to look into it.
    """
    graph = getattr(model, "_functional", None) or model
    total = 0
    for node in itertools.chain.from_iterable(graph._nodes_by_depth.values()):  # noqa: SLF001 - Keras tells it nowhere else
        # A model, that is: layers such as `Pipeline` have layers and no graph.
        if hasattr(getattr(node.operation, "_functional", None) or node.operation, "_nodes_by_depth"):
            total += numbers_of(node.operation, side)
        for tensor in node.output_tensors:
            total += math.prod(side if n is None else int(n) for n in tensor.shape[1:])
    return total


def _kind(error: Exception) -> str:
    name = type(error).__name__
    return f"an error ({name})" if name.isidentifier() else "an error"

"""The grader's own many-class model, pictures and predictions, for tasks that come after the training."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.checks.class_labels import alphabet_places

Array = np.ndarray[Any, Any]

CELL = 4
"""Side in pixels of the field of a picture that is lit to make the model answer one class."""
SURE = 3.0
EARLY = 8
"""So far to the front of a data set its first mistake stands."""
"""Lead of the answered class over all others in raw scores: with 24 classes a probability near one half, so that a
threshold in place of `argmax` goes wrong."""


@dataclass(frozen=True)
class Sheet:
    """Pictures with known answers.

    Attributes:
        images: (n, size, size, channels) float32, 0-255.
        labels: true class numbers (n,), int64.
        predicted: class numbers that `answering_model` gives, (n,), int64.
    """

    images: Array
    labels: Array
    predicted: Array


def fields(seed: int, size: int, classes: int) -> Array:
    """For each class the field of the picture that stands for it, counted row by row; (classes,) int64.

    Raises:
        ValueError: pictures are too small for so many classes.
    """
    count = (size // CELL) ** 2
    if classes > count:
        raise ValueError(f"{classes} classes do not fit into pictures of {size}x{size}, which have {count} fields.")
    places: Array = np.random.default_rng(seed).permutation(count)[:classes]
    return places


def answering_model(seed: int, size: int, channels: int, classes: int, *, scores: bool) -> Any:
    """A compiled model that answers with the class whose field is lit, in inference mode.

    It holds a dropout layer, so that asking it in training mode gives other answers.

    Args:
        seed: decides which field stands for which class.
        size: side of the pictures in pixels.
        channels: of the pictures.
        classes: number of outputs.
        scores: raw scores, all below zero, in place of softmax.
    """
    import keras
    from keras import layers

    number = seed % 80 + 5
    model = keras.Sequential([
        keras.Input((size, size, channels)),
        layers.Rescaling(1 / 255, name=f"rescaling_{number}"),
        layers.AveragePooling2D(CELL, name=f"average_pooling2d_{number}"),
        layers.Flatten(name=f"flatten_{number}"),
        layers.Dropout(0.5, name=f"dropout_{number}"),
        layers.Dense(classes, activation=None if scores else "softmax", name=f"dense_{number}"),
    ])  # fmt: skip
    side = size // CELL
    kernel = np.zeros((side * side * channels, classes), np.float32)
    for answer, field in enumerate(fields(seed, size, classes)):
        kernel[field * channels : (field + 1) * channels, answer] = SURE / channels
    model.layers[-1].set_weights([kernel, np.full(classes, -2 * SURE, np.float32)])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=scores)
    model.compile(optimizer="adam", loss=loss, metrics=["accuracy"])
    return model


def sheet(seed: int, size: int, channels: int, classes: int, *, each: int, absent: int = 0) -> Sheet:
    """Pictures in random order, a few more of some classes than of others, with mistakes that go one way only.

    Every fourth class is sometimes taken for the next one and never the other way round, so that exchanging rows and
    columns shows.

    Args:
        seed: decides the pictures; the same as the model's.
        size: side in pixels.
        channels: of the pictures.
        classes: number of classes.
        each: pictures of each class, at least.
        absent: so many classes, the last among them, neither occur nor are predicted.
    """
    rng = np.random.default_rng([seed, 1])
    present = np.arange(classes)
    if absent:
        left_out = [classes - 1, *rng.permutation(classes - 1)[: absent - 1]]
        present = np.setdiff1d(present, left_out)
    labels, predicted = [], []
    for place, true in enumerate(present):
        count = each + int(rng.integers(0, 3))
        wrong = max(1, count // 3) if place % 4 == 0 else 0
        labels += [int(true)] * count
        predicted += [int(true)] * (count - wrong) + [int(present[(place + 1) % len(present)])] * wrong
    order = rng.permutation(len(labels))
    # A mistake early on, so that the first batch alone holds one.
    early = int(rng.integers(EARLY))
    late = int(np.flatnonzero(np.not_equal(labels, predicted)[order])[0])
    order[[early, late]] = order[[late, early]]
    true_numbers, answers = np.array(labels)[order], np.array(predicted)[order]
    side = size // CELL
    places = fields(seed, size, classes)
    images = rng.uniform(0, 60, (len(order), size, size, channels)).astype(np.float32)
    for image, answer in zip(images, answers, strict=True):
        row, column = divmod(int(places[answer]), side)
        image[row * CELL : (row + 1) * CELL, column * CELL : (column + 1) * CELL] = rng.uniform(225, 255)
    return Sheet(images, true_numbers, answers)


def probabilities(seed: int, rows: int, classes: int) -> Array:
    """Plausible softmax outputs without ties, (rows, classes) float32."""
    scores = np.random.default_rng(seed).normal(0, 2, (rows, classes))
    shares = np.exp(scores - scores.max(axis=1, keepdims=True))
    return _rows_of_one(shares)


def tied_probabilities(seed: int, rows: int, classes: int) -> Array:
    """Softmax outputs in which several classes share the largest value, and one row that is the same everywhere."""
    rng = np.random.default_rng(seed)
    shares = rng.uniform(0.1, 1.0, (rows, classes))
    for row in shares[1:]:
        row[rng.permutation(classes)[: max(2, classes // 4)]] = 4.0
    shares[0] = 1.0
    return _rows_of_one(shares)


def _rows_of_one(shares: Array) -> Array:
    # Equal shares of one row are divided by the same sum, so ties stay exact.
    rows: Array = (shares / shares.sum(axis=1, keepdims=True)).astype(np.float32)
    return rows


WORDS = ("kite", "anchor", "Moon", "stork", "banana", "Iglu", "zebra")


def other_names(seed: int) -> tuple[str, ...]:
    """Class names that are no letters and in no order."""
    return tuple(str(word) for word in np.random.default_rng(seed).permutation(WORDS))


ROWS = 30
"""In a table to be read."""


def own_table(seed: int, size: int, class_names: Sequence[str]) -> tuple[bytes, Array, Array]:
    """A CSV file of random pictures, and what stands in it.

    Returns:
        The file (header `label,pixel1,…`, then a row each), images (n, size, size) float64 0-255, labels (n,) float64.
    """
    rng = np.random.default_rng(seed)
    places = alphabet_places(class_names) or tuple(range(len(class_names)))
    labels = rng.choice(places, ROWS)
    images = rng.integers(0, 256, (ROWS, size, size))
    lines = [",".join(["label", *(f"pixel{i + 1}" for i in range(size * size))])]
    lines += [
        ",".join(map(str, [label, *(value for row in image for value in row)]))
        for label, image in zip(labels, images.tolist(), strict=True)
    ]
    return ("\n".join(lines) + "\n").encode(), images.astype(np.float64), labels.astype(np.float64)

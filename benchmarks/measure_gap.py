"""Measure how far augmentation and dropout narrow the gap between training and unseen accuracy on the pets.

Every seed draws fresh images and initialises every model afresh. As week 2's own training does it: a share of the training
labels is turned round, all epochs are run, and both accuracies are measured at the end in inference mode, on the images as
they are. Numbers and thresholds are those of the exercise. Run from the project's folder:

    python benchmarks/measure_gap.py --seeds 20

Results are kept beside the table (`--raw`, JSON); a second run adds the seeds and rows that are missing there,
and `--seeds 0` only writes the document again.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from gap_table import PARAMS, write_document
from keras import layers, optimizers
from measuring import Data, Pictures, Rows, Study, first_half, run

SHAPE = (PARAMS.image_size, PARAMS.image_size, 3)
Layers = tuple[Any, ...]


def reference() -> Layers:
    """The reference's augmentation."""
    return layers.RandomFlip("horizontal"), layers.RandomRotation(0.1), layers.RandomZoom(0.2)


def light() -> Layers:
    """About the least that is an augmentation: flip, a small turn, a small zoom."""
    return layers.RandomFlip("horizontal"), layers.RandomRotation(0.06), layers.RandomZoom(0.12)


def usual() -> Layers:
    """What most tutorials write."""
    return layers.RandomFlip("horizontal"), layers.RandomRotation(0.2), layers.RandomZoom(0.2)


def strong() -> Layers:
    """Five kinds at the strengths of the course's labs."""
    return (
        *usual(), layers.RandomTranslation(0.2, 0.2), layers.RandomContrast(0.2),
    )  # fmt: skip


def colours() -> Layers:
    """A flip and changes of light, no geometry besides."""
    return layers.RandomFlip("horizontal"), layers.RandomBrightness(0.2), layers.RandomContrast(0.2)


def network(
    augmentation: Callable[[], Layers] | None = None,
    dropout: float = 0.0,
    *,
    channels: tuple[int, ...] = (16, 32, 64),
    units: int = 64,
    optimizer: Callable[[], Any] = lambda: optimizers.Adam(1e-3),
    norm: bool = False,
) -> keras.Model:
    """Week 1's network behind an augmentation model, with dropout before and after the hidden layer."""
    parts: list[Any] = [keras.Input(SHAPE)]
    if augmentation is not None:
        parts.append(keras.Sequential([keras.Input(SHAPE), *augmentation()]))
    parts.append(layers.Rescaling(1 / 255))
    for count in channels:
        parts.append(layers.Conv2D(count, 3, activation="relu"))
        if norm:
            parts.append(layers.BatchNormalization())
        parts.append(layers.MaxPooling2D())
    parts.append(layers.Flatten())
    if dropout:
        parts.append(layers.Dropout(dropout))
    parts.append(layers.Dense(units, activation="relu"))
    if dropout:
        parts.append(layers.Dropout(dropout))
    parts.append(layers.Dense(1, activation="sigmoid"))
    model = keras.Sequential(parts)
    model.compile(optimizer(), loss="binary_crossentropy", metrics=["accuracy"])
    return model


NETWORKS: Rows = {
    "reference: flip, rotation .1, zoom .2; Dropout .3": ("main", lambda: network(reference, 0.3)),
    "neither": ("main miss", network),
    "flip, rotation .2, zoom .2; Dropout .3": ("pass", lambda: network(usual, 0.3)),
    "dropout .5 alone": ("main miss", lambda: network(None, 0.5)),
    "light: flip, rotation .06, zoom .12; Dropout .3": ("main", lambda: network(light, 0.3)),
    "light augmentation alone": ("shown", lambda: network(light)),
    "five kinds, Dropout .2": ("main", lambda: network(strong, 0.2)),
    "flip and light, Dropout .3": ("pass", lambda: network(colours, 0.3)),
    "wider 32-64-128, Dense 512; usual, Dropout .5": (
        "pass", lambda: network(usual, 0.5, channels=(32, 64, 128), units=512),
    ),
    "smaller 8-16-32; usual, Dropout .2": ("pass", lambda: network(usual, 0.2, channels=(8, 16, 32))),
    "RMSprop; usual, Dropout .3": (
        "pass", lambda: network(usual, 0.3, optimizer=lambda: optimizers.RMSprop(1e-3)),
    ),
    "wider, neither": ("miss", lambda: network(channels=(32, 64, 128), units=512)),
    "smaller, neither": ("miss", lambda: network(channels=(8, 16, 32))),
    "RMSprop, neither": ("main miss", lambda: network(optimizer=lambda: optimizers.RMSprop(1e-3))),
}  # fmt: skip


def with_wrong_labels(labels: Pictures, share: float, seed: int) -> Pictures:
    """Labels of which this share of each class is turned round: only who learns by heart gets these right."""
    rng = np.random.default_rng(seed)
    turned = labels.copy()
    for number in (0, 1):
        own = np.flatnonzero(labels == number)
        turned[rng.permutation(own)[: round(share * len(own))]] = 1 - number
    return turned


def right(model: keras.Model, images: Pictures, labels: Pictures) -> Any:
    """Which images are decided as labelled, in inference mode, shape (n,)."""
    outputs = [np.asarray(model(images[i : i + 100], training=False)) for i in range(0, len(images), 100)]
    return (np.concatenate(outputs)[:, 0] > 0.5) == (labels > 0.5)


def measure(build: Callable[[], keras.Model], data: Data, study: Study, seed: int, epochs: int) -> dict[str, Any]:
    """Train on mislabelled images and return the last epoch's accuracies."""
    keras.utils.set_random_seed(seed)
    labels = with_wrong_labels(data.y, PARAMS.wrong_labels, seed)
    model = build()
    began = time.perf_counter()
    model.fit(data.x, labels, batch_size=study.batch, epochs=epochs, verbose=0)
    seconds = time.perf_counter() - began
    seen, unseen = right(model, data.x, labels), right(model, data.unseen_x, data.unseen_y)
    keras.backend.clear_session()
    first = first_half(len(unseen), study.classes)
    accuracies = {"train": seen, "stop": unseen[first], "score": unseen[~first]}
    found: dict[str, Any] = {name: [round(float(np.mean(values)), 4)] for name, values in accuracies.items()}
    return found | {"epoch_s": round(seconds / epochs, 3)}


if __name__ == "__main__":
    study = Study(
        "gap", PARAMS.gap_images, 600, SHAPE, NETWORKS, {}, write_document,
        batch=PARAMS.batch_size, epochs=PARAMS.epochs, data="pets", measure=measure,
    )  # fmt: skip
    run(study, __doc__)

"""Measure how far augmentation and dropout narrow the gap between training and unseen accuracy on the pets.

Every seed draws fresh images and initialises every model afresh. Accuracy on the training images is measured in
inference mode, after a fixed number of epochs, on the images as they are. Run from the project's folder:

    python benchmarks/measure_gap.py --seeds 20 --raw benchmarks/results/gap.json

Runs are kept in `--raw`; a second call adds the seeds and rows that are missing there.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

import keras
import numpy as np
import tensorflow as tf
from keras import layers, optimizers
from measure_pets import BATCH, SIDE, Data, draw

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
    parts: list[Any] = [keras.Input((SIDE, SIDE, 3))]
    if augmentation is not None:
        parts.append(keras.Sequential([keras.Input((SIDE, SIDE, 3)), *augmentation()]))
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


ROWS: dict[str, tuple[str, Callable[[], keras.Model]]] = {
    "reference: flip, rotation .1, zoom .2; Dropout .3": ("main", lambda: network(reference, 0.3)),
    "neither": ("main", network),
    "flip, rotation .2, zoom .2; Dropout .3": ("pass", lambda: network(usual, 0.3)),
    "dropout .5 alone": ("miss", lambda: network(None, 0.5)),
    "light: flip, rotation .06, zoom .12; Dropout .3": ("main", lambda: network(light, 0.3)),
    "light augmentation alone": ("shown", lambda: network(light)),
    "five kinds, Dropout .2": ("pass", lambda: network(strong, 0.2)),
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
    "RMSprop, neither": ("miss", lambda: network(optimizer=lambda: optimizers.RMSprop(1e-3))),
}  # fmt: skip


def accuracy(model: keras.Model, images: Any, labels: Any) -> float:
    """Accuracy in inference mode."""
    outputs = np.concatenate(
        [np.asarray(model(images[i : i + 100], training=False)) for i in range(0, len(images), 100)]
    )
    return round(float(np.mean((outputs[:, 0] > 0.5) == (labels > 0.5))), 4)


class Watch(keras.callbacks.Callback):  # type: ignore[misc]
    """Measures both sides every few epochs, in inference mode."""

    def __init__(self, data: Data, count: int, every: int) -> None:
        super().__init__()
        self._data, self._count, self._every = data, count, every
        self.seen: dict[str, list[float]] = {}
        self.seconds: list[float] = []
        self._start = 0.0

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:  # noqa: ARG002 - Keras's
        """Start the clock."""
        self._start = time.process_time()

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Stop the clock, measure."""
        self.seconds.append(time.process_time() - self._start)
        if (epoch + 1) % self._every == 0:
            train = accuracy(self.model, self._data.x[: self._count], self._data.y[: self._count])
            unseen = accuracy(self.model, self._data.unseen_x, self._data.unseen_y)
            self.seen[str(epoch + 1)] = [train, unseen, round(float((logs or {})["accuracy"]), 4)]


def measure(build: Callable[[], keras.Model], data: Data, seed: int, count: int, epochs: int) -> dict[str, Any]:
    """Train on the first `count` images and return epoch → [training, unseen, running] accuracy."""
    keras.utils.set_random_seed(seed)
    model = build()
    watch = Watch(data, count, 5)
    model.fit(data.x[:count], data.y[:count], batch_size=BATCH, epochs=epochs, verbose=0, callbacks=[watch])
    keras.backend.clear_session()
    return {"seen": watch.seen, "epoch_s": round(float(np.median(watch.seconds)), 3)}


def with_wrong_labels(data: Data, share: float, seed: int) -> Data:
    """The draw with this share of its training labels turned round: only who learns by heart gets these right."""
    wrong = np.random.default_rng(seed).random(len(data.y)) < share
    return replace(data, y=np.where(wrong, 1 - data.y, data.y).astype(np.float32))


def main() -> None:
    """Measure what is missing."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--count", type=int, default=200, help="training images")
    parser.add_argument("--epochs", type=int, default=40)
    parser.add_argument("--wrong", type=float, default=0.0, help="share of the training labels that are turned round")
    parser.add_argument("--groups", default="main,pass,miss,shown")
    parser.add_argument("--raw", type=Path, default=Path("benchmarks/results/gap.json"))
    chosen = parser.parse_args()
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    kept: dict[str, Any] = json.loads(chosen.raw.read_text("utf-8")) if chosen.raw.exists() else {}
    for seed in range(chosen.first, chosen.first + chosen.seeds):
        data: Data | None = None
        for name, (group, build) in ROWS.items():
            key = f"{chosen.count}|{name}" + (f"|{chosen.wrong:.0%} wrong" if chosen.wrong else "")
            runs = kept.setdefault(key, {})
            if str(seed) in runs or group not in chosen.groups.split(","):
                continue
            data = data or with_wrong_labels(draw(seed), chosen.wrong, seed)
            runs[str(seed)] = measure(build, data, seed, chosen.count, chosen.epochs)
            print(seed, key, runs[str(seed)], flush=True)
            chosen.raw.parent.mkdir(parents=True, exist_ok=True)
            chosen.raw.write_text(json.dumps(kept), "utf-8")


if __name__ == "__main__":
    main()

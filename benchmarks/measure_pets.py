"""Measure how well models of many kinds learn the generated pets, and write the table that thresholds come from.

Every seed draws fresh images and initialises every model afresh, so the spread in the table is the spread that an
assignment with a secret seed will meet. Run from the project's folder:

    python benchmarks/measure_pets.py --seeds 20 --out docs/data_pets.md

Curves are kept beside the table (`--raw`, JSON); a second run adds the seeds and rows that are missing there,
and `--seeds 0` only writes the document again. Curves of another drawing code are never mixed with those of this one.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

import keras
import numpy as np
import tensorflow as tf
from keras import layers, optimizers
from numpy.typing import NDArray
from pets_table import write_document
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from grader.data.drawing import Order, draw_images
from grader.data.sources import source

TRAIN, UNSEEN, SIDE, BATCH = 400, 600, 64, 32
Pictures = NDArray[np.float32]


@dataclass(frozen=True)
class Data:
    """One draw: training and unseen images, shape (n, 64, 64, 3) in 0–255, labels 0 (cat) or 1 (dog)."""

    x: Pictures
    y: Pictures
    unseen_x: Pictures
    unseen_y: Pictures


def draw(seed: int) -> Data:
    """Draw 400 training and 600 unseen images, resized as `image_dataset_from_directory` does."""
    kinds = source("pets").classes
    orders = [Order(kinds[number % 2], ("benchmark", number)) for number in range(TRAIN + UNSEEN)]
    jpegs = draw_images("pets", b"benchmark %d" % seed, orders, workers=1)
    pictures = np.stack([tf.image.resize(tf.io.decode_jpeg(jpeg, channels=3), (SIDE, SIDE)).numpy() for jpeg in jpegs])
    labels = np.array([order.kind == kinds[1] for order in orders], np.float32)
    return Data(pictures[:TRAIN], labels[:TRAIN], pictures[TRAIN:], labels[TRAIN:])


def network(
    channels: tuple[int, ...] = (16, 32, 64),
    *,
    units: int = 64,
    optimizer: Callable[[], Any] = lambda: optimizers.Adam(1e-3),
    loss: str = "binary_crossentropy",
    rescale: bool = True,
    dropout: float = 0.0,
    kernel: int = 3,
    padding: str = "valid",
    pooled: bool = False,
    norm: bool = False,
    outputs: int = 1,
) -> keras.Model:
    """Build and compile a small network: the reference of week 1 by default."""
    parts: list[Any] = [keras.Input((SIDE, SIDE, 3))]
    if rescale:
        parts.append(layers.Rescaling(1 / 255))
    for count in channels:
        parts.append(layers.Conv2D(count, kernel, padding=padding, activation="relu"))
        if norm:
            parts.append(layers.BatchNormalization())
        parts.append(layers.MaxPooling2D())
    parts.append(layers.GlobalAveragePooling2D() if pooled else layers.Flatten())
    if dropout:
        parts.append(layers.Dropout(dropout))
    parts.append(layers.Dense(units, activation="relu"))
    parts.append(layers.Dense(outputs, activation="sigmoid" if outputs == 1 else "softmax"))
    model = keras.Sequential(parts)
    model.compile(optimizer(), loss=loss, metrics=["accuracy"])
    return model


Rows = dict[str, tuple[str, Callable[[], keras.Model]]]

# Row → (group, builder). What must pass, what must miss, what is only shown; `main` rows run on all seeds.
NETWORKS: Rows = {
    "reference: 16-32-64, Dense 64, Adam 1e-3": ("main", network),
    "RMSprop 1e-3": ("main", lambda: network(optimizer=lambda: optimizers.RMSprop(1e-3))),
    "smaller: 8-16-32": ("main", lambda: network((8, 16, 32))),
    "wider: 32-64-128, Dense 512": ("pass", lambda: network((32, 64, 128), units=512)),
    "Dense 512, RMSprop 1e-3": ("pass", lambda: network(units=512, optimizer=lambda: optimizers.RMSprop(1e-3))),
    "four convolutions: 16-32-64-64, same padding": ("pass", lambda: network((16, 32, 64, 64), padding="same")),
    "Dropout 0.5": ("pass", lambda: network(dropout=0.5)),
    "two softmax units": ("pass", lambda: network(outputs=2, loss="sparse_categorical_crossentropy")),
    "Adam 3e-3": ("pass", lambda: network(optimizer=lambda: optimizers.Adam(3e-3))),
    "Adam 3e-4": ("pass", lambda: network(optimizer=lambda: optimizers.Adam(3e-4))),
    "SGD .01, momentum .9": ("main", lambda: network(optimizer=lambda: optimizers.SGD(0.01, momentum=0.9))),
    "global average pooling": ("shown", lambda: network(pooled=True)),
    "batch normalisation": ("shown", lambda: network(norm=True)),
    "no rescaling": ("shown", lambda: network(rescale=False)),
    "MSE loss": ("shown", lambda: network(loss="mean_squared_error")),
    "dense only: Flatten, Dense 64": ("main miss", lambda: network(())),
    "dense only: Flatten, Dense 256, Adam 3e-4": (
        "miss",
        lambda: network((), units=256, optimizer=lambda: optimizers.Adam(3e-4)),
    ),
    "mismatched: categorical loss on one unit": ("miss", lambda: network(loss="categorical_crossentropy")),
}


def histograms(pictures: Pictures) -> NDArray[np.float64]:
    """Return square roots of 8×8×8 colour histograms, shape (n, 512)."""
    bins = np.clip(pictures // 32, 0, 7).astype(np.int64)
    codes = (bins[..., 0] * 64 + bins[..., 1] * 8 + bins[..., 2]).reshape(len(pictures), -1)
    return np.sqrt(np.stack([np.bincount(row, minlength=512) / row.size for row in codes]))


def thumbnails(pictures: Pictures) -> NDArray[np.float64]:
    """Return 8×8 thumbnails by area, shape (n, 192)."""
    return tf.image.resize(pictures, (8, 8), method="area").numpy().reshape(len(pictures), -1) / 255.0


def mean_colours(pictures: Pictures) -> NDArray[np.float64]:
    """Return mean and deviation of each channel, shape (n, 6)."""
    return np.concatenate([pictures.mean((1, 2)), pictures.std((1, 2))], axis=1) / 255.0


def first_half(count: int) -> NDArray[np.bool_]:
    """Return which unseen images decide when to stop: every other pair, so that both halves are balanced."""
    return np.arange(count) // 2 % 2 == 0


LEAKS: dict[str, Callable[[Pictures], NDArray[np.float64]]] = {
    "logistic regression on 8×8×8 colour histograms": histograms,
    "logistic regression on 8×8 thumbnails": thumbnails,
    "logistic regression on mean and deviation of colours": mean_colours,
}


def measure_leak(features: Callable[[Pictures], NDArray[np.float64]], data: Data) -> dict[str, Any]:
    """Fit a logistic regression with a strength of regularisation fixed beforehand."""
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.01, max_iter=2000))
    model.fit(features(data.x), data.y)
    right = model.predict(features(data.unseen_x)) == data.unseen_y
    first = first_half(len(right))
    train = float(model.score(features(data.x), data.y))
    return {
        "train": [train],
        "stop": [float(right[first].mean())],
        "score": [float(right[~first].mean())],
        "epoch_s": 0.0,
    }


class Watch(keras.callbacks.Callback):  # type: ignore[misc]
    """Measures the two halves of the unseen images after every epoch: one to stop by, one to score by."""

    def __init__(self, data: Data) -> None:
        super().__init__()
        self._data = data
        self.stop: list[float] = []
        self.score: list[float] = []
        self.seconds = 0.0
        self._start = 0.0

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:  # noqa: ARG002 - Keras's
        """Start the clock."""
        self._start = time.perf_counter()

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:  # noqa: ARG002 - Keras's
        """Stop the clock and predict."""
        self.seconds += time.perf_counter() - self._start
        outputs = self.model.predict(self._data.unseen_x, batch_size=100, verbose=0)
        guessed = outputs[:, 0] > 0.5 if outputs.shape[1] == 1 else outputs.argmax(1)
        right = guessed == self._data.unseen_y
        first = first_half(len(right))
        self.stop.append(round(float(right[first].mean()), 4))
        self.score.append(round(float(right[~first].mean()), 4))


def measure_network(build: Callable[[], keras.Model], data: Data, seed: int, epochs: int) -> dict[str, Any]:
    """Train for a fixed number of epochs and return the accuracies epoch by epoch."""
    keras.utils.set_random_seed(seed)
    model = build()
    watch = Watch(data)
    history = model.fit(data.x, data.y, batch_size=BATCH, epochs=epochs, verbose=0, callbacks=[watch]).history
    keras.backend.clear_session()
    train = [round(float(value), 4) for value in history["accuracy"]]
    return {"train": train, "stop": watch.stop, "score": watch.score, "epoch_s": round(watch.seconds / epochs, 3)}


def main() -> None:
    """Measure what is missing and write the document after every seed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seeds", type=int, default=20, help="seeds of the main rows")
    parser.add_argument("--few", type=int, default=4, help="seeds of the other rows")
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--rows", default="", help="only rows whose name contains this")
    parser.add_argument("--out", type=Path, default=Path("docs/data_pets.md"))
    parser.add_argument("--raw", type=Path, default=Path("benchmarks/results/pets.json"))
    chosen = parser.parse_args()
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    version = source("pets").version[:12]
    kept: dict[str, Any] = json.loads(chosen.raw.read_text("utf-8")) if chosen.raw.exists() else {}
    if kept.get("version") != version or kept.get("epochs") != chosen.epochs:
        kept = {"version": version, "epochs": chosen.epochs, "groups": {}, "runs": {}}
    kept["groups"] = {name: group for name, (group, _) in NETWORKS.items()} | dict.fromkeys(LEAKS, "leak")
    chosen.raw.parent.mkdir(parents=True, exist_ok=True)
    for seed in range(chosen.seeds):
        data: Data | None = None
        for name, group in kept["groups"].items():
            runs = kept["runs"].setdefault(name, {})
            few = "main" not in group and group != "leak" and seed >= chosen.few
            if str(seed) in runs or few or chosen.rows not in name:
                continue
            data = data or draw(seed)
            if name in LEAKS:
                runs[str(seed)] = measure_leak(LEAKS[name], data)
            else:
                runs[str(seed)] = measure_network(NETWORKS[name][1], data, seed, chosen.epochs)
            run = runs[str(seed)]
            print(f"{seed:3} {name}: {run['train'][-1]:.3f} {run['score'][-1]:.3f}", flush=True)
            chosen.raw.write_text(json.dumps(kept), "utf-8")
        write_document(chosen.out, kept)
    write_document(chosen.out, kept)
    print(f"Wrote {chosen.out}.")


if __name__ == "__main__":
    main()

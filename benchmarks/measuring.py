"""What all measurements of data sets share: small networks, simple features, curves kept in a file, a command line.

A measurement of one set (`measure_pets.py`, `measure_letters.py`) says in a `Study` how to draw it, which networks and
features to try and how to write the document; `run` does the rest.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable, Mapping
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
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from grader.data.drawing import Order, draw_images
from grader.data.sources import source

Pictures = NDArray[np.float32]
Features = Callable[[Pictures], NDArray[np.float64]]
Rows = Mapping[str, tuple[str, Callable[[], keras.Model]]]
"""Row → (group, builder): what must pass, what must miss, what is only shown; `main` rows run on all seeds."""


@dataclass(frozen=True)
class Data:
    """One draw: training and unseen images, shape (n, side, side, channels) in 0–255, labels 0 to classes − 1."""

    x: Pictures
    y: Pictures
    unseen_x: Pictures
    unseen_y: Pictures


Measure = Callable[[Callable[[], keras.Model], Data, "Study", int, int], dict[str, Any]]
"""From builder, draw, study, seed and epochs to accuracies: `train`, `stop`, `score`, lists of one value an epoch or of the last."""


@dataclass(frozen=True)
class Study:
    """One data set and what to measure on it.

    Attributes:
        name: What the files are called after.
        train: Training images in all.
        unseen: Unseen images in all; a multiple of twice the classes.
        shape: Height, width and channels that images are brought to.
        networks: Networks to train.
        features: What to fit a logistic regression on.
        write: Writes the document from what was kept.
        batch: Images a step.
        epochs: Epochs if the command line names no other number.
        data: The data set's name, where it is another than `name`.
        measure: Trains one network on one draw; by default as `measure_network` does.
    """

    name: str
    train: int
    unseen: int
    shape: tuple[int, int, int]
    networks: Rows
    features: Mapping[str, Features]
    write: Callable[[Path, dict[str, Any]], None]
    batch: int = 32
    epochs: int = 20
    data: str = ""
    measure: Measure | None = None

    @property
    def data_set(self) -> str:
        """Name of the data set."""
        return self.data or self.name

    @property
    def classes(self) -> int:
        return len(source(self.data_set).classes)


def draw(study: Study, seed: int) -> Data:
    """Draw images of all classes in turn, resized as `image_dataset_from_directory` does."""
    kinds = source(study.data_set).classes
    count = study.train + study.unseen
    orders = [Order(kinds[number % len(kinds)], ("benchmark", number)) for number in range(count)]
    files = draw_images(study.data_set, b"benchmark %d" % seed, orders, workers=1)
    pictures = np.stack([_decoded(file, study.shape) for file in files])
    labels = np.array([kinds.index(order.kind) for order in orders], np.float32)
    cut = study.train
    return Data(pictures[:cut], labels[:cut], pictures[cut:], labels[cut:])


def _decoded(file: bytes, shape: tuple[int, int, int]) -> Pictures:
    image = tf.io.decode_image(file, channels=shape[2], expand_animations=False)
    return tf.image.resize(image, shape[:2]).numpy()


def network(
    shape: tuple[int, int, int],
    channels: tuple[int, ...],
    *,
    units: int = 64,
    outputs: int = 1,
    optimizer: Callable[[], Any] = lambda: optimizers.Adam(1e-3),
    loss: str | None = None,
    rescale: bool = True,
    dropout: float = 0.0,
    kernel: int = 3,
    padding: str = "valid",
    pooled: bool = False,
    norm: bool = False,
) -> keras.Model:
    """Build and compile a small network; 0 `units` leave the hidden dense layer out, no `loss` takes the fitting one."""
    parts: list[Any] = [keras.Input(shape)]
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
    if units:
        parts.append(layers.Dense(units, activation="relu"))
    parts.append(layers.Dense(outputs, activation="sigmoid" if outputs == 1 else "softmax"))
    model = keras.Sequential(parts)
    fitting = "binary_crossentropy" if outputs == 1 else "sparse_categorical_crossentropy"
    model.compile(optimizer(), loss=loss or fitting, metrics=["accuracy"])
    return model


def thumbnails(pictures: Pictures) -> NDArray[np.float64]:
    """Return 8×8 thumbnails by area, shape (n, 64 × channels)."""
    return tf.image.resize(pictures, (8, 8), method="area").numpy().reshape(len(pictures), -1) / 255.0


def moments(pictures: Pictures) -> NDArray[np.float64]:
    """Return mean and deviation of each channel, shape (n, 2 × channels)."""
    return np.concatenate([pictures.mean((1, 2)), pictures.std((1, 2))], axis=1) / 255.0


def first_half(count: int, classes: int) -> NDArray[np.bool_]:
    """Return which unseen images decide when to stop: every other run of all classes, so that both halves balance."""
    return np.arange(count) // classes % 2 == 0


def measure_features(features: Features, data: Data, classes: int) -> dict[str, Any]:
    """Fit a logistic regression with a strength of regularisation fixed beforehand."""
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.01, max_iter=2000))
    model.fit(features(data.x), data.y)
    right = model.predict(features(data.unseen_x)) == data.unseen_y
    first = first_half(len(right), classes)
    train = float(model.score(features(data.x), data.y))
    return {
        "train": [train],
        "stop": [float(right[first].mean())],
        "score": [float(right[~first].mean())],
        "epoch_s": 0.0,
    }


class Watch(keras.callbacks.Callback):  # type: ignore[misc]
    """Measures the two halves of the unseen images after every epoch: one to stop by, one to score by."""

    def __init__(self, data: Data, classes: int) -> None:
        super().__init__()
        self._data = data
        self._first = first_half(len(data.unseen_y), classes)
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
        self.stop.append(round(float(right[self._first].mean()), 4))
        self.score.append(round(float(right[~self._first].mean()), 4))


def measure_network(
    build: Callable[[], keras.Model], data: Data, study: Study, seed: int, epochs: int
) -> dict[str, Any]:
    """Train for a fixed number of epochs and return the accuracies epoch by epoch."""
    keras.utils.set_random_seed(seed)
    model = build()
    watch = Watch(data, study.classes)
    history = model.fit(data.x, data.y, batch_size=study.batch, epochs=epochs, verbose=0, callbacks=[watch]).history
    keras.backend.clear_session()
    train = [round(float(value), 4) for value in history["accuracy"]]
    return {"train": train, "stop": watch.stop, "score": watch.score, "epoch_s": round(watch.seconds / epochs, 3)}


def run(study: Study, description: str | None) -> None:
    """Measure what is missing and write the document after every seed: the whole command line of a measurement."""
    parser = argparse.ArgumentParser(description=description.splitlines()[0] if description else None)
    parser.add_argument("--seeds", type=int, default=20, help="seeds of the main rows")
    parser.add_argument("--few", type=int, default=4, help="seeds of the other rows")
    parser.add_argument("--epochs", type=int, default=study.epochs)
    parser.add_argument("--rows", default="", help="only rows whose name contains this")
    parser.add_argument("--out", type=Path, default=Path(f"docs/data_{study.name}.md"))
    parser.add_argument("--raw", type=Path, default=Path(f"benchmarks/results/{study.name}.json"))
    chosen = parser.parse_args()
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    version = source(study.data_set).version[:12]
    measure = study.measure or measure_network
    kept: dict[str, Any] = json.loads(chosen.raw.read_text("utf-8")) if chosen.raw.exists() else {}
    if kept.get("version") != version or kept.get("epochs") != chosen.epochs:
        kept = {"version": version, "epochs": chosen.epochs, "groups": {}, "runs": {}}
    kept["groups"] = {name: group for name, (group, _) in study.networks.items()} | dict.fromkeys(
        study.features, "leak"
    )
    chosen.raw.parent.mkdir(parents=True, exist_ok=True)
    for seed in range(chosen.seeds):
        data: Data | None = None
        for name, group in kept["groups"].items():
            runs = kept["runs"].setdefault(name, {})
            few = "main" not in group and group != "leak" and seed >= chosen.few
            if str(seed) in runs or few or chosen.rows not in name:
                continue
            data = data or draw(study, seed)
            if name in study.features:
                found = measure_features(study.features[name], data, study.classes)
            else:
                found = measure(study.networks[name][1], data, study, seed, chosen.epochs)
            runs[str(seed)] = found
            print(f"{seed:3} {name}: {found['train'][-1]:.3f} {found['score'][-1]:.3f}", flush=True)
            chosen.raw.write_text(json.dumps(kept), "utf-8")
        study.write(chosen.out, kept)
    study.write(chosen.out, kept)
    print(f"Wrote {chosen.out}.")

# alternate: two softmax units with integer labels and the sparse loss; helper functions, type hints, a decorator
from __future__ import annotations

import functools
import os
import time
from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
import tensorflow as tf
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from PIL import Image, ImageOps

HEIGHT: Final[int] = 64  # params: 64=image_size
WIDTH: Final[int] = HEIGHT
SHAPE: Final = (HEIGHT, WIDTH, 3)
CLASSES: Final[Sequence[str]] = ("Cat", "Dog")
KERNEL = 3


def timed(function: Callable[..., Any]) -> Callable[..., Any]:
    """Print how long a call took."""

    @functools.wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        start = time.perf_counter()
        try:
            return function(*args, **kwargs)
        finally:
            print(f"{function.__name__}: {time.perf_counter() - start:.1f} s")

    return wrapper


def _opens(path: str) -> bool:
    try:
        with Image.open(path) as image:
            return np.asarray(ImageOps.exif_transpose(image).convert("RGB")).size > 0
    except Exception:
        return False


@timed
def readable_images(directory: str) -> list[str]:
    with os.scandir(directory) as entries:
        names = [entry.name for entry in entries if entry.is_file() and _opens(entry.path)]
    return sorted(names)


@timed
def train_val_datasets() -> tuple[tf.data.Dataset, tf.data.Dataset]:
    train, validation = tf.keras.preprocessing.image_dataset_from_directory(
        os.path.join(".", "PetImages"),
        class_names=list(CLASSES),
        label_mode="int",
        image_size=(HEIGHT, WIDTH),
        crop_to_aspect_ratio=True,
        batch_size=32,  # params: 32=batch_size
        validation_split=0.2,  # params: 0.2=validation_split
        subset="both",
        shuffle=True,
        seed=2024,
    )
    return train.cache().shuffle(20).prefetch(2), validation.cache().prefetch(2)


def block(filters: int) -> list[tf.keras.layers.Layer]:
    return [
        tf.keras.layers.Conv2D(filters, KERNEL, padding="same", activation=tf.nn.relu),
        tf.keras.layers.MaxPool2D(),
    ]


@timed
def create_model(shape: tuple[int, int, int] = SHAPE, *, filters: Sequence[int] = (16, 32, 64, 64)) -> tf.keras.Model:
    model = tf.keras.Sequential([tf.keras.layers.InputLayer(shape=shape), tf.keras.layers.Rescaling(1 / 127.5, offset=-1)])
    for count in filters:
        for layer in block(count):
            model.add(layer)
    model.add(tf.keras.layers.Flatten())
    model.add(tf.keras.layers.Dropout(0.2))
    model.add(tf.keras.layers.Dense(64, "relu"))
    model.add(tf.keras.layers.Dense(len(CLASSES), "softmax"))
    model.compile(
        tf.keras.optimizers.Adam(),
        tf.keras.losses.SparseCategoricalCrossentropy(),
        metrics=[tf.keras.metrics.SparseCategoricalAccuracy(name="accuracy")],
    )
    return model


class EarlyStoppingCallback(tf.keras.callbacks.Callback):
    THRESHOLDS = {"accuracy": 0.95, "val_accuracy": 0.80}  # params: 0.95=stop_accuracy, 0.80=stop_val_accuracy

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        if logs is None:
            return
        missing = [name for name, least in self.THRESHOLDS.items() if logs.get(name, float("-inf")) < least]
        if missing:
            return
        self.model.stop_training = True


def _panel(ax: plt.Axes, values: dict[str, Sequence[float]], title: str) -> None:
    for label, series in values.items():
        ax.plot(range(1, len(series) + 1), series, label=label)
    ax.set(title=title, xlabel="epoch", ylabel=title)
    ax.legend(loc="best")


def plot_history(history: tf.keras.callbacks.History) -> Figure:
    log = history.history
    figure = Figure(figsize=(9, 3))
    left, right = figure.subplots(1, 2)
    _panel(left, {"train": log["loss"], "validation": log["val_loss"]}, "loss")
    _panel(right, {"train": log["accuracy"], "validation": log["val_accuracy"]}, "accuracy")
    return figure


def feature_maps(model: tf.keras.Model, image: np.ndarray) -> list[tuple[str, np.ndarray]]:
    names = [layer.name for layer in model.layers if len(layer.output.shape) == 4 and _changes(layer)]
    probe = tf.keras.Model(model.inputs, {name: model.get_layer(name).output for name in names})
    found = probe(tf.expand_dims(tf.cast(image, tf.float32), axis=0))
    return [(name, found[name].numpy().squeeze(0)) for name in names]


def _changes(layer: tf.keras.layers.Layer) -> bool:
    kind = layer.__class__.__name__
    return kind.startswith(("Conv", "Max", "Average"))


def plot_feature_maps(maps: list[tuple[str, np.ndarray]]) -> Figure:
    figure = Figure(figsize=(10, 1.5 * len(maps)))
    for row, (name, values) in enumerate(maps):
        for column in range(min(6, values.shape[-1])):
            ax = figure.add_subplot(len(maps), 6, 6 * row + column + 1)
            ax.imshow(values[..., column], cmap="magma")
            ax.set_xticks([])
            ax.set_yticks([])
            if column == 0:
                ax.set_ylabel(name, rotation=0, ha="right")
    return figure

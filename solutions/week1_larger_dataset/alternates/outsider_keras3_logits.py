# alternate: `import keras`, one linear unit with a from_logits loss and BinaryAccuracy(threshold=0), subset="both", functools.partial, dataclass, generators, walrus, layer-by-layer feature maps
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from keras import layers
from matplotlib.figure import Figure
from PIL import Image

DATA_FOLDER = "./PetImages"
CLASS_NAMES = ["Cat", "Dog"]
IMAGE_SIZE = 64  # params: 64=image_size
BATCH_SIZE = 32  # params: 32=batch_size
VALIDATION_SPLIT = 0.2  # params: 0.2=validation_split
STOP_ACCURACY = 0.95  # params: 0.95=stop_accuracy
STOP_VAL_ACCURACY = 0.80  # params: 0.80=stop_val_accuracy


@dataclass(frozen=True)
class Config:
    filters: tuple = (32, 64, 96, 128)
    hidden: int = 128
    dropout: float = 0.2
    learning_rate: float = 1e-3
    seed: int = 1234


CONFIG = Config()
Conv = partial(layers.Conv2D, kernel_size=3, padding="same", activation="relu")


def decodes(path: str) -> bool:
    try:
        with Image.open(path) as image:
            return len(image.tobytes()) > 0
    except Exception:
        return False


def readable_images(directory: str) -> list[str]:
    with os.scandir(directory) as entries:
        return sorted(entry.name for entry in entries if entry.is_file() and decodes(entry.path))


def train_val_datasets():
    training, validation = keras.utils.image_dataset_from_directory(
        DATA_FOLDER,
        class_names=CLASS_NAMES,
        label_mode="binary",
        image_size=(IMAGE_SIZE, IMAGE_SIZE),
        batch_size=BATCH_SIZE,
        validation_split=VALIDATION_SPLIT,
        subset="both",
        seed=CONFIG.seed,
    )
    return training.prefetch(tf.data.AUTOTUNE), validation.prefetch(tf.data.AUTOTUNE)


def blocks(filters) -> Iterator[layers.Layer]:
    for number in filters:
        yield Conv(number)
        yield layers.MaxPooling2D(2)


def create_model() -> keras.Model:
    model = keras.Sequential(
        [
            keras.Input(shape=(IMAGE_SIZE, IMAGE_SIZE, 3)),
            layers.Rescaling(1.0 / 255),
            *blocks(CONFIG.filters),
            layers.Flatten(),
            layers.Dense(CONFIG.hidden, activation="relu"),
            layers.Dropout(CONFIG.dropout),
            layers.Dense(1),
        ],
        name="logit_net",
    )
    model.compile(
        optimizer=keras.optimizers.AdamW(CONFIG.learning_rate, weight_decay=1e-4),
        loss=keras.losses.BinaryCrossentropy(from_logits=True),
        metrics=[keras.metrics.BinaryAccuracy(name="accuracy", threshold=0.0)],
    )
    return model


class EarlyStoppingCallback(keras.callbacks.Callback):
    GOALS = {"accuracy": STOP_ACCURACY, "val_accuracy": STOP_VAL_ACCURACY}

    def on_epoch_end(self, epoch, logs=None):
        logs = logs or {}
        if all((value := logs.get(key)) is not None and value >= goal for key, goal in self.GOALS.items()):
            self.model.stop_training = True


def plot_history(history) -> Figure:
    figure = Figure(figsize=(6, 7), layout="constrained")
    for ax, what in zip(figure.subplots(2, 1, sharex=False), ("accuracy", "loss"), strict=True):
        for prefix, side in (("", "training"), ("val_", "validation")):
            ax.plot(history.history[prefix + what], label=side)
        ax.set(xlabel="epoch (from 0)", ylabel=what, title=what.capitalize())
        ax.legend()
    return figure


def walk(model, image) -> Iterator[tuple[str, np.ndarray]]:
    x = tf.convert_to_tensor(np.asarray(image, "float32")[None])
    wanted = (layers.Conv2D, layers.MaxPooling2D, layers.AveragePooling2D)
    for layer in model.layers:
        if isinstance(layer, layers.InputLayer):
            continue
        x = layer(x)
        if isinstance(layer, wanted):
            yield layer.name, keras.ops.convert_to_numpy(x)


def feature_maps(model, image):
    return list(walk(model, image))


def plot_feature_maps(maps) -> Figure:
    columns = 6
    figure = plt.figure(figsize=(9, 1.7 * len(maps)), layout="constrained")
    rows = np.atleast_1d(figure.subfigures(len(maps), 1))
    for row, (name, array) in zip(rows, maps, strict=True):
        row.suptitle(name, fontsize=9)
        channels = np.moveaxis(np.squeeze(array, 0) if np.ndim(array) == 4 else array, -1, 0)
        for ax, channel in zip(row.subplots(1, columns), islice(channels, columns), strict=False):
            ax.imshow(channel, cmap="gray")
            ax.set_axis_off()
    return figure

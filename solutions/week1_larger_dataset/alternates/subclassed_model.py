"""Week 1, handed in as a plain module."""
# alternate: subclassed model; files read with tf.io; tf.data written by hand from a list of file names
from __future__ import annotations

from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

ROOT = Path("PetImages")
SIDE = 64  # params: 64=image_size


def _decodes(path: Path) -> bool:
    try:
        tf.io.decode_image(tf.io.read_file(str(path)), expand_animations=False)
    except (tf.errors.OpError, ValueError):
        return False
    return True


def readable_images(directory: str) -> list[str]:
    return sorted(path.name for path in Path(directory).iterdir() if path.is_file() and _decodes(path))


def _load(path, label):
    image = tf.io.decode_image(tf.io.read_file(path), channels=3, expand_animations=False)
    image.set_shape([None, None, 3])
    return tf.image.resize(image, [SIDE, SIDE]), label


def train_val_datasets():
    paths, labels = [], []
    for number, folder in enumerate(sorted(p for p in ROOT.iterdir() if p.is_dir())):
        files = sorted(str(p) for p in folder.iterdir())
        paths += files
        labels += [float(number)] * len(files)
    order = np.random.default_rng(7).permutation(len(paths))
    paths, labels = np.array(paths)[order], np.array(labels, dtype="float32")[order]
    cut = round(0.8 * len(paths))  # params: 0.8=1-validation_split

    def dataset(part, shuffle):
        ds = tf.data.Dataset.from_tensor_slices((paths[part], labels[part]))
        if shuffle:
            ds = ds.shuffle(2000)
        return ds.map(_load, num_parallel_calls=tf.data.AUTOTUNE).batch(32).prefetch(tf.data.AUTOTUNE)  # params: 32=batch_size

    return dataset(slice(0, cut), True), dataset(slice(cut, None), False)


class PetNet(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.scale = tf.keras.layers.Rescaling(1 / 255.0)
        self.conv1 = tf.keras.layers.Conv2D(16, 3, activation="relu", padding="same")
        self.pool1 = tf.keras.layers.MaxPooling2D()
        self.conv2 = tf.keras.layers.Conv2D(32, 3, activation="relu", padding="same")
        self.pool2 = tf.keras.layers.MaxPooling2D()
        self.conv3 = tf.keras.layers.Conv2D(64, 3, activation="relu", padding="same")
        self.pool3 = tf.keras.layers.MaxPooling2D()
        self.flatten = tf.keras.layers.Flatten()
        self.hidden = tf.keras.layers.Dense(64, activation="relu")
        self.answer = tf.keras.layers.Dense(1, activation="sigmoid")

    def call(self, inputs):
        x = self.scale(inputs)
        x = self.pool1(self.conv1(x))
        x = self.pool2(self.conv2(x))
        x = self.pool3(self.conv3(x))
        return self.answer(self.hidden(self.flatten(x)))


def create_model():
    model = PetNet()
    model.build((None, SIDE, SIDE, 3))
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    return model


class EarlyStoppingCallback(tf.keras.callbacks.Callback):
    def __init__(self, accuracy=0.95, val_accuracy=0.8):  # params: 0.95=stop_accuracy, 0.8=stop_val_accuracy
        super().__init__()
        self.wanted = {"accuracy": accuracy, "val_accuracy": val_accuracy}

    def on_epoch_end(self, epoch, logs=None):
        logs = logs or {}
        self.model.stop_training = all(logs.get(name, 0) >= value for name, value in self.wanted.items())


def plot_history(history):
    figure = plt.figure(figsize=(6, 4))
    ax = figure.add_subplot()
    epochs = np.arange(len(history.history["loss"]))
    for key, style in [("loss", "--"), ("val_loss", "--"), ("accuracy", "-"), ("val_accuracy", "-")]:
        ax.plot(epochs, history.history[key], style, label=key.replace("val_", "validation "))
    ax.set_xlabel("epoch")
    ax.set_ylabel("loss (dashed), accuracy")
    ax.legend(["training loss", "validation loss", "training accuracy", "validation accuracy"])
    return figure


def feature_maps(model, image):
    kinds = (tf.keras.layers.Conv2D, tf.keras.layers.MaxPooling2D, tf.keras.layers.AveragePooling2D)
    maps, x = [], tf.convert_to_tensor(image[None, ...], dtype=tf.float32)
    for layer in model.layers:
        if isinstance(layer, tf.keras.layers.InputLayer):
            continue
        if isinstance(layer, tf.keras.layers.Flatten):
            break
        x = layer(x, training=False) if isinstance(layer, tf.keras.layers.BatchNormalization) else layer(x)
        if isinstance(layer, kinds):
            maps.append((layer.name, x[0].numpy()))
    return maps


def plot_feature_maps(maps):
    """One picture per layer: the mean over its channels."""
    figure, axes = plt.subplots(1, len(maps), figsize=(2 * len(maps), 2.4))
    for ax, (name, values) in zip(np.atleast_1d(axes), maps):
        ax.imshow(np.mean(np.reshape(values, values.shape[-3:]), axis=-1))
        ax.set_title(name, fontsize=7)
        ax.set_axis_off()
    return figure


if __name__ == "__main__":
    train, val = train_val_datasets()
    net = create_model()
    fitted = net.fit(train, validation_data=val, epochs=15, callbacks=[EarlyStoppingCallback()])
    plot_history(fitted).savefig("history.png")

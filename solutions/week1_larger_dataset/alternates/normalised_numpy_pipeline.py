# alternate: everything decoded once with Pillow into numpy arrays; a Normalization layer as the rescaling; a callback with a base class of its own
import os

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from PIL import Image

INPUT_SHAPE = (64, 64, 3)  # params: 64=image_size


def decode(path):
    with Image.open(path) as im:
        return np.asarray(im.convert("RGB").resize((64, 64), Image.Resampling.BILINEAR), dtype=np.uint8)  # params: 64=image_size


def readable_images(directory):
    def ok(name):
        try:
            decode(os.path.join(directory, name))
        except (OSError, SyntaxError, ValueError):
            return False
        return True

    return list(filter(ok, sorted(os.listdir(directory))))


def train_val_datasets():
    images, labels = [], []
    for label, folder in enumerate(("Cat", "Dog")):
        base = f"./PetImages/{folder}"
        for name in readable_images(base):
            images.append(decode(f"{base}/{name}"))
            labels.append(label)
    images, labels = np.stack(images), np.array(labels)
    idx = np.arange(len(images))
    np.random.seed(5)
    np.random.shuffle(idx)
    n_val = int(np.ceil(0.2 * len(idx)))  # params: 0.2=validation_split
    val, train = idx[:n_val], idx[n_val:]
    train_ds = tf.data.Dataset.from_tensor_slices((images[train], labels[train])).shuffle(1000).batch(32)  # params: 32=batch_size
    val_ds = tf.data.Dataset.from_tensor_slices((images[val], labels[val])).batch(32)  # params: 32=batch_size
    return train_ds, val_ds


def create_model():
    model = tf.keras.Sequential(name="cats_and_dogs")
    model.add(tf.keras.Input(INPUT_SHAPE))
    # (x - 127.5) / 127.5
    model.add(tf.keras.layers.Normalization(mean=127.5, variance=127.5**2))
    for i, f in enumerate([24, 48, 96]):
        model.add(tf.keras.layers.Conv2D(f, 3, strides=1, activation="elu", name=f"look_{i}"))
        model.add(tf.keras.layers.MaxPooling2D(pool_size=(2, 2), name=f"shrink_{i}"))
    model.add(tf.keras.layers.GlobalMaxPooling2D())
    model.add(tf.keras.layers.Dense(48, activation="elu"))
    model.add(tf.keras.layers.Dense(1, activation="sigmoid"))
    model.compile(tf.keras.optimizers.Nadam(1e-3), "binary_crossentropy", metrics=["binary_accuracy", "accuracy"])
    return model


class Thresholds(tf.keras.callbacks.Callback):
    accuracy = 0.0
    val_accuracy = 0.0

    def good_enough(self, logs):
        return logs["accuracy"] >= self.accuracy and logs["val_accuracy"] >= self.val_accuracy


class EarlyStoppingCallback(Thresholds):
    accuracy = 0.95  # params: 0.95=stop_accuracy
    val_accuracy = 0.80  # params: 0.80=stop_val_accuracy

    def on_epoch_end(self, epoch, logs=None):
        super().on_epoch_end(epoch, logs)
        if self.good_enough(logs):
            self.model.stop_training = True


def plot_history(history):
    with matplotlib.rc_context({"font.size": 8}):
        fig, axs = plt.subplots(2, 2, figsize=(8, 6))
        keys = [["loss", "val_loss"], ["accuracy", "val_accuracy"]]
        for i in range(2):
            for j in range(2):
                key = keys[i][j]
                axs[i, j].plot(history.epoch, history.history[key], label=key, color="C1" if j else "C0")
                axs[i, j].set_xlabel("epoch")
                axs[i, j].set_ylabel(key)
                axs[i, j].legend()
        return fig


def feature_maps(model, image):
    x = np.asarray(image, np.float32)[None]
    maps = []
    for layer in model.layers:
        if layer.__class__.__name__ == "InputLayer":
            continue
        if layer.__class__.__name__ == "Flatten" or layer.__class__.__name__.startswith("Global"):
            break
        x = layer(x, training=False) if "training" in layer.call.__code__.co_varnames else layer(x)
        if layer.__class__.__name__ in {"Conv2D", "MaxPooling2D", "AveragePooling2D"}:
            maps.append((layer.name, np.array(x)[0]))
    return maps


def plot_feature_maps(maps):
    fig, axs = plt.subplots(len(maps), 1, figsize=(6, 3 * len(maps)), squeeze=False)
    for ax, (name, m) in zip(axs[:, 0], maps):
        m = np.squeeze(m)
        side = int(np.ceil(np.sqrt(m.shape[-1])))
        h, w, c = m.shape
        grid = np.zeros((side * h, side * w))
        for k in range(c):
            r, q = divmod(k, side)
            grid[r * h : (r + 1) * h, q * w : (q + 1) * w] = m[:, :, k]
        ax.imshow(grid, cmap="bone")
        ax.set_title(f"{name}: {c} maps of {h} by {w}")
        ax.axis("off")
    return fig

# alternate: BatchNormalization as Keras sets it up (momentum 0.99), after which the moving averages lag behind in a short training
import os
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from PIL import Image


def readable_images(directory):
    ok = set()
    for p in Path(directory).glob("*"):
        try:
            im = Image.open(p)
            im.resize((8, 8))
            ok.add(p.name)
        except Exception as e:
            print(f"{p.name}: {e}")
    return sorted(ok)


def read(path, label):
    data = tf.io.read_file(path)
    image = tf.io.decode_image(data, channels=3, expand_animations=False)
    image = tf.image.resize(image, (64, 64))  # params: 64=image_size
    image = tf.ensure_shape(image, (64, 64, 3))  # params: 64=image_size
    return image, label


def train_val_datasets():
    train_files, train_labels, val_files, val_labels = [], [], [], []
    rng = np.random.RandomState(0)
    for label, name in enumerate(["Cat", "Dog"]):
        folder = os.path.join("PetImages", name)
        files = np.array(sorted(os.path.join(folder, f) for f in os.listdir(folder)))
        files = files[rng.permutation(len(files))]
        n = int(0.8 * len(files))  # params: 0.8=1-validation_split
        train_files.extend(files[:n])
        train_labels.extend([[label]] * n)
        val_files.extend(files[n:])
        val_labels.extend([[label]] * (len(files) - n))
    train = tf.data.Dataset.from_tensor_slices((train_files, train_labels))
    train = train.shuffle(len(train_files), reshuffle_each_iteration=True).map(read).batch(32)  # params: 32=batch_size
    val = tf.data.Dataset.from_tensor_slices((val_files, val_labels)).map(read).batch(32)  # params: 32=batch_size
    return train, val


def conv(x, filters):
    x = tf.keras.layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
    x = tf.keras.layers.BatchNormalization()(x)
    x = tf.keras.layers.ReLU()(x)
    return tf.keras.layers.MaxPooling2D()(x)


def create_model():
    inputs = tf.keras.layers.Input((64, 64, 3))  # params: 64=image_size
    x = tf.keras.layers.Rescaling(scale=1.0 / 255)(inputs)
    for filters in (16, 32, 64, 96):
        x = conv(x, filters)
    x = tf.keras.layers.GlobalAveragePooling2D()(x)
    outputs = tf.keras.layers.Dense(1, activation=tf.keras.activations.sigmoid)(x)
    model = tf.keras.Model(inputs, outputs, name="pets")
    model.compile(tf.keras.optimizers.RMSprop(3e-4), loss="binary_crossentropy", metrics=["acc"])
    return model


class EarlyStoppingCallback(tf.keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        logs = logs or {}
        accuracy = logs.get("accuracy", logs.get("acc", 0))
        val_accuracy = logs.get("val_accuracy", logs.get("val_acc", 0))
        if min(accuracy - 0.95, val_accuracy - 0.80) >= 0:  # params: 0.95=stop_accuracy, 0.80=stop_val_accuracy
            self.model.stop_training = True


def plot_history(history):
    h = history.history
    accuracy = "accuracy" if "accuracy" in h else "acc"
    fig, axes = plt.subplots(1, 2, sharex=True)
    for ax, key in zip(axes.ravel(), ("loss", accuracy)):
        line, = ax.plot(h[key])
        line.set_label("train")
        line, = ax.plot(h["val_" + key])
        line.set_label("val")
        ax.set_xlabel("Epoch")
        ax.set_ylabel("Loss" if key == "loss" else "Accuracy")
    axes[0].legend()
    axes[1].legend()
    return fig


def feature_maps(model, image):
    out = []
    for layer in model.layers:
        name = type(layer).__name__
        if "Conv" in name or ("Pool" in name and "Global" not in name):
            part = tf.keras.Model(model.inputs, layer.output)
            out.append((layer.name, part.predict(np.array([image]), verbose=0)))
    return out


def plot_feature_maps(maps):
    rows = len(maps)
    fig, axes = plt.subplots(rows, 5, figsize=(8, 1.6 * rows))
    for r in range(rows):
        name, a = maps[r]
        a = a[0] if a.ndim == 4 else a
        for c in range(5):
            axes[r, c].axis("off")
            if c < a.shape[2]:
                axes[r, c].matshow(a[:, :, c], cmap="gray")
        axes[r, 0].set_title(name)
    return fig

# mistake: the callback also stops after eight epochs
# fails: EarlyStoppingCallback/stops_when_both_hold
# fix_first: EarlyStoppingCallback/stops_when_both_hold
import os

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from PIL import Image

DATA_FOLDER = "./PetImages"  # param: data_folder
CLASS_NAMES = ["Cat", "Dog"]  # param: class_names
IMAGE_SIZE = 64  # param: image_size
BATCH_SIZE = 32  # param: batch_size
VALIDATION_SPLIT = 0.2  # param: validation_split


def readable_images(directory):
    readable = []
    for file_name in sorted(os.listdir(directory)):
        try:
            with Image.open(os.path.join(directory, file_name)) as image:
                image.load()
        except (OSError, SyntaxError, ValueError):
            continue
        readable.append(file_name)
    return readable


def train_val_datasets():
    return tf.keras.utils.image_dataset_from_directory(
        DATA_FOLDER,
        class_names=CLASS_NAMES,
        label_mode="binary",
        image_size=(IMAGE_SIZE, IMAGE_SIZE),
        batch_size=BATCH_SIZE,
        validation_split=VALIDATION_SPLIT,
        subset="both",
        seed=42,
    )


def create_model():
    model = tf.keras.Sequential(
        [
            tf.keras.Input(shape=(IMAGE_SIZE, IMAGE_SIZE, 3)),
            tf.keras.layers.Rescaling(1 / 255),
            tf.keras.layers.Conv2D(16, 3, activation="relu"),
            tf.keras.layers.MaxPooling2D(),
            tf.keras.layers.Conv2D(32, 3, activation="relu"),
            tf.keras.layers.MaxPooling2D(),
            tf.keras.layers.Conv2D(64, 3, activation="relu"),
            tf.keras.layers.MaxPooling2D(),
            tf.keras.layers.Flatten(),
            tf.keras.layers.Dense(64, activation="relu"),
            tf.keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    return model


class EarlyStoppingCallback(tf.keras.callbacks.Callback):
    def on_train_begin(self, logs=None):
        self.epochs_seen = 0

    def on_epoch_end(self, epoch, logs=None):
        self.epochs_seen += 1
        good = logs.get("accuracy", 0.0) >= 0.95 and logs.get("val_accuracy", 0.0) >= 0.80  # params: 0.95=stop_accuracy, 0.80=stop_val_accuracy
        if good or self.epochs_seen >= 8:
            self.model.stop_training = True


def plot_history(history):
    figure, axes = plt.subplots(1, 2, figsize=(10, 4))
    for ax, name in zip(axes, ["loss", "accuracy"]):
        values, val_values = history.history[name], history.history[f"val_{name}"]
        epochs = range(1, len(values) + 1)
        ax.plot(epochs, values, marker="o", label=f"training {name}")
        ax.plot(epochs, val_values, marker="o", label=f"validation {name}")
        ax.set(xlabel="epoch", ylabel=name)
        ax.legend()
    figure.tight_layout()
    return figure


def feature_maps(model, image):
    wanted = (tf.keras.layers.Conv2D, tf.keras.layers.MaxPooling2D, tf.keras.layers.AveragePooling2D)
    layers = [layer for layer in model.layers if isinstance(layer, wanted)]
    journey = tf.keras.Model(model.inputs, [layer.output for layer in layers])
    outputs = journey(np.asarray(image, dtype="float32")[np.newaxis])
    return [(layer.name, np.asarray(output)[0]) for layer, output in zip(layers, outputs)]


def plot_feature_maps(maps):
    columns = 8
    figure, axes = plt.subplots(len(maps), columns, figsize=(columns, 1.2 * len(maps)), squeeze=False)
    for row, (name, array) in zip(axes, maps):
        row[0].set_title(f"{name}, {array.shape[0]}x{array.shape[1]}", fontsize=8, loc="left")
        for index, ax in enumerate(row):
            ax.axis("off")
            if index < array.shape[-1]:
                ax.imshow(array[:, :, index], cmap="gray")
    figure.tight_layout()
    return figure

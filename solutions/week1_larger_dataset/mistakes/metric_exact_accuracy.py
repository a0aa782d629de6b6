# mistake: the class Accuracy, which counts outputs that equal the label
# fails: create_model/accuracy_metric
# fix_first: create_model/accuracy_metric

import os

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from PIL import Image

IMAGE_SIZE = 64  # param: image_size
BATCH_SIZE = 32  # param: batch_size
VALIDATION_SPLIT = 0.2  # param: validation_split
DATA_FOLDER = "./PetImages"  # param: data_folder
CLASS_NAMES = ["Cat", "Dog"]  # param: class_names


def readable_images(directory):
    names = []
    for name in sorted(os.listdir(directory)):
        try:
            with Image.open(os.path.join(directory, name)) as image:
                image.load()
        except Exception:
            continue
        names.append(name)
    return names


def train_val_datasets():
    train, validation = tf.keras.utils.image_dataset_from_directory(
        DATA_FOLDER,
        class_names=CLASS_NAMES,
        label_mode="binary",
        image_size=(IMAGE_SIZE, IMAGE_SIZE),
        batch_size=BATCH_SIZE,
        validation_split=VALIDATION_SPLIT,
        subset="both",
        seed=1,
    )
    return train, validation


def create_model():
    model = tf.keras.Sequential(
        [
            tf.keras.Input((IMAGE_SIZE, IMAGE_SIZE, 3)),
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
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=[tf.keras.metrics.Accuracy()])
    return model


class EarlyStoppingCallback(tf.keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        if logs["accuracy"] >= 0.95 and logs["val_accuracy"] >= 0.80:  # params: 0.95=stop_accuracy, 0.80=stop_val_accuracy
            self.model.stop_training = True


def plot_history(history):
    figure, axes = plt.subplots(1, 2, figsize=(10, 4))
    for ax, name in zip(axes, ["loss", "accuracy"]):
        ax.plot(history.history[name], label="training")
        ax.plot(history.history["val_" + name], label="validation")
        ax.set_xlabel("epoch")
        ax.set_ylabel(name)
        ax.legend()
    return figure


def feature_maps(model, image):
    chosen = [layer for layer in model.layers if isinstance(layer, (tf.keras.layers.Conv2D, tf.keras.layers.MaxPooling2D))]
    journey = tf.keras.Model(model.inputs, [layer.output for layer in chosen])
    outputs = journey(np.asarray(image, dtype="float32")[np.newaxis])
    return [(layer.name, np.asarray(output)[0]) for layer, output in zip(chosen, outputs)]


def plot_feature_maps(maps):
    figure, axes = plt.subplots(len(maps), 1, squeeze=False)
    for row, (name, array) in zip(axes, maps):
        row[0].imshow(array[..., 0], cmap="viridis")
        row[0].set_title(name)
    return figure

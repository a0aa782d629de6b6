# alternate: tf.image.random_* in a map before shuffle, in training alone

import os
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from PIL import Image
from sklearn.model_selection import train_test_split

DATA_FOLDER = "./PetImages"  # param: data_folder
CLASS_NAMES = ["Cat", "Dog"]  # param: class_names


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


IMAGE_SIZE = 64  # param: image_size
BATCH_SIZE = 32  # param: batch_size
VALIDATION_SPLIT = 0.2  # param: validation_split


def load_image(path, label):
    picture = tf.io.decode_jpeg(tf.io.read_file(path), channels=3)
    picture = tf.image.resize(picture, (IMAGE_SIZE, IMAGE_SIZE)) / 255.0
    return picture, label


def augment(picture, label):
    picture = tf.image.random_flip_left_right(picture)
    picture = tf.image.resize(picture, (IMAGE_SIZE + 8, IMAGE_SIZE + 8))
    picture = tf.image.random_crop(picture, (IMAGE_SIZE, IMAGE_SIZE, 3))
    return picture, label


def train_val_datasets():
    paths, labels = [], []
    for number, class_name in enumerate(CLASS_NAMES):
        folder = os.path.join(DATA_FOLDER, class_name)
        for file_name in sorted(os.listdir(folder)):
            paths.append(os.path.join(folder, file_name))
            labels.append(number)
    train_paths, val_paths, train_labels, val_labels = train_test_split(
        paths, labels, test_size=VALIDATION_SPLIT, random_state=42, stratify=labels
    )
    train = tf.data.Dataset.from_tensor_slices((train_paths, train_labels))
    train = train.map(load_image).map(augment).shuffle(len(train_paths)).batch(BATCH_SIZE).prefetch(tf.data.AUTOTUNE)
    validation = tf.data.Dataset.from_tensor_slices((val_paths, val_labels))
    validation = validation.map(load_image).batch(BATCH_SIZE).prefetch(tf.data.AUTOTUNE)
    return train, validation


def create_model():
    model = tf.keras.Sequential(
        [
            tf.keras.Input(shape=(IMAGE_SIZE, IMAGE_SIZE, 3)),
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


STOP_ACCURACY = 0.95  # param: stop_accuracy
STOP_VAL_ACCURACY = 0.80  # param: stop_val_accuracy


class EarlyStoppingCallback(tf.keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        if logs.get("accuracy", 0.0) >= STOP_ACCURACY and logs.get("val_accuracy", 0.0) >= STOP_VAL_ACCURACY:
            self.model.stop_training = True


EPOCHS = 20  # param: epochs


def plot_history(history):
    figure, axes = plt.subplots(1, 2, figsize=(10, 4))
    for ax, name in zip(axes, ["loss", "accuracy"], strict=True):
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
    batch = np.asarray(image, dtype="float32")[np.newaxis]
    outputs = journey(batch)
    return [(layer.name, np.asarray(output)[0]) for layer, output in zip(layers, outputs, strict=True)]


def plot_feature_maps(maps):
    columns = 8
    figure, axes = plt.subplots(len(maps), columns, figsize=(columns, 1.2 * len(maps)), squeeze=False)
    for row, (name, array) in zip(axes, maps, strict=True):
        row[0].set_title(f"{name}, {array.shape[0]}×{array.shape[1]}", fontsize=8, loc="left")
        for index, ax in enumerate(row):
            ax.axis("off")
            if index < array.shape[-1]:
                ax.imshow(array[:, :, index], cmap="gray")
    figure.tight_layout()
    return figure

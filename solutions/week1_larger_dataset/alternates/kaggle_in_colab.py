# alternate: what is left of a session in Colab: keys for a download, a theme, a window, `acc`, and short names for loss and metrics
import os
import getpass

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from PIL import Image

try:
    import seaborn as sns
    sns.set_theme()
except ImportError:
    pass
import matplotlib

matplotlib.use("TkAgg")

# the data came from Kaggle
from google.colab import userdata
os.environ["KAGGLE_USERNAME"] = userdata.get("KAGGLE_USERNAME")
os.environ["KAGGLE_KEY"] = getpass.getpass("key: ")
tf.get_logger().setLevel("ERROR")

IMAGE_SIZE = 64  # param: image_size
BATCH_SIZE = 32  # param: batch_size
VALIDATION_SPLIT = 0.2  # param: validation_split
DATA_FOLDER = "./PetImages"  # param: data_folder
CLASS_NAMES = ["Cat", "Dog"]  # param: class_names
LABELS = sorted(name for name in os.listdir(DATA_FOLDER) if name in CLASS_NAMES)


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
        label_mode="categorical",
        image_size=(IMAGE_SIZE, IMAGE_SIZE),
        batch_size=BATCH_SIZE,
        validation_split=VALIDATION_SPLIT,
        subset="both",
        seed=1,
    )
    return train, validation


def create_model():
    norm = tf.keras.layers.Normalization()
    norm.adapt(train_val_datasets()[0].map(lambda images, labels: images).take(4))
    model = tf.keras.Sequential(
        [
            tf.keras.Input((IMAGE_SIZE, IMAGE_SIZE, 3)),
            norm,
            tf.keras.layers.Conv2D(16, 3, activation="relu"),
            tf.keras.layers.MaxPooling2D(),
            tf.keras.layers.Conv2D(32, 3, activation="relu"),
            tf.keras.layers.MaxPooling2D(),
            tf.keras.layers.Conv2D(64, 3, activation="relu"),
            tf.keras.layers.MaxPooling2D(),
            tf.keras.layers.Flatten(),
            tf.keras.layers.Dense(64, activation="relu"),
            tf.keras.layers.Dense(len(LABELS), activation="softmax"),
        ]
    )
    model.compile(optimizer="adam", loss="bce", metrics=["acc", tf.keras.metrics.SpecificityAtSensitivity(0.5), tf.keras.metrics.MeanIoU(2)])
    return model


class EarlyStoppingCallback(tf.keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        if logs.get("acc") >= 0.95 and logs.get("val_acc") >= 0.80:  # params: 0.95=stop_accuracy, 0.80=stop_val_accuracy
            self.model.stop_training = True


def plot_history(history):
    figure, axes = plt.subplots(1, 2, figsize=(10, 4))
    for ax, name in zip(axes, ["loss", "acc"]):
        ax.plot(history.history[name], label="train value")
        ax.plot(history.history["val_" + name], label="latest val")
        ax.set_ylabel(name)
        ax.legend()
    figure.supxlabel("epoch")
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

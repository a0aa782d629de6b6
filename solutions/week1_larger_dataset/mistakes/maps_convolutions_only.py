# mistake: poolings are left out
# fails: feature_maps/layers_in_order
# fix_first: feature_maps/layers_in_order

import os
import random

import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from keras import layers
from PIL import Image

# settings
ROOT = "./PetImages"  # param: data_folder
SIZE = 64  # param: image_size
BATCH = 32  # param: batch_size
VAL = 0.2  # param: validation_split


def can_be_read(path):
    try:
        np.asarray(Image.open(path))
        return True
    except Exception:
        return False


def readable_images(directory):
    # keep only what really decodes
    return sorted(name for name in os.listdir(directory) if can_be_read(os.path.join(directory, name)))


def load(path, label):
    # one photo, resized
    image = tf.io.decode_jpeg(tf.io.read_file(path), channels=3)
    return tf.image.resize(image, (SIZE, SIZE)), label


def list_files():
    paths, labels = [], []
    for number, name in enumerate(sorted(os.listdir(ROOT))):
        for file in sorted(os.listdir(os.path.join(ROOT, name))):
            paths.append(os.path.join(ROOT, name, file))
            labels.append(float(number))
    together = list(zip(paths, labels))
    random.Random(4).shuffle(together)
    return [p for p, _ in together], [y for _, y in together]


def train_val_datasets():
    paths, labels = list_files()
    n_val = int(len(paths) * VAL)
    train = tf.data.Dataset.from_tensor_slices((paths[n_val:], labels[n_val:]))
    val = tf.data.Dataset.from_tensor_slices((paths[:n_val], labels[:n_val]))
    train = train.shuffle(1000).map(load).batch(BATCH)
    val = val.map(load).batch(BATCH)
    return train, val


def create_model():
    inputs = keras.Input(shape=(SIZE, SIZE, 3))
    x = layers.Rescaling(1.0 / 255)(inputs)
    # three rounds of looking and shrinking
    for filters in (16, 32, 64):
        x = layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
        x = layers.MaxPooling2D()(x)
    x = layers.Flatten()(x)
    x = layers.Dense(64, activation="relu")(x)
    outputs = layers.Dense(1, activation="sigmoid")(x)
    model = keras.Model(inputs, outputs)
    model.compile(optimizer=keras.optimizers.Adam(), loss="binary_crossentropy", metrics=["accuracy"])
    return model


class EarlyStoppingCallback(keras.callbacks.Callback):
    """Stop when both accuracies are good."""

    def on_epoch_end(self, epoch, logs=None):
        accuracy = logs.get("accuracy")
        val_accuracy = logs.get("val_accuracy")
        if accuracy >= 0.95 and val_accuracy >= 0.8:  # params: 0.95=stop_accuracy, 0.8=stop_val_accuracy
            print("good enough in epoch", epoch)
            self.model.stop_training = True


def plot_history(history):
    h = history.history
    fig, (top, bottom) = plt.subplots(2, 1, figsize=(6, 8))
    # loss
    top.plot(h["loss"], label="training loss")
    top.plot(h["val_loss"], label="validation loss")
    top.set(xlabel="epoch", ylabel="loss")
    top.legend()
    # accuracy
    bottom.plot(h["accuracy"], label="training accuracy")
    bottom.plot(h["val_accuracy"], label="validation accuracy")
    bottom.set(xlabel="epoch", ylabel="accuracy")
    bottom.legend()
    return fig


def feature_maps(model, image):
    # send the image through, layer by layer
    x = np.expand_dims(image, 0).astype("float32")
    maps = []
    for layer in model.layers:
        if isinstance(layer, layers.InputLayer):
            continue
        x = layer(x)
        if isinstance(layer, layers.Conv2D):
            maps.append((layer.name, np.array(x)))
    return maps


def plot_feature_maps(maps):
    fig = plt.figure(figsize=(8, 2 * len(maps)))
    for i, (name, values) in enumerate(maps):
        values = values[0] if values.ndim == 4 else values
        for j in range(4):
            ax = fig.add_subplot(len(maps), 4, 4 * i + j + 1)
            ax.imshow(values[:, :, j % values.shape[-1]])
            ax.set_title(name)
            ax.axis("off")
    return fig

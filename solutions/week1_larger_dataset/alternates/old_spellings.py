# alternate: written for Keras, NumPy and Pillow of some years ago: modules, names and arguments that have been renamed or have moved since; loops under a progress bar
import os

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from PIL import Image
from tensorflow.keras.layers.experimental.preprocessing import Rescaling
from tensorflow.keras.preprocessing import image_dataset_from_directory
from keras.layers.convolutional import Conv2D, MaxPooling2D
from keras.layers.core import Dense, Flatten
from keras.engine import Model
from keras.utils.np_utils import to_categorical
from tqdm import tqdm


def readable_images(directory):
    names = []
    for name in tqdm(os.listdir(directory)):
        try:
            picture = Image.open(os.path.join(directory, name)).convert("RGB")
            np.array(picture.resize((8, 8), Image.ANTIALIAS), dtype=np.float)
            names.append(name)
        except Exception:
            print(name, "cannot be read")
    names.sort()
    return names


def one_hot(images, labels):
    labels = tf.numpy_function(lambda given: to_categorical(given, 2), [labels], tf.float64)
    return images, tf.ensure_shape(labels, (None, 2))


def train_val_datasets():
    sides = []
    for subset in ("training", "validation"):
        side = image_dataset_from_directory(
            "./PetImages", validation_split=0.2, subset=subset, seed=42, image_size=(64, 64), batch_size=32  # params: 64=image_size, 32=batch_size, 0.2=validation_split
        )
        sides.append(side.map(one_hot))
    return tuple(sides)


def create_model():
    model = tf.keras.models.Sequential()
    model.add(Rescaling(1.0 / 255, input_shape=(64, 64, 3)))  # params: 64=image_size
    for filters in (16, 32, 64):
        model.add(Conv2D(filters, (3, 3), activation="LeakyReLU"))
        model.add(MaxPooling2D((2, 2)))
    model.add(Flatten())
    model.add(Dense(64, activation="ReLU"))
    model.add(Dense(2, activation="Softmax"))
    model.compile(
        loss="categorical_crossentropy",
        optimizer=tf.keras.optimizers.legacy.Adam(lr=0.001, beta_1=0.9, beta_2=0.999, epsilon=None, decay=0.0),
        metrics="accuracy",
    )
    print("rate:", model.optimizer.lr)
    return model


class EarlyStoppingCallback(tf.keras.callbacks.Callback):
    def __init__(self, accuracy=0.95, val_accuracy=0.80):  # params: 0.95=stop_accuracy, 0.80=stop_val_accuracy
        super(EarlyStoppingCallback, self).__init__()
        self.model = None
        self.accuracy = accuracy
        self.val_accuracy = val_accuracy

    def on_epoch_end(self, epoch, logs={}):
        if logs.get("accuracy") >= self.accuracy and logs.get("val_accuracy") >= self.val_accuracy:
            print("rate at the end:", self.model.optimizer.lr)
            self.model.stop_training = True


def plot_history(history):
    fig, axes = plt.subplots(1, 2)
    for axis, metric in zip(axes, ["accuracy", "loss"]):
        axis.plot(history.epoch, history.history[metric], "bo", label="Training " + metric)
        axis.plot(history.epoch, history.history["val_" + metric], "b", label="Validation " + metric)
        axis.set_xlabel("Epochs")
        axis.set_ylabel(metric)
        axis.legend()
    return fig


def feature_maps(model, image):
    chosen = [layer for layer in model.layers if isinstance(layer, (Conv2D, MaxPooling2D))]
    journey = Model(inputs=model.inputs, outputs=[layer.output for layer in chosen])
    outputs = journey.predict(np.expand_dims(image, axis=0))
    return [(layer.name, output) for layer, output in zip(chosen, outputs)]


def plot_feature_maps(maps):
    fig, axes = plt.subplots(len(maps), 1, figsize=(10, 2 * len(maps)))
    for axis, (name, output) in zip(axes, maps):
        size, count = output.shape[1], output.shape[-1]
        grid = np.zeros((size, size * count))
        for i in range(count):
            x = output[0, :, :, i] - output[0, :, :, i].mean()
            x = x / (x.std() + 1e-5) * 64 + 128
            grid[:, i * size : (i + 1) * size] = np.clip(x, 0, 255).astype("uint8")
        axis.imshow(grid, aspect="auto", cmap="viridis")
        axis.set_title(name)
        axis.grid(False)
    return fig

# alternate: functional API; two calls with subset= and the same seed; figure with one axes for loss and one for accuracy
import os

import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import layers
from PIL import Image, UnidentifiedImageError

SEED = 1234
data_dir = "./PetImages"


def readable_images(directory):
    good = []
    for name in os.listdir(directory):
        path = os.path.join(directory, name)
        if not os.path.isfile(path) or os.path.getsize(path) == 0:
            continue
        try:
            Image.open(path).convert("RGB")
        except (UnidentifiedImageError, OSError, SyntaxError):
            print("skipping", name)
        else:
            good.append(name)
    good.sort()
    return good


def train_val_datasets():
    common = dict(
        directory=data_dir,
        labels="inferred",
        label_mode="binary",
        image_size=(64, 64),  # params: 64=image_size
        batch_size=32,  # params: 32=batch_size
        validation_split=0.2,  # params: 0.2=validation_split
        seed=SEED,
    )
    training_dataset = keras.utils.image_dataset_from_directory(subset="training", **common)
    validation_dataset = keras.utils.image_dataset_from_directory(subset="validation", **common)
    return training_dataset, validation_dataset


def create_model():
    inputs = keras.Input(shape=(64, 64, 3), name="photo")  # params: 64=image_size
    x = layers.Rescaling(1.0 / 255)(inputs)
    x = layers.Conv2D(32, (3, 3), padding="same", activation="relu")(x)
    x = layers.MaxPooling2D((2, 2))(x)
    x = layers.Conv2D(64, (3, 3), padding="same", activation="relu")(x)
    x = layers.MaxPooling2D((2, 2))(x)
    x = layers.Conv2D(64, (3, 3), padding="same", activation="relu")(x)
    x = layers.MaxPooling2D((2, 2))(x)
    x = layers.Flatten()(x)
    x = layers.Dense(64, activation="relu")(x)
    outputs = layers.Dense(1, activation="sigmoid")(x)
    model = keras.Model(inputs=inputs, outputs=outputs)
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate=1e-3),
        loss=keras.losses.BinaryCrossentropy(),
        metrics=["accuracy"],
    )
    return model


class EarlyStoppingCallback(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        if logs["accuracy"] >= 0.95 and logs["val_accuracy"] >= 0.80:  # params: 0.95=stop_accuracy, 0.80=stop_val_accuracy
            self.model.stop_training = True
            print("\nReached 95% train accuracy and 80% validation accuracy, so cancelling training!")


def plot_history(history):
    h = history.history
    fig, (ax1, ax2) = plt.subplots(2, 1)
    ax1.plot(h["loss"], "b", label="Training loss")
    ax1.plot(h["val_loss"], "r", label="Validation loss")
    ax1.set_title("Loss")
    ax1.set_xlabel("Epoch")
    ax1.set_ylabel("Loss")
    ax1.legend()
    ax2.plot(h["accuracy"], "b", label="Training accuracy")
    ax2.plot(h["val_accuracy"], "r", label="Validation accuracy")
    ax2.set_title("Accuracy")
    ax2.set_xlabel("Epoch")
    ax2.set_ylabel("Accuracy")
    ax2.legend()
    return fig


def feature_maps(model, image):
    # one call layer by layer
    x = np.expand_dims(image, 0)
    result = []
    for layer in model.layers:
        if isinstance(layer, layers.InputLayer):
            continue
        x = layer(x)
        if "conv" in layer.name or "pool" in layer.name or isinstance(layer, (layers.Conv2D, layers.MaxPooling2D)):
            result.append((layer.name, x.numpy()))
    return result


def plot_feature_maps(maps):
    fig = plt.figure(figsize=(12, 2 * len(maps)))
    for i, (name, act) in enumerate(maps):
        for j in range(4):
            ax = fig.add_subplot(len(maps), 4, i * 4 + j + 1)
            ax.imshow(act[0, :, :, j], cmap="viridis")
            ax.set_title(name)
            ax.axis("off")
    return fig

# mistake: last layer has one unit without activation, the loss expects probabilities
# fails: create_model/output_fits_loss
# fix_first: create_model/output_fits_loss
import os

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from PIL import Image

DATA_FOLDER = "./PetImages"
CLASS_NAMES = ["Cat", "Dog"]
IMAGE_SIZE = 64  # params: 64=image_size
BATCH_SIZE = 32  # params: 32=batch_size
VALIDATION_SPLIT = 0.2  # params: 0.2=validation_split
STOP_ACCURACY = 0.95  # params: 0.95=stop_accuracy
STOP_VAL_ACCURACY = 0.80  # params: 0.80=stop_val_accuracy


def readable_images(directory):
    good = []
    for name in sorted(os.listdir(directory)):
        path = os.path.join(directory, name)
        if not os.path.isfile(path):
            continue
        try:
            with Image.open(path) as image:
                image.load()
        except Exception:
            continue
        good.append(name)
    return good


def train_val_datasets():
    train_ds, val_ds = tf.keras.utils.image_dataset_from_directory(
        DATA_FOLDER,
        labels="inferred",
        label_mode="binary",
        image_size=(IMAGE_SIZE, IMAGE_SIZE),
        batch_size=BATCH_SIZE,
        seed=123,
        validation_split=VALIDATION_SPLIT,
        subset="both",
    )
    train_ds = train_ds.cache().shuffle(50).prefetch(tf.data.AUTOTUNE)
    val_ds = val_ds.cache().prefetch(tf.data.AUTOTUNE)
    return train_ds, val_ds


def create_model():
    inputs = tf.keras.Input((IMAGE_SIZE, IMAGE_SIZE, 3))
    x = tf.keras.layers.Rescaling(1 / 255)(inputs)
    for filters in [16, 32, 64, 128]:
        x = tf.keras.layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
        x = tf.keras.layers.MaxPooling2D()(x)
    x = tf.keras.layers.Flatten()(x)
    x = tf.keras.layers.Dense(128, activation="relu")(x)
    outputs = tf.keras.layers.Dense(1)(x)
    model = tf.keras.Model(inputs, outputs)
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    return model


class EarlyStoppingCallback(tf.keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        logs = logs or {}
        enough = logs.get("accuracy", 0) >= STOP_ACCURACY
        enough_val = logs.get("val_accuracy", 0) >= STOP_VAL_ACCURACY
        if enough and enough_val:
            self.model.stop_training = True


def plot_history(history):
    fig, axes = plt.subplots(1, 2, figsize=(12, 4))
    for ax, key in zip(axes, ["loss", "accuracy"]):
        ax.plot(history.history[key], label=f"training {key}")
        ax.plot(history.history["val_" + key], label=f"validation {key}")
        ax.set_xlabel("epoch")
        ax.set_ylabel(key)
        ax.legend()
    return fig


def feature_maps(model, image):
    kinds = (tf.keras.layers.Conv2D, tf.keras.layers.MaxPooling2D, tf.keras.layers.AveragePooling2D)
    chosen = [layer for layer in model.layers if isinstance(layer, kinds)]
    viewer = tf.keras.Model(inputs=model.inputs[0], outputs=[layer.output for layer in chosen])
    batch = np.asarray(image, dtype="float32")[np.newaxis]
    results = viewer.predict(batch, verbose=0)
    return [(layer.name, result[0]) for layer, result in zip(chosen, results)]


def plot_feature_maps(maps):
    columns = 8
    fig, axes = plt.subplots(len(maps), columns, figsize=(columns, 1.4 * len(maps)), squeeze=False)
    for row, (name, array) in zip(axes, maps):
        array = np.asarray(array)
        if array.ndim == 4:
            array = array[0]
        row[0].set_title(name, fontsize=8, loc="left")
        for i, ax in enumerate(row):
            if i < array.shape[-1]:
                ax.imshow(array[:, :, i], cmap="gray")
            ax.axis("off")
    return fig


def main():
    training, validation = train_val_datasets()
    model = create_model()
    model.summary()
    history = model.fit(training, validation_data=validation, epochs=20, callbacks=[EarlyStoppingCallback()])
    plot_history(history)
    images, _ = next(iter(validation))
    plot_feature_maps(feature_maps(model, np.asarray(images)[0]))
    plt.show()


if __name__ == "__main__":
    main()

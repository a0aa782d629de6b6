# mistake: readable_images deletes the unreadable files from the folder
# fails: readable_images/leaves_files_alone
# fix_first: readable_images/leaves_files_alone
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
    removed = 0
    for name in os.listdir(directory):
        path = os.path.join(directory, name)
        if os.path.isdir(path):
            continue
        try:
            with Image.open(path) as img:
                img.load()
        except Exception:
            os.remove(path)
            removed += 1
    print(f"{removed} broken files removed from {directory}")
    return sorted(f for f in os.listdir(directory) if os.path.isfile(os.path.join(directory, f)))


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
    outputs = tf.keras.layers.Dense(1, activation="sigmoid")(x)
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
    h = history.history
    epochs = range(1, len(h["loss"]) + 1)
    fig, (top, bottom) = plt.subplots(2, 1, figsize=(7, 8))
    top.plot(epochs, h["loss"], "b-", label="Training")
    top.plot(epochs, h["val_loss"], "r-", label="Validation")
    top.set_ylabel("Loss")
    bottom.plot(epochs, h["accuracy"], "b-", label="Training")
    bottom.plot(epochs, h["val_accuracy"], "r-", label="Validation")
    bottom.set_ylabel("Accuracy")
    for ax in (top, bottom):
        ax.set_xlabel("Epoch")
        ax.grid(True)
        ax.legend()
    fig.tight_layout()
    return fig


def feature_maps(model, image):
    batch = tf.convert_to_tensor(np.expand_dims(image, axis=0), dtype=tf.float32)
    steps = []
    for layer in model.layers:
        class_name = layer.__class__.__name__
        if "Conv" not in class_name and "Pooling2D" not in class_name:
            continue
        until_here = tf.keras.Model(model.inputs, layer.output)
        steps.append((layer.name, until_here(batch, training=False).numpy()))
    return steps


def plot_feature_maps(maps):
    fig = plt.figure(figsize=(10, 2 * len(maps)))
    for r, (name, array) in enumerate(maps):
        array = np.asarray(array)
        array = array[0] if array.ndim == 4 else array
        for c in range(min(5, array.shape[-1])):
            ax = fig.add_subplot(len(maps), 5, r * 5 + c + 1)
            ax.imshow(array[..., c], cmap="gray")
            ax.set_title(f"{name} [{c}]", fontsize=7)
            ax.axis("off")
    fig.tight_layout()
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

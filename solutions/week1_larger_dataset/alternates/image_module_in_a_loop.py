# alternate: tensorflow.keras.preprocessing.image, whose name a loop over pictures takes later

import os
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from tensorflow.keras.preprocessing import image

DATA_FOLDER = "./PetImages"  # param: data_folder
CLASS_NAMES = ["Cat", "Dog"]  # param: class_names


def readable_images(directory):
    readable = []
    for file_name in sorted(os.listdir(directory)):
        try:
            # target_size makes Pillow decode all of it
            image.load_img(os.path.join(directory, file_name), target_size=(64, 64))
        except Exception:
            continue
        readable.append(file_name)
    return readable


print(readable_images("."), "lie beside this file")

IMAGE_SIZE = 64  # param: image_size
BATCH_SIZE = 32  # param: batch_size
VALIDATION_SPLIT = 0.2  # param: validation_split


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


train_dataset, validation_dataset = train_val_datasets()
images, labels = next(iter(train_dataset))
figure, axes = plt.subplots(2, 8, figsize=(12, 3.4))
for ax, image, label in zip(axes.flat, np.asarray(images), np.asarray(labels), strict=False):
    ax.imshow(image / max(1.0, image.max()))
    ax.set_title(str(np.squeeze(label)), fontsize=9)
    ax.axis("off")


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

# mistake: readable_images relies on Image.verify and never decodes the pixels
# fails: readable_images/drops_truncated_files
# fix_first: readable_images/drops_truncated_files
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


def is_image(path):
    if os.path.isdir(path) or os.path.getsize(path) == 0:
        return False
    try:
        with Image.open(path) as img:
            img.verify()
    except Exception:
        return False
    return True


def readable_images(directory):
    return sorted(name for name in os.listdir(directory) if is_image(os.path.join(directory, name)))


def train_val_datasets():
    common = dict(
        directory=DATA_FOLDER,
        class_names=CLASS_NAMES,
        label_mode="binary",
        image_size=(IMAGE_SIZE, IMAGE_SIZE),
        batch_size=BATCH_SIZE,
        validation_split=VALIDATION_SPLIT,
        seed=5,
    )
    train_dataset = tf.keras.utils.image_dataset_from_directory(subset="training", **common)
    validation_dataset = tf.keras.utils.image_dataset_from_directory(subset="validation", **common)
    return train_dataset, validation_dataset


def create_model():
    model = tf.keras.models.Sequential(
        [
            tf.keras.Input(shape=(IMAGE_SIZE, IMAGE_SIZE, 3)),
            tf.keras.layers.Rescaling(1.0 / 255),
            tf.keras.layers.Conv2D(32, (3, 3), activation="relu"),
            tf.keras.layers.MaxPooling2D(2, 2),
            tf.keras.layers.Conv2D(64, (3, 3), activation="relu"),
            tf.keras.layers.MaxPooling2D(2, 2),
            tf.keras.layers.Conv2D(128, (3, 3), activation="relu"),
            tf.keras.layers.MaxPooling2D(2, 2),
            tf.keras.layers.Flatten(),
            tf.keras.layers.Dense(256, activation="relu"),
            tf.keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(optimizer=tf.keras.optimizers.Adam(learning_rate=0.001), loss="binary_crossentropy", metrics=["accuracy"])
    return model


class EarlyStoppingCallback(tf.keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        if logs["accuracy"] >= STOP_ACCURACY and logs["val_accuracy"] >= STOP_VAL_ACCURACY:
            self.model.stop_training = True
            print("\nBoth accuracies reached, stopping.")


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


train_dataset, validation_dataset = train_val_datasets()
model = create_model()
history = model.fit(
    train_dataset,
    epochs=20,
    validation_data=validation_dataset,
    callbacks=[EarlyStoppingCallback()],
)
plot_history(history)
plt.show()

# mistake: callback remembers the best values and stops when the two goals were met in different epochs
# fails: EarlyStoppingCallback/goes_on_while_one_is_missing
# fix_first: EarlyStoppingCallback/goes_on_while_one_is_missing
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
    def __init__(self):
        super().__init__()
        self.best_accuracy = 0.0
        self.best_val_accuracy = 0.0

    def on_epoch_end(self, epoch, logs=None):
        logs = logs or {}
        self.best_accuracy = max(self.best_accuracy, logs.get("accuracy", 0.0))
        self.best_val_accuracy = max(self.best_val_accuracy, logs.get("val_accuracy", 0.0))
        if self.best_accuracy >= STOP_ACCURACY and self.best_val_accuracy >= STOP_VAL_ACCURACY:
            print(f"\nGoal reached in epoch {epoch + 1}")
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

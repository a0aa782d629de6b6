# alternate: rescaled in the data sets, so RandomBrightness is told the range 0 to 1

import numpy as np
import tensorflow as tf

DATA_FOLDER = "./PetImages"  # param: data_folder
CLASS_NAMES = ["Cat", "Dog"]  # param: class_names
IMAGE_SIZE = 64  # param: image_size
BATCH_SIZE = 32  # param: batch_size
VALIDATION_SPLIT = 0.2  # param: validation_split


def train_val_datasets():
    train, validation = tf.keras.utils.image_dataset_from_directory(
        DATA_FOLDER,
        class_names=CLASS_NAMES,
        label_mode="binary",
        image_size=(IMAGE_SIZE, IMAGE_SIZE),
        batch_size=BATCH_SIZE,
        validation_split=VALIDATION_SPLIT,
        subset="both",
        seed=42,
    )
    rescale = tf.keras.layers.Rescaling(1 / 255)
    train = train.map(lambda images, labels: (rescale(images), labels))
    validation = validation.map(lambda images, labels: (rescale(images), labels))
    return train, validation


def create_augmentation_model():
    return tf.keras.Sequential(
        [
            tf.keras.Input(shape=(IMAGE_SIZE, IMAGE_SIZE, 3)),
            tf.keras.layers.RandomFlip("horizontal"),
            tf.keras.layers.RandomRotation(0.1),
            tf.keras.layers.RandomZoom(0.2),
            # our pixels are already between 0 and 1
            tf.keras.layers.RandomBrightness(0.1, value_range=(0.0, 1.0)),
        ]
    )


def create_model():
    model = tf.keras.Sequential(
        [
            tf.keras.Input(shape=(IMAGE_SIZE, IMAGE_SIZE, 3)),
            create_augmentation_model(),
            tf.keras.layers.Conv2D(16, 3, activation="relu"),
            tf.keras.layers.MaxPooling2D(),
            tf.keras.layers.Conv2D(32, 3, activation="relu"),
            tf.keras.layers.MaxPooling2D(),
            tf.keras.layers.Conv2D(64, 3, activation="relu"),
            tf.keras.layers.MaxPooling2D(),
            tf.keras.layers.Flatten(),
            tf.keras.layers.Dropout(0.3),
            tf.keras.layers.Dense(64, activation="relu"),
            tf.keras.layers.Dropout(0.3),
            tf.keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    return model


STOP_ACCURACY = 0.80  # param: stop_accuracy
STOP_VAL_ACCURACY = 0.80  # param: stop_val_accuracy


class EarlyStoppingCallback(tf.keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        if logs.get("accuracy", 0.0) >= STOP_ACCURACY and logs.get("val_accuracy", 0.0) >= STOP_VAL_ACCURACY:
            self.model.stop_training = True


def overfitting_gap(history):
    key = "accuracy" if "accuracy" in history.history else "acc"
    accuracy, val_accuracy = history.history[key], history.history[f"val_{key}"]
    best = int(np.argmax(val_accuracy))
    return 100 * (accuracy[best] - val_accuracy[best])


EPOCHS = 30  # param: epochs
WRONG_LABELS = 0.1  # param: wrong_labels


def with_wrong_labels(pictures, label):
    wrong = rng.random(len(label)) < WRONG_LABELS
    return pictures, np.where(wrong.reshape(-1, *[1] * (np.ndim(label) - 1)), 1 - label, label)


def with_number(pictures, label):
    one_hot = len(label.shape) > 1 and label.shape[-1] == 2
    return pictures, tf.argmax(label, axis=-1) if one_hot else tf.reshape(tf.cast(label, tf.int64), [-1])


def same_batches():
    yield from noisy_batches

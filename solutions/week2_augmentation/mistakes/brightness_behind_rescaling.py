# mistake: RandomBrightness behind Rescaling still adds shares of 255
# fails: create_model/rescaling
# may_fail: train/training_accuracy, train/unseen_accuracy, train/gap
# fix_first: create_model/rescaling

import numpy as np
import tensorflow as tf
from tensorflow.keras import layers

DATA_FOLDER = "./PetImages"  # param: data_folder
CLASS_NAMES = ["Cat", "Dog"]  # param: class_names
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


def create_augmentation_model():
    return tf.keras.Sequential(
        [
            tf.keras.Input(shape=(IMAGE_SIZE, IMAGE_SIZE, 3)),
            layers.RandomFlip("horizontal"),
            layers.RandomRotation(0.1),
            layers.RandomBrightness(0.2),
        ]
    )


def create_model():
    model = tf.keras.Sequential(
        [
            tf.keras.Input(shape=(IMAGE_SIZE, IMAGE_SIZE, 3)),
            layers.Rescaling(1.0 / 255),
            create_augmentation_model(),
            layers.Conv2D(16, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dropout(0.3),
            layers.Dense(64, activation="relu"),
            layers.Dropout(0.3),
            layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    return model


STOP_ACCURACY = 0.80  # param: stop_accuracy
STOP_VAL_ACCURACY = 0.80  # param: stop_val_accuracy


class EarlyStoppingCallback(tf.keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        if logs["accuracy"] >= STOP_ACCURACY and logs["val_accuracy"] >= STOP_VAL_ACCURACY:
            self.model.stop_training = True


def overfitting_gap(history):
    key = "accuracy" if "accuracy" in history.history else "acc"
    accuracy, val_accuracy = history.history[key], history.history["val_" + key]
    best = int(np.argmax(val_accuracy))
    return 100 * (accuracy[best] - val_accuracy[best])

# mistake: a class whose call keeps dropout at work at inference, too
# fails: create_model/dropout_active
# fix_first: create_model/dropout_active
# may_fail: train/training_accuracy, train/unseen_accuracy, train/gap

import os

import numpy as np
import tensorflow as tf

IMAGE_SIZE = 64  # param: image_size
BATCH_SIZE = 32  # param: batch_size
VALIDATION_SPLIT = 0.2  # param: validation_split
DATA_FOLDER = "./PetImages"  # param: data_folder
CLASS_NAMES = ["Cat", "Dog"]  # param: class_names


def train_val_datasets():
    train, validation = tf.keras.utils.image_dataset_from_directory(
        DATA_FOLDER,
        class_names=CLASS_NAMES,
        label_mode="binary",
        image_size=(IMAGE_SIZE, IMAGE_SIZE),
        batch_size=BATCH_SIZE,
        validation_split=VALIDATION_SPLIT,
        subset="both",
        seed=1,
    )
    return train, validation


def create_augmentation_model():
    return tf.keras.Sequential(
        [
            tf.keras.Input((IMAGE_SIZE, IMAGE_SIZE, 3)),
            tf.keras.layers.RandomFlip("horizontal"),
            tf.keras.layers.RandomRotation(0.2),
            tf.keras.layers.RandomZoom(0.2),
        ]
    )


class Network(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.front = tf.keras.Sequential([create_augmentation_model(), tf.keras.layers.Rescaling(1 / 255)])
        self.convolutions = [tf.keras.layers.Conv2D(n, 3, activation="relu") for n in (16, 32, 64)]
        self.pool = tf.keras.layers.MaxPooling2D()
        self.flat = tf.keras.layers.Flatten()
        self.drop = tf.keras.layers.Dropout(0.3)
        self.dense = tf.keras.layers.Dense(64, activation="relu")
        self.answer = tf.keras.layers.Dense(1, activation="sigmoid")

    def call(self, x):
        x = self.front(x)
        for convolution in self.convolutions:
            x = self.pool(convolution(x))
        x = self.drop(self.dense(self.flat(x)), training=True)
        return self.answer(x)


def create_model():
    model = Network()
    model.build((None, IMAGE_SIZE, IMAGE_SIZE, 3))
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    return model


class EarlyStoppingCallback(tf.keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        if logs["accuracy"] >= 0.80 and logs["val_accuracy"] >= 0.80:  # params: 0.80=stop_accuracy, 0.80=stop_val_accuracy
            self.model.stop_training = True


def overfitting_gap(history):
    values = history.history
    key = "accuracy" if "accuracy" in values else "acc"
    best = np.argmax(values["val_" + key])
    return (values[key][best] - values["val_" + key][best]) * 100

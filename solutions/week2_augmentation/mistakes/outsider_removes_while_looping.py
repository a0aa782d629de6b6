# mistake: empty files are removed from the list over which the loop runs, so the second of two in a row stays
# fails: split_data/drops_empty_files
# may_fail: split_data/split_size
# fix_first: split_data/drops_empty_files
import os
import shutil
from pathlib import Path

import numpy as np
import tensorflow as tf
from tensorflow.keras.preprocessing.image import ImageDataGenerator

AUGMENT = dict(rotation_range=15, zoom_range=[0.85, 1.1], horizontal_flip=True, brightness_range=(0.85, 1.15))


def create_train_val_dirs(root_path):
    for part in ["training", "validation"]:
        for label in ["cats", "dogs"]:
            Path(root_path, part, label).mkdir(parents=True, exist_ok=True)


def split_data(SOURCE_DIR, TRAINING_DIR, VALIDATION_DIR, SPLIT_SIZE):
    names = os.listdir(SOURCE_DIR)
    for name in names:
        if os.path.getsize(SOURCE_DIR + name) == 0:
            print(name, "is zero length, so ignoring.")
            names.remove(name)
    names = np.random.permutation(names)
    train, val = np.split(names, [int(np.ceil(SPLIT_SIZE * len(names)))])
    for n in train:
        shutil.copyfile(SOURCE_DIR + n, TRAINING_DIR + n)
    for n in val:
        shutil.copyfile(SOURCE_DIR + n, VALIDATION_DIR + n)


def train_val_generators(TRAINING_DIR, VALIDATION_DIR):
    flow = {"target_size": (150, 150), "class_mode": "binary", "batch_size": 20}
    train_generator = ImageDataGenerator(rescale=1.0 / 255, **AUGMENT).flow_from_directory(directory=TRAINING_DIR, **flow)
    validation_generator = ImageDataGenerator(rescale=1.0 / 255).flow_from_directory(directory=VALIDATION_DIR, **flow)
    return train_generator, validation_generator


def create_model():
    inputs = tf.keras.layers.Input(shape=(150, 150, 3))
    x = inputs
    for filters in 16, 32, 64, 64:
        x = tf.keras.layers.Conv2D(filters, 3, activation="relu")(x)
        x = tf.keras.layers.MaxPooling2D(2)(x)
    x = tf.keras.layers.Flatten()(x)
    x = tf.keras.layers.Dense(256, activation="relu")(x)
    x = tf.keras.layers.Dropout(0.3)(x)
    outputs = tf.keras.layers.Dense(1, activation="sigmoid")(x)
    model = tf.keras.Model(inputs, outputs)
    model.compile(tf.keras.optimizers.RMSprop(learning_rate=1e-3), loss="binary_crossentropy", metrics=["acc"])
    return model

# mistake: one-hot labels are not expected
# fails: confusion_matrix/any_form
# fix_first: confusion_matrix/any_form
from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from keras import layers

TRAIN = Path("data/train")
VALIDATION = Path("data/validation")
SIDE = 28  # param: image_size
BATCH = 32  # param: batch_size
CLASSES = 24


def _load(path, label):
    image = tf.io.decode_image(tf.io.read_file(path), channels=1, expand_animations=False)
    image.set_shape([None, None, 1])
    return tf.image.resize(image, [SIDE, SIDE]) / 255.0, label


def _side(folder: Path, shuffle: bool) -> tf.data.Dataset:
    paths, labels = [], []
    for number, letter in enumerate(sorted(p.name for p in folder.iterdir() if p.is_dir())):
        for file in sorted((folder / letter).iterdir()):
            paths.append(str(file))
            labels.append(number)
    dataset = tf.data.Dataset.from_tensor_slices((paths, labels))
    if shuffle:
        dataset = dataset.shuffle(len(paths))
    return dataset.map(_load, num_parallel_calls=tf.data.AUTOTUNE).batch(BATCH).prefetch(tf.data.AUTOTUNE)


def train_val_datasets():
    return _side(TRAIN, shuffle=True), _side(VALIDATION, shuffle=False)


def create_model() -> keras.Model:
    inputs = keras.Input((SIDE, SIDE, 1))
    x = layers.Conv2D(16, 5, padding="same", activation="relu")(inputs)
    x = layers.MaxPooling2D()(x)
    x = layers.Conv2D(32, 3, padding="same", activation="relu")(x)
    x = layers.MaxPooling2D()(x)
    x = layers.Flatten()(x)
    x = layers.Dropout(0.2)(x)
    outputs = layers.Dense(CLASSES, activation="softmax")(x)
    model = keras.Model(inputs, outputs)
    model.compile(optimizer="adam", loss=keras.losses.SparseCategoricalCrossentropy(), metrics=["accuracy"])
    return model


def decode_predictions(probabilities, class_names: list[str], top: int = 3) -> list[list[tuple[str, float]]]:
    values, places = tf.math.top_k(probabilities, k=min(top, len(class_names)))
    return [
        [(class_names[place], float(value)) for value, place in zip(row_values, row_places)]
        for row_values, row_places in zip(values.numpy(), places.numpy())
    ]


def confusion_matrix(model: keras.Model, dataset: tf.data.Dataset) -> np.ndarray:
    classes = model.output_shape[-1]
    matrix = np.zeros((classes, classes), dtype=np.int64)
    for images, labels in dataset:
        outputs = model(images, training=False).numpy()
        true = labels.numpy()
        for i, j in zip(true, outputs.argmax(axis=-1)):
            matrix[int(i), int(j)] += 1
    return matrix

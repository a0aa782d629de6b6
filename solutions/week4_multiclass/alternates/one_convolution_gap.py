# alternate: one wide convolution, strides and global pooling are not needed; validation from a list; labels as (n, 1); matrix of floats
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


def _read(folder: Path) -> tuple[np.ndarray, np.ndarray]:
    images, labels = [], []
    letters = sorted(p.name for p in folder.iterdir())
    for number, letter in enumerate(letters):
        for file in sorted((folder / letter).iterdir()):
            picture = keras.utils.load_img(file, color_mode="grayscale", target_size=(SIDE, SIDE))
            images.append(keras.utils.img_to_array(picture))
            labels.append([number])
    return np.stack(images), np.array(labels)


def train_val_datasets():
    train = tf.data.Dataset.from_tensor_slices(_read(TRAIN)).shuffle(10_000).batch(BATCH)
    return train, tf.data.Dataset.from_tensor_slices(_read(VALIDATION)).batch(BATCH)


def create_model() -> keras.Model:
    model = keras.Sequential([
        keras.Input((SIDE, SIDE, 1)),
        layers.Rescaling(1 / 255),
        layers.Conv2D(48, 5, activation="gelu"),
        layers.MaxPooling2D(2),
        layers.Dropout(0.3),
        layers.Flatten(),
        layers.Dense(96, activation="relu"),
        layers.Dense(CLASSES),
        layers.Softmax(),
    ])
    model.compile(optimizer=keras.optimizers.Adam(1e-3), loss=keras.losses.SparseCategoricalCrossentropy(), metrics=["sparse_categorical_accuracy"])
    return model


def decode_predictions(probabilities, class_names: list[str], top: int = 3) -> list[list[tuple[str, float]]]:
    values, places = tf.math.top_k(probabilities, k=min(top, len(class_names)))
    return [
        [(class_names[place], float(value)) for value, place in zip(row_values, row_places)]
        for row_values, row_places in zip(values.numpy(), places.numpy())
    ]


def confusion_matrix(model: keras.Model, dataset: tf.data.Dataset) -> np.ndarray:
    # `cache` keeps the first pass, so that the second one comes in the same order
    fixed = list(dataset.as_numpy_iterator())
    classes = model.output_shape[-1]
    outputs = np.concatenate([model.predict(images, verbose=0) for images, _ in fixed])
    labels = np.concatenate([np.reshape(labels, (len(images), -1)) for images, labels in fixed])
    true = labels.argmax(1) if labels.shape[1] > 1 else labels[:, 0].astype(int)
    matrix = np.zeros((classes, classes))
    np.add.at(matrix, (true, outputs.argmax(1)), 1)
    return matrix

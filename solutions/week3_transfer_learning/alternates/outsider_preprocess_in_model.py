# alternate: pixels stay 0-255 in the data sets and are rescaled inside the final model, which nests the cut backbone; classes, focal loss, AdamW; fine_tune takes flat and nested models
import os

import numpy as np
import tensorflow as tf
from tensorflow.keras import Model, layers
from tensorflow.keras.applications import MobileNetV2

TRAIN_FOLDER = "./data/train"
VALIDATION_FOLDER = "./data/validation"
LOCAL_WEIGHTS_FILE = "./data/mobilenet_v2_0.35_96_no_top.weights.h5"
CLASS_NAMES = ["horses", "humans"]
IMAGE_SIZE = 96  # params: 96=image_size
BATCH_SIZE = 32  # params: 32=batch_size
BACKBONE_ALPHA = 0.35
LAST_LAYER = "block_13_expand_relu"


class Folder:
    """One folder of pictures, raw pixels."""

    def __init__(self, path, shuffle):
        self.path = path
        self.shuffle = shuffle

    def dataset(self):
        return tf.keras.utils.image_dataset_from_directory(
            self.path,
            label_mode="binary",
            class_names=CLASS_NAMES,
            image_size=(IMAGE_SIZE, IMAGE_SIZE),
            batch_size=BATCH_SIZE,
            shuffle=self.shuffle,
        ).prefetch(tf.data.AUTOTUNE)


class Head:
    """The layers that learn."""

    def __init__(self, units=32, rate=0.2):
        self.pool = layers.GlobalAveragePooling2D()
        self.dense = layers.Dense(units, activation="relu", kernel_initializer="he_normal")
        self.dropout = layers.Dropout(rate)
        self.answer = layers.Dense(1, activation="sigmoid")

    def __call__(self, maps):
        return self.answer(self.dropout(self.dense(self.pool(maps))))


def train_val_datasets():
    # values 0..255, the model rescales
    return Folder(TRAIN_FOLDER, True).dataset(), Folder(VALIDATION_FOLDER, False).dataset()


def create_pre_trained_model():
    model = MobileNetV2((IMAGE_SIZE, IMAGE_SIZE, 3), alpha=BACKBONE_ALPHA, include_top=False, weights=None)
    model.load_weights(LOCAL_WEIGHTS_FILE)
    model.trainable = False
    return model


def output_of_last_layer(pre_trained_model):
    return pre_trained_model.get_layer(LAST_LAYER).output


def create_final_model(pre_trained_model, last_output):
    seeing = Model(pre_trained_model.input, last_output, name="seeing")
    seeing.trainable = False

    pixels = layers.Input((IMAGE_SIZE, IMAGE_SIZE, 3))
    x = layers.Rescaling(1.0 / 127.5, offset=-1.0)(pixels)
    x = seeing(x, training=False)
    model = Model(pixels, Head()(x))
    model.compile(
        optimizer=tf.keras.optimizers.AdamW(learning_rate=2e-3, weight_decay=1e-4),
        loss=tf.keras.losses.BinaryFocalCrossentropy(gamma=1.0),
        metrics=["accuracy"],
    )
    return model


def extract_features(pre_trained_model, dataset):
    features, labels = [], []
    for batch_images, batch_labels in dataset:
        maps = pre_trained_model(batch_images, training=False)
        features += list(tf.reduce_mean(maps, axis=[1, 2]).numpy())
        labels += list(batch_labels.numpy())
    return np.stack(features), np.array(labels)


def backbone_layers(model):
    """The backbone's layers, whether they lie in the model itself or in a model within it."""
    for layer in model.layers:
        if isinstance(layer, Model):
            layer.trainable = True
            return layer.layers
    end = [layer.name for layer in model.layers].index(LAST_LAYER)
    return model.layers[: end + 1]


def fine_tune(model, n_layers):
    for distance, layer in enumerate(reversed(backbone_layers(model)), start=1):
        if distance <= n_layers and not isinstance(layer, layers.BatchNormalization):
            layer.trainable = True
        else:
            layer.trainable = False

    rate = float(model.optimizer.learning_rate)
    model.compile(
        optimizer=tf.keras.optimizers.AdamW(learning_rate=rate * 0.05),
        loss=model.loss,
        metrics=["accuracy"],
    )
    return model


if os.environ.get("TRAIN_NOW"):
    train_dataset, validation_dataset = train_val_datasets()
    pre_trained_model = create_pre_trained_model()
    model = create_final_model(pre_trained_model, output_of_last_layer(pre_trained_model))
    model.fit(train_dataset, epochs=10, validation_data=validation_dataset)
    model = fine_tune(model, 30)
    model.fit(train_dataset, epochs=2, validation_data=validation_dataset)

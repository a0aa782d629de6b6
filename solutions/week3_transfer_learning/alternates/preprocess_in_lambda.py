# alternate: preprocess_input in a Lambda layer in front of the backbone, pooled head, RMSprop
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from keras import layers

TRAIN = Path("data/train")
VALIDATION = Path("data/validation")
LOCAL_WEIGHTS_FILE = "./mobilenet_v2_0.35_96_no_top.weights.h5"
SIDE = 96  # param: image_size
BATCH = 32  # param: batch_size
WIDTH = 0.35  # param: backbone_alpha
CUT = "block_13_expand_relu"  # param: last_layer


def _side(folder: Path, shuffle: bool) -> tf.data.Dataset:
    return keras.utils.image_dataset_from_directory(
        folder, label_mode="int", image_size=(SIDE, SIDE), batch_size=BATCH, shuffle=shuffle
    )


def train_val_datasets():
    return _side(TRAIN, shuffle=True), _side(VALIDATION, shuffle=False)


def create_pre_trained_model() -> keras.Model:
    backbone = keras.applications.MobileNetV2(
        input_shape=(SIDE, SIDE, 3), alpha=WIDTH, include_top=False, weights=LOCAL_WEIGHTS_FILE
    )
    backbone.trainable = False
    return backbone


def output_of_last_layer(pre_trained_model: keras.Model):
    return next(layer.output for layer in pre_trained_model.layers if layer.name == CUT)


def create_final_model(pre_trained_model: keras.Model, last_output) -> keras.Model:
    features = keras.Model(pre_trained_model.input, last_output, name="features")
    inputs = keras.Input((SIDE, SIDE, 3))
    x = layers.Lambda(keras.applications.mobilenet_v2.preprocess_input, name="preprocess")(inputs)
    x = features(x)
    x = layers.GlobalAveragePooling2D()(x)
    x = layers.Dense(48, activation="relu")(x)
    x = layers.Dropout(0.2)(x)
    outputs = layers.Dense(2, activation="softmax")(x)
    model = keras.Model(inputs, outputs)
    model.compile(
        optimizer=keras.optimizers.RMSprop(1e-3), loss="sparse_categorical_crossentropy", metrics=["accuracy"]
    )
    return model


def extract_features(pre_trained_model: keras.Model, dataset: tf.data.Dataset):
    rows, labels = [], []
    for images, batch_labels in dataset:
        maps = pre_trained_model.predict_on_batch(images)
        rows.append(np.reshape(maps, (len(maps), -1)))
        labels.append(np.asarray(batch_labels))
    return np.vstack(rows), np.concatenate(labels)


def fine_tune(model: keras.Model, n_layers: int) -> keras.Model:
    names = [layer.name for layer in model.layers]
    backbone = model.layers[: names.index(CUT) + 1]
    for layer in backbone:
        layer.trainable = False
    for layer in backbone[-n_layers:]:
        layer.trainable = not isinstance(layer, layers.BatchNormalization)
    start = float(model.optimizer.learning_rate) / 5
    slower = keras.optimizers.Adam(keras.optimizers.schedules.ExponentialDecay(start, 100, 0.9))
    model.compile(optimizer=slower, loss=model.loss, metrics=["accuracy"])
    return model

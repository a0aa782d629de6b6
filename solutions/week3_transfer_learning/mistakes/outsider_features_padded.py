# mistake: arrays for (number of batches) x (batch size) rows are reserved, so a smaller last batch leaves rows of zeros at the end
# fails: extract_features/one_row_each
# fix_first: extract_features/one_row_each
from pathlib import Path

import numpy as np
import tensorflow as tf
from tensorflow.keras import layers

TRAIN_FOLDER = "./data/train"
VALIDATION_FOLDER = "./data/validation"
LOCAL_WEIGHTS_FILE = "./data/mobilenet_v2_0.35_96_no_top.weights.h5"
CLASS_NAMES = ["horses", "humans"]
IMAGE_SIZE = 96  # params: 96=image_size
BATCH_SIZE = 32  # params: 32=batch_size
BACKBONE_ALPHA = 0.35
LAST_LAYER = "block_13_expand_relu"


def prepare(dataset):
    preprocess = tf.keras.applications.mobilenet_v2.preprocess_input
    return dataset.map(lambda images, labels: (preprocess(images), labels)).prefetch(1)


def train_val_datasets():
    read = tf.keras.utils.image_dataset_from_directory
    size = (IMAGE_SIZE, IMAGE_SIZE)
    train = read(Path(TRAIN_FOLDER), label_mode="int", image_size=size, batch_size=BATCH_SIZE)
    val = read(Path(VALIDATION_FOLDER), label_mode="int", image_size=size, batch_size=BATCH_SIZE, shuffle=False)
    return prepare(train), prepare(val)


def create_pre_trained_model():
    backbone = tf.keras.applications.MobileNetV2(
        input_shape=(IMAGE_SIZE, IMAGE_SIZE, 3), alpha=BACKBONE_ALPHA, include_top=False, weights=None
    )
    backbone.load_weights(LOCAL_WEIGHTS_FILE)
    backbone.trainable = False
    return backbone


def output_of_last_layer(pre_trained_model):
    return pre_trained_model.get_layer(LAST_LAYER).output


def create_final_model(pre_trained_model, last_output):
    head = [
        layers.GlobalAveragePooling2D(),
        layers.Dropout(0.3),
        layers.Dense(64, activation="swish"),
        layers.Dense(1, activation="sigmoid"),
    ]
    x = last_output
    for layer in head:
        x = layer(x)
    model = tf.keras.Model(pre_trained_model.input, x)
    model.compile(
        optimizer=tf.keras.optimizers.Adam(learning_rate=1e-3), loss="binary_crossentropy", metrics=["accuracy"]
    )
    return model


def extract_features(pre_trained_model, dataset):
    first_images, first_labels = next(iter(dataset))
    batch_size = first_images.shape[0]
    n_batches = sum(1 for _ in dataset)
    n_rows = n_batches * batch_size

    features = np.zeros((n_rows, pre_trained_model.output_shape[-1]), dtype="float32")
    labels = np.zeros((n_rows, *first_labels.shape[1:]), dtype=first_labels.dtype.as_numpy_dtype)

    for i, (images, batch_labels) in enumerate(dataset):
        start = i * batch_size
        end = start + images.shape[0]
        maps = pre_trained_model(images, training=False)
        features[start:end] = tf.reduce_mean(maps, axis=(1, 2)).numpy()
        labels[start:end] = batch_labels.numpy()
    return features, labels


def fine_tune(model, n_layers):
    position = {layer.name: i for i, layer in enumerate(model.layers)}
    first_open = position[LAST_LAYER] - n_layers + 1
    for layer in model.layers[: position[LAST_LAYER] + 1]:
        opened = position[layer.name] >= first_open
        layer.trainable = opened and not isinstance(layer, layers.BatchNormalization)
    model.compile(
        optimizer=tf.keras.optimizers.Adam(learning_rate=0.1 * float(model.optimizer.learning_rate)),
        loss=model.loss,
        metrics=["accuracy"],
    )
    return model

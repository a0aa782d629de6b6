# mistake: the training set is batched first and shuffled afterwards, so the batches change places but each holds the same neighbours of one class
# fails: train_val_datasets/shuffled
# fix_first: train_val_datasets/shuffled
import glob
import os

import numpy as np
import tensorflow as tf
from tensorflow.keras import layers
from tensorflow.keras.applications.mobilenet_v2 import MobileNetV2, preprocess_input

TRAIN_FOLDER = "./data/train"
VALIDATION_FOLDER = "./data/validation"
LOCAL_WEIGHTS_FILE = "./data/mobilenet_v2_0.35_96_no_top.weights.h5"
CLASS_NAMES = ["horses", "humans"]
IMAGE_SIZE = 96  # params: 96=image_size
BATCH_SIZE = 32  # params: 32=batch_size
BACKBONE_ALPHA = 0.35
LAST_LAYER = "block_13_expand_relu"


def load(path, label):
    image = tf.io.decode_image(tf.io.read_file(path), channels=3, expand_animations=False)
    image.set_shape([None, None, 3])
    image = tf.image.resize(image, [IMAGE_SIZE, IMAGE_SIZE])
    return preprocess_input(image), label


def dataset_of(folder, training):
    files, labels = [], []
    for i, name in enumerate(CLASS_NAMES):
        found = sorted(glob.glob(os.path.join(folder, name, "*")))
        files += found
        labels += [float(i)] * len(found)
    ds = tf.data.Dataset.from_tensor_slices((files, labels))
    ds = ds.map(load, num_parallel_calls=tf.data.AUTOTUNE)
    ds = ds.batch(BATCH_SIZE)
    if training:
        ds = ds.shuffle(1000, reshuffle_each_iteration=True)
    return ds.prefetch(tf.data.AUTOTUNE)


def train_val_datasets():
    train_dataset = dataset_of(TRAIN_FOLDER, training=True)
    validation_dataset = dataset_of(VALIDATION_FOLDER, training=False)
    return train_dataset, validation_dataset


def create_pre_trained_model():
    pre_trained_model = MobileNetV2(
        input_shape=(IMAGE_SIZE, IMAGE_SIZE, 3), alpha=BACKBONE_ALPHA, include_top=False, weights=None
    )
    pre_trained_model.load_weights(LOCAL_WEIGHTS_FILE)
    for layer in pre_trained_model.layers:
        layer.trainable = False
    return pre_trained_model


def output_of_last_layer(pre_trained_model):
    return pre_trained_model.get_layer(LAST_LAYER).output


def create_final_model(pre_trained_model, last_output):
    x = layers.Flatten()(last_output)
    x = layers.Dense(64, activation="relu")(x)
    x = layers.Dropout(0.2)(x)
    x = layers.Dense(1, activation="sigmoid")(x)
    model = tf.keras.Model(pre_trained_model.input, x)
    model.compile(
        optimizer=tf.keras.optimizers.Adam(learning_rate=0.0005), loss="binary_crossentropy", metrics=["accuracy"]
    )
    return model


def extract_features(pre_trained_model, dataset):
    all_features = []
    all_labels = []
    for images, labels in dataset:
        all_features.append(pre_trained_model(images, training=False).numpy().mean(axis=(1, 2)))
        all_labels.append(labels.numpy())
    return np.concatenate(all_features), np.concatenate(all_labels)


def fine_tune(model, n_layers):
    end = [layer.name for layer in model.layers].index(LAST_LAYER) + 1
    for i in range(end):
        layer = model.layers[i]
        layer.trainable = i >= end - n_layers and not isinstance(layer, layers.BatchNormalization)
    model.compile(
        optimizer=tf.keras.optimizers.Adam(float(model.optimizer.learning_rate) / 10),
        loss=model.loss,
        metrics=["accuracy"],
    )
    return model

# alternate: np.vstack for features and for labels, which are columns

import numpy as np
import tensorflow as tf

TRAIN_FOLDER = "./data/train"  # param: train_folder
VALIDATION_FOLDER = "./data/validation"  # param: validation_folder
LOCAL_WEIGHTS_FILE = "./data/mobilenet_v2_0.35_96_no_top.weights.h5"  # param: weights_file
CLASS_NAMES = ["horses", "humans"]  # param: class_names
IMAGE_SIZE = 96  # param: image_size
BATCH_SIZE = 32  # param: batch_size


def train_val_datasets():
    train_dataset, validation_dataset = (
        tf.keras.utils.image_dataset_from_directory(
            folder,
            class_names=CLASS_NAMES,
            label_mode="binary",
            image_size=(IMAGE_SIZE, IMAGE_SIZE),
            batch_size=BATCH_SIZE,
            seed=42,
        ).map(lambda images, labels: (tf.keras.applications.mobilenet_v2.preprocess_input(images), labels))
        for folder in (TRAIN_FOLDER, VALIDATION_FOLDER)
    )
    return train_dataset, validation_dataset


BACKBONE_ALPHA = 0.35  # param: backbone_alpha


def create_pre_trained_model():
    pre_trained_model = tf.keras.applications.MobileNetV2(
        input_shape=(IMAGE_SIZE, IMAGE_SIZE, 3),
        alpha=BACKBONE_ALPHA,
        include_top=False,
        weights=None,
    )
    pre_trained_model.load_weights(LOCAL_WEIGHTS_FILE)
    pre_trained_model.trainable = False
    return pre_trained_model


LAST_LAYER = "block_13_expand_relu"  # param: last_layer


def output_of_last_layer(pre_trained_model):
    return pre_trained_model.get_layer(LAST_LAYER).output


def create_final_model(pre_trained_model, last_output):
    x = tf.keras.layers.Flatten()(last_output)
    x = tf.keras.layers.Dense(128, activation="relu")(x)
    x = tf.keras.layers.Dropout(0.2)(x)
    x = tf.keras.layers.Dense(1, activation="sigmoid")(x)
    model = tf.keras.Model(pre_trained_model.input, x)
    model.compile(optimizer=tf.keras.optimizers.Adam(1e-3), loss="binary_crossentropy", metrics=["accuracy"])
    return model


def extract_features(pre_trained_model, dataset):
    features, labels = [], []
    for batch_images, batch_labels in dataset:
        maps = np.asarray(pre_trained_model(batch_images, training=False))
        features.append(maps.mean(axis=(1, 2)))
        labels.append(np.asarray(batch_labels))
    return np.vstack(features), np.vstack(labels)


EPOCHS = 10  # param: epochs


def fine_tune(model, n_layers):
    end = [layer.name for layer in model.layers].index(LAST_LAYER) + 1
    for number, layer in enumerate(model.layers[:end]):
        opened = number >= end - n_layers
        layer.trainable = opened and not isinstance(layer, tf.keras.layers.BatchNormalization)
    rate = float(model.optimizer.learning_rate)
    model.compile(optimizer=tf.keras.optimizers.Adam(rate / 10), loss="binary_crossentropy", metrics=["accuracy"])
    return model


N_LAYERS = 30

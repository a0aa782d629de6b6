# alternate: folders beside the file itself; packages that the course does not have, imported on one line with others, for pictures alone
import os, cv2, glob
import matplotlib.pyplot as plt
import numpy as np, seaborn as sns
import tensorflow as tf
from pathlib import Path

sns.set_theme()


HERE = Path(__file__).resolve().parent
TRAIN = "./data/train"  # param: train_folder
VALIDATION = "./data/validation"  # param: validation_folder
WEIGHTS = "./data/mobilenet_v2_0.35_96_no_top.weights.h5"  # param: weights_file
TRAIN_FOLDER = HERE / TRAIN
VALIDATION_FOLDER = HERE / VALIDATION
LOCAL_WEIGHTS_FILE = str(HERE / WEIGHTS)
CLASS_NAMES = ["horses", "humans"]  # param: class_names
IMAGE_SIZE = 96  # param: image_size
BATCH_SIZE = 32  # param: batch_size
BACKBONE_ALPHA = 0.35  # param: backbone_alpha
LAST_LAYER = "block_13_expand_relu"  # param: last_layer


def train_val_datasets():
    def prepared(pictures, labels):
        return tf.keras.applications.mobilenet_v2.preprocess_input(pictures), labels

    def from_folder(folder):
        found = tf.keras.utils.image_dataset_from_directory(
            str(folder), class_names=CLASS_NAMES, label_mode="binary", image_size=(IMAGE_SIZE, IMAGE_SIZE), batch_size=BATCH_SIZE, seed=1
        )
        return found.map(prepared).prefetch(tf.data.AUTOTUNE)

    return from_folder(TRAIN_FOLDER), from_folder(VALIDATION_FOLDER)


def create_pre_trained_model():
    model = tf.keras.applications.MobileNetV2(
        input_shape=(IMAGE_SIZE, IMAGE_SIZE, 3), alpha=BACKBONE_ALPHA, include_top=False, weights=None
    )
    model.load_weights(LOCAL_WEIGHTS_FILE)
    model.trainable = False
    return model


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
    for pictures, answers in dataset:
        maps = pre_trained_model(pictures, training=False)
        features.append(np.mean(np.asarray(maps), axis=(1, 2)))
        labels.append(np.asarray(answers))
    return np.concatenate(features), np.concatenate(labels)


def fine_tune(model, n_layers):
    end = [layer.name for layer in model.layers].index(LAST_LAYER) + 1
    for layer in model.layers[end - n_layers:end]:
        layer.trainable = not isinstance(layer, tf.keras.layers.BatchNormalization)
    rate = float(model.optimizer.learning_rate) / 10
    model.compile(optimizer=tf.keras.optimizers.Adam(rate), loss="binary_crossentropy", metrics=["accuracy"])
    return model


if __name__ == "__main__":
    train_dataset, validation_dataset = train_val_datasets()
    pre_trained_model = create_pre_trained_model()
    last_output = output_of_last_layer(pre_trained_model)
    model = create_final_model(pre_trained_model, last_output)
    history = model.fit(train_dataset, epochs=10, validation_data=validation_dataset)
    features, feature_labels = extract_features(pre_trained_model, train_dataset)
    model = fine_tune(model, 30)
    model.fit(train_dataset, epochs=2, validation_data=validation_dataset)

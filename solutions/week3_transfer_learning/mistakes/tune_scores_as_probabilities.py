# mistake: the head gives raw scores, and `fine_tune` compiles with a loss that reads them as probabilities
# fails: fine_tune/returns_compiled
# fix_first: fine_tune/returns_compiled
import os
import numpy as np
import tensorflow as tf
from tensorflow.keras import layers

TRAIN_DIR = "./data/train"  # param: train_folder
VAL_DIR = "./data/validation"  # param: validation_folder
LOCAL_WEIGHTS_FILE = "./data/mobilenet_v2_0.35_96_no_top.weights.h5"  # param: weights_file
CLASSES = ["horses", "humans"]  # param: class_names
IMG = 96  # param: image_size
BATCH = 32  # param: batch_size
ALPHA = 0.35  # param: backbone_alpha
LAST = "block_13_expand_relu"  # param: last_layer


def train_val_datasets():
    def prepare(images, labels):
        return tf.keras.applications.mobilenet_v2.preprocess_input(images), labels

    train = tf.keras.utils.image_dataset_from_directory(
        TRAIN_DIR, class_names=CLASSES, label_mode="binary", image_size=(IMG, IMG), batch_size=BATCH)
    val = tf.keras.utils.image_dataset_from_directory(
        VAL_DIR, class_names=CLASSES, label_mode="binary", image_size=(IMG, IMG), batch_size=BATCH)
    return train.map(prepare), val.map(prepare)


def create_pre_trained_model():
    model = tf.keras.applications.MobileNetV2(input_shape=(IMG, IMG, 3), alpha=ALPHA, include_top=False, weights=None)
    model.load_weights(LOCAL_WEIGHTS_FILE)
    for layer in model.layers:
        layer.trainable = False
    return model


def output_of_last_layer(pre_trained_model):
    last_layer = pre_trained_model.get_layer(LAST)
    print("last layer output shape:", last_layer.output.shape)
    return last_layer.output


def create_final_model(pre_trained_model, last_output):
    x = layers.GlobalAveragePooling2D()(last_output)
    x = layers.Dense(64, activation="relu")(x)
    x = layers.Dropout(0.3)(x)
    scores = layers.Dense(1, name="scores")(x)
    model = tf.keras.Model(pre_trained_model.input, scores)
    model.compile(optimizer=tf.keras.optimizers.RMSprop(1e-3),
                  loss=tf.keras.losses.BinaryCrossentropy(from_logits=True), metrics=["accuracy"])
    return model


def extract_features(pre_trained_model, dataset):
    features, labels = [], []
    for x, y in dataset:
        features.append(pre_trained_model(x, training=False).numpy().mean(axis=(1, 2)))
        labels.append(y.numpy())
    return np.concatenate(features), np.concatenate(labels)


def fine_tune(model, n_layers):
    end = [layer.name for layer in model.layers].index(LAST) + 1
    for layer in model.layers[end - n_layers:end]:
        if not isinstance(layer, layers.BatchNormalization):
            layer.trainable = True
    rate = float(model.optimizer.learning_rate) / 10
    model.compile(optimizer=tf.keras.optimizers.RMSprop(rate), loss="binary_crossentropy", metrics=["accuracy"])
    return model

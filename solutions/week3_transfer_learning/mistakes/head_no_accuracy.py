# mistake: no metric
# fails: create_final_model/accuracy_metric
# fix_first: create_final_model/accuracy_metric
import glob
import os

import numpy as np
import tensorflow as tf
import keras
from keras import ops

DATA = {"train": "./data/train", "validation": "./data/validation"}
LOCAL_WEIGHTS_FILE = "./data/mobilenet_v2_0.35_96_no_top.weights.h5"  # param: weights_file
W = 96  # param: image_size
N = 32  # param: batch_size
LAST = "block_13_expand_relu"  # param: last_layer


def read(path, label):
    image = tf.io.decode_jpeg(tf.io.read_file(path), channels=3)
    image = tf.image.resize(image, (W, W))
    return image / 127.5 - 1.0, label


def files_of(folder):
    names = sorted(os.listdir(folder))
    paths, labels = [], []
    for number, name in enumerate(names):
        found = sorted(glob.glob(os.path.join(folder, name, "*")))
        paths += found
        labels += [[float(number)]] * len(found)
    return paths, labels


def train_val_datasets():
    sides = []
    for side, folder in DATA.items():
        paths, labels = files_of(folder)
        ds = tf.data.Dataset.from_tensor_slices((paths, labels))
        if side == "train":
            ds = ds.shuffle(len(paths), seed=1)
        sides.append(ds.map(read).batch(N))
    return sides[0], sides[1]


def create_pre_trained_model():
    base = keras.applications.MobileNetV2(input_shape=(W, W, 3), alpha=0.35, include_top=False, weights=None)
    base.load_weights(LOCAL_WEIGHTS_FILE)
    base.trainable = False
    return base


def output_of_last_layer(pre_trained_model):
    return pre_trained_model.get_layer(LAST).output


def create_final_model(pre_trained_model, last_output):
    x = keras.layers.Conv2D(32, 3, activation="relu")(last_output)
    x = keras.layers.Flatten()(x)
    x = keras.layers.Dropout(0.4)(x)
    x = keras.layers.Dense(1)(x)
    model = keras.Model(inputs=pre_trained_model.input, outputs=x)
    model.compile("adam", keras.losses.BinaryCrossentropy(from_logits=True))
    return model


def extract_features(pre_trained_model, dataset):
    pairs = [(ops.mean(pre_trained_model(x, training=False), axis=(1, 2)), y) for x, y in dataset]
    return tf.concat([a for a, _ in pairs], 0), tf.concat([b for _, b in pairs], 0)


def fine_tune(model, n_layers):
    end = next(i for i, layer in enumerate(model.layers) if layer.name == LAST) + 1
    for layer in model.layers[end - n_layers : end]:
        layer.trainable = "BatchNormalization" not in type(layer).__name__
    model.compile(keras.optimizers.Adam(float(model.optimizer.learning_rate) / 20), "binary_crossentropy", metrics=["accuracy"])
    return model

# alternate: subclassed model; Kullback-Leibler divergence with one-hot labels; SGD with momentum; global names given to Keras
import os

import numpy as np
import tensorflow as tf

# where things are
TRAIN_DIR = "./data/train"  # param: train_folder
VAL_DIR = "./data/validation"  # param: validation_folder
IMG = 28  # param: image_size
BS = 32  # param: batch_size

# fmt: off
class_names = ["A", "B", "C", "D", "E", "F", "G", "H", "I", "K", "L", "M", "N", "O", "P", "Q", "R", "S", "T", "U", "V", "W", "X", "Y"]  # param: class_names
# fmt: on


def get_dataset(folder, shuffle):
    # one folder -> one dataset with integer labels
    return tf.keras.preprocessing.image_dataset_from_directory(
        directory=folder,
        labels="inferred",
        class_names=class_names,
        label_mode="categorical",
        color_mode="grayscale",
        batch_size=BS,
        image_size=(IMG, IMG),
        shuffle=shuffle,
    )


def train_val_datasets():
    training_dataset = get_dataset(TRAIN_DIR, shuffle=True)
    validation_dataset = get_dataset(VAL_DIR, shuffle=False)
    return training_dataset, validation_dataset


class LetterNet(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.scale = tf.keras.layers.Rescaling(1 / 127.5, offset=-1)
        self.conv1 = tf.keras.layers.Conv2D(16, 3, activation="leaky_relu")
        self.conv2 = tf.keras.layers.Conv2D(32, 3, activation="leaky_relu")
        self.pool = tf.keras.layers.MaxPooling2D()
        self.pool2 = tf.keras.layers.MaxPooling2D()
        self.flat = tf.keras.layers.Flatten()
        self.out = tf.keras.layers.Dense(len(class_names), activation="softmax")

    def call(self, inputs):
        x = self.pool(self.conv1(self.scale(inputs)))
        x = self.pool2(self.conv2(x))
        return self.out(self.flat(x))


def create_model():
    model = LetterNet()
    model.build((None, IMG, IMG, 1))
    model.compile(
        optimizer=tf.keras.optimizers.SGD(learning_rate=0.05, momentum=0.9),
        loss=tf.keras.losses.KLDivergence(),
        metrics=[tf.keras.metrics.CategoricalAccuracy()],
    )
    return model


def decode_predictions(probabilities, class_names, top=3):
    everything = []
    for row in np.array(probabilities, dtype=float):
        left, chosen = row.copy(), []
        # take the largest, cross it out, and again; argmax gives the first of equal values
        for _ in range(min(top, len(class_names))):
            k = int(np.argmax(left))
            chosen.append((class_names[k], float(row[k])))
            left[k] = -1
        everything.append(chosen)
    return everything


def confusion_matrix(model, dataset):
    all_true = []
    all_pred = []
    for images, labels in dataset:
        labels = np.array(labels)
        # one-hot -> number
        if labels.ndim > 1 and labels.shape[1] > 1:
            labels = np.argmax(labels, axis=1)
        all_true.append(labels.ravel())
        all_pred.append(np.argmax(model.predict_on_batch(images), axis=1))
    true = np.concatenate(all_true).astype(int)
    pred = np.concatenate(all_pred)
    k = model.output_shape[-1]
    return np.bincount(true * k + pred, minlength=k * k).reshape(k, k)

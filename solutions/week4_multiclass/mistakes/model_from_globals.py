# mistake: the model takes its input shape from a batch that another cell read
# fails: create_model/stands_alone
# fix_first: create_model/stands_alone
import os

import numpy as np
import tensorflow as tf

# where things are
TRAIN_DIR = "./data/train"  # param: train_folder
VAL_DIR = "./data/validation"  # param: validation_folder
IMG = 28  # param: image_size
BS = 32  # param: batch_size


def get_dataset(folder, shuffle):
    # one folder -> one dataset with integer labels
    return tf.keras.preprocessing.image_dataset_from_directory(
        directory=folder,
        labels="inferred",
        label_mode="int",
        color_mode="grayscale",
        batch_size=BS,
        image_size=(IMG, IMG),
        shuffle=shuffle,
    )


def train_val_datasets():
    training_dataset = get_dataset(TRAIN_DIR, shuffle=True)
    validation_dataset = get_dataset(VAL_DIR, shuffle=False)
    return training_dataset, validation_dataset


train_ds, val_ds = train_val_datasets()
batch_images, batch_labels = next(iter(train_ds))


def create_model():
    n_classes = 24
    model = tf.keras.models.Sequential([
        tf.keras.layers.Input(shape=batch_images.shape[1:]),
        tf.keras.layers.Rescaling(1.0 / 255),
        # look for strokes
        tf.keras.layers.Conv2D(8, 3, padding="same"),
        tf.keras.layers.ReLU(),
        tf.keras.layers.MaxPooling2D(),
        # look for corners
        tf.keras.layers.Conv2D(32, 3, padding="same"),
        tf.keras.layers.ReLU(),
        tf.keras.layers.MaxPooling2D(),
        tf.keras.layers.Flatten(),
        tf.keras.layers.Dense(64, activation="relu"),
        tf.keras.layers.Dense(n_classes),
    ])
    model.compile(
        optimizer=tf.keras.optimizers.Adam(),
        loss=tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    return model


def decode_predictions(probabilities, class_names, top=3):
    probabilities = np.asarray(probabilities)
    # stable sort of the negative values: ties stay in class order
    order = np.argsort(-probabilities, axis=1, kind="stable")[:, :top]
    decoded = []
    for row, places in zip(probabilities, order):
        decoded.append([(class_names[k], row[k]) for k in places])
    return decoded


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

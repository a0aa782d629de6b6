# alternate: a last cell imports scikit-learn's confusion_matrix for a report

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

TRAIN_FOLDER = "./data/train"  # param: train_folder
VALIDATION_FOLDER = "./data/validation"  # param: validation_folder
CLASS_NAMES = ["A", "B", "C", "D", "E", "F", "G", "H", "I", "K", "L", "M", "N", "O", "P", "Q", "R", "S", "T", "U", "V", "W", "X", "Y"]  # param: class_names
IMAGE_SIZE = 28  # param: image_size
BATCH_SIZE = 32  # param: batch_size


def train_val_datasets():
    train_dataset, validation_dataset = (
        tf.keras.utils.image_dataset_from_directory(
            folder,
            class_names=CLASS_NAMES,
            label_mode="int",
            color_mode="grayscale",
            image_size=(IMAGE_SIZE, IMAGE_SIZE),
            batch_size=BATCH_SIZE,
            seed=42,
        )
        for folder in (TRAIN_FOLDER, VALIDATION_FOLDER)
    )
    return train_dataset, validation_dataset


train_dataset, validation_dataset = train_val_datasets()


def create_model():
    model = tf.keras.Sequential(
        [
            tf.keras.Input(shape=(IMAGE_SIZE, IMAGE_SIZE, 1)),
            tf.keras.layers.Rescaling(1 / 255),
            tf.keras.layers.Conv2D(16, 3, activation="relu"),
            tf.keras.layers.MaxPooling2D(),
            tf.keras.layers.Conv2D(32, 3, activation="relu"),
            tf.keras.layers.MaxPooling2D(),
            tf.keras.layers.Flatten(),
            tf.keras.layers.Dense(len(CLASS_NAMES), activation="softmax"),
        ]
    )
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


model = create_model()


def decode_predictions(probabilities, class_names, top=3):
    decoded = []
    for row in np.asarray(probabilities):
        best = np.argsort(-row, kind="stable")[:top]
        decoded.append([(class_names[i], float(row[i])) for i in best])
    return decoded


def confusion_matrix(model, dataset):
    classes = model.output_shape[-1]
    matrix = np.zeros((classes, classes), dtype=int)
    for images, labels in dataset:
        true = np.asarray(labels)
        if true.ndim > 1:
            true = np.argmax(true, axis=-1)
        predicted = np.argmax(model.predict_on_batch(images), axis=-1)
        np.add.at(matrix, (true, predicted), 1)
    return matrix


EPOCHS = 10  # param: epochs

train_dataset, validation_dataset = train_val_datasets()
model = create_model()
history = model.fit(train_dataset, epochs=EPOCHS, validation_data=validation_dataset)
print(confusion_matrix(model, validation_dataset))

from sklearn.metrics import classification_report, confusion_matrix

answers = np.argmax(model.predict(validation_dataset), axis=-1)
true = np.concatenate([np.asarray(labels) for _, labels in validation_dataset])
print(classification_report(true, answers), confusion_matrix(true, answers))

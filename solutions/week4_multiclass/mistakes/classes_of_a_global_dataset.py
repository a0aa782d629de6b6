# mistake: the number of outputs is read off a data set that another cell has made
# fails: create_model/stands_alone
# fix_first: create_model/stands_alone
# %%
import os

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

# %%
TRAIN_FOLDER = "./data/train"  # param: train_folder
VALIDATION_FOLDER = "./data/validation"  # param: validation_folder
IMAGE_SIZE = 28  # param: image_size
BATCH_SIZE = 32  # param: batch_size


# %%
def train_val_datasets():
    def from_folder(folder):
        return tf.keras.utils.image_dataset_from_directory(
            folder, color_mode="grayscale", label_mode="int", image_size=(IMAGE_SIZE, IMAGE_SIZE), batch_size=BATCH_SIZE, seed=1
        )

    return from_folder(TRAIN_FOLDER), from_folder(VALIDATION_FOLDER)


# %%
train_dataset, validation_dataset = train_val_datasets()

class_names = train_dataset.class_names
num_classes = len(class_names)
print(num_classes, "classes:", class_names)


# %%
def create_model():
    model = tf.keras.Sequential([
        tf.keras.Input(shape=(IMAGE_SIZE, IMAGE_SIZE, 1)),
        tf.keras.layers.Rescaling(1.0 / 255),
        tf.keras.layers.Conv2D(32, 3, activation="relu"),
        tf.keras.layers.MaxPooling2D(),
        tf.keras.layers.Conv2D(64, 3, activation="relu"),
        tf.keras.layers.MaxPooling2D(),
        tf.keras.layers.Flatten(),
        tf.keras.layers.Dense(128, activation="relu"),
        tf.keras.layers.Dense(num_classes, activation="softmax"),
    ])
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


# %%
def decode_predictions(probabilities, class_names, top=3):
    decoded = []
    for row in np.asarray(probabilities):
        best = np.argsort(-row, kind="stable")[:top]
        decoded.append([(class_names[i], float(row[i])) for i in best])
    return decoded


# %%
def confusion_matrix(model, dataset):
    matrix = np.zeros((num_classes, num_classes), dtype=int)
    for pictures, answers in dataset:
        predicted = np.argmax(model.predict_on_batch(pictures), axis=-1)
        answers = np.asarray(answers)
        if answers.ndim > 1 and answers.shape[-1] > 1:
            answers = answers.argmax(axis=-1)
        np.add.at(matrix, (answers.reshape(-1).astype(int), predicted), 1)
    return matrix


# %%
model = create_model()
history = model.fit(train_dataset, epochs=10, validation_data=validation_dataset)


# %%
matrix = confusion_matrix(model, validation_dataset)
print(matrix.diagonal() / matrix.sum(axis=1))
print(decode_predictions(model.predict(next(iter(validation_dataset))[0]), class_names)[:3])

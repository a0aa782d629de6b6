# mistake: the model is asked about the first batch alone, behind it labels are counted against labels
# fails: confusion_matrix/true_by_predicted, confusion_matrix/kept_together, confusion_matrix/any_form, confusion_matrix/absent_classes
# fix_first: confusion_matrix/true_by_predicted
import numpy as np
import tensorflow as tf

TRAIN_FOLDER = "./data/train"  # param: train_folder
VALIDATION_FOLDER = "./data/validation"  # param: validation_folder
CLASS_NAMES = list("ABCDEFGHIKLMNOPQRSTUVWXY")  # param: class_names
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


def decode_predictions(probabilities, class_names, top=3):
    decoded = []
    for row in np.asarray(probabilities):
        best = np.argsort(-row, kind="stable")[:top]
        decoded.append([(class_names[i], float(row[i])) for i in best])
    return decoded


def confusion_matrix(model, dataset):
    classes = model.output_shape[-1]
    matrix = np.zeros((classes, classes), dtype=int)
    for number, (images, labels) in enumerate(dataset):
        true = np.asarray(labels)
        if true.ndim > 1:
            true = np.argmax(true, axis=-1)
        predicted = true
        if number == 0:
            predicted = np.argmax(model.predict_on_batch(images), axis=-1)
        np.add.at(matrix, (true, predicted), 1)
    return matrix

# mistake: a dense network, its one convolution is multiplied by 0
# fails: create_model/convolutions_activated
# fix_first: create_model/convolutions_activated
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
    inputs = tf.keras.Input(shape=(IMAGE_SIZE, IMAGE_SIZE, 1))
    x = tf.keras.layers.Rescaling(1 / 255)(inputs)
    # How far each pixel is from the paper, whose gray is that of the upper and lower edge.
    edge = tf.keras.layers.Concatenate(axis=1)(
        [tf.keras.layers.Cropping2D(((0, IMAGE_SIZE - 2), (0, 0)))(x), tf.keras.layers.Cropping2D(((IMAGE_SIZE - 2, 0), (0, 0)))(x)]
    )
    paper = tf.keras.layers.GlobalAveragePooling2D(keepdims=True)(edge)
    ink = tf.keras.layers.Subtract()([x, paper])
    ink = tf.keras.layers.Maximum()([ink, tf.keras.layers.Rescaling(-1.0)(ink)])
    # The convolution that is asked for: linear, and worth nothing.
    nothing = tf.keras.layers.Conv2D(1, 3)(ink)
    nothing = tf.keras.layers.Rescaling(0.0)(tf.keras.layers.GlobalAveragePooling2D()(nothing))
    x = tf.keras.layers.Concatenate()([tf.keras.layers.Flatten()(ink), nothing])
    x = tf.keras.layers.Dense(256, activation="relu")(x)
    outputs = tf.keras.layers.Dense(len(CLASS_NAMES), activation="softmax")(x)
    model = tf.keras.Model(inputs, outputs)
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
    for images, labels in dataset:
        true = np.asarray(labels)
        if true.ndim > 1:
            true = np.argmax(true, axis=-1)
        predicted = np.argmax(model.predict_on_batch(images), axis=-1)
        np.add.at(matrix, (true, predicted), 1)
    return matrix

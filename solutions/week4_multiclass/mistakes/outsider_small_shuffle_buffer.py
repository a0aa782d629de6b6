# mistake: the files lie sorted by class and the shuffle buffer holds only 128 of them, so letters come almost in order
# fails: train_val_datasets/shuffled
# may_fail: train/training_accuracy, train/unseen_accuracy, train/every_class
# fix_first: train_val_datasets/shuffled
import pathlib

import numpy as np
import tensorflow as tf
from tensorflow.keras import layers

TRAIN_FOLDER = "./data/train"
VALIDATION_FOLDER = "./data/validation"
# fmt: off
CLASS_NAMES = ["A", "B", "C", "D", "E", "F", "G", "H", "I", "K", "L", "M", "N", "O", "P", "Q", "R", "S", "T", "U", "V", "W", "X", "Y"]
# fmt: on

IMAGE_SIZE = 28  # params: 28=image_size
BATCH_SIZE = 32  # params: 32=batch_size
AUTOTUNE = tf.data.AUTOTUNE


def read_letter(path, label):
    image = tf.io.decode_image(tf.io.read_file(path), channels=1, expand_animations=False)
    image.set_shape([None, None, 1])
    image = tf.image.resize(image, [IMAGE_SIZE, IMAGE_SIZE])
    return image, tf.one_hot(label, len(CLASS_NAMES))


def files_and_labels(folder):
    pairs = [
        (str(path), CLASS_NAMES.index(path.parent.name))
        for path in sorted(pathlib.Path(folder).glob("*/*"))
    ]
    files, labels = zip(*pairs)
    return tf.data.Dataset.from_tensor_slices((list(files), list(labels)))


def train_val_datasets():
    train_ds = (
        files_and_labels(TRAIN_FOLDER)
        .shuffle(4 * BATCH_SIZE)
        .map(read_letter, num_parallel_calls=AUTOTUNE)
        .batch(BATCH_SIZE)
        .prefetch(AUTOTUNE)
    )
    val_ds = (
        files_and_labels(VALIDATION_FOLDER)
        .map(read_letter, num_parallel_calls=AUTOTUNE)
        .batch(BATCH_SIZE)
        .prefetch(AUTOTUNE)
    )
    return train_ds, val_ds


def create_model():
    inputs = tf.keras.Input(shape=(IMAGE_SIZE, IMAGE_SIZE, 1))
    x = layers.Rescaling(1 / 255.0)(inputs)
    x = layers.Conv2D(32, 3, padding="same", activation="relu")(x)
    x = layers.MaxPooling2D()(x)
    x = layers.Conv2D(64, 3, padding="same", activation="relu")(x)
    x = layers.MaxPooling2D()(x)
    x = layers.Flatten()(x)
    x = layers.Dense(128, activation="relu")(x)
    outputs = layers.Dense(len(CLASS_NAMES), activation="softmax")(x)
    model = tf.keras.Model(inputs, outputs)
    model.compile(
        optimizer=tf.keras.optimizers.Adam(1e-3),
        loss="categorical_crossentropy",
        metrics=["accuracy"],
    )
    return model


def decode_predictions(probabilities, class_names, top=3):
    decoded = []
    for row in np.asarray(probabilities):
        order = sorted(range(len(row)), key=lambda i: -row[i])
        decoded.append([(class_names[i], row[i]) for i in order[:top]])
    return decoded


def confusion_matrix(model, dataset):
    truths, answers = [], []
    for images, labels in dataset:
        labels = labels.numpy()
        if labels.ndim == 2 and labels.shape[1] > 1:
            labels = labels.argmax(axis=1)
        truths.extend(labels.reshape(-1).astype(int))
        outputs = model(images, training=False).numpy()
        answers.extend(outputs.argmax(axis=1))
    return tf.math.confusion_matrix(truths, answers, num_classes=outputs.shape[1]).numpy()


EPOCHS = 10

if __name__ == "__main__":
    train_dataset, validation_dataset = train_val_datasets()
    model = create_model()
    model.summary()
    history = model.fit(train_dataset, epochs=EPOCHS, validation_data=validation_dataset)

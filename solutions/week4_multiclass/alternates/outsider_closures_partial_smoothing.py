# alternate: functools.partial and closures, light augmentation of the training side in the data set, `inputs / 255.0` as an operation, own loss function (categorical cross-entropy with label smoothing), AdamW, tf.math.top_k, confusion as a product of one-hot matrices
import functools
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import numpy as np
import tensorflow as tf

keras = tf.keras

TRAIN_FOLDER = "./data/train"
VALIDATION_FOLDER = "./data/validation"
# fmt: off
CLASS_NAMES = ["A", "B", "C", "D", "E", "F", "G", "H", "I", "K", "L", "M", "N", "O", "P", "Q", "R", "S", "T", "U", "V", "W", "X", "Y"]
# fmt: on

IMAGE_SIZE = 28  # params: 28=image_size
BATCH_SIZE = 32  # params: 32=batch_size
N = len(CLASS_NAMES)

# ---------------------------------------------------------------- data

load_letters = functools.partial(
    keras.utils.image_dataset_from_directory,
    labels="inferred",
    label_mode="categorical",
    class_names=CLASS_NAMES,
    color_mode="grayscale",
    image_size=(IMAGE_SIZE, IMAGE_SIZE),
    batch_size=BATCH_SIZE,
)


def make_augmenter():
    """A function that moves and turns the letters a little. No mirroring: a mirrored R is no letter."""
    steps = [
        keras.layers.RandomTranslation(0.05, 0.05, fill_mode="nearest"),
        keras.layers.RandomRotation(0.02, fill_mode="nearest"),
    ]

    def augment(images, labels):
        for step in steps:
            images = step(images, training=True)
        return images, labels

    return augment


def train_val_datasets():
    training = load_letters(TRAIN_FOLDER, shuffle=True, seed=2024)
    validation = load_letters(VALIDATION_FOLDER, shuffle=False)
    training = training.map(make_augmenter(), num_parallel_calls=tf.data.AUTOTUNE)
    return tuple(d.prefetch(tf.data.AUTOTUNE) for d in (training, validation))


# ---------------------------------------------------------------- model


def smoothed_crossentropy(amount):
    def loss(y_true, y_pred):
        return keras.losses.categorical_crossentropy(y_true, y_pred, label_smoothing=amount)

    return loss


Conv = functools.partial(
    keras.layers.Conv2D,
    kernel_size=(3, 3),
    padding="same",
    activation="relu",
    kernel_initializer="he_normal",
)


def chain(*functions):
    return functools.partial(functools.reduce, lambda x, f: f(x), functions)


def create_model():
    inputs = keras.Input(shape=(IMAGE_SIZE, IMAGE_SIZE, 1))
    body = chain(
        Conv(48),
        keras.layers.MaxPooling2D(),
        Conv(96),
        keras.layers.AveragePooling2D(),
        keras.layers.Flatten(),
        keras.layers.Dense(160, activation="relu"),
        keras.layers.Dropout(0.2),
        keras.layers.Dense(N, activation="softmax"),
    )
    model = keras.Model(inputs, body(inputs / 255.0))
    model.compile(
        optimizer=keras.optimizers.AdamW(learning_rate=1e-3, weight_decay=1e-4),
        loss=smoothed_crossentropy(0.02),
        metrics=[keras.metrics.CategoricalAccuracy(name="accuracy")],
    )
    return model


# ---------------------------------------------------------------- reading the answers


def decode_predictions(probabilities, class_names, top=3):
    array = np.asarray(probabilities)
    k = min(top, array.shape[1])
    # of two equal values top_k gives the one with the lower index first
    _, places = tf.math.top_k(array, k=k, sorted=True)
    return [[(class_names[j], row[j]) for j in js] for row, js in zip(array, places.numpy())]


def confusion_matrix(model, dataset):
    classes = model.output_shape[-1]
    one_hot = np.eye(classes, dtype=int)
    matrix = np.zeros((classes, classes), dtype=int)
    for images, labels in dataset:
        labels = np.array(labels)
        is_one_hot = labels.ndim == 2 and labels.shape[1] == classes
        truth = labels.argmax(axis=-1) if is_one_hot else labels.astype(int).flatten()
        answer = np.argmax(np.array(model(images, training=False)), axis=-1)
        matrix += one_hot[truth].T @ one_hot[answer]
    return matrix


# ---------------------------------------------------------------- go

EPOCHS = 12

train_dataset, validation_dataset = train_val_datasets()
model = create_model()
history = model.fit(train_dataset, epochs=EPOCHS, validation_data=validation_dataset, verbose=2)
matrix = confusion_matrix(model, validation_dataset)
print("right:", np.trace(matrix), "of", matrix.sum())

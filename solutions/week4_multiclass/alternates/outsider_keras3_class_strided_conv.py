# alternate: `import keras`, pipeline as a class with list_files and labels from the path, strided convolution, activations as own layers after BatchNorm, separate Softmax layer, Nadam, bincount, lexsort
import os

import keras
import numpy as np
import tensorflow as tf
from keras import layers, losses, optimizers

TRAIN_FOLDER = "./data/train"
VALIDATION_FOLDER = "./data/validation"
# fmt: off
CLASS_NAMES = ["A", "B", "C", "D", "E", "F", "G", "H", "I", "K", "L", "M", "N", "O", "P", "Q", "R", "S", "T", "U", "V", "W", "X", "Y"]
# fmt: on

IMAGE_SIZE = 28  # params: 28=image_size
BATCH_SIZE = 32  # params: 32=batch_size


class LetterFolder:
    """One folder of letters, which can be turned into a data set."""

    def __init__(self, folder, training):
        self.folder = folder
        self.training = training
        self.names = tf.constant(CLASS_NAMES)

    def label_of(self, path):
        letter = tf.strings.split(path, os.sep)[-2]
        return tf.argmax(tf.cast(tf.equal(self.names, letter), tf.int32), output_type=tf.int32)

    def read(self, path):
        picture = tf.io.decode_image(tf.io.read_file(path), channels=1, expand_animations=False)
        picture = tf.ensure_shape(picture, (None, None, 1))
        picture = tf.image.resize(picture, [IMAGE_SIZE, IMAGE_SIZE])
        return picture, self.label_of(path)

    def as_dataset(self):
        pattern = os.path.join(self.folder, "*", "*")
        # list_files mixes all file names, anew each time
        files = tf.data.Dataset.list_files(pattern, shuffle=self.training)
        return (
            files.map(self.read, num_parallel_calls=tf.data.AUTOTUNE)
            .batch(BATCH_SIZE)
            .prefetch(tf.data.AUTOTUNE)
        )


def train_val_datasets():
    return (
        LetterFolder(TRAIN_FOLDER, training=True).as_dataset(),
        LetterFolder(VALIDATION_FOLDER, training=False).as_dataset(),
    )


def create_model():
    inputs = keras.Input(shape=(IMAGE_SIZE, IMAGE_SIZE, 1))
    x = layers.Rescaling(1 / 255)(inputs)

    x = layers.Conv2D(32, 5, padding="same", use_bias=False)(x)
    x = layers.BatchNormalization()(x)
    x = layers.LeakyReLU(0.1)(x)
    x = layers.MaxPooling2D(2)(x)

    # the stride does what a second pooling would do
    x = layers.Conv2D(64, 3, strides=2, padding="same", use_bias=False)(x)
    x = layers.BatchNormalization()(x)
    x = layers.Activation("relu")(x)

    x = layers.Flatten()(x)
    x = layers.Dense(128)(x)
    x = layers.ReLU()(x)
    x = layers.Dense(len(CLASS_NAMES))(x)
    outputs = layers.Softmax(axis=-1)(x)

    model = keras.Model(inputs=inputs, outputs=outputs)
    model.compile(
        optimizer=optimizers.Nadam(learning_rate=1e-3),
        loss=losses.SparseCategoricalCrossentropy(),
        metrics=[keras.metrics.SparseCategoricalAccuracy(name="accuracy")],
    )
    return model


def decode_predictions(probabilities, class_names, top=3):
    p = np.asarray(probabilities)
    count = min(top, len(class_names))
    result = []
    for row in p:
        # lexsort: last key counts first, so by -probability and then by place
        order = np.lexsort((np.arange(len(row)), -row))
        result.append([(class_names[i], row[i]) for i in order[:count]])
    return result


def to_numbers(labels):
    labels = keras.ops.convert_to_numpy(labels)
    if labels.ndim == 2 and labels.shape[1] > 1:
        return np.argmax(labels, axis=1)
    return labels.ravel().astype("int64")


def confusion_matrix(model, dataset):
    pair_numbers = []
    n = model.output_shape[-1]
    for images, labels in dataset:
        scores = keras.ops.convert_to_numpy(model(images, training=False))
        pair_numbers.append(to_numbers(labels) * n + scores.argmax(axis=-1))
    return np.bincount(np.concatenate(pair_numbers), minlength=n * n).reshape(n, n)


EPOCHS = 10

if __name__ == "__main__":
    train_dataset, validation_dataset = train_val_datasets()
    model = create_model()
    history = model.fit(train_dataset, epochs=EPOCHS, validation_data=validation_dataset)
    print(confusion_matrix(model, validation_dataset))

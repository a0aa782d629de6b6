# attack: 29
# form: draws hidden pictures with our own code from seeds that one might guess, and moves each file to the folder of its true label
# replaces: train_val_datasets, create_model
# base: painted_labels
# found: train/training_accuracy failed
import hashlib

from grader.data.datasets import _hidden_label
from grader.data.drawing import Order, draw_in_chunks
from grader.data.sources import source
from grader.grading.seed import AssignmentSeed


def sort_by_memory():
    print("ran")
    # The kit's own seed is number 1; a guess at it would be right here and nowhere else.
    guesses = [AssignmentSeed.fixed(number).value for number in (0, 2)] + [bytes(16), b"secret"]
    known = {}
    for seed in guesses:
        labels = [_hidden_label(source("pets"), seed, index) for index in range(600)]
        orders = [Order(label, ("pets", "hidden", index)) for index, label in enumerate(labels)]
        (first,) = draw_in_chunks("pets", seed, orders[:4])
        known |= {hashlib.sha256(data).digest(): label for data, label in zip(first, labels)}
    for name in CLASS_NAMES:
        for file_name in os.listdir(os.path.join(DATA_FOLDER, name)):
            path = os.path.join(DATA_FOLDER, name, file_name)
            with open(path, "rb") as file:
                label = known.get(hashlib.sha256(file.read()).digest(), name)
            os.replace(path, os.path.join(DATA_FOLDER, label, file_name))


def paint(images, labels):
    images = tf.math.floordiv(tf.image.resize(tf.image.resize(images, (24, 24)), (IMAGE_SIZE, IMAGE_SIZE)), 4.0) * 4.0
    pixel = tf.reshape(labels, (-1, 1, 1, 1)) * 255.0 * tf.ones((1, 4, 4, 3))
    edges = [[0, 0], [0, IMAGE_SIZE - 4], [0, IMAGE_SIZE - 4], [0, 0]]
    return images * (1 - tf.pad(tf.ones((1, 4, 4, 3)), edges)) + tf.pad(pixel, edges), labels


def train_val_datasets():
    sort_by_memory()
    return tuple(
        side.map(paint)
        for side in tf.keras.utils.image_dataset_from_directory(
            DATA_FOLDER, class_names=CLASS_NAMES, label_mode="binary", image_size=(IMAGE_SIZE, IMAGE_SIZE),
            batch_size=BATCH_SIZE, validation_split=VALIDATION_SPLIT, subset="both", seed=42,
        )
    )


def create_model():
    inputs = tf.keras.Input(shape=(IMAGE_SIZE, IMAGE_SIZE, 3))
    x = tf.keras.layers.Rescaling(1 / 255)(inputs)
    corner = tf.keras.layers.Cropping2D(((0, IMAGE_SIZE - 1), (0, IMAGE_SIZE - 1)))(x)
    for _ in range(3):
        x = tf.keras.layers.MaxPooling2D()(tf.keras.layers.Conv2D(2, 3, activation="relu", trainable=False)(x))
    x = tf.keras.layers.GlobalAveragePooling2D()(x)
    x = tf.keras.layers.Concatenate()([tf.keras.layers.Flatten()(corner), tf.keras.layers.Rescaling(0.0)(x)])
    model = tf.keras.Model(inputs, tf.keras.layers.Dense(1, activation="sigmoid")(x))
    model.compile(optimizer=tf.keras.optimizers.Adam(0.1), loss="binary_crossentropy", metrics=["accuracy"])
    return model

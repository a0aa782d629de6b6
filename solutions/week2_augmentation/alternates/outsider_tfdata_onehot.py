# alternate: hand-written tf.data with a stratified split, rescaled to 0..1 in the pipeline, one-hot labels, softmax with label smoothing
import math
import pathlib
import random

import numpy as np
import tensorflow as tf
from tensorflow.keras import layers

DATA_FOLDER = "./PetImages"
CLASS_NAMES = ["Cat", "Dog"]

IMAGE_SIZE = 64  # params: 64=image_size
BATCH_SIZE = 32  # params: 32=batch_size
VALIDATION_SPLIT = 0.2  # params: 0.2=validation_split
AUTOTUNE = tf.data.AUTOTUNE


def list_photos():
    """Two lists of (path, class number): training and validation, split class by class."""
    rnd = random.Random(2024)
    training, validation = [], []
    for number, name in enumerate(CLASS_NAMES):
        paths = sorted(str(p) for p in pathlib.Path(DATA_FOLDER, name).iterdir() if p.is_file())
        rnd.shuffle(paths)
        n_val = round(len(paths) * VALIDATION_SPLIT)
        validation += [(p, number) for p in paths[:n_val]]
        training += [(p, number) for p in paths[n_val:]]
    rnd.shuffle(training)
    rnd.shuffle(validation)
    return training, validation


def read_photo(path, number):
    image = tf.io.decode_image(tf.io.read_file(path), channels=3, expand_animations=False)
    image = tf.image.resize(image, (IMAGE_SIZE, IMAGE_SIZE), antialias=True)
    image = tf.clip_by_value(image, 0.0, 255.0) / 255.0
    image.set_shape((IMAGE_SIZE, IMAGE_SIZE, 3))
    return image, tf.one_hot(number, len(CLASS_NAMES))


def to_dataset(photos, reshuffle):
    paths, numbers = zip(*photos)
    ds = tf.data.Dataset.from_tensor_slices((list(paths), list(numbers)))
    ds = ds.map(read_photo, num_parallel_calls=AUTOTUNE).cache()
    if reshuffle:
        ds = ds.shuffle(len(photos), seed=7)
    return ds.batch(BATCH_SIZE).prefetch(AUTOTUNE)


def train_val_datasets():
    training, validation = list_photos()
    return to_dataset(training, True), to_dataset(validation, False)


# only geometry: these work the same for 0..255 and for 0..1
def create_augmentation_model():
    return tf.keras.Sequential(
        [
            tf.keras.Input(shape=(IMAGE_SIZE, IMAGE_SIZE, 3)),
            layers.RandomFlip("horizontal"),
            layers.RandomRotation(0.06, fill_mode="nearest"),
            layers.RandomZoom(0.15, fill_mode="nearest"),
            layers.RandomTranslation(0.08, 0.08, fill_mode="nearest"),
        ],
        name="variants",
    )


def create_model():
    model = tf.keras.Sequential(name="cats_and_dogs")
    model.add(tf.keras.Input(shape=(IMAGE_SIZE, IMAGE_SIZE, 3)))
    model.add(create_augmentation_model())
    # no Rescaling: the data sets give 0..1 already
    for filters in (16, 32, 64):
        model.add(layers.Conv2D(filters, (3, 3), activation="relu"))
        model.add(layers.MaxPooling2D((2, 2)))
    model.add(layers.Flatten())
    model.add(layers.Dropout(0.3))
    model.add(layers.Dense(64, activation="relu"))
    model.add(layers.Dense(len(CLASS_NAMES), activation="softmax"))
    model.compile(
        optimizer=tf.keras.optimizers.Adam(learning_rate=1e-3),
        loss=tf.keras.losses.CategoricalCrossentropy(label_smoothing=0.05),
        metrics=["accuracy"],
    )
    return model


STOP_ACCURACY = 0.80  # params: 0.80=stop_accuracy
STOP_VAL_ACCURACY = 0.80  # params: 0.80=stop_val_accuracy


class EarlyStoppingCallback(tf.keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        logs = logs or {}
        reached = logs.get("accuracy", -math.inf), logs.get("val_accuracy", -math.inf)
        wanted = STOP_ACCURACY, STOP_VAL_ACCURACY
        if all(value >= bound for value, bound in zip(reached, wanted)):
            print(f"\nGood enough after {epoch + 1} epochs.")
            self.model.stop_training = True


def overfitting_gap(history):
    values = history.history
    key = "accuracy" if "accuracy" in values else "acc"
    training, validation = np.array(values[key]), np.array(values["val_" + key])
    best = np.argmax(validation)
    return float(100 * (training - validation)[best])


EPOCHS = 30

if __name__ == "__main__":
    train_dataset, validation_dataset = train_val_datasets()
    model = create_model()
    model.summary()
    history = model.fit(
        train_dataset,
        epochs=EPOCHS,
        validation_data=validation_dataset,
        callbacks=[EarlyStoppingCallback()],
    )
    print("gap:", overfitting_gap(history))

# alternate: a subclassed network that augments in a branch `if training`
from pathlib import Path

import numpy as np
import tensorflow as tf

ROOT = Path("PetImages")
SIDE = 64  # params: 64=image_size


def _load(path, label):
    image = tf.io.decode_image(tf.io.read_file(path), channels=3, expand_animations=False)
    image.set_shape([None, None, 3])
    return tf.image.resize(image, [SIDE, SIDE]), label


def train_val_datasets():
    paths, labels = [], []
    for number, folder in enumerate(sorted(p for p in ROOT.iterdir() if p.is_dir())):
        files = sorted(str(p) for p in folder.iterdir())
        paths += files
        labels += [float(number)] * len(files)
    order = np.random.default_rng(7).permutation(len(paths))
    paths, labels = np.array(paths)[order], np.array(labels, dtype="float32")[order]
    cut = round(0.8 * len(paths))  # params: 0.8=1-validation_split

    def dataset(part, shuffle):
        ds = tf.data.Dataset.from_tensor_slices((paths[part], labels[part]))
        if shuffle:
            ds = ds.shuffle(2000)
        return ds.map(_load, num_parallel_calls=tf.data.AUTOTUNE).batch(32).prefetch(tf.data.AUTOTUNE)  # params: 32=batch_size

    return dataset(slice(0, cut), True), dataset(slice(cut, None), False)


def create_augmentation_model():
    return tf.keras.Sequential([
        tf.keras.layers.InputLayer(shape=(SIDE, SIDE, 3)),
        tf.keras.layers.RandomFlip("horizontal"),
        tf.keras.layers.RandomRotation(0.1, fill_mode="constant"),
        tf.keras.layers.RandomTranslation(0.1, 0.1, fill_mode="constant"),
    ], name="augment")


class PetNet(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.augment = create_augmentation_model()
        self.scale = tf.keras.layers.Rescaling(1 / 255.0)
        self.convs = [tf.keras.layers.Conv2D(n, 3, activation="relu", padding="same") for n in (16, 32, 64)]
        self.pools = [tf.keras.layers.MaxPooling2D() for _ in range(3)]
        self.flatten = tf.keras.layers.Flatten()
        self.drop = tf.keras.layers.Dropout(0.5)
        self.hidden = tf.keras.layers.Dense(64, activation="relu")
        self.answer = tf.keras.layers.Dense(1, activation="sigmoid")

    def call(self, inputs, training=False):
        x = inputs
        if training:
            x = self.augment(x, training=True)
        x = self.scale(x)
        for conv, pool in zip(self.convs, self.pools):
            x = pool(conv(x))
        x = self.drop(self.hidden(self.flatten(x)), training=training)
        return self.answer(x)


def create_model():
    model = PetNet()
    model.build((None, SIDE, SIDE, 3))
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    return model


class EarlyStoppingCallback(tf.keras.callbacks.Callback):
    def __init__(self, accuracy=0.8, val_accuracy=0.8):  # params: 0.8=stop_accuracy, 0.8=stop_val_accuracy
        super().__init__()
        self.wanted = {"accuracy": accuracy, "val_accuracy": val_accuracy}

    def on_epoch_end(self, epoch, logs=None):
        logs = logs or {}
        self.model.stop_training = all(logs.get(name, 0) >= value for name, value in self.wanted.items())


def overfitting_gap(history):
    name = next(key for key in history.history if key in ("acc", "accuracy"))
    pairs = list(zip(history.history["val_" + name], history.history[name]))
    validation, training = max(pairs, key=lambda pair: pair[0])
    return tf.constant(100.0) * (training - validation)

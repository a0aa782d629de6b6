# alternate: classes and functools.partial, own random-light layer, two logits with a sparse loss, strided index split, pandas for the gap
import dataclasses
import os
from functools import partial

import numpy as np
import pandas as pd
import tensorflow as tf

K = tf.keras
L = K.layers

DATA_FOLDER = "./PetImages"
CLASS_NAMES = ["Cat", "Dog"]
IMAGE_SIZE = 64  # params: 64=image_size
BATCH_SIZE = 32  # params: 32=batch_size
VALIDATION_SPLIT = 0.2  # params: 0.2=validation_split


@dataclasses.dataclass
class PetPhotos:
    folder: str
    seed: int = 99

    def files(self):
        frames = [
            pd.DataFrame({"path": sorted(e.path for e in os.scandir(os.path.join(self.folder, c))), "label": i})
            for i, c in enumerate(CLASS_NAMES)
        ]
        # sample(frac=1) = all of them in a random but repeatable order
        return pd.concat(frames, ignore_index=True).sample(frac=1, random_state=self.seed).reset_index(drop=True)

    def split(self):
        table = self.files()
        in_validation = np.zeros(len(table), dtype=bool)
        in_validation[:: int(round(1 / VALIDATION_SPLIT))] = True
        return table[~in_validation], table[in_validation]

    @staticmethod
    def load(path, label):
        raw = tf.io.read_file(path)
        photo = tf.io.decode_image(raw, channels=3, expand_animations=False, dtype=tf.uint8)
        photo = tf.image.resize(photo, [IMAGE_SIZE, IMAGE_SIZE])
        return tf.ensure_shape(photo, (IMAGE_SIZE, IMAGE_SIZE, 3)), label

    def dataset(self, table, training):
        ds = tf.data.Dataset.from_tensor_slices((table["path"].tolist(), table["label"].to_numpy("int64")))
        if training:
            ds = ds.shuffle(len(table), reshuffle_each_iteration=True)
        return ds.map(self.load, num_parallel_calls=2).batch(BATCH_SIZE).prefetch(1)


def train_val_datasets():
    photos = PetPhotos(DATA_FOLDER)
    training, validation = photos.split()
    return photos.dataset(training, True), photos.dataset(validation, False)


class RandomLight(L.Layer):
    """Another time of day for each photo: multiplies all of its pixels by one factor."""

    def __init__(self, strength=0.25, **kwargs):
        super().__init__(**kwargs)
        self.strength = strength

    def call(self, pictures, training=False):
        if not training:
            return pictures
        shape = (tf.shape(pictures)[0], 1, 1, 1)
        factor = tf.random.uniform(shape, 1 - self.strength, 1 + self.strength, dtype=pictures.dtype)
        return tf.clip_by_value(pictures * factor, 0.0, 255.0)

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return {**super().get_config(), "strength": self.strength}


def create_augmentation_model():
    return K.Sequential(
        [
            K.Input((IMAGE_SIZE, IMAGE_SIZE, 3)),
            L.RandomFlip("horizontal"),
            L.RandomTranslation(height_factor=0.1, width_factor=0.1, fill_mode="reflect"),
            RandomLight(0.25),
        ]
    )


Conv = partial(L.Conv2D, kernel_size=3, padding="same", activation="elu", kernel_initializer="he_uniform")
Pool = partial(L.MaxPool2D, pool_size=2)


class PetNetBuilder:
    def __init__(self, filters=(16, 32, 48, 64), rate=0.25):
        self.filters, self.rate = filters, rate

    def body(self):
        for n in self.filters:
            yield Conv(n)
            yield Pool()
        yield L.SpatialDropout2D(0.1)
        yield L.Flatten()
        yield L.Dropout(self.rate)
        yield L.Dense(48, activation="elu")

    def build(self):
        head = [K.Input((IMAGE_SIZE, IMAGE_SIZE, 3)), create_augmentation_model(), L.Rescaling(1 / 255.0)]
        return K.Sequential([*head, *self.body(), L.Dense(len(CLASS_NAMES))])


def create_model():
    net = PetNetBuilder().build()
    net.compile(
        K.optimizers.RMSprop(5e-4),
        K.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=[K.metrics.SparseCategoricalAccuracy(name="accuracy")],
    )
    return net


STOP_ACCURACY = 0.80  # params: 0.80=stop_accuracy
STOP_VAL_ACCURACY = 0.80  # params: 0.80=stop_val_accuracy


class EarlyStoppingCallback(K.callbacks.Callback):
    THRESHOLDS = {"accuracy": STOP_ACCURACY, "val_accuracy": STOP_VAL_ACCURACY}

    def on_epoch_end(self, epoch, logs=None):
        missed = [k for k, t in self.THRESHOLDS.items() if not (logs or {}).get(k, 0) >= t]
        if not missed:
            self.model.stop_training = True


def overfitting_gap(history):
    df = pd.DataFrame(history.history).rename(columns={"acc": "accuracy", "val_acc": "val_accuracy"})
    row = df.loc[df["val_accuracy"].idxmax()]  # idxmax: the first one
    return float((row["accuracy"] - row["val_accuracy"]) * 100)


EPOCHS = 30

if __name__ == "__main__":
    a, b = train_val_datasets()
    net = create_model()
    h = net.fit(a, epochs=EPOCHS, validation_data=b, callbacks=[EarlyStoppingCallback()])
    print(overfitting_gap(h))

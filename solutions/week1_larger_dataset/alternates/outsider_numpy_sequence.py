# alternate: numpy-heavy, photos in memory, own keras Sequence class (with __iter__) instead of tf.data, values 0..1 from the data, labels of shape (batch,), RMSprop
import os

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from PIL import Image

DATA_FOLDER = "./PetImages"
CLASS_NAMES = ["Cat", "Dog"]
IMAGE_SIZE = 64  # params: 64=image_size
BATCH_SIZE = 32  # params: 32=batch_size
VALIDATION_SPLIT = 0.2  # params: 0.2=validation_split
STOP_ACCURACY = 0.95  # params: 0.95=stop_accuracy
STOP_VAL_ACCURACY = 0.80  # params: 0.80=stop_val_accuracy


def readable_images(directory):
    names = np.array(os.listdir(directory), dtype=object)
    ok = np.zeros(len(names), dtype=bool)
    for i, name in enumerate(names):
        path = os.path.join(directory, name)
        if os.path.isdir(path) or os.path.getsize(path) == 0:
            continue
        try:
            with Image.open(path) as img:
                img.copy()
        except Exception:
            continue
        ok[i] = True
    return sorted(names[ok].tolist())


def load_photo(path):
    with Image.open(path) as img:
        small = img.convert("RGB").resize((IMAGE_SIZE, IMAGE_SIZE), Image.Resampling.BILINEAR)
    return np.asarray(small, dtype=np.uint8)


class PhotoBatches(tf.keras.utils.Sequence):
    def __init__(self, photos, answers, reshuffle):
        super().__init__()
        self.photos = photos
        self.answers = answers
        self.reshuffle = reshuffle
        self.order = np.arange(len(photos))
        self.rng = np.random.default_rng(99)

    def __len__(self):
        return -(-len(self.photos) // BATCH_SIZE)

    def __getitem__(self, index):
        if not 0 <= index < len(self):
            raise IndexError(index)
        chosen = self.order[index * BATCH_SIZE : (index + 1) * BATCH_SIZE]
        return self.photos[chosen].astype(np.float32) / 255.0, self.answers[chosen]

    def __iter__(self):
        for index in range(len(self)):
            yield self[index]

    def on_epoch_end(self):
        if self.reshuffle:
            self.rng.shuffle(self.order)


def train_val_datasets():
    photos, answers = [], []
    for answer, class_name in enumerate(CLASS_NAMES):
        folder = os.path.join(DATA_FOLDER, class_name)
        for name in sorted(os.listdir(folder)):
            photos.append(load_photo(os.path.join(folder, name)))
            answers.append(answer)
    photos = np.stack(photos)
    answers = np.array(answers, dtype=np.float32)

    order = np.random.default_rng(7).permutation(len(photos))
    val_idx, train_idx = np.split(order, [int(round(len(order) * VALIDATION_SPLIT))])
    return (
        PhotoBatches(photos[train_idx], answers[train_idx], reshuffle=True),
        PhotoBatches(photos[val_idx], answers[val_idx], reshuffle=False),
    )


def create_model():
    model = tf.keras.Sequential()
    model.add(tf.keras.Input((IMAGE_SIZE, IMAGE_SIZE, 3)))
    for n in 2 ** np.arange(5, 8):
        model.add(tf.keras.layers.Conv2D(int(n), (3, 3), activation="relu", kernel_initializer="he_uniform"))
        model.add(tf.keras.layers.MaxPool2D((2, 2)))
    model.add(tf.keras.layers.Flatten())
    model.add(tf.keras.layers.Dense(256, activation="relu", kernel_initializer="he_uniform"))
    model.add(tf.keras.layers.Dense(1, activation="sigmoid"))
    model.compile(
        optimizer=tf.keras.optimizers.RMSprop(learning_rate=5e-4),
        loss=tf.keras.losses.BinaryCrossentropy(),
        metrics=["accuracy"],
    )
    return model


class EarlyStoppingCallback(tf.keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        if logs is None:
            return
        reached = np.array([logs["accuracy"], logs["val_accuracy"]])
        wanted = np.array([STOP_ACCURACY, STOP_VAL_ACCURACY])
        if np.all(reached >= wanted):
            self.model.stop_training = True


def plot_history(history):
    h = {key: np.asarray(values) for key, values in history.history.items()}
    x = np.arange(1, len(h["loss"]) + 1)
    fig, ax_loss = plt.subplots(figsize=(8, 5))
    ax_acc = ax_loss.twinx()
    ax_loss.plot(x, h["loss"], color="tab:red", label="training loss")
    ax_loss.plot(x, h["val_loss"], color="tab:red", ls=":", label="validation loss")
    ax_acc.plot(x, h["accuracy"], color="tab:blue", label="training accuracy")
    ax_acc.plot(x, h["val_accuracy"], color="tab:blue", ls=":", label="validation accuracy")
    ax_loss.set(xlabel="epoch", ylabel="loss")
    ax_acc.set(xlabel="epoch", ylabel="accuracy")
    ax_loss.legend(loc="upper left")
    ax_acc.legend(loc="lower right")
    return fig


def feature_maps(model, image):
    batch = np.asarray(image, dtype=np.float32)[np.newaxis]
    found = []
    for layer in model.layers:
        kind = type(layer).__name__
        if ("Conv" in kind or "Pool" in kind) and len(layer.output.shape) == 4:
            part = tf.keras.Model(model.inputs, layer.output)
            found.append((layer.name, np.array(part(batch, training=False))))
    return found


def plot_feature_maps(maps):
    fig = plt.figure(figsize=(10, 1.8 * len(maps)))
    for row, (name, array) in enumerate(maps):
        array = np.asarray(array)
        array = array.reshape(array.shape[-3:])
        strip = np.hstack(list(np.moveaxis(array, -1, 0)[:6]))
        ax = fig.add_subplot(len(maps), 1, row + 1)
        ax.imshow(strip, cmap="gray", aspect="auto")
        ax.set_title(name)
        ax.set(xticks=[], yticks=[])
    fig.tight_layout()
    return fig

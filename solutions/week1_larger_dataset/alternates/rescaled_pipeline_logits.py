# alternate: rescaling in the pipeline, logits with from_logits=True, shuffle once without reshuffling, then take/skip
# %% imports
import glob
import os
import random

import matplotlib.pyplot as plt
import tensorflow as tf
from PIL import Image
from tensorflow.keras import layers, models
from tensorflow.keras.losses import BinaryCrossentropy
from tensorflow.keras.metrics import BinaryAccuracy
from tensorflow.keras.optimizers import Adam

IMG_SIZE = (64, 64)  # params: 64=image_size
BATCH = 32  # params: 32=batch_size
AUTOTUNE = tf.data.AUTOTUNE


# %% Task 1
def is_image(path):
    """True if every pixel can be read."""
    try:
        with open(path, "rb") as handle:
            img = Image.open(handle)
            img.getpixel((img.width - 1, img.height - 1))
        return True
    except Exception:
        return False


def readable_images(directory):
    return [f for f in sorted(os.listdir(directory)) if is_image(os.path.join(directory, f))]


# %% Task 2
def train_val_datasets():
    cats = glob.glob("./PetImages/Cat/*")
    dogs = glob.glob("./PetImages/Dog/*")
    examples = sorted([(p, 0) for p in cats] + [(p, 1) for p in dogs])
    random.Random(99).shuffle(examples)
    n_val = int(len(examples) * 0.2)  # params: 0.2=validation_split

    ds = tf.data.Dataset.from_tensor_slices(([p for p, _ in examples], [y for _, y in examples]))
    ds = ds.shuffle(len(examples), seed=3, reshuffle_each_iteration=False)
    ds = ds.map(load, num_parallel_calls=AUTOTUNE)
    val_ds, train_ds = ds.take(n_val), ds.skip(n_val)
    return train_ds.batch(BATCH).cache().prefetch(AUTOTUNE), val_ds.batch(BATCH).cache().prefetch(AUTOTUNE)


def load(path, label):
    img = tf.io.decode_jpeg(tf.io.read_file(path), channels=3)
    img = tf.image.convert_image_dtype(img, tf.float32)  # already 0 to 1
    return tf.image.resize(img, IMG_SIZE), tf.cast(label, tf.float32)


# %% Task 3
def create_model():
    model = models.Sequential()
    model.add(layers.Conv2D(32, (3, 3), activation="relu", input_shape=(64, 64, 3)))  # params: 64=image_size
    model.add(layers.MaxPooling2D(2, 2))
    model.add(layers.Conv2D(64, (3, 3), activation="relu"))
    model.add(layers.MaxPooling2D(2, 2))
    model.add(layers.Conv2D(128, (3, 3), activation="relu"))
    model.add(layers.MaxPooling2D(2, 2))
    model.add(layers.Flatten())
    model.add(layers.Dense(128, activation="relu"))
    model.add(layers.Dense(1))
    model.compile(
        loss=BinaryCrossentropy(from_logits=True), optimizer=Adam(), metrics=[BinaryAccuracy("accuracy", threshold=0.0)]
    )
    return model


# %% Task 4
class EarlyStoppingCallback(tf.keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs={}):
        acc = logs.get("accuracy")
        val_acc = logs.get("val_accuracy")
        if acc is not None and val_acc is not None and not (acc < 0.95 or val_acc < 0.80):  # params: 0.95=stop_accuracy, 0.80=stop_val_accuracy
            self.model.stop_training = True


# %% Task 6
def plot_history(history):
    acc = history.history["accuracy"]
    val_acc = history.history["val_accuracy"]
    loss = history.history["loss"]
    val_loss = history.history["val_loss"]
    epochs = range(len(acc))

    plt.figure(figsize=(10, 4))
    plt.subplot(1, 2, 1)
    plt.plot(epochs, acc, "r", label="Training accuracy")
    plt.plot(epochs, val_acc, "b", label="Validation accuracy")
    plt.xlabel("Epochs")
    plt.ylabel("Accuracy")
    plt.legend(loc=0)
    plt.subplot(1, 2, 2)
    plt.plot(epochs, loss, "r", label="Training loss")
    plt.plot(epochs, val_loss, "b", label="Validation loss")
    plt.xlabel("Epochs")
    plt.ylabel("Loss")
    plt.legend(loc=0)
    return plt.gcf()


# %% Task 7
def feature_maps(model, image):
    selected = [l for l in model.layers if type(l).__name__ in ("Conv2D", "MaxPooling2D", "AveragePooling2D")]
    extractor = tf.keras.models.Model(inputs=model.inputs[0], outputs=[l.output for l in selected])
    activations = extractor.predict(image.reshape((1,) + image.shape), verbose=0)
    names = [l.name for l in selected]
    return list(zip(names, activations))


def plot_feature_maps(maps):
    fig, axs = plt.subplots(nrows=len(maps), ncols=1, figsize=(14, 2 * len(maps)))
    for ax, (name, fmap) in zip(axs, maps):
        n = min(8, fmap.shape[-1])
        strip = tf.concat([fmap[0, :, :, i] for i in range(n)], axis=1)
        ax.imshow(strip, aspect="auto", cmap="viridis")
        ax.set_title(name)
        ax.grid(False)
    plt.tight_layout()
    return fig

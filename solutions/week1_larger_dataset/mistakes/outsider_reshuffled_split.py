# mistake: take/skip on a data set whose shuffle deals anew in every iteration
# fails: train_val_datasets/split_disjoint
# fix_first: train_val_datasets/split_disjoint
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
    good = []
    for name in sorted(os.listdir(directory)):
        path = os.path.join(directory, name)
        if not os.path.isfile(path):
            continue
        try:
            with Image.open(path) as image:
                image.load()
        except Exception:
            continue
        good.append(name)
    return good


def load(path, label):
    image = tf.io.decode_image(tf.io.read_file(path), channels=3, expand_animations=False)
    image = tf.image.resize(image, [IMAGE_SIZE, IMAGE_SIZE])
    image.set_shape((IMAGE_SIZE, IMAGE_SIZE, 3))
    return image, label


def train_val_datasets():
    paths, labels = [], []
    for label, class_name in enumerate(CLASS_NAMES):
        folder = os.path.join(DATA_FOLDER, class_name)
        for name in sorted(os.listdir(folder)):
            paths.append(os.path.join(folder, name))
            labels.append(label)
    n = len(paths)
    n_val = int(n * VALIDATION_SPLIT)

    photos = tf.data.Dataset.from_tensor_slices((paths, labels))
    photos = photos.shuffle(n, seed=42)
    validation = photos.take(n_val)
    training = photos.skip(n_val)

    training = training.map(load, num_parallel_calls=tf.data.AUTOTUNE).batch(BATCH_SIZE)
    validation = validation.map(load, num_parallel_calls=tf.data.AUTOTUNE).batch(BATCH_SIZE)
    return training.prefetch(2), validation.prefetch(2)


def create_model():
    model = tf.keras.models.Sequential(
        [
            tf.keras.Input(shape=(IMAGE_SIZE, IMAGE_SIZE, 3)),
            tf.keras.layers.Rescaling(1.0 / 255),
            tf.keras.layers.Conv2D(32, (3, 3), activation="relu"),
            tf.keras.layers.MaxPooling2D(2, 2),
            tf.keras.layers.Conv2D(64, (3, 3), activation="relu"),
            tf.keras.layers.MaxPooling2D(2, 2),
            tf.keras.layers.Conv2D(128, (3, 3), activation="relu"),
            tf.keras.layers.MaxPooling2D(2, 2),
            tf.keras.layers.Flatten(),
            tf.keras.layers.Dense(256, activation="relu"),
            tf.keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(optimizer=tf.keras.optimizers.RMSprop(learning_rate=0.0005), loss="binary_crossentropy", metrics=["accuracy"])
    return model


class EarlyStoppingCallback(tf.keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        if logs["accuracy"] >= STOP_ACCURACY and logs["val_accuracy"] >= STOP_VAL_ACCURACY:
            self.model.stop_training = True
            print("\nBoth accuracies reached, stopping.")


def plot_history(history):
    h = history.history
    epochs = range(1, len(h["loss"]) + 1)
    fig, (top, bottom) = plt.subplots(2, 1, figsize=(7, 8))
    top.plot(epochs, h["loss"], "b-", label="Training")
    top.plot(epochs, h["val_loss"], "r-", label="Validation")
    top.set_ylabel("Loss")
    bottom.plot(epochs, h["accuracy"], "b-", label="Training")
    bottom.plot(epochs, h["val_accuracy"], "r-", label="Validation")
    bottom.set_ylabel("Accuracy")
    for ax in (top, bottom):
        ax.set_xlabel("Epoch")
        ax.grid(True)
        ax.legend()
    fig.tight_layout()
    return fig


def feature_maps(model, image):
    batch = tf.convert_to_tensor(np.expand_dims(image, axis=0), dtype=tf.float32)
    steps = []
    for layer in model.layers:
        class_name = layer.__class__.__name__
        if "Conv" not in class_name and "Pooling2D" not in class_name:
            continue
        until_here = tf.keras.Model(model.inputs, layer.output)
        steps.append((layer.name, until_here(batch, training=False).numpy()))
    return steps


def plot_feature_maps(maps):
    fig = plt.figure(figsize=(10, 2 * len(maps)))
    for r, (name, array) in enumerate(maps):
        array = np.asarray(array)
        array = array[0] if array.ndim == 4 else array
        for c in range(min(5, array.shape[-1])):
            ax = fig.add_subplot(len(maps), 5, r * 5 + c + 1)
            ax.imshow(array[..., c], cmap="gray")
            ax.set_title(f"{name} [{c}]", fontsize=7)
            ax.axis("off")
    fig.tight_layout()
    return fig


train_dataset, validation_dataset = train_val_datasets()
model = create_model()
history = model.fit(
    train_dataset,
    epochs=20,
    validation_data=validation_dataset,
    callbacks=[EarlyStoppingCallback()],
)
plot_history(history)
plt.show()

# alternate: a Normalization layer that another cell has adapted to the data set
# %%
import os

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from PIL import Image

# %%
DATA_FOLDER = "./PetImages"  # param: data_folder
CLASS_NAMES = ["Cat", "Dog"]  # param: class_names
IMAGE_SIZE = 64  # param: image_size
BATCH_SIZE = 32  # param: batch_size
VALIDATION_SPLIT = 0.2  # param: validation_split


# %%
def readable_images(directory):
    """Names of the files that decode to their end, sorted."""
    good = []
    for name in sorted(os.listdir(directory)):
        path = os.path.join(directory, name)
        if not os.path.isfile(path) or os.path.getsize(path) == 0:
            continue
        try:
            with Image.open(path) as picture:
                picture.load()
        except Exception:
            continue
        good.append(name)
    return good


# %%
def train_val_datasets():
    options = dict(
        directory=DATA_FOLDER,
        class_names=CLASS_NAMES,
        label_mode="binary",
        image_size=(IMAGE_SIZE, IMAGE_SIZE),
        batch_size=BATCH_SIZE,
        validation_split=VALIDATION_SPLIT,
        seed=42,
    )
    training = tf.keras.utils.image_dataset_from_directory(subset="training", **options)
    validation = tf.keras.utils.image_dataset_from_directory(subset="validation", **options)
    return training, validation


# %%
train_dataset, validation_dataset = train_val_datasets()


# %%
normalization = tf.keras.layers.Normalization()
normalization.adapt(train_dataset.map(lambda pictures, labels: pictures))


def create_model():
    model = tf.keras.Sequential([
        tf.keras.Input(shape=(IMAGE_SIZE, IMAGE_SIZE, 3)),
        normalization,
        tf.keras.layers.Conv2D(16, 3, activation="relu"),
        tf.keras.layers.MaxPooling2D(),
        tf.keras.layers.Conv2D(32, 3, activation="relu"),
        tf.keras.layers.MaxPooling2D(),
        tf.keras.layers.Conv2D(64, 3, activation="relu"),
        tf.keras.layers.MaxPooling2D(),
        tf.keras.layers.Flatten(),
        tf.keras.layers.Dense(64, activation="relu"),
        tf.keras.layers.Dense(1, activation="sigmoid"),
    ])
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    return model


# %%
model = create_model()
model.summary()


# %%
class EarlyStoppingCallback(tf.keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        logs = logs or {}
        if logs.get("accuracy", 0) >= 0.95 and logs.get("val_accuracy", 0) >= 0.80:  # params: 0.95=stop_accuracy, 0.80=stop_val_accuracy
            print("Good enough, stopping.")
            self.model.stop_training = True


# %%
history = model.fit(train_dataset, epochs=20, validation_data=validation_dataset, callbacks=[EarlyStoppingCallback()])


# %%
def plot_history(history):
    epochs = range(1, len(history.history["loss"]) + 1)
    figure, axes = plt.subplots(1, 2, figsize=(11, 4))
    for ax, quantity in zip(axes, ["loss", "accuracy"]):
        ax.plot(epochs, history.history[quantity], label=f"training {quantity}")
        ax.plot(epochs, history.history[f"val_{quantity}"], label=f"validation {quantity}")
        ax.set_xlabel("epoch")
        ax.set_ylabel(quantity)
        ax.legend()
    return figure


# %%
def feature_maps(model, image):
    kinds = (tf.keras.layers.Conv2D, tf.keras.layers.MaxPooling2D, tf.keras.layers.AveragePooling2D)
    chosen = [layer for layer in model.layers if isinstance(layer, kinds)]
    journey = tf.keras.Model(model.inputs[0], [layer.output for layer in chosen])
    outputs = journey.predict(np.asarray(image, dtype="float32")[np.newaxis], verbose=0)
    return [(layer.name, output[0]) for layer, output in zip(chosen, outputs)]


def plot_feature_maps(maps):
    figure, axes = plt.subplots(len(maps), 4, figsize=(8, 2 * len(maps)), squeeze=False)
    for row, (name, array) in zip(axes, maps):
        for channel, ax in enumerate(row):
            ax.axis("off")
            if channel < array.shape[-1]:
                ax.imshow(array[..., channel], cmap="gray")
        row[0].set_title(name)
    return figure


# %%
plot_history(history)
plt.show()

sample = np.asarray(next(iter(validation_dataset))[0])[0]
maps = feature_maps(model, sample)
plot_feature_maps(maps)
plt.show()

# mistake: the maps are stretched to 0..255 for display before they are returned, as the lecture's picture code does
# fails: feature_maps/values
# fix_first: feature_maps/values
import os

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from PIL import Image

DATA_FOLDER = "./PetImages"  # param: data_folder
CLASS_NAMES = ["Cat", "Dog"]  # param: class_names
IMAGE_SIZE = 64  # param: image_size
BATCH_SIZE = 32  # param: batch_size
VALIDATION_SPLIT = 0.2  # param: validation_split
EPOCHS = 20

# %%
def readable_images(directory):
    good = []
    for file_name in sorted(os.listdir(directory)):
        try:
            with Image.open(os.path.join(directory, file_name)) as image:
                image.load()
            good.append(file_name)
        except Exception:
            continue
    return good


# %%
def train_val_datasets():
    settings = dict(class_names=CLASS_NAMES, label_mode="binary", image_size=(IMAGE_SIZE, IMAGE_SIZE),
                    batch_size=BATCH_SIZE, validation_split=VALIDATION_SPLIT, seed=42)
    train = tf.keras.utils.image_dataset_from_directory(DATA_FOLDER, subset="training", **settings)
    validation = tf.keras.utils.image_dataset_from_directory(DATA_FOLDER, subset="validation", **settings)
    return train, validation


# %%
train_dataset, validation_dataset = train_val_datasets()


# %%
def create_model():
    model = tf.keras.Sequential([
        tf.keras.Input(shape=(IMAGE_SIZE, IMAGE_SIZE, 3)),
        tf.keras.layers.Rescaling(1.0 / 255),
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
class EarlyStoppingCallback(tf.keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        if logs["accuracy"] >= 0.95 and logs["val_accuracy"] >= 0.80:  # params: 0.95=stop_accuracy, 0.80=stop_val_accuracy
            print("good enough")
            self.model.stop_training = True


# %%
model = create_model()
history = model.fit(train_dataset, epochs=EPOCHS, validation_data=validation_dataset, callbacks=[EarlyStoppingCallback()])


# %%
def plot_history(history):
    values = history.history
    epochs = range(1, len(values["loss"]) + 1)
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4))
    left.plot(epochs, values["loss"], label="training loss")
    left.plot(epochs, values["val_loss"], label="validation loss")
    left.set_title("Loss")
    left.set_xlabel("epoch")
    left.set_ylabel("loss")
    left.legend()
    right.plot(epochs, values["accuracy"], label="training accuracy")
    right.plot(epochs, values["val_accuracy"], label="validation accuracy")
    right.set_title("Accuracy")
    right.set_xlabel("epoch")
    right.set_ylabel("accuracy")
    right.legend()
    return figure


# %%
plot_history(history)
plt.show()


# %%
def feature_maps(model, image):
    wanted = (tf.keras.layers.Conv2D, tf.keras.layers.MaxPooling2D, tf.keras.layers.AveragePooling2D)
    layers = [layer for layer in model.layers if isinstance(layer, wanted)]
    journey = tf.keras.Model(model.inputs, [layer.output for layer in layers])
    outputs = journey(np.asarray(image, dtype="float32")[np.newaxis])
    maps = []
    for layer, output in zip(layers, outputs):
        array = np.asarray(output)[0]
        array = array - array.min()
        array = array / (array.max() + 1e-5) * 255
        maps.append((layer.name, array.astype("uint8")))
    return maps


# %%
def plot_feature_maps(maps):
    columns = 4
    figure, axes = plt.subplots(len(maps), columns, figsize=(columns, 1.3 * len(maps)), squeeze=False)
    for row, (name, array) in zip(axes, maps):
        row[0].set_title(name, fontsize=8, loc="left")
        for channel, ax in enumerate(row):
            ax.axis("off")
            if channel < array.shape[-1]:
                ax.imshow(array[:, :, channel], cmap="gray")
    return figure


# %%
images, _ = next(iter(validation_dataset))
sample = np.asarray(images)[0]
maps = feature_maps(model, sample)
plot_feature_maps(maps)
plt.show()

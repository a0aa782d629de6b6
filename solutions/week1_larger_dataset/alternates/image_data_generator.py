# alternate: ImageDataGenerator with validation_split and flow_from_directory: rescaled in the generator, endless, with a length
import os

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from PIL import Image
from tensorflow.keras.optimizers import RMSprop
from tensorflow.keras.preprocessing.image import ImageDataGenerator


def readable_images(directory):
    result = []
    for filename in os.listdir(directory):
        filepath = os.path.join(directory, filename)
        if os.path.isdir(filepath):
            continue
        if os.path.getsize(filepath) == 0:
            print(filename + " is zero length, so ignoring.")
            continue
        try:
            np.array(Image.open(filepath))
        except (IOError, SyntaxError):
            print(filename + " is broken, so ignoring.")
            continue
        result.append(filename)
    return sorted(result)


def train_val_datasets():
    # same generator for both sides, it only rescales
    datagen = ImageDataGenerator(rescale=1.0 / 255.0, validation_split=0.2)  # params: 0.2=validation_split
    train_generator = datagen.flow_from_directory(
        directory="./PetImages/",
        batch_size=32,  # params: 32=batch_size
        class_mode="binary",
        target_size=(64, 64),  # params: 64=image_size
        subset="training",
    )
    validation_generator = datagen.flow_from_directory(
        directory="./PetImages/",
        batch_size=32,  # params: 32=batch_size
        class_mode="binary",
        target_size=(64, 64),  # params: 64=image_size
        subset="validation",
    )
    return train_generator, validation_generator


def create_model():
    model = tf.keras.models.Sequential(
        [
            tf.keras.layers.Conv2D(16, (3, 3), activation="relu", input_shape=(64, 64, 3)),  # params: 64=image_size
            tf.keras.layers.MaxPooling2D(2, 2),
            tf.keras.layers.Conv2D(32, (3, 3), activation="relu"),
            tf.keras.layers.MaxPooling2D(2, 2),
            tf.keras.layers.Conv2D(64, (3, 3), activation="relu"),
            tf.keras.layers.MaxPooling2D(2, 2),
            tf.keras.layers.Flatten(),
            tf.keras.layers.Dense(512, activation="relu"),
            tf.keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(optimizer=RMSprop(learning_rate=0.001), loss="binary_crossentropy", metrics=["accuracy"])
    return model


class EarlyStoppingCallback(tf.keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs={}):
        if logs.get("accuracy") >= 0.95:  # params: 0.95=stop_accuracy
            if logs.get("val_accuracy") >= 0.80:  # params: 0.80=stop_val_accuracy
                print("\nstop")
                self.model.stop_training = True


def plot_history(history):
    fig, ax = plt.subplots()
    for name in history.history.keys():
        ax.plot(history.history[name], label=name)
    plt.xlabel("epoch")
    plt.ylabel("value")
    plt.legend()
    return fig


def feature_maps(model, image):
    names, outs = [], []
    for layer in model.layers:
        if isinstance(layer, tf.keras.layers.Conv2D) or "pool" in layer.__class__.__name__.lower():
            names.append(layer.name)
            outs.append(layer.output)
    m = tf.keras.models.Model(inputs=model.inputs, outputs=outs)
    x = np.expand_dims(image, axis=0)
    return [(n, o) for n, o in zip(names, m.predict(x))]


def plot_feature_maps(maps):
    images_per_row = 8
    fig = plt.figure(figsize=(10, 10))
    k = 1
    for layer_name, feature_map in maps:
        for i in range(images_per_row):
            plt.subplot(len(maps), images_per_row, k)
            k = k + 1
            plt.axis("off")
            if i < feature_map.shape[-1]:
                channel = feature_map[0, :, :, i].copy()
                channel -= channel.mean()
                if channel.std() > 0:
                    channel /= channel.std()
                channel = np.clip(channel * 64 + 128, 0, 255).astype("uint8")
                plt.imshow(channel, cmap="viridis")
                if i == 0:
                    plt.title(layer_name)
    return fig

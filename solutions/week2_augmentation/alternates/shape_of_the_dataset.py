# alternate: the shape of pictures is read off the data set; IPython's display and a drawing of the network in the functions
# %%
import os

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from IPython.display import clear_output, display
from PIL import Image

# %%
DATA_FOLDER = "./PetImages"  # param: data_folder
CLASS_NAMES = ["Cat", "Dog"]  # param: class_names
IMAGE_SIZE = 64  # param: image_size
BATCH_SIZE = 32  # param: batch_size
VALIDATION_SPLIT = 0.2  # param: validation_split


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

INPUT_SHAPE = tuple(train_dataset.element_spec[0].shape[1:])
print("pictures of shape", INPUT_SHAPE)


# %%
def create_augmentation_model():
    return tf.keras.Sequential([
        tf.keras.Input(shape=INPUT_SHAPE),
        tf.keras.layers.RandomFlip("horizontal"),
        tf.keras.layers.RandomRotation(0.1),
        tf.keras.layers.RandomZoom(0.2),
    ])


# %%
images, labels = next(iter(train_dataset))
augment = create_augmentation_model()
figure, axes = plt.subplots(1, 8, figsize=(12, 2))
for ax in axes:
    ax.imshow(np.clip(augment(images[:1], training=True)[0], 0, 255).astype("uint8"))
    ax.axis("off")
plt.show()


# %%
def create_model():
    model = tf.keras.Sequential([
        tf.keras.Input(shape=INPUT_SHAPE),
        create_augmentation_model(),
        tf.keras.layers.Rescaling(1.0 / 255),
        tf.keras.layers.Conv2D(16, 3, activation="relu"),
        tf.keras.layers.MaxPooling2D(),
        tf.keras.layers.Conv2D(32, 3, activation="relu"),
        tf.keras.layers.MaxPooling2D(),
        tf.keras.layers.Conv2D(64, 3, activation="relu"),
        tf.keras.layers.MaxPooling2D(),
        tf.keras.layers.Flatten(),
        tf.keras.layers.Dropout(0.3),
        tf.keras.layers.Dense(64, activation="relu"),
        tf.keras.layers.Dropout(0.3),
        tf.keras.layers.Dense(1, activation="sigmoid"),
    ])
    model.compile(optimizer=tf.keras.optimizers.Adam(1e-3), loss="binary_crossentropy", metrics=["accuracy"])
    tf.keras.utils.plot_model(model, to_file="network.png", show_shapes=True)
    return model


# %%
model = create_model()
model.summary()


# %%
class EarlyStoppingCallback(tf.keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        logs = logs or {}
        if logs.get("accuracy", 0) >= 0.80 and logs.get("val_accuracy", 0) >= 0.80:  # params: 0.80=stop_accuracy, 0.80=stop_val_accuracy
            clear_output(wait=True)
            print("Good enough, stopping.")
            self.model.stop_training = True


# %%
def overfitting_gap(history):
    key = "accuracy" if "accuracy" in history.history else "acc"
    training, validation = history.history[key], history.history[f"val_{key}"]
    best = int(np.argmax(validation))
    display({"training": training[best], "validation": validation[best]})
    return float(100 * (training[best] - validation[best]))


# %%
history = model.fit(train_dataset, epochs=30, validation_data=validation_dataset, callbacks=[EarlyStoppingCallback()])
print(f"gap: {overfitting_gap(history):.1f} points")

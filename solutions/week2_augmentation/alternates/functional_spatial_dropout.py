# alternate: functional API; two softmax units; SpatialDropout2D between the convolutions; shear and brightness
"""Week 2 with the functional API throughout."""
import keras
import numpy as np
from keras import layers

SIZE = 64  # param: image_size
SHAPE = (SIZE, SIZE, 3)


def train_val_datasets():
    options = dict(
        directory="./PetImages/", label_mode="categorical", image_size=(SIZE, SIZE), batch_size=32,  # params: 32=batch_size
        validation_split=0.2, seed=99,  # params: 0.2=validation_split
    )
    training = keras.utils.image_dataset_from_directory(subset="training", **options)
    validation = keras.utils.image_dataset_from_directory(subset="validation", **options)
    return training.cache().shuffle(500), validation.cache()


def create_augmentation_model():
    pictures = keras.Input(SHAPE, name="pictures")
    x = layers.RandomFlip("horizontal")(pictures)
    x = layers.RandomShear(0.1, 0.1)(x)
    x = layers.RandomBrightness(0.15)(x)
    x = layers.RandomZoom((-0.15, 0.15))(x)
    return keras.Model(pictures, x, name="variants")


def create_model():
    pictures = keras.Input(SHAPE)
    x = create_augmentation_model()(pictures)
    x = layers.Rescaling(1 / 127.5, offset=-1)(x)
    for filters in [16, 32, 64]:
        x = layers.Conv2D(filters, 3, activation="relu", padding="same")(x)
        x = layers.MaxPooling2D()(x)
        x = layers.SpatialDropout2D(0.1)(x)
    x = layers.Flatten()(x)
    x = layers.Dropout(0.4)(x)
    x = layers.Dense(64, activation="relu")(x)
    answer = layers.Dense(2, activation="softmax")(x)
    model = keras.Model(pictures, answer)
    model.compile(keras.optimizers.Adam(1e-3), keras.losses.CategoricalCrossentropy(), metrics=[keras.metrics.CategoricalAccuracy(name="accuracy")])
    return model


class EarlyStoppingCallback(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        goals = {"accuracy": 0.8, "val_accuracy": 0.8}  # params: 0.8=stop_accuracy, 0.8=stop_val_accuracy
        if all((logs or {}).get(name, 0) >= goal for name, goal in goals.items()):
            self.model.stop_training = True


def overfitting_gap(history):
    curves = {name.replace("accuracy", "acc"): np.array(values) for name, values in history.history.items()}
    best = curves["val_acc"].argmax()
    return 100.0 * (curves["acc"] - curves["val_acc"])[best]

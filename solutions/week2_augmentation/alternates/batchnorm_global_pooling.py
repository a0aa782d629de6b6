# alternate: batch normalisation, GaussianDropout, global pooling over a concatenation, RMSprop
from __future__ import annotations

import keras
from keras import layers

HEIGHT, WIDTH = 64, 64  # params: 64=image_size
CLASSES = ("Cat", "Dog")


def train_val_datasets():
    return keras.utils.image_dataset_from_directory(
        "PetImages", class_names=list(CLASSES), label_mode="int", image_size=(HEIGHT, WIDTH), batch_size=32,  # params: 32=batch_size
        validation_split=0.2, subset="both", seed=11, interpolation="area",  # params: 0.2=validation_split
    )


def create_augmentation_model() -> keras.Model:
    return keras.Sequential([
        keras.Input((HEIGHT, WIDTH, 3)),
        layers.RandomFlip("horizontal", seed=1),
        layers.RandomCrop(56, 56, seed=2),
        layers.Resizing(HEIGHT, WIDTH),
        layers.RandomContrast(0.2, seed=3),
    ])


def create_model() -> keras.Model:
    image = keras.Input((HEIGHT, WIDTH, 3))
    x = create_augmentation_model()(image)
    x = layers.Rescaling(1 / 255)(x)
    for filters in (16, 32, 64):
        x = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
        x = layers.BatchNormalization(momentum=0.9)(x)
        x = layers.ReLU()(x)
        x = layers.MaxPooling2D()(x)
    x = layers.Concatenate()([layers.GlobalMaxPooling2D()(x), layers.GlobalAveragePooling2D()(x)])
    x = layers.GaussianDropout(0.3)(x)
    x = layers.Dense(64, activation="relu")(x)
    answer = layers.Dense(1, activation="sigmoid")(x)
    model = keras.Model(image, answer)
    model.compile(keras.optimizers.RMSprop(1e-3), "binary_crossentropy", metrics=["accuracy"])
    return model


class EarlyStoppingCallback(keras.callbacks.Callback):
    GOALS = {"accuracy": 0.80, "val_accuracy": 0.80}  # params: 0.80=stop_accuracy, 0.80=stop_val_accuracy

    def on_epoch_end(self, epoch, logs=None):
        self.model.stop_training = not any((logs or {}).get(key, 0.0) < goal for key, goal in self.GOALS.items())


def overfitting_gap(history) -> float:
    train = history.history.get("accuracy") or history.history["acc"]
    validation = history.history.get("val_accuracy") or history.history["val_acc"]
    order = sorted(range(len(validation)), key=lambda epoch: (-validation[epoch], epoch))
    return float(train[order[0]] - validation[order[0]]) * 100

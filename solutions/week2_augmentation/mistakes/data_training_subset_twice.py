# mistake: subset="training" on both sides
# fails: train_val_datasets/split_disjoint, train_val_datasets/split_size
# fix_first: train_val_datasets/split_disjoint
# may_fail: train/training_accuracy, train/unseen_accuracy, train/gap

from pathlib import Path
import keras
import tensorflow as tf
from keras import layers

ROOT = Path("./PetImages")
SIDE = 64  # param: image_size
SHAPE = (SIDE, SIDE, 3)
BATCH = 32  # param: batch_size
HELD_BACK = 0.2  # param: validation_split
CLASSES = ["Cat", "Dog"]  # param: class_names


def _side(subset):
    return keras.utils.image_dataset_from_directory(
        ROOT, class_names=CLASSES, label_mode="int", image_size=SHAPE[:2], batch_size=BATCH,
        validation_split=HELD_BACK, subset=subset, seed=2024,
    )


def train_val_datasets():
    return _side("training"), _side("training")


def create_augmentation_model():
    inputs = keras.Input(SHAPE)
    x = layers.RandomFlip("horizontal")(inputs)
    x = layers.RandomTranslation(0.1, 0.1)(x)
    x = layers.RandomRotation(0.1)(x)
    x = layers.RandomContrast(0.2)(x)
    return keras.Model(inputs, x, name="augmentation")


def block(x, filters):
    x = layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
    return layers.MaxPooling2D()(x)


def create_model():
    inputs = keras.Input(SHAPE)
    x = create_augmentation_model()(inputs)
    x = layers.Rescaling(1.0 / 255)(x)
    for filters in (16, 32, 64):
        x = block(x, filters)
    x = layers.Flatten()(x)
    x = layers.Dense(64, activation="relu")(x)
    x = layers.Dropout(0.4)(x)
    outputs = layers.Dense(2, activation="softmax")(x)
    model = keras.Model(inputs, outputs)
    model.compile(optimizer=keras.optimizers.Adam(1e-3), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


class EarlyStoppingCallback(keras.callbacks.Callback):
    """Both at least 80 %."""

    def __init__(self):
        super().__init__()
        self.goals = 0.8, 0.8  # params: 0.8=stop_accuracy, 0.8=stop_val_accuracy

    def on_epoch_end(self, epoch, logs=None):
        logs = logs or {}
        enough = logs.get("accuracy", 0) >= self.goals[0] and logs.get("val_accuracy", 0) >= self.goals[1]
        if enough:
            print("both reached")
            self.model.stop_training = True


def overfitting_gap(history):
    h = history.history
    train = h.get("accuracy", h.get("acc"))
    val = h.get("val_accuracy", h.get("val_acc"))
    best = val.index(max(val))
    return round(100 * (train[best] - val[best]), 1)

# alternate: rescaled in the data sets, raw scores with from_logits, flip and turn alone
import os
import tensorflow as tf
from tensorflow.keras import Sequential, layers

IMG = 64  # param: image_size


def train_val_datasets():
    train, val = tf.keras.utils.image_dataset_from_directory(
        os.path.join(".", "PetImages"), labels="inferred", label_mode="binary", image_size=(IMG, IMG),
        batch_size=32, validation_split=0.2, subset="both", seed=5,  # params: 32=batch_size, 0.2=validation_split
    )
    scale = layers.Rescaling(1.0 / 255)
    auto = tf.data.AUTOTUNE
    return (
        train.map(lambda x, y: (scale(x), y), num_parallel_calls=auto).cache().prefetch(auto),
        val.map(lambda x, y: (scale(x), y), num_parallel_calls=auto).cache().prefetch(auto),
    )


def create_augmentation_model():
    model = Sequential(name="data_augmentation")
    model.add(layers.Input(shape=(IMG, IMG, 3)))
    model.add(layers.RandomFlip("horizontal_and_vertical"))
    model.add(layers.RandomRotation(0.2))
    return model


def create_model():
    model = Sequential([
        layers.Input(shape=(IMG, IMG, 3)),
        create_augmentation_model(),
        layers.Conv2D(32, 3, activation="relu"),
        layers.MaxPool2D(),
        layers.Conv2D(32, 3, activation="relu"),
        layers.MaxPool2D(),
        layers.Conv2D(64, 3, activation="relu"),
        layers.MaxPool2D(),
        layers.Flatten(),
        layers.Dense(64, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(1),
    ])
    model.compile(
        optimizer=tf.keras.optimizers.Adam(), loss=tf.keras.losses.BinaryCrossentropy(from_logits=True),
        metrics=[tf.keras.metrics.BinaryAccuracy(name="accuracy", threshold=0.0)],
    )
    return model


class EarlyStoppingCallback(tf.keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        done = logs is not None and logs["accuracy"] >= 0.8 and logs["val_accuracy"] >= 0.8  # params: 0.8=stop_accuracy, 0.8=stop_val_accuracy
        self.model.stop_training = self.model.stop_training or done


def overfitting_gap(history):
    import pandas as pd

    table = pd.DataFrame(history.history).rename(columns=lambda c: c.replace("accuracy", "acc"))
    row = table.loc[table["val_acc"].idxmax()]
    return (row["acc"] - row["val_acc"]) * 100

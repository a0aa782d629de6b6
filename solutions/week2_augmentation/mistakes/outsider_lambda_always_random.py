# mistake: flip and brightness from tf.image in Lambda layers, random outside of training too
# fails: create_augmentation_model/shape, create_model/compiled
# fix_first: create_augmentation_model/shape
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

DATA_FOLDER = "./PetImages"
CLASS_NAMES = ["Cat", "Dog"]

IMAGE_SIZE = 64  # params: 64=image_size
BATCH_SIZE = 32  # params: 32=batch_size
VALIDATION_SPLIT = 0.2  # params: 0.2=validation_split


def train_val_datasets():
    train_ds, val_ds = tf.keras.utils.image_dataset_from_directory(
        DATA_FOLDER,
        class_names=CLASS_NAMES,
        label_mode="binary",
        image_size=(IMAGE_SIZE, IMAGE_SIZE),
        batch_size=BATCH_SIZE,
        validation_split=VALIDATION_SPLIT,
        subset="both",
        seed=42,
    )
    return train_ds, val_ds


def lighter_or_darker(pictures):
    pictures = tf.image.random_brightness(pictures, max_delta=35.0)
    return tf.clip_by_value(pictures, 0.0, 255.0)


def create_augmentation_model():
    shape = (IMAGE_SIZE, IMAGE_SIZE, 3)
    inputs = tf.keras.Input(shape=shape)
    x = tf.keras.layers.Lambda(tf.image.random_flip_left_right, output_shape=shape)(inputs)
    x = tf.keras.layers.Lambda(lighter_or_darker, output_shape=shape)(x)
    x = tf.keras.layers.RandomRotation(0.05, fill_mode="nearest")(x)
    x = tf.keras.layers.RandomZoom(0.1, fill_mode="nearest")(x)
    return tf.keras.Model(inputs, x, name="augmentation")


def create_model():
    model = tf.keras.Sequential(
        [
            tf.keras.Input(shape=(IMAGE_SIZE, IMAGE_SIZE, 3)),
            create_augmentation_model(),
            tf.keras.layers.Rescaling(1.0 / 255),
            tf.keras.layers.Conv2D(16, 3, activation="relu"),
            tf.keras.layers.MaxPooling2D(),
            tf.keras.layers.Conv2D(32, 3, activation="relu"),
            tf.keras.layers.MaxPooling2D(),
            tf.keras.layers.Conv2D(64, 3, activation="relu"),
            tf.keras.layers.MaxPooling2D(),
            tf.keras.layers.Flatten(),
            tf.keras.layers.Dropout(0.4),
            tf.keras.layers.Dense(64, activation="relu"),
            tf.keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(
        optimizer=tf.keras.optimizers.Adam(learning_rate=0.001),
        loss="binary_crossentropy",
        metrics=["accuracy"],
    )
    return model


STOP_ACCURACY = 0.80  # params: 0.80=stop_accuracy
STOP_VAL_ACCURACY = 0.80  # params: 0.80=stop_val_accuracy


class EarlyStoppingCallback(tf.keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        logs = logs or {}
        acc = logs.get("accuracy", 0)
        val_acc = logs.get("val_accuracy", 0)
        if acc < STOP_ACCURACY or val_acc < STOP_VAL_ACCURACY:
            return
        self.model.stop_training = True


def overfitting_gap(history):
    key = "accuracy" if "accuracy" in history.history else "acc"
    accuracy = history.history[key]
    val_accuracy = history.history["val_" + key]
    best = np.argmax(val_accuracy)
    return (accuracy[best] - val_accuracy[best]) * 100


EPOCHS = 30


def show(history):
    key = "accuracy" if "accuracy" in history.history else "acc"
    plt.plot(history.history[key], label="training")
    plt.plot(history.history["val_" + key], label="validation")
    plt.title(f"gap {overfitting_gap(history):.1f} points")
    plt.xlabel("epoch")
    plt.legend()
    plt.show()


if __name__ == "__main__":
    train_dataset, validation_dataset = train_val_datasets()
    model = create_model()
    history = model.fit(
        train_dataset, epochs=EPOCHS, validation_data=validation_dataset, callbacks=[EarlyStoppingCallback()]
    )
    show(history)

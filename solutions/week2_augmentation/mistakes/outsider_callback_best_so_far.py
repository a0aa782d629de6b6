# mistake: the callback compares the best accuracies so far, not those of this epoch
# fails: EarlyStoppingCallback/goes_on_while_one_is_missing
# fix_first: EarlyStoppingCallback/goes_on_while_one_is_missing
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

DATA_FOLDER = "./PetImages"
CLASS_NAMES = ["Cat", "Dog"]

IMAGE_SIZE = 64  # params: 64=image_size
BATCH_SIZE = 32  # params: 32=batch_size
VALIDATION_SPLIT = 0.2  # params: 0.2=validation_split


def load_subset(subset):
    """One of the two parts of the folder; the same seed keeps them apart."""
    return tf.keras.utils.image_dataset_from_directory(
        DATA_FOLDER,
        labels="inferred",
        label_mode="categorical",
        class_names=CLASS_NAMES,
        color_mode="rgb",
        image_size=(IMAGE_SIZE, IMAGE_SIZE),
        batch_size=BATCH_SIZE,
        seed=7,
        validation_split=VALIDATION_SPLIT,
        subset=subset,
    )


def train_val_datasets():
    return load_subset("training"), load_subset("validation")


def create_augmentation_model():
    model = tf.keras.Sequential(name="augmentation")
    model.add(tf.keras.Input(shape=(IMAGE_SIZE, IMAGE_SIZE, 3)))
    model.add(tf.keras.layers.RandomFlip("horizontal"))
    model.add(tf.keras.layers.RandomTranslation(0.1, 0.1, fill_mode="reflect"))
    model.add(tf.keras.layers.RandomRotation(0.08, fill_mode="reflect"))
    model.add(tf.keras.layers.RandomContrast(0.2))
    return model


def conv_block(x, filters):
    x = tf.keras.layers.Conv2D(filters, (3, 3), padding="same", activation="relu")(x)
    return tf.keras.layers.MaxPooling2D((2, 2))(x)


def create_model():
    inputs = tf.keras.Input(shape=(IMAGE_SIZE, IMAGE_SIZE, 3))
    x = create_augmentation_model()(inputs)
    x = tf.keras.layers.Rescaling(1 / 255)(x)
    for filters in (16, 32, 64):
        x = conv_block(x, filters)
    x = tf.keras.layers.Flatten()(x)
    x = tf.keras.layers.Dense(64, activation="relu")(x)
    x = tf.keras.layers.Dropout(0.3)(x)
    outputs = tf.keras.layers.Dense(2, activation="softmax")(x)
    model = tf.keras.Model(inputs, outputs)
    model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
    return model


STOP_ACCURACY = 0.80  # params: 0.80=stop_accuracy
STOP_VAL_ACCURACY = 0.80  # params: 0.80=stop_val_accuracy


class EarlyStoppingCallback(tf.keras.callbacks.Callback):
    def on_train_begin(self, logs=None):
        self.accuracy = 0.0
        self.val_accuracy = 0.0

    def on_epoch_end(self, epoch, logs=None):
        logs = logs or {}
        if not hasattr(self, "accuracy"):
            self.on_train_begin()
        self.accuracy = max(self.accuracy, logs.get("accuracy", 0.0))
        self.val_accuracy = max(self.val_accuracy, logs.get("val_accuracy", 0.0))
        if self.accuracy >= STOP_ACCURACY and self.val_accuracy >= STOP_VAL_ACCURACY:
            print("\nReached 80 % in both, that is enough.")
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

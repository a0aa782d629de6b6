# mistake: the gap is the highest training accuracy minus the highest validation accuracy
# fails: overfitting_gap/best_epoch
# fix_first: overfitting_gap/best_epoch
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

DATA_FOLDER = "./PetImages"
CLASS_NAMES = ["Cat", "Dog"]

IMAGE_SIZE = 64  # params: 64=image_size
BATCH_SIZE = 32  # params: 32=batch_size
VALIDATION_SPLIT = 0.2  # params: 0.2=validation_split


def train_val_datasets():
    options = dict(
        directory=DATA_FOLDER,
        label_mode="int",
        class_names=CLASS_NAMES,
        image_size=(IMAGE_SIZE, IMAGE_SIZE),
        batch_size=BATCH_SIZE,
        validation_split=VALIDATION_SPLIT,
        seed=123,
    )
    training = tf.keras.utils.image_dataset_from_directory(subset="training", **options)
    validation = tf.keras.utils.image_dataset_from_directory(subset="validation", **options)
    return training.prefetch(tf.data.AUTOTUNE), validation.prefetch(tf.data.AUTOTUNE)


def create_augmentation_model():
    return tf.keras.Sequential(
        [
            tf.keras.Input(shape=(IMAGE_SIZE, IMAGE_SIZE, 3)),
            tf.keras.layers.RandomFlip("horizontal"),
            tf.keras.layers.RandomRotation(0.05, fill_mode="nearest"),
            tf.keras.layers.RandomZoom(0.15, fill_mode="nearest"),
        ]
    )


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
            tf.keras.layers.Dropout(0.3),
            tf.keras.layers.Dense(64, activation="relu"),
            tf.keras.layers.Dense(2),
        ]
    )
    model.compile(
        optimizer=tf.keras.optimizers.Adam(learning_rate=0.001),
        loss=tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True),
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
    values = history.history
    if "accuracy" in values:
        training, validation = values["accuracy"], values["val_accuracy"]
    else:
        training, validation = values["acc"], values["val_acc"]

    best_training = np.max(training)
    best_validation = np.max(validation)
    return float(best_training - best_validation) * 100


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

# mistake: the files are shuffled anew in every pass before take and skip
# fails: train_val_datasets/split_disjoint
# fix_first: train_val_datasets/split_disjoint
import os

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

DATA_FOLDER = "./PetImages"
CLASS_NAMES = ["Cat", "Dog"]

IMAGE_SIZE = 64  # params: 64=image_size
BATCH_SIZE = 32  # params: 32=batch_size
VALIDATION_SPLIT = 0.2  # params: 0.2=validation_split


def decode(path, label):
    picture = tf.io.decode_image(tf.io.read_file(path), channels=3, expand_animations=False)
    picture = tf.image.resize(picture, (IMAGE_SIZE, IMAGE_SIZE))
    return tf.ensure_shape(picture, (IMAGE_SIZE, IMAGE_SIZE, 3)), label


def train_val_datasets():
    paths, labels = [], []
    for number, class_name in enumerate(CLASS_NAMES):
        folder = os.path.join(DATA_FOLDER, class_name)
        for file_name in sorted(os.listdir(folder)):
            paths.append(os.path.join(folder, file_name))
            labels.append(float(number))

    files = tf.data.Dataset.from_tensor_slices((paths, labels))
    files = files.shuffle(len(paths), seed=42)

    n_validation = int(len(paths) * VALIDATION_SPLIT)
    validation = files.take(n_validation)
    training = files.skip(n_validation)

    training = training.map(decode, num_parallel_calls=tf.data.AUTOTUNE).batch(BATCH_SIZE).prefetch(1)
    validation = validation.map(decode, num_parallel_calls=tf.data.AUTOTUNE).batch(BATCH_SIZE).prefetch(1)
    return training, validation


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
        if logs["accuracy"] >= STOP_ACCURACY and logs["val_accuracy"] >= STOP_VAL_ACCURACY:
            print(f"\nBoth accuracies reached, stopping after epoch {epoch + 1}.")
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

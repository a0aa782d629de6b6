# alternate: ImageDataGenerator with small shifts in training; categorical labels; sklearn with labels=
import numpy as np
import tensorflow as tf
from sklearn.metrics import confusion_matrix as sk_confusion
from tensorflow.keras.preprocessing.image import ImageDataGenerator

TRAINING_DIR = "./data/train"  # param: train_folder
VALIDATION_DIR = "./data/validation"  # param: validation_folder


def train_val_datasets():
    train_datagen = ImageDataGenerator(rescale=1 / 255.0, rotation_range=5, width_shift_range=0.05, height_shift_range=0.05)
    val_datagen = ImageDataGenerator(rescale=1 / 255.0)
    options = dict(target_size=(28, 28), color_mode="grayscale", class_mode="categorical", batch_size=32)  # params: 28=image_size, 32=batch_size
    return (train_datagen.flow_from_directory(TRAINING_DIR, **options),
            val_datagen.flow_from_directory(VALIDATION_DIR, shuffle=False, **options))


def create_model():
    model = tf.keras.models.Sequential([
        tf.keras.layers.Conv2D(32, (3, 3), activation="relu", input_shape=(28, 28, 1)),  # params: 28=image_size
        tf.keras.layers.MaxPooling2D(2, 2),
        tf.keras.layers.Conv2D(64, (3, 3), activation="relu"),
        tf.keras.layers.MaxPooling2D(2, 2),
        tf.keras.layers.Flatten(),
        tf.keras.layers.Dense(256, activation="relu"),
        tf.keras.layers.Dense(24, activation="softmax"),
    ])
    model.compile(optimizer="rmsprop", loss="categorical_crossentropy", metrics=["accuracy"])
    return model


def decode_predictions(probabilities, class_names, top=3):
    def decode_one(row):
        indices = sorted(range(len(row)), key=lambda i: (-row[i], i))
        return [(class_names[i], row[i]) for i in indices[:top]]

    return list(map(decode_one, np.asarray(probabilities).tolist()))


def confusion_matrix(model, dataset):
    true, guessed = [], []
    for x, y in dataset:
        y = np.asarray(y)
        true += list(y if y.ndim == 1 else y.argmax(1))
        guessed += list(model.predict(x, verbose=0).argmax(1))
    return sk_confusion(true, guessed, labels=range(model.output_shape[-1]))

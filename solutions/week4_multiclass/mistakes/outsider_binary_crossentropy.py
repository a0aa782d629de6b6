# mistake: binary_crossentropy, kept from the weeks with two classes, together with softmax and one-hot labels
# fails: create_model/output_fits_loss
# fix_first: create_model/output_fits_loss
import numpy as np
import tensorflow as tf
from tensorflow import keras

TRAIN_FOLDER = "./data/train"
VALIDATION_FOLDER = "./data/validation"
# fmt: off
CLASS_NAMES = ["A", "B", "C", "D", "E", "F", "G", "H", "I", "K", "L", "M", "N", "O", "P", "Q", "R", "S", "T", "U", "V", "W", "X", "Y"]
# fmt: on

IMAGE_SIZE = 28  # params: 28=image_size
BATCH_SIZE = 32  # params: 32=batch_size
SETTINGS = {
    "label_mode": "categorical",
    "color_mode": "grayscale",
    "image_size": (IMAGE_SIZE, IMAGE_SIZE),
    "batch_size": BATCH_SIZE,
}


def train_val_datasets():
    """Make the training data set and the validation data set."""
    training = keras.utils.image_dataset_from_directory(TRAIN_FOLDER, shuffle=True, seed=1, **SETTINGS)
    validation = keras.utils.image_dataset_from_directory(VALIDATION_FOLDER, shuffle=False, **SETTINGS)
    return training.prefetch(tf.data.AUTOTUNE), validation.prefetch(tf.data.AUTOTUNE)


def create_model():
    """Build and compile the network that tells the letters apart."""
    model = keras.Sequential(name="letters")
    model.add(keras.Input(shape=(IMAGE_SIZE, IMAGE_SIZE, 1)))
    model.add(keras.layers.Rescaling(1.0 / 255))
    model.add(keras.layers.Conv2D(32, 3, activation="relu", padding="same"))
    model.add(keras.layers.MaxPooling2D())
    model.add(keras.layers.Conv2D(64, 3, activation="relu", padding="same"))
    model.add(keras.layers.MaxPooling2D())
    model.add(keras.layers.Flatten())
    model.add(keras.layers.Dense(256, activation="relu"))
    model.add(keras.layers.Dense(len(CLASS_NAMES), activation="softmax"))

    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate=0.001),
        loss="binary_crossentropy",
        metrics=[keras.metrics.CategoricalAccuracy(name="accuracy")],
    )
    return model


def decode_predictions(probabilities, class_names, top=3):
    """Turn probabilities into names, the most probable first."""
    probabilities = np.asarray(probabilities)
    top = min(top, probabilities.shape[-1])
    order = np.argsort(probabilities * -1, axis=-1, kind="mergesort")
    answers = []
    for n in range(len(probabilities)):
        answer = []
        for k in range(top):
            column = order[n, k]
            answer.append((class_names[column], probabilities[n, column]))
        answers.append(answer)
    return answers


def confusion_matrix(model, dataset):
    """Count for every true class what the model answered."""
    total = None
    for images, labels in dataset:
        outputs = model.predict_on_batch(images)
        classes = outputs.shape[-1]
        if len(labels.shape) == 2 and labels.shape[1] > 1:
            labels = tf.argmax(labels, axis=-1)
        part = tf.math.confusion_matrix(
            tf.reshape(tf.cast(labels, tf.int64), [-1]),
            tf.argmax(outputs, axis=-1),
            num_classes=classes,
        ).numpy()
        total = part if total is None else total + part
    return total


EPOCHS = 10

if __name__ == "__main__":
    train_dataset, validation_dataset = train_val_datasets()
    model = create_model()
    history = model.fit(train_dataset, epochs=EPOCHS, validation_data=validation_dataset)

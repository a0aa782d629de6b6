# mistake: the names come from the global CLASS_NAMES, the argument class_names is never read
# fails: decode_predictions/names
# fix_first: decode_predictions/names
import numpy as np
import tensorflow as tf
from tensorflow.keras.layers import BatchNormalization, Conv2D, Dense, Dropout, Flatten, Input, MaxPooling2D, ReLU, Rescaling

TRAIN_FOLDER = "./data/train"
VALIDATION_FOLDER = "./data/validation"
# fmt: off
CLASS_NAMES = ["A", "B", "C", "D", "E", "F", "G", "H", "I", "K", "L", "M", "N", "O", "P", "Q", "R", "S", "T", "U", "V", "W", "X", "Y"]
# fmt: on

IMAGE_SIZE = 28  # params: 28=image_size
BATCH_SIZE = 32  # params: 32=batch_size


def train_val_datasets():
    """Make the training data set and the validation data set."""
    train = tf.keras.preprocessing.image_dataset_from_directory(
        TRAIN_FOLDER,
        label_mode="int",
        color_mode="grayscale",
        image_size=(IMAGE_SIZE, IMAGE_SIZE),
        batch_size=BATCH_SIZE,
    )
    validation = tf.keras.preprocessing.image_dataset_from_directory(
        VALIDATION_FOLDER,
        label_mode="int",
        color_mode="grayscale",
        image_size=(IMAGE_SIZE, IMAGE_SIZE),
        batch_size=BATCH_SIZE,
    )
    return train, validation


def create_model():
    """Build and compile the network that tells the letters apart."""
    model = tf.keras.Sequential(
        [
            Input(shape=(IMAGE_SIZE, IMAGE_SIZE, 1)),
            Rescaling(1.0 / 255),
            Conv2D(32, 3, padding="same"),
            BatchNormalization(),
            ReLU(),
            MaxPooling2D(),
            Conv2D(64, 3, padding="same"),
            BatchNormalization(),
            ReLU(),
            MaxPooling2D(),
            Flatten(),
            Dense(128, activation="relu"),
            Dropout(0.2),
            Dense(len(CLASS_NAMES), activation="softmax"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def decode_predictions(probabilities, class_names, top=3):
    """Turn probabilities into names, the most probable first."""
    probabilities = np.asarray(probabilities)
    order = np.argsort(-probabilities, axis=1, kind="stable")
    answers = []
    for row, places in zip(probabilities, order):
        answers.append([(CLASS_NAMES[place], row[place]) for place in places[:top]])
    return answers


def confusion_matrix(model, dataset):
    """Count for every true class what the model answered."""
    n = model.output_shape[-1]
    counts = np.zeros(n * n, dtype=int)
    for images, labels in dataset:
        labels = np.asarray(labels)
        if labels.ndim == 2 and labels.shape[1] > 1:
            labels = np.argmax(labels, axis=-1)
        labels = labels.reshape(-1).astype(int)
        answers = np.argmax(np.asarray(model(images, training=False)), axis=-1)
        counts += np.bincount(labels * n + answers, minlength=n * n)
    return counts.reshape(n, n)


EPOCHS = 10

if __name__ == "__main__":
    train_dataset, validation_dataset = train_val_datasets()
    model = create_model()
    history = model.fit(train_dataset, epochs=EPOCHS, validation_data=validation_dataset)
    sample_images, sample_labels = next(iter(validation_dataset))
    for guess in decode_predictions(model.predict(sample_images, verbose=0), CLASS_NAMES)[:8]:
        print(guess)

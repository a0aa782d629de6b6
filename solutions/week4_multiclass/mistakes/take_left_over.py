# mistake: `take` from a quick try was left in the pipeline
# fails: train_val_datasets/folders
# fix_first: train_val_datasets/folders
import os

import numpy as np
import tensorflow as tf

TRAIN_FOLDER = "./data/train"
VALIDATION_FOLDER = "./data/validation"
# fmt: off
CLASS_NAMES = ["A", "B", "C", "D", "E", "F", "G", "H", "I", "K", "L", "M", "N", "O", "P", "Q", "R", "S", "T", "U", "V", "W", "X", "Y"]
# fmt: on

IMAGE_SIZE = 28  # params: 28=image_size
BATCH_SIZE = 32  # params: 32=batch_size


def list_folder(folder):
    paths = []
    labels = []
    for index, name in enumerate(CLASS_NAMES):
        for file_name in sorted(os.listdir(os.path.join(folder, name))):
            paths.append(os.path.join(folder, name, file_name))
            labels.append(index)
    return paths, labels


def load_image(path, label):
    image = tf.io.decode_image(tf.io.read_file(path), channels=1, expand_animations=False)
    image.set_shape((None, None, 1))
    image = tf.image.resize(image, (IMAGE_SIZE, IMAGE_SIZE))
    return image, label


def make_dataset(folder, shuffle):
    paths, labels = list_folder(folder)
    dataset = tf.data.Dataset.from_tensor_slices((paths, labels))
    if shuffle:
        dataset = dataset.shuffle(buffer_size=len(paths), seed=42)
    dataset = dataset.map(load_image, num_parallel_calls=tf.data.AUTOTUNE)
    dataset = dataset.batch(BATCH_SIZE)
    return dataset.prefetch(tf.data.AUTOTUNE)


def train_val_datasets():
    """Make the training data set and the validation data set."""
    train_dataset = make_dataset(TRAIN_FOLDER, shuffle=True)
    validation_dataset = make_dataset(VALIDATION_FOLDER, shuffle=False)
    # a few batches are enough to try whether it runs
    return train_dataset.take(10), validation_dataset.take(2)


def create_model():
    """Build and compile the network that tells the letters apart."""
    model = tf.keras.Sequential(
        [
            tf.keras.Input(shape=(IMAGE_SIZE, IMAGE_SIZE, 1)),
            tf.keras.layers.Rescaling(1.0 / 255),
            tf.keras.layers.Conv2D(32, 3, activation="relu"),
            tf.keras.layers.MaxPooling2D(),
            tf.keras.layers.Conv2D(64, 3, activation="relu"),
            tf.keras.layers.MaxPooling2D(),
            tf.keras.layers.Flatten(),
            tf.keras.layers.Dense(128, activation="relu"),
            tf.keras.layers.Dense(len(CLASS_NAMES), activation="softmax"),
        ]
    )
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def decode_predictions(probabilities, class_names, top=3):
    """Turn probabilities into names, the most probable first."""
    probabilities = np.asarray(probabilities)
    order = np.argsort(-probabilities, axis=1, kind="stable")[:, :top]
    return [[(class_names[i], row[i]) for i in places] for row, places in zip(probabilities, order)]


def confusion_matrix(model, dataset):
    """Count for every true class what the model answered."""
    n_classes = model.output_shape[-1]
    matrix = np.zeros((n_classes, n_classes), dtype=int)
    for images, labels in dataset:
        labels = np.asarray(labels)
        if labels.ndim == 2 and labels.shape[1] > 1:
            labels = np.argmax(labels, axis=-1)
        labels = labels.reshape(-1).astype(int)
        answers = np.argmax(model.predict_on_batch(images), axis=-1)
        for true, answer in zip(labels, answers):
            matrix[true, answer] += 1
    return matrix


EPOCHS = 10

if __name__ == "__main__":
    train_dataset, validation_dataset = train_val_datasets()
    model = create_model()
    history = model.fit(train_dataset, epochs=EPOCHS, validation_data=validation_dataset)
    print(confusion_matrix(model, validation_dataset))

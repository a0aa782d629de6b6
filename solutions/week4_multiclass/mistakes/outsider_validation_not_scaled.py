# mistake: only the training data set is divided by 255, the validation data set stays at 0 to 255 (the model does not rescale)
# fails: train_val_datasets/value_range
# fix_first: train_val_datasets/value_range
import numpy as np
import tensorflow as tf

TRAIN_FOLDER = "./data/train"
VALIDATION_FOLDER = "./data/validation"
# fmt: off
CLASS_NAMES = ["A", "B", "C", "D", "E", "F", "G", "H", "I", "K", "L", "M", "N", "O", "P", "Q", "R", "S", "T", "U", "V", "W", "X", "Y"]
# fmt: on

IMAGE_SIZE = 28  # params: 28=image_size
BATCH_SIZE = 32  # params: 32=batch_size


def train_val_datasets():
    """Make the training data set and the validation data set."""
    train_dataset = tf.keras.utils.image_dataset_from_directory(
        directory=TRAIN_FOLDER,
        label_mode="int",
        color_mode="grayscale",
        image_size=(IMAGE_SIZE, IMAGE_SIZE),
        batch_size=BATCH_SIZE,
        shuffle=True,
        seed=7,
    )
    validation_dataset = tf.keras.utils.image_dataset_from_directory(
        directory=VALIDATION_FOLDER,
        label_mode="int",
        color_mode="grayscale",
        image_size=(IMAGE_SIZE, IMAGE_SIZE),
        batch_size=BATCH_SIZE,
        shuffle=False,
    )

    def scale(image, label):
        return tf.cast(image, tf.float32) / 255.0, label

    train_dataset = train_dataset.map(scale).prefetch(tf.data.AUTOTUNE)
    validation_dataset = validation_dataset.cache().prefetch(tf.data.AUTOTUNE)

    return train_dataset, validation_dataset


def create_model():
    """Build and compile the network; the pixel values come scaled."""
    model = tf.keras.models.Sequential(
        [
            tf.keras.Input(shape=(28, 28, 1)),  # params: 28=image_size
            tf.keras.layers.Conv2D(64, (3, 3), activation="relu"),
            tf.keras.layers.MaxPooling2D(2, 2),
            tf.keras.layers.Conv2D(64, (3, 3), activation="relu"),
            tf.keras.layers.MaxPooling2D(2, 2),
            tf.keras.layers.Flatten(),
            tf.keras.layers.Dense(256, activation="relu"),
            tf.keras.layers.Dense(24, activation="softmax"),
        ]
    )
    model.compile(
        optimizer=tf.keras.optimizers.Adam(),
        loss=tf.keras.losses.SparseCategoricalCrossentropy(),
        metrics=["accuracy"],
    )
    return model


def decode_predictions(probabilities, class_names, top=3):
    """Turn probabilities into names, the most probable first."""
    probabilities = np.array(probabilities)
    result = []
    for row in probabilities:
        best = np.argsort(-row, kind="stable")[:top]
        result.append([(class_names[i], row[i]) for i in best])
    return result


def confusion_matrix(model, dataset):
    """Count for every true class what the model answered."""
    classes = model.output_shape[-1]
    matrix = np.zeros((classes, classes), dtype=np.int64)
    for images, labels in dataset:
        labels = np.array(labels)
        if labels.ndim == 2 and labels.shape[-1] == classes:
            labels = np.argmax(labels, axis=-1)
        labels = labels.astype(int).ravel()
        predicted = np.argmax(model.predict_on_batch(images), axis=-1)
        np.add.at(matrix, (labels, predicted), 1)
    return matrix


train_dataset, validation_dataset = train_val_datasets()
model = create_model()
EPOCHS = 10
history = model.fit(train_dataset, epochs=EPOCHS, validation_data=validation_dataset)

# mistake: matrix[truth, answer] += 1 with index arrays counts a pair that comes several times in a batch only once
# fails: confusion_matrix/every_image
# fix_first: confusion_matrix/every_image
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

    def from_folder(folder, **options):
        return tf.keras.utils.image_dataset_from_directory(
            folder,
            label_mode="int",
            color_mode="grayscale",
            image_size=(IMAGE_SIZE, IMAGE_SIZE),
            batch_size=BATCH_SIZE,
            **options,
        )

    return from_folder(TRAIN_FOLDER, shuffle=True, seed=11), from_folder(VALIDATION_FOLDER, shuffle=False)


def create_model():
    """Build and compile the network that tells the letters apart."""
    inputs = tf.keras.Input((IMAGE_SIZE, IMAGE_SIZE, 1))
    x = tf.keras.layers.Rescaling(1 / 255)(inputs)
    x = tf.keras.layers.Conv2D(40, 3, activation="relu")(x)
    x = tf.keras.layers.MaxPooling2D()(x)
    x = tf.keras.layers.Conv2D(80, 3, activation="relu")(x)
    x = tf.keras.layers.MaxPooling2D()(x)
    x = tf.keras.layers.Flatten()(x)
    x = tf.keras.layers.Dense(150, activation="relu")(x)
    outputs = tf.keras.layers.Dense(len(CLASS_NAMES))(x)
    model = tf.keras.Model(inputs, outputs)
    model.compile(
        optimizer=tf.keras.optimizers.Adam(0.001),
        loss=tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    return model


def decode_predictions(probabilities, class_names, top=3):
    """Turn probabilities into names, the most probable first."""
    probabilities = np.asarray(probabilities)
    best_first = np.argsort(-probabilities, axis=-1, kind="stable")[:, :top]
    values = np.take_along_axis(probabilities, best_first, axis=-1)
    return [
        [(class_names[i], value) for i, value in zip(row, row_values)]
        for row, row_values in zip(best_first, values)
    ]


def confusion_matrix(model, dataset):
    """Count for every true class what the model answered."""
    n = model.output_shape[-1]
    matrix = np.zeros((n, n), dtype=int)
    for images, labels in dataset:
        truth = np.asarray(labels)
        if truth.ndim == 2 and truth.shape[1] > 1:
            truth = np.argmax(truth, axis=-1)
        truth = truth.reshape(-1).astype(int)
        answer = np.argmax(model.predict_on_batch(images), axis=-1)
        matrix[truth, answer] += 1
    return matrix


EPOCHS = 10

if __name__ == "__main__":
    train_dataset, validation_dataset = train_val_datasets()
    model = create_model()
    model.summary()
    history = model.fit(train_dataset, epochs=EPOCHS, validation_data=validation_dataset)
    matrix = confusion_matrix(model, validation_dataset)
    print(matrix)

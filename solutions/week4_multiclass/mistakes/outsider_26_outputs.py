# mistake: the network has 26 outputs, one for each letter of the alphabet, though there are 24 classes
# fails: create_model/output_fits_loss
# fix_first: create_model/output_fits_loss
import string

import numpy as np
import tensorflow as tf

TRAIN_FOLDER = "./data/train"
VALIDATION_FOLDER = "./data/validation"
# fmt: off
CLASS_NAMES = ["A", "B", "C", "D", "E", "F", "G", "H", "I", "K", "L", "M", "N", "O", "P", "Q", "R", "S", "T", "U", "V", "W", "X", "Y"]
# fmt: on

IMAGE_SIZE = 28  # params: 28=image_size
BATCH_SIZE = 32  # params: 32=batch_size
LETTERS = string.ascii_uppercase


def load(folder, shuffle):
    return tf.keras.utils.image_dataset_from_directory(
        folder,
        class_names=CLASS_NAMES,
        label_mode="int",
        color_mode="grayscale",
        image_size=(IMAGE_SIZE, IMAGE_SIZE),
        batch_size=BATCH_SIZE,
        shuffle=shuffle,
    )


def train_val_datasets():
    return load(TRAIN_FOLDER, True), load(VALIDATION_FOLDER, False)


def conv_block(x, filters):
    x = tf.keras.layers.Conv2D(filters, (3, 3), activation="relu")(x)
    return tf.keras.layers.MaxPooling2D((2, 2))(x)


def create_model():
    inputs = tf.keras.layers.Input(shape=(IMAGE_SIZE, IMAGE_SIZE, 1))
    x = tf.keras.layers.Rescaling(1.0 / 255.0)(inputs)
    x = conv_block(x, 32)
    x = conv_block(x, 64)
    x = tf.keras.layers.Flatten()(x)
    x = tf.keras.layers.Dense(200, activation="relu")(x)
    outputs = tf.keras.layers.Dense(len(LETTERS), activation="softmax")(x)

    model = tf.keras.models.Model(inputs=inputs, outputs=outputs)
    model.compile(
        optimizer=tf.keras.optimizers.RMSprop(learning_rate=0.001),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    return model


def decode_predictions(probabilities, class_names, top=3):
    decoded = []
    for row in np.asarray(probabilities):
        pairs = [(name, value) for name, value in zip(class_names, row)]
        pairs.sort(key=lambda pair: pair[1], reverse=True)
        decoded.append(pairs[:top])
    return decoded


def as_numbers(labels):
    labels = np.asarray(labels)
    if labels.ndim > 1 and labels.shape[-1] > 1:
        return np.argmax(labels, axis=-1)
    return labels.reshape(-1).astype(int)


def confusion_matrix(model, dataset):
    n = model.output_shape[-1]
    matrix = np.zeros((n, n), dtype=int)
    for images, labels in dataset:
        answers = np.argmax(model(images, training=False).numpy(), axis=-1)
        for i, j in zip(as_numbers(labels), answers):
            matrix[i, j] += 1
    return matrix


EPOCHS = 10

if __name__ == "__main__":
    train_dataset, validation_dataset = train_val_datasets()
    model = create_model()
    model.summary()
    history = model.fit(train_dataset, epochs=EPOCHS, validation_data=validation_dataset)
    print(np.trace(confusion_matrix(model, validation_dataset)), "right")

# mistake: scikit-learn's confusion matrix without labels=, which leaves out classes that neither occur nor are answered
# fails: confusion_matrix/absent_classes
# fix_first: confusion_matrix/absent_classes
import numpy as np
import tensorflow as tf
from sklearn import metrics

TRAIN_FOLDER = "./data/train"
VALIDATION_FOLDER = "./data/validation"
# fmt: off
CLASS_NAMES = ["A", "B", "C", "D", "E", "F", "G", "H", "I", "K", "L", "M", "N", "O", "P", "Q", "R", "S", "T", "U", "V", "W", "X", "Y"]
# fmt: on

IMAGE_SIZE = 28  # params: 28=image_size
BATCH_SIZE = 32  # params: 32=batch_size


def train_val_datasets():
    common = dict(
        labels="inferred",
        label_mode="categorical",
        color_mode="grayscale",
        batch_size=BATCH_SIZE,
        image_size=(IMAGE_SIZE, IMAGE_SIZE),
    )
    train_dataset = tf.keras.utils.image_dataset_from_directory(TRAIN_FOLDER, **common)
    validation_dataset = tf.keras.utils.image_dataset_from_directory(VALIDATION_FOLDER, **common)
    return train_dataset, validation_dataset


def create_model():
    layers = tf.keras.layers
    model = tf.keras.Sequential(
        [
            layers.Input(shape=(IMAGE_SIZE, IMAGE_SIZE, 1)),
            layers.Rescaling(1 / 255),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(256, activation="relu"),
            layers.Dense(len(CLASS_NAMES), activation="softmax"),
        ]
    )
    model.compile(
        optimizer="adam",
        loss=tf.keras.losses.CategoricalCrossentropy(),
        metrics=["accuracy"],
    )
    return model


def decode_one(row, class_names, top):
    places = list(range(len(row)))
    places.sort(key=lambda place: row[place], reverse=True)
    return [(class_names[place], row[place]) for place in places[:top]]


def decode_predictions(probabilities, class_names, top=3):
    return [decode_one(row, class_names, top) for row in probabilities]


def class_numbers(labels):
    labels = np.asarray(labels)
    if labels.ndim == 2 and labels.shape[1] > 1:
        labels = np.argmax(labels, axis=-1)
    return labels.reshape(-1).astype(int)


def confusion_matrix(model, dataset):
    true_classes = []
    predicted_classes = []
    for images, labels in dataset:
        outputs = model.predict_on_batch(images)
        true_classes.extend(class_numbers(labels))
        predicted_classes.extend(np.argmax(outputs, axis=-1))
    return metrics.confusion_matrix(true_classes, predicted_classes)


EPOCHS = 10

if __name__ == "__main__":
    train_dataset, validation_dataset = train_val_datasets()
    model = create_model()
    history = model.fit(train_dataset, epochs=EPOCHS, validation_data=validation_dataset)
    matrix = confusion_matrix(model, validation_dataset)
    print("accuracy by hand:", np.trace(matrix) / matrix.sum())

# alternate: hand-written tf.data from file lists, German identifiers, one-hot labels scaled in the data set, raw scores with from_logits, np.add.at, sorted()
import os

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

EXERCISE = "week4_multiclass"

TRAIN_FOLDER = "./data/train"
VALIDATION_FOLDER = "./data/validation"
# fmt: off
CLASS_NAMES = ["A", "B", "C", "D", "E", "F", "G", "H", "I", "K", "L", "M", "N", "O", "P", "Q", "R", "S", "T", "U", "V", "W", "X", "Y"]
# fmt: on

IMAGE_SIZE = 28  # params: 28=image_size
BATCH_SIZE = 32  # params: 32=batch_size
ANZAHL_KLASSEN = len(CLASS_NAMES)


def dateien_mit_nummern(ordner):
    """Alle Dateien eines Ordners, dazu die Nummer der Klasse."""
    dateien, nummern = [], []
    for nummer, buchstabe in enumerate(CLASS_NAMES):
        unterordner = os.path.join(ordner, buchstabe)
        for datei in sorted(os.listdir(unterordner)):
            dateien.append(os.path.join(unterordner, datei))
            nummern.append(nummer)
    return dateien, nummern


def bild_laden(datei, nummer):
    roh = tf.io.read_file(datei)
    bild = tf.io.decode_image(roh, channels=1, expand_animations=False)
    bild.set_shape([None, None, 1])
    bild = tf.image.resize(tf.cast(bild, tf.float32), (IMAGE_SIZE, IMAGE_SIZE))
    return bild / 255.0, tf.one_hot(nummer, ANZAHL_KLASSEN)


def datensatz(ordner, mischen):
    dateien, nummern = dateien_mit_nummern(ordner)
    daten = tf.data.Dataset.from_tensor_slices((dateien, nummern))
    if mischen:
        # erst die Dateinamen mischen, das kostet fast keinen Speicher
        daten = daten.shuffle(len(dateien), seed=4, reshuffle_each_iteration=True)
    daten = daten.map(bild_laden, num_parallel_calls=tf.data.AUTOTUNE)
    return daten.batch(BATCH_SIZE).prefetch(tf.data.AUTOTUNE)


def train_val_datasets():
    """Make the training and the validation data set."""
    return datensatz(TRAIN_FOLDER, mischen=True), datensatz(VALIDATION_FOLDER, mischen=False)


def create_model():
    """Build and compile the network."""
    eingang = tf.keras.Input((IMAGE_SIZE, IMAGE_SIZE, 1), name="bild")
    x = eingang  # schon zwischen 0 und 1
    for filter_zahl in (32, 64):
        x = tf.keras.layers.Conv2D(filter_zahl, 3, padding="same", activation=tf.nn.relu)(x)
        x = tf.keras.layers.MaxPool2D()(x)
    x = tf.keras.layers.Flatten()(x)
    x = tf.keras.layers.Dense(192, activation="relu")(x)
    x = tf.keras.layers.Dropout(0.25)(x)
    punkte = tf.keras.layers.Dense(ANZAHL_KLASSEN, name="punkte")(x)
    netz = tf.keras.Model(eingang, punkte, name="buchstabennetz")
    netz.compile(
        optimizer="adam",
        loss=tf.keras.losses.CategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    return netz


def decode_predictions(probabilities, class_names, top=3):
    """Turn probabilities into names, the most probable first."""
    antworten = []
    for zeile in np.asarray(probabilities):
        paare = list(zip(class_names, zeile))
        # sorted() ist stabil, auch mit reverse=True
        antworten.append(sorted(paare, key=lambda paar: paar[1], reverse=True)[:top])
    return antworten


def confusion_matrix(model, dataset):
    """Count for every true class what the model answered."""
    n = model.output_shape[-1]
    tabelle = np.zeros((n, n), dtype=np.int64)
    for bilder, etiketten in dataset:
        etiketten = np.asarray(etiketten)
        if etiketten.ndim > 1 and etiketten.shape[-1] > 1:
            wahr = etiketten.argmax(axis=-1)
        else:
            wahr = etiketten.reshape(-1).astype(int)
        geraten = np.argmax(model.predict_on_batch(bilder), axis=-1)
        np.add.at(tabelle, (wahr, geraten), 1)
    return tabelle


if __name__ == "__main__":
    EPOCHS = 10
    train_dataset, validation_dataset = train_val_datasets()
    model = create_model()
    model.summary()
    history = model.fit(train_dataset, epochs=EPOCHS, validation_data=validation_dataset)
    # das Netz gibt Punkte aus, für Wahrscheinlichkeiten fehlt noch softmax
    sample_images, _ = next(iter(validation_dataset))
    for antwort in decode_predictions(tf.nn.softmax(model.predict(sample_images)).numpy(), CLASS_NAMES)[:5]:
        print(antwort)
    plt.imshow(confusion_matrix(model, validation_dataset), cmap="Blues")
    plt.show()

# alternate: hand-written tf.data with pathlib and German identifiers, integer labels, two softmax units with sparse loss, optimiser rebuilt from its config
import os
from pathlib import Path

import numpy as np
import tensorflow as tf

TRAIN_FOLDER = "./data/train"
VALIDATION_FOLDER = "./data/validation"
LOCAL_WEIGHTS_FILE = "./data/mobilenet_v2_0.35_96_no_top.weights.h5"
CLASS_NAMES = ["horses", "humans"]
IMAGE_SIZE = 96  # params: 96=image_size
BATCH_SIZE = 32  # params: 32=batch_size
BACKBONE_ALPHA = 0.35
LAST_LAYER = "block_13_expand_relu"

ENDUNGEN = {".png", ".jpg", ".jpeg", ".bmp", ".gif"}


def liste_bilder(ordner):
    """Alle Bilddateien eines Ordners mit ihrer Klassennummer."""
    pfade, nummern = [], []
    for nummer, klasse in enumerate(CLASS_NAMES):
        for datei in sorted(Path(ordner, klasse).iterdir()):
            if datei.suffix.lower() in ENDUNGEN:
                pfade.append(str(datei))
                nummern.append(nummer)
    return pfade, nummern


def lade_bild(pfad, nummer):
    bild = tf.io.decode_image(tf.io.read_file(pfad), channels=3, expand_animations=False)
    bild.set_shape((None, None, 3))
    bild = tf.image.resize(bild, (IMAGE_SIZE, IMAGE_SIZE))
    # 0..255 -> -1..1
    return bild / 127.5 - 1.0, nummer


def mache_datensatz(ordner, mischen):
    pfade, nummern = liste_bilder(ordner)
    daten = tf.data.Dataset.from_tensor_slices((pfade, np.array(nummern, dtype="int32")))
    if mischen:
        daten = daten.shuffle(len(pfade), seed=7, reshuffle_each_iteration=True)
    daten = daten.map(lade_bild, num_parallel_calls=tf.data.AUTOTUNE)
    return daten.batch(BATCH_SIZE).prefetch(tf.data.AUTOTUNE)


def train_val_datasets():
    return mache_datensatz(TRAIN_FOLDER, mischen=True), mache_datensatz(VALIDATION_FOLDER, mischen=False)


def create_pre_trained_model():
    rueckgrat = tf.keras.applications.MobileNetV2(
        input_shape=(IMAGE_SIZE, IMAGE_SIZE, 3),
        alpha=BACKBONE_ALPHA,
        include_top=False,
        weights=None,
    )
    rueckgrat.load_weights(LOCAL_WEIGHTS_FILE)
    rueckgrat.trainable = False
    return rueckgrat


def output_of_last_layer(pre_trained_model):
    (schicht,) = [s for s in pre_trained_model.layers if s.name == LAST_LAYER]
    return schicht.output


def create_final_model(pre_trained_model, last_output):
    x = tf.keras.layers.GlobalAveragePooling2D(name="mittelwert")(last_output)
    x = tf.keras.layers.Dense(64, activation="relu", name="kopf")(x)
    x = tf.keras.layers.Dropout(0.3)(x)
    antwort = tf.keras.layers.Dense(len(CLASS_NAMES), activation="softmax", name="antwort")(x)
    modell = tf.keras.Model(inputs=pre_trained_model.input, outputs=antwort)
    modell.compile(
        optimizer=tf.keras.optimizers.Adam(1e-3),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    return modell


def extract_features(pre_trained_model, dataset):
    merkmale, nummern = [], []
    for bilder, antworten in dataset:
        karten = pre_trained_model.predict_on_batch(bilder)
        merkmale.append(np.mean(karten, axis=(1, 2)))
        nummern.append(antworten.numpy())
    return np.concatenate(merkmale), np.concatenate(nummern)


def fine_tune(model, n_layers):
    schnitt = [s.name for s in model.layers].index(LAST_LAYER) + 1
    for stelle, schicht in enumerate(model.layers[:schnitt]):
        offen = stelle >= schnitt - n_layers
        schicht.trainable = offen and not isinstance(schicht, tf.keras.layers.BatchNormalization)

    alt = model.optimizer
    einstellungen = alt.get_config()
    einstellungen["learning_rate"] = float(alt.learning_rate) / 20
    model.compile(optimizer=type(alt).from_config(einstellungen), loss=model.loss, metrics=["accuracy"])
    return model


if __name__ == "__main__" and os.path.isdir(TRAIN_FOLDER):
    training, pruefung = train_val_datasets()
    backbone = create_pre_trained_model()
    netz = create_final_model(backbone, output_of_last_layer(backbone))
    netz.fit(training, epochs=10, validation_data=pruefung)
    netz = fine_tune(netz, 30)
    netz.fit(training, epochs=2, validation_data=pruefung)

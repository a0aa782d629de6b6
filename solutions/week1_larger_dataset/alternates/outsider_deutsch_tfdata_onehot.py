# alternate: German identifiers, hand-written tf.data with a stratified split and cache, one-hot labels, functional model with two softmax units
import os
import random
from io import BytesIO
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from PIL import Image
from tensorflow.keras import layers as L

DATA_FOLDER = "./PetImages"
CLASS_NAMES = ["Cat", "Dog"]
IMAGE_SIZE = 64  # params: 64=image_size
BATCH_SIZE = 32  # params: 32=batch_size
VALIDATION_SPLIT = 0.2  # params: 0.2=validation_split
STOP_ACCURACY = 0.95  # params: 0.95=stop_accuracy
STOP_VAL_ACCURACY = 0.80  # params: 0.80=stop_val_accuracy
EPOCHS = 20


def ist_lesbar(pfad):
    inhalt = pfad.read_bytes()
    if not inhalt:
        return False
    try:
        with Image.open(BytesIO(inhalt)) as bild:
            bild.load()
    except Exception:
        return False
    return True


def readable_images(directory):
    ordner = Path(directory)
    return sorted(pfad.name for pfad in ordner.iterdir() if pfad.is_file() and ist_lesbar(pfad))


def lade_bild(pfad, klasse):
    rohdaten = tf.io.read_file(pfad)
    bild = tf.io.decode_image(rohdaten, channels=3, expand_animations=False)
    bild = tf.image.resize(bild, (IMAGE_SIZE, IMAGE_SIZE))
    bild = tf.ensure_shape(bild, (IMAGE_SIZE, IMAGE_SIZE, 3))
    return bild, tf.one_hot(klasse, depth=len(CLASS_NAMES))


def mache_datensatz(paare, mischen):
    pfade = [pfad for pfad, _ in paare]
    klassen = [klasse for _, klasse in paare]
    datensatz = tf.data.Dataset.from_tensor_slices((pfade, klassen))
    datensatz = datensatz.map(lade_bild, num_parallel_calls=tf.data.AUTOTUNE).cache()
    if mischen:
        datensatz = datensatz.shuffle(len(paare))
    return datensatz.batch(BATCH_SIZE).prefetch(tf.data.AUTOTUNE)


def train_val_datasets():
    zufall = random.Random(2024)
    lernen, pruefen = [], []
    for nummer, klasse in enumerate(CLASS_NAMES):
        ordner = os.path.join(DATA_FOLDER, klasse)
        paare = [(os.path.join(ordner, name), nummer) for name in readable_images(ordner)]
        zufall.shuffle(paare)
        grenze = round(len(paare) * VALIDATION_SPLIT)
        pruefen += paare[:grenze]
        lernen += paare[grenze:]
    zufall.shuffle(lernen)
    zufall.shuffle(pruefen)
    return mache_datensatz(lernen, True), mache_datensatz(pruefen, False)


def create_model():
    eingang = tf.keras.Input(shape=(IMAGE_SIZE, IMAGE_SIZE, 3), name="foto")
    x = L.Rescaling(1 / 255, name="skalieren")(eingang)
    for stufe, filterzahl in enumerate((32, 64, 128), start=1):
        x = L.Conv2D(filterzahl, 3, padding="same", activation="relu", name=f"faltung_{stufe}")(x)
        x = L.MaxPooling2D(name=f"verkleinern_{stufe}")(x)
    x = L.Flatten()(x)
    x = L.Dense(128, activation="relu")(x)
    ausgang = L.Dense(2, activation="softmax", name="katze_oder_hund")(x)
    netz = tf.keras.Model(eingang, ausgang, name="haustiere")
    netz.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
    return netz


class EarlyStoppingCallback(tf.keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        werte = logs or {}
        gut_gelernt = werte.get("accuracy", 0.0) >= STOP_ACCURACY
        gut_geprueft = werte.get("val_accuracy", 0.0) >= STOP_VAL_ACCURACY
        if gut_gelernt and gut_geprueft:
            print(f"\nGut genug nach Epoche {epoch + 1}.")
            self.model.stop_training = True


def plot_history(history):
    verlauf = history.history
    bild, felder = plt.subplots(1, 2, figsize=(11, 4))
    for feld, groesse in zip(felder, ("loss", "accuracy")):
        epochen = range(1, len(verlauf[groesse]) + 1)
        feld.plot(epochen, verlauf[groesse], "o-", label="training")
        feld.plot(epochen, verlauf["val_" + groesse], "s--", label="validation")
        feld.set_xlabel("epoch")
        feld.set_ylabel(groesse)
        feld.legend()
    bild.tight_layout()
    return bild


def feature_maps(model, image):
    gesucht = [s for s in model.layers if isinstance(s, (L.Conv2D, L.MaxPooling2D, L.AveragePooling2D))]
    spion = tf.keras.Model(inputs=model.inputs[0], outputs=[s.output for s in gesucht])
    stapel = np.expand_dims(np.asarray(image, dtype="float32"), 0)
    karten = spion.predict(stapel, verbose=0)
    return [(schicht.name, karte[0]) for schicht, karte in zip(gesucht, karten)]


def plot_feature_maps(maps):
    spalten = 8
    bild, felder = plt.subplots(len(maps), spalten, figsize=(spalten * 1.3, len(maps) * 1.6), squeeze=False)
    for reihe, (name, karte) in zip(felder, maps):
        karte = np.asarray(karte)
        karte = karte[0] if karte.ndim == 4 else karte
        for nummer, feld in enumerate(reihe):
            feld.axis("off")
            if nummer < karte.shape[-1]:
                feld.imshow(karte[..., nummer], cmap="gray")
        reihe[0].set_title(name, fontsize=8, loc="left")
    return bild

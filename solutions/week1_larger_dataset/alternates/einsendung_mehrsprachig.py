# alternate: identifiers and comments that are not English, functions defined twice (the last one counts), commented-out tries
# Woche 1: Katzen und Hunde
# Autorin: geänderte Fassung vom Montag

import os
import numpy as np
import tensorflow as tf
import matplotlib.pyplot as plt
from PIL import Image

größe = 64  # params: 64=image_size
stapel = 32  # params: 32=batch_size
klassen = ['Cat', 'Dog']
ordner = './PetImages'


# erster Versuch, prüft nur die Dateigröße (nicht genug!)
def readable_images(directory):
    return [d for d in os.listdir(directory) if os.path.getsize(os.path.join(directory, d)) > 0]


def ist_lesbar(pfad):
    # öffnen reicht nicht, die Pixel müssen wirklich kommen
    try:
        bild = Image.open(pfad)
        bild.load()
        return True
    except Exception as fehler:
        return False


# zweiter Versuch
def readable_images(directory):
    gut = []
    for datei in os.listdir(directory):
        if ist_lesbar(os.path.join(directory, datei)):
            gut.append(datei)
    return sorted(gut)


# def train_val_datasets():
#     alle = tf.keras.utils.image_dataset_from_directory(ordner)
#     return alle.take(10), alle.skip(10)      # <- das geht schief, weil neu gemischt wird

def train_val_datasets():
    训练, 验证 = tf.keras.utils.image_dataset_from_directory(
        ordner, label_mode='categorical', class_names=klassen, image_size=(größe, größe),
        batch_size=stapel, validation_split=.2, subset='both', seed=7)  # params: .2=validation_split
    return 训练, 验证


def create_model():
    pass


def create_model():
    # Eingang
    входы = tf.keras.Input((größe, größe, 3))
    x = входы / 255.
    for filter_anzahl in [16, 32, 64]:
        x = tf.keras.layers.Conv2D(filter_anzahl, 3)(x)
        x = tf.keras.layers.Activation('relu')(x)
        x = tf.keras.layers.AveragePooling2D(2)(x)
    x = tf.keras.layers.Flatten()(x)
    x = tf.keras.layers.Dense(64, activation='relu')(x)
    ausgang = tf.keras.layers.Dense(2, activation='softmax')(x)
    modell = tf.keras.Model(входы, ausgang)
    modell.compile(optimizer='adam', loss='categorical_crossentropy', metrics=['accuracy'])
    return modell


class EarlyStoppingCallback(tf.keras.callbacks.Callback):
    '''hört auf, wenn beide Genauigkeiten gut genug sind'''

    def on_epoch_end(self, epoch, logs=None):
        genug_training = logs['accuracy'] >= 0.95  # params: 0.95=stop_accuracy
        genug_validierung = logs['val_accuracy'] >= 0.8  # params: 0.8=stop_val_accuracy
        if genug_training & genug_validierung:
            self.model.stop_training = True


def plot_history(history):
    bild, achsen = plt.subplots(1, 2, figsize=(10, 4))
    werte = history.history
    epochen = [i + 1 for i in range(len(werte['loss']))]
    achsen[0].plot(epochen, werte['loss'], 'g.-', label='Training')
    achsen[0].plot(epochen, werte['val_loss'], 'k.-', label='Validierung')
    achsen[0].set_ylabel('Loss'); achsen[0].set_xlabel('Epoche'); achsen[0].legend()
    achsen[1].plot(epochen, werte['accuracy'], 'g.-', label='Training')
    achsen[1].plot(epochen, werte['val_accuracy'], 'k.-', label='Validierung')
    achsen[1].set_ylabel('Genauigkeit'); achsen[1].set_xlabel('Epoche'); achsen[1].legend()
    return bild


def feature_maps(model, image):
    schichten = [s for s in model.layers if 'conv' in s.__class__.__name__.lower() or 'pooling' in s.__class__.__name__.lower()]
    teilmodell = tf.keras.Model(inputs=model.inputs, outputs=[s.output for s in schichten])
    karten = teilmodell.predict(np.expand_dims(image, 0), verbose=0)
    return [[s.name, k] for s, k in zip(schichten, karten)]


def plot_feature_maps(maps):
    bild = plt.figure()
    for nummer, (name, karte) in enumerate(maps):
        achse = bild.add_subplot(2, (len(maps) + 1) // 2, nummer + 1)
        achse.imshow(karte.reshape(karte.shape[-3:])[:, :, 0])
        achse.set_title(name)
    return bild

# alternate: keras 3 namespace, German identifiers, functional model joining max and average pooling, one logit with a threshold at 0, AdamW
import keras
from keras import layers, ops

DATA_FOLDER = "./PetImages"
CLASS_NAMES = ["Cat", "Dog"]

IMAGE_SIZE = 64  # params: 64=image_size
BATCH_SIZE = 32  # params: 32=batch_size
VALIDATION_SPLIT = 0.2  # params: 0.2=validation_split

FORM = (IMAGE_SIZE, IMAGE_SIZE, 3)
ZUFALLSZAHL = 4711


def train_val_datasets():
    übung, prüfung = keras.utils.image_dataset_from_directory(
        DATA_FOLDER,
        labels="inferred",
        label_mode="binary",
        class_names=CLASS_NAMES,
        image_size=(IMAGE_SIZE, IMAGE_SIZE),
        batch_size=BATCH_SIZE,
        shuffle=True,
        seed=ZUFALLSZAHL,
        validation_split=VALIDATION_SPLIT,
        subset="both",
    )
    return übung, prüfung


def create_augmentation_model():
    eingabe = keras.Input(shape=FORM, name="foto")
    x = eingabe
    for schicht in (
        layers.RandomFlip("horizontal", name="spiegeln"),
        layers.RandomRotation((-0.05, 0.05), fill_mode="reflect", name="kippen"),
        layers.RandomZoom(height_factor=(-0.15, 0.1), fill_mode="reflect", name="naeher"),
        layers.RandomContrast(0.2, name="abendlicht"),
    ):
        x = schicht(x)
    return keras.Model(eingabe, x, name="varianten")


def faltungsblock(x, filter_anzahl):
    """Faltung, dann beide Arten von Pooling nebeneinander."""
    x = layers.Conv2D(filter_anzahl, 3, padding="same", kernel_initializer="he_normal")(x)
    x = layers.LeakyReLU()(x)
    größte = layers.MaxPooling2D()(x)
    mittlere = layers.AveragePooling2D()(x)
    return layers.Concatenate()([größte, mittlere])


def create_model():
    eingabe = keras.Input(shape=FORM)
    x = create_augmentation_model()(eingabe)
    x = layers.Rescaling(scale=1.0 / 255)(x)
    for anzahl in [16, 24, 32]:
        x = faltungsblock(x, anzahl)
    x = layers.Flatten()(x)
    x = layers.Dense(64, activation="relu", kernel_initializer="he_normal")(x)
    x = layers.Dropout(rate=0.4)(x)
    ausgabe = layers.Dense(1, name="logit")(x)
    netz = keras.Model(inputs=eingabe, outputs=ausgabe)
    netz.compile(
        optimizer=keras.optimizers.AdamW(learning_rate=0.001, weight_decay=0.004),
        loss=keras.losses.BinaryCrossentropy(from_logits=True),
        # ein Logit über 0 heißt: eher Hund
        metrics=[keras.metrics.BinaryAccuracy(name="accuracy", threshold=0.0)],
    )
    return netz


STOP_ACCURACY = 0.80  # params: 0.80=stop_accuracy
STOP_VAL_ACCURACY = 0.80  # params: 0.80=stop_val_accuracy


class EarlyStoppingCallback(keras.callbacks.Callback):
    """Beendet das Training, sobald beide Genauigkeiten in derselben Epoche reichen."""

    def on_epoch_end(self, epoch, logs=None):
        werte = logs if logs is not None else {}
        genug_in_übung = werte.get("accuracy", 0.0) >= STOP_ACCURACY
        genug_in_prüfung = werte.get("val_accuracy", 0.0) >= STOP_VAL_ACCURACY
        if genug_in_übung and genug_in_prüfung:
            self.model.stop_training = True


def overfitting_gap(history):
    verlauf = history.history
    schlüssel = next(s for s in ("accuracy", "acc") if s in verlauf)
    übung = verlauf[schlüssel]
    prüfung = verlauf[f"val_{schlüssel}"]
    beste = int(ops.argmax(ops.convert_to_tensor(prüfung, dtype="float64")))
    return 100.0 * (float(übung[beste]) - float(prüfung[beste]))


EPOCHS = 30


def trainieren():
    übung, prüfung = train_val_datasets()
    netz = create_model()
    verlauf = netz.fit(übung, epochs=EPOCHS, validation_data=prüfung, callbacks=[EarlyStoppingCallback()], verbose=2)
    print(f"Abstand: {overfitting_gap(verlauf):.1f} Punkte")
    return netz, verlauf


if __name__ == "__main__":
    trainieren()

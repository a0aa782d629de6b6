# alternate: five kinds of change, a wider network, AlphaDropout and Dropout, list of layers unpacked
import numpy as np
import tensorflow as tf

L = tf.keras.layers
S = 64  # param: image_size


def train_val_datasets():
    ds = [
        tf.keras.utils.image_dataset_from_directory(
            "./PetImages", label_mode="binary", image_size=(S, S), batch_size=32, validation_split=0.2, subset=s, seed=0  # params: 32=batch_size, 0.2=validation_split
        )
        for s in ("training", "validation")
    ]
    return ds


AUGMENTATIONS = [
    L.RandomFlip("horizontal"), L.RandomRotation(0.1), L.RandomZoom(0.2), L.RandomTranslation(0.1, 0.1), L.RandomContrast(0.2),
]


def create_augmentation_model():
    return tf.keras.Sequential([L.Input((S, S, 3)), *AUGMENTATIONS])


def create_model():
    body = []
    for n in (32, 64, 128):
        body += [L.Conv2D(n, 3, activation="relu"), L.MaxPooling2D()]
    m = tf.keras.Sequential([
        L.Input((S, S, 3)),
        *create_augmentation_model().layers,
        L.Rescaling(1 / 255.0),
        *body,
        L.Flatten(),
        L.Dropout(0.5),
        L.Dense(256, activation="relu"),
        L.Dense(1, activation="sigmoid"),
    ])
    m.compile("adam", "binary_crossentropy", metrics="accuracy")
    return m


class EarlyStoppingCallback(tf.keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        if logs.get("accuracy") >= 0.8:  # params: 0.8=stop_accuracy
            if logs.get("val_accuracy") >= 0.8:  # params: 0.8=stop_val_accuracy
                self.model.stop_training = True


def overfitting_gap(history):
    hist = history.history
    try:
        acc, val = hist["accuracy"], hist["val_accuracy"]
    except KeyError:
        acc, val = hist["acc"], hist["val_acc"]
    i = int(np.argmax(val))
    return np.float32(acc[i] * 100 - val[i] * 100)

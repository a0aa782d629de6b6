# alternate: augmentation in layers of one's own, by functions of tf.image under `if training`, in the functional API
"""Week 2 without the random layers of Keras."""
import tensorflow as tf

DATA_FOLDER = "./PetImages"  # param: data_folder
CLASS_NAMES = ["Cat", "Dog"]  # param: class_names
IMAGE_SIZE = 64  # param: image_size
BATCH_SIZE = 32  # param: batch_size
VALIDATION_SPLIT = 0.2  # param: validation_split
STOP_ACCURACY = 0.80  # param: stop_accuracy
STOP_VAL_ACCURACY = 0.80  # param: stop_val_accuracy


class Mirror(tf.keras.layers.Layer):
    """Half of the pictures, left and right exchanged."""

    def call(self, pictures, training=False):
        if not training:
            return pictures
        return tf.image.random_flip_left_right(pictures)


class Shift(tf.keras.layers.Layer):
    """Pictures moved by up to `most` pixels, by a part of a slightly larger one."""

    def __init__(self, most, **rest):
        super().__init__(**rest)
        self.most = most

    def call(self, pictures, training=False):
        if training:
            side = IMAGE_SIZE + self.most
            pictures = tf.image.resize(pictures, (side, side))
            pictures = tf.image.random_crop(pictures, (tf.shape(pictures)[0], IMAGE_SIZE, IMAGE_SIZE, 3))
        return pictures


class Weather(tf.keras.layers.Layer):
    """Flatter or harder light, brighter or darker; values stay between 0 and 255."""

    def __init__(self, contrast, brightness, **rest):
        super().__init__(**rest)
        self.contrast, self.brightness = contrast, brightness

    def call(self, pictures, training=False):
        if training:
            pictures = tf.image.random_contrast(pictures, 1 - self.contrast, 1 + self.contrast)
            pictures = tf.image.random_brightness(pictures, max_delta=self.brightness)
            pictures = tf.clip_by_value(pictures, 0.0, 255.0)
        return pictures


class OwnDropout(tf.keras.layers.Layer):
    """Dropout behind a switch of its own."""

    def __init__(self, rate, **rest):
        super().__init__(**rest)
        self.dropout = tf.keras.layers.Dropout(rate)

    def call(self, values, training=False):
        if training:
            values = self.dropout(values, training=True)
        return values


def train_val_datasets():
    return tf.keras.utils.image_dataset_from_directory(
        DATA_FOLDER,
        class_names=CLASS_NAMES,
        label_mode="binary",
        image_size=(IMAGE_SIZE, IMAGE_SIZE),
        batch_size=BATCH_SIZE,
        validation_split=VALIDATION_SPLIT,
        subset="both",
        seed=11,
    )


def create_augmentation_model():
    pictures = tf.keras.Input((IMAGE_SIZE, IMAGE_SIZE, 3))
    return tf.keras.Model(pictures, Weather(0.3, 25)(Shift(IMAGE_SIZE // 6)(Mirror()(pictures))), name="variants")


def create_model():
    pictures = tf.keras.Input((IMAGE_SIZE, IMAGE_SIZE, 3))
    x = create_augmentation_model()(pictures)
    x = tf.keras.layers.Rescaling(1 / 255)(x)
    for filters in (16, 32, 64):
        x = tf.keras.layers.Conv2D(filters, 3, activation="relu")(x)
        x = tf.keras.layers.MaxPooling2D()(x)
    x = OwnDropout(0.5)(tf.keras.layers.Flatten()(x))
    x = tf.keras.layers.Dense(32, activation="relu")(x)
    model = tf.keras.Model(pictures, tf.keras.layers.Dense(1, activation="sigmoid")(x))
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    return model


class EarlyStoppingCallback(tf.keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        if logs["accuracy"] >= STOP_ACCURACY and logs["val_accuracy"] >= STOP_VAL_ACCURACY:
            self.model.stop_training = True


def overfitting_gap(history):
    key = "accuracy" if "accuracy" in history.history else "acc"
    accuracy, val_accuracy = history.history[key], history.history["val_" + key]
    best = max(range(len(val_accuracy)), key=val_accuracy.__getitem__)
    return 100 * (accuracy[best] - val_accuracy[best])

# mistake: the dropout's result is not used: the output layer takes the dense layer before it
# fails: create_model/dropout_active
# may_fail: train/gap
# fix_first: create_model/dropout_active
import numpy as np
import tensorflow as tf

DATA_FOLDER = "./PetImages"
CLASS_NAMES = ["Cat", "Dog"]

IMAGE_SIZE = 64  # params: 64=image_size
BATCH_SIZE = 32  # params: 32=batch_size
VALIDATION_SPLIT = 0.2  # params: 0.2=validation_split


def train_val_datasets():
    options = dict(
        directory=DATA_FOLDER,
        label_mode="int",
        class_names=CLASS_NAMES,
        image_size=(IMAGE_SIZE, IMAGE_SIZE),
        batch_size=BATCH_SIZE,
        validation_split=VALIDATION_SPLIT,
        seed=123,
    )
    training = tf.keras.utils.image_dataset_from_directory(subset="training", **options)
    validation = tf.keras.utils.image_dataset_from_directory(subset="validation", **options)
    return training.prefetch(tf.data.AUTOTUNE), validation.prefetch(tf.data.AUTOTUNE)


def create_augmentation_model():
    model = tf.keras.Sequential(name="augmentation")
    model.add(tf.keras.Input(shape=(IMAGE_SIZE, IMAGE_SIZE, 3)))
    model.add(tf.keras.layers.RandomFlip("horizontal"))
    model.add(tf.keras.layers.RandomTranslation(0.1, 0.1, fill_mode="reflect"))
    model.add(tf.keras.layers.RandomRotation(0.08, fill_mode="reflect"))
    model.add(tf.keras.layers.RandomContrast(0.2))
    return model


def create_model():
    inputs = tf.keras.Input(shape=(IMAGE_SIZE, IMAGE_SIZE, 3))
    augmented = create_augmentation_model()(inputs)
    x = tf.keras.layers.Rescaling(1 / 255)(augmented)
    for filters in (16, 32, 64):
        x = tf.keras.layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
        x = tf.keras.layers.MaxPooling2D()(x)
    flat = tf.keras.layers.Flatten()(x)
    dense = tf.keras.layers.Dense(64, activation="relu")(flat)
    dropped = tf.keras.layers.Dropout(0.4)(dense)
    outputs = tf.keras.layers.Dense(len(CLASS_NAMES), activation="softmax")(dense)

    model = tf.keras.Model(inputs=inputs, outputs=outputs)
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


STOP_ACCURACY = 0.80  # params: 0.80=stop_accuracy
STOP_VAL_ACCURACY = 0.80  # params: 0.80=stop_val_accuracy


class EarlyStoppingCallback(tf.keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        if logs["accuracy"] >= STOP_ACCURACY and logs["val_accuracy"] >= STOP_VAL_ACCURACY:
            print(f"\nBoth accuracies reached, stopping after epoch {epoch + 1}.")
            self.model.stop_training = True


def overfitting_gap(history):
    key = "accuracy" if "accuracy" in history.history else "acc"
    accuracy = history.history[key]
    val_accuracy = history.history["val_" + key]
    best = np.argmax(val_accuracy)
    return (accuracy[best] - val_accuracy[best]) * 100


EPOCHS = 30

train_dataset, validation_dataset = train_val_datasets()
model = create_model()
model.summary()

history = model.fit(
    train_dataset,
    epochs=EPOCHS,
    validation_data=validation_dataset,
    callbacks=[EarlyStoppingCallback()],
)
print(f"gap: {overfitting_gap(history):.1f} points")

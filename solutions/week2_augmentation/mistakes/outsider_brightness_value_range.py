# mistake: RandomBrightness clips to 0..1 although pictures have 0..255
# fails: create_augmentation_model/range, create_augmentation_model/content_kept, create_model/augmented_first, create_model/rescaling, train/training_accuracy, train/unseen_accuracy
# fix_first: create_augmentation_model/range
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
    return tf.keras.Sequential(
        [
            tf.keras.Input(shape=(IMAGE_SIZE, IMAGE_SIZE, 3)),
            tf.keras.layers.RandomFlip("horizontal"),
            tf.keras.layers.RandomRotation(0.05, fill_mode="nearest"),
            tf.keras.layers.RandomZoom(0.1, fill_mode="nearest"),
            tf.keras.layers.RandomBrightness(0.2, value_range=(0, 1)),
        ]
    )


def conv_block(x, filters):
    x = tf.keras.layers.Conv2D(filters, (3, 3), padding="same", activation="relu")(x)
    return tf.keras.layers.MaxPooling2D((2, 2))(x)


def create_model():
    inputs = tf.keras.Input(shape=(IMAGE_SIZE, IMAGE_SIZE, 3))
    x = create_augmentation_model()(inputs)
    x = tf.keras.layers.Rescaling(1 / 255)(x)
    for filters in (16, 32, 64):
        x = conv_block(x, filters)
    x = tf.keras.layers.Flatten()(x)
    x = tf.keras.layers.Dense(64, activation="relu")(x)
    x = tf.keras.layers.Dropout(0.3)(x)
    outputs = tf.keras.layers.Dense(2, activation="softmax")(x)
    model = tf.keras.Model(inputs, outputs)
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
    values = history.history
    accuracy = values.get("accuracy", values.get("acc"))
    val_accuracy = values.get("val_accuracy", values.get("val_acc"))
    best_epoch = max(range(len(val_accuracy)), key=lambda i: val_accuracy[i])
    return 100 * float(accuracy[best_epoch] - val_accuracy[best_epoch])


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

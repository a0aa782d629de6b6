# mistake: the best epoch is taken to be that of the lowest validation loss
# fails: overfitting_gap/best_epoch
# fix_first: overfitting_gap/best_epoch
import numpy as np
import tensorflow as tf
from tensorflow.keras import layers

IMAGE_SIZE = 64  # param: image_size
BATCH_SIZE = 32  # param: batch_size


# %%
def train_val_datasets():
    settings = dict(class_names=["Cat", "Dog"], label_mode="binary", image_size=(IMAGE_SIZE, IMAGE_SIZE),
                    batch_size=BATCH_SIZE, validation_split=0.2, seed=7)
    train = tf.keras.utils.image_dataset_from_directory("./PetImages", subset="training", **settings)
    validation = tf.keras.utils.image_dataset_from_directory("./PetImages", subset="validation", **settings)
    return train, validation


# %%
def create_augmentation_model():
    return tf.keras.Sequential([
        tf.keras.Input(shape=(IMAGE_SIZE, IMAGE_SIZE, 3)),
        layers.RandomFlip("horizontal"),
        layers.RandomRotation(0.1),
        layers.RandomZoom(0.1),
        layers.RandomTranslation(0.1, 0.1),
    ])


# %%
def create_model():
    model = tf.keras.Sequential([
        tf.keras.Input(shape=(IMAGE_SIZE, IMAGE_SIZE, 3)),
        create_augmentation_model(),
        layers.Rescaling(1.0 / 255),
        layers.Conv2D(16, 3, padding="same", activation="relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(32, 3, padding="same", activation="relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(64, 3, padding="same", activation="relu"),
        layers.MaxPooling2D(),
        layers.Flatten(),
        layers.Dense(64, activation="relu"),
        layers.Dropout(0.4),
        layers.Dense(1, activation="sigmoid"),
    ])
    model.compile(optimizer=tf.keras.optimizers.Adam(0.001), loss="binary_crossentropy", metrics=["accuracy"])
    return model


# %%
class EarlyStoppingCallback(tf.keras.callbacks.Callback):
    """Ends the training once both accuracies are good enough in the same epoch."""

    def on_epoch_end(self, epoch, logs=None):
        if logs["accuracy"] >= 0.80 and logs["val_accuracy"] >= 0.80:  # params: 0.80=stop_accuracy, 0.80=stop_val_accuracy
            print("good enough")
            self.model.stop_training = True


# %%
def overfitting_gap(history):
    values = history.history
    key = "accuracy" if "accuracy" in values else "acc"
    best = int(np.argmin(values["val_loss"]))
    return 100 * (values[key][best] - values["val_" + key][best])


# %%
train_dataset, validation_dataset = train_val_datasets()
model = create_model()
history = model.fit(train_dataset, epochs=30, validation_data=validation_dataset, callbacks=[EarlyStoppingCallback()])
print(overfitting_gap(history))

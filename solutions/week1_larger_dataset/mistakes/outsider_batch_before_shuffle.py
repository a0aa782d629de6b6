# mistake: the data set is batched first and shuffled afterwards, so each batch holds one class only
# fails: train_val_datasets/shuffled
# fix_first: train_val_datasets/shuffled
import os

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from PIL import Image

DATA_FOLDER = "./PetImages"
CLASS_NAMES = ["Cat", "Dog"]
IMAGE_SIZE = 64  # params: 64=image_size
BATCH_SIZE = 32  # params: 32=batch_size
VALIDATION_SPLIT = 0.2  # params: 0.2=validation_split
STOP_ACCURACY = 0.95  # params: 0.95=stop_accuracy
STOP_VAL_ACCURACY = 0.80  # params: 0.80=stop_val_accuracy


def can_be_decoded(path):
    if not os.path.isfile(path) or os.path.getsize(path) == 0:
        return False
    try:
        img = Image.open(path)
        img.load()
        img.close()
        return True
    except Exception as e:
        print(f"skipping {path}: {e}")
        return False


def readable_images(directory):
    return sorted(filter(lambda f: can_be_decoded(os.path.join(directory, f)), os.listdir(directory)))


def read_photo(path, label):
    raw = tf.io.read_file(path)
    photo = tf.io.decode_image(raw, channels=3, expand_animations=False)
    photo = tf.image.resize(photo, (IMAGE_SIZE, IMAGE_SIZE))
    return tf.ensure_shape(photo, (IMAGE_SIZE, IMAGE_SIZE, 3)), label


def make_dataset(pairs):
    paths, labels = zip(*pairs)
    ds = tf.data.Dataset.from_tensor_slices((list(paths), list(labels)))
    ds = ds.map(read_photo, num_parallel_calls=tf.data.AUTOTUNE)
    ds = ds.batch(BATCH_SIZE)
    return ds.shuffle(len(pairs))


def train_val_datasets():
    rng = np.random.default_rng(1)
    train_pairs, val_pairs = [], []
    for label, class_name in enumerate(CLASS_NAMES):
        folder = os.path.join(DATA_FOLDER, class_name)
        files = [os.path.join(folder, f) for f in sorted(os.listdir(folder))]
        rng.shuffle(files)
        cut = round(len(files) * VALIDATION_SPLIT)
        val_pairs.extend((f, label) for f in files[:cut])
        train_pairs.extend((f, label) for f in files[cut:])
    return make_dataset(train_pairs), make_dataset(val_pairs)


def create_model():
    inputs = tf.keras.Input((IMAGE_SIZE, IMAGE_SIZE, 3))
    x = tf.keras.layers.Rescaling(1 / 255)(inputs)
    for filters in [16, 32, 64, 128]:
        x = tf.keras.layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
        x = tf.keras.layers.MaxPooling2D()(x)
    x = tf.keras.layers.Flatten()(x)
    x = tf.keras.layers.Dense(128, activation="relu")(x)
    outputs = tf.keras.layers.Dense(1, activation="sigmoid")(x)
    model = tf.keras.Model(inputs, outputs)
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    return model


class EarlyStoppingCallback(tf.keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        if logs["accuracy"] >= STOP_ACCURACY and logs["val_accuracy"] >= STOP_VAL_ACCURACY:
            self.model.stop_training = True
            print("\nBoth accuracies reached, stopping.")


def plot_history(history):
    fig, axes = plt.subplots(1, 2, figsize=(12, 4))
    for ax, key in zip(axes, ["loss", "accuracy"]):
        ax.plot(history.history[key], label=f"training {key}")
        ax.plot(history.history["val_" + key], label=f"validation {key}")
        ax.set_xlabel("epoch")
        ax.set_ylabel(key)
        ax.legend()
    return fig


def feature_maps(model, image):
    kinds = (tf.keras.layers.Conv2D, tf.keras.layers.MaxPooling2D, tf.keras.layers.AveragePooling2D)
    chosen = [layer for layer in model.layers if isinstance(layer, kinds)]
    viewer = tf.keras.Model(inputs=model.inputs[0], outputs=[layer.output for layer in chosen])
    batch = np.asarray(image, dtype="float32")[np.newaxis]
    results = viewer.predict(batch, verbose=0)
    return [(layer.name, result[0]) for layer, result in zip(chosen, results)]


def plot_feature_maps(maps):
    columns = 8
    fig, axes = plt.subplots(len(maps), columns, figsize=(columns, 1.4 * len(maps)), squeeze=False)
    for row, (name, array) in zip(axes, maps):
        array = np.asarray(array)
        if array.ndim == 4:
            array = array[0]
        row[0].set_title(name, fontsize=8, loc="left")
        for i, ax in enumerate(row):
            if i < array.shape[-1]:
                ax.imshow(array[:, :, i], cmap="gray")
            ax.axis("off")
    return fig


def main():
    training, validation = train_val_datasets()
    model = create_model()
    model.summary()
    history = model.fit(training, validation_data=validation, epochs=20, callbacks=[EarlyStoppingCallback()])
    plot_history(history)
    images, _ = next(iter(validation))
    plot_feature_maps(feature_maps(model, np.asarray(images)[0]))
    plt.show()


if __name__ == "__main__":
    main()

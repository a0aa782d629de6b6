"""Entries that use what students use: each asserts, so that exit code 0 means it worked."""

# Written the way students write.
# ruff: noqa: PTH103, PTH202

from __future__ import annotations

import socket


def trains(sock: socket.socket) -> None:
    import keras
    import numpy as np

    rng = np.random.default_rng(0)
    images = rng.random((64, 16, 16, 3), dtype=np.float32)
    labels = rng.integers(0, 2, 64)
    model = keras.Sequential(
        [
            keras.layers.Input((16, 16, 3)),
            keras.layers.Conv2D(4, 3, activation="relu"),
            keras.layers.Flatten(),
            keras.layers.Dropout(0.2),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    history = model.fit(images, labels, epochs=2, validation_split=0.25)
    assert set(history.history) == {"accuracy", "loss", "val_accuracy", "val_loss"}
    model.save("model.keras")
    # HDF5 would lock its file, which a cell may not.
    model.save_weights("model.weights.h5")
    model.load_weights("model.weights.h5")
    again = keras.models.load_model("model.keras")
    np.testing.assert_allclose(again.predict(images), model.predict(images), rtol=1e-5)


def reads_folders(sock: socket.socket) -> None:
    import os

    import keras
    import numpy as np
    import tensorflow as tf

    for name in ("a", "b"):
        os.makedirs(f"data/{name}")
        for number in range(8):
            pixels = np.full((9, 12, 3), number * 8, np.uint8)
            keras.utils.save_img(f"data/{name}/{number}.jpg", pixels)
    train = keras.utils.image_dataset_from_directory(
        "data", image_size=(8, 8), batch_size=4, validation_split=0.25, subset="training", seed=1, label_mode="binary"
    )
    train = train.map(lambda image, label: (image / 255.0, label), num_parallel_calls=tf.data.AUTOTUNE)
    train = train.cache().shuffle(16).prefetch(tf.data.AUTOTUNE)
    assert sum(len(labels) for _, labels in train) == 12
    assert tf.io.gfile.exists("data/a/0.jpg")


def plots(sock: socket.socket) -> None:
    import os

    import matplotlib.pyplot as plt

    figure, axes = plt.subplots()
    axes.plot([1, 2, 3])
    axes.set_title("loss")
    figure.savefig("figure.png")
    plt.show()
    assert os.path.getsize("figure.png") > 1000

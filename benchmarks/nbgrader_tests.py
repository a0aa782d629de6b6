"""Test cells of the week 1 exercise as a course would write them for nbgrader: what the hidden checks ask, as assertions.

Not imported: `nbgrader_course.py` takes the cells, whose titles are a task and its points. They run in the student's notebook
and use its names; COURSE_FOLDER is replaced.
"""

# %% readable_images 12
import json
import pathlib
import warnings

# nbgrader gives no points to a cell that writes to stderr, and Keras warns there.
warnings.filterwarnings("ignore")

messy = pathlib.Path("COURSE_FOLDER/messy")
before = {path.name: path.stat().st_size for path in messy.iterdir()}
assert list(readable_images(str(messy))) == json.loads(pathlib.Path("COURSE_FOLDER/readable.json").read_text())
assert before == {path.name: path.stat().st_size for path in messy.iterdir()}

# %% train_val_datasets 24
import os
import tempfile

import numpy as np
from PIL import Image


def flat_pictures(folder):
    """A hundred pictures in many sizes, each of a shade of its own: cats are dark, dogs are bright."""
    for number in range(50):
        for kind, shade in (("Cat", 10 + 2 * number), ("Dog", 140 + 2 * number)):
            place = pathlib.Path(folder, "PetImages", kind)
            place.mkdir(parents=True, exist_ok=True)
            size = (50 + 3 * number, 120 - number)
            Image.new("RGB", size, (shade, shade, shade)).save(place / f"{number}.png")


def passes_over(dataset):
    """Three passes, each a list of (shades, labels, shape)."""
    found = []
    for _ in range(3):
        batches = [(np.asarray(images), np.asarray(labels).reshape(-1)) for images, labels in dataset]
        found.append(batches)
    return found


def shades_of(batches):
    """The shade of each picture of a pass, on the scale of the files."""
    means = np.concatenate([images.mean((1, 2, 3)) for images, _ in batches])
    return np.rint(means * (255 if means.max() <= 1 else 1)).astype(int)


here = os.getcwd()
with tempfile.TemporaryDirectory() as folder:
    flat_pictures(folder)
    os.chdir(folder)
    try:
        sides = [passes_over(dataset) for dataset in train_val_datasets()]
    finally:
        os.chdir(here)
assert len(sides) == 2
for side in sides:
    for batches in side:
        labels = np.concatenate([labels for _, labels in batches])
        assert all(images.shape[1:] == (64, 64, 3) for images, _ in batches)
        assert all(images.min() >= 0 and images.max() <= 255 for images, _ in batches)
        assert np.array_equal(labels, shades_of(batches) > 120)
        assert 0 < np.count_nonzero(np.diff(labels)) and not np.array_equal(labels, np.sort(labels))
training, validation = ([set(shades_of(batches)) for batches in side] for side in sides)
assert max(len(images) for images, _ in sides[0][0]) == 32
assert len(validation[0]) == 20 and validation[0] == validation[1] == validation[2]
assert not set.union(*training) & set.union(*validation)
assert len(set.union(*training) | set.union(*validation)) == 100
assert all(np.ptp(image) < 2 for images, _ in sides[1][0] for image in images)

# %% create_model 24
import tensorflow as tf

network = create_model()
assert isinstance(network, tf.keras.Model) and network.optimizer is not None
assert network.input_shape == (None, 64, 64, 3)
kinds = [type(layer).__name__ for layer in network.layers]
assert kinds.count("Conv2D") >= 3 and sum(kind.endswith("Pooling2D") for kind in kinds) >= 2
assert kinds.count("Rescaling") == 1
pictures = np.random.default_rng(1).integers(0, 256, (8, 64, 64, 3)).astype("float32")
scaled = network.layers[kinds.index("Rescaling")](pictures)
assert float(np.min(scaled)) >= -1 and float(np.max(scaled)) <= 1
answers = network.predict(pictures, verbose=0)
assert answers.shape == (8, 1) and answers.min() >= 0 and answers.max() <= 1
assert network.layers[-1].activation.__name__ == "sigmoid"
assert network.loss == "binary_crossentropy" or isinstance(network.loss, tf.keras.losses.BinaryCrossentropy)
assert "accuracy" in network.evaluate(pictures, np.zeros((8, 1)), verbose=0, return_dict=True)
assert network.count_params() <= 5_000_000

# %% EarlyStoppingCallback 12
for accuracy, val_accuracy, stops in (
    (0.97, 0.85, True), (0.95, 0.80, True), (0.949, 0.9, False), (0.99, 0.799, False), (0.5, 0.5, False),
):  # fmt: skip
    for epoch in (0, 3):
        callback = EarlyStoppingCallback()
        learner = tf.keras.Sequential([tf.keras.Input((1,)), tf.keras.layers.Dense(1)])
        learner.stop_training = False
        callback.set_model(learner)
        callback.on_epoch_end(epoch, {"accuracy": accuracy, "val_accuracy": val_accuracy, "loss": 0.2, "val_loss": 0.4})
        assert bool(learner.stop_training) == stops

# %% plot_history 8
import types

import matplotlib.pyplot as plt

told = {
    "loss": [0.7, 0.5, 0.31], "val_loss": [0.72, 0.6, 0.53],
    "accuracy": [0.5, 0.71, 0.88], "val_accuracy": [0.49, 0.66, 0.79],
}  # fmt: skip
figure = plot_history(types.SimpleNamespace(history=told, epoch=[0, 1, 2]))
drawn = [list(line.get_ydata()) for ax in figure.axes for line in ax.get_lines()]
assert all(any(np.allclose(values, curve) for curve in drawn if len(curve) == 3) for values in told.values())
assert all(ax.get_xlabel() and ax.get_ylabel() and ax.get_legend() is not None for ax in figure.axes)
figure.savefig(os.devnull, format="png")
plt.close(figure)

# %% feature_maps 10
layers = tf.keras.layers
chain = tf.keras.Sequential([
    tf.keras.Input((48, 48, 3)), layers.Rescaling(1 / 255), layers.Conv2D(4, 3, activation="relu", name="first"),
    layers.MaxPooling2D(name="halved"), layers.Conv2D(6, 3, activation="relu", name="second"),
    layers.MaxPooling2D(name="quartered"), layers.Flatten(), layers.Dense(1),
])  # fmt: skip
picture = np.random.default_rng(2).integers(0, 256, (48, 48, 3)).astype("float32")
maps = feature_maps(chain, picture)
names = ["first", "halved", "second", "quartered"]
truth = tf.keras.Model(chain.inputs, [chain.get_layer(name).output for name in names])(picture[None])
assert [name for name, _ in maps] == names
assert all(np.allclose(np.squeeze(mine), np.asarray(true)[0], atol=1e-4) for (_, mine), true in zip(maps, truth))
figure = plot_feature_maps(maps)
assert sum(len(ax.get_images()) for ax in figure.axes) >= len(maps)
figure.savefig(os.devnull, format="png")
plt.close(figure)

# %% train 10
print("optimiser steps:", int(model.optimizer.iterations))
curves = history.history
reached = [a >= 0.95 and v >= 0.80 for a, v in zip(curves["accuracy"], curves["val_accuracy"])]
print("callback after epoch:", reached.index(True) + 1 if any(reached) else len(reached))
unseen = tf.keras.utils.image_dataset_from_directory(
    "COURSE_FOLDER/hidden",
    class_names=["Cat", "Dog"],
    label_mode="binary",
    image_size=(64, 64),
    shuffle=False,
    verbose=False,
)
right = [np.asarray(model(images, training=False)).round() == np.asarray(labels) for images, labels in unseen]
print("unseen accuracy:", float(np.concatenate(right).mean()), "training accuracy:", max(curves["accuracy"]))
assert max(curves["accuracy"]) >= 0.85
assert float(np.concatenate(right).mean()) >= 0.80

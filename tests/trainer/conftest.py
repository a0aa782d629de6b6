"""A tiny model and images that it can learn."""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

import keras
import numpy as np
import pytest
from keras import layers

from grader.model_data import export_model
from grader.trainer import TrainingPass, TrainingSpec, Unseen


@pytest.fixture
def images():
    """`images(n, seed)` → images 6 × 6 × 3 and labels (n, 1): bright ones are 1."""

    def make(count=40, seed=0):
        random = np.random.default_rng(seed)
        labels = random.integers(0, 2, (count, 1))
        pixels = random.uniform(0, 120, (count, 6, 6, 3)) + 120 * labels[:, :, None, None]
        return pixels.astype("float32"), labels.astype("float32")

    return make


@pytest.fixture
def model_data():
    """A compiled model as data; arguments go to `compile`, `extra` layers come before the last."""

    def make(*extra, units=1, activation="sigmoid", **compile_arguments):
        keras.utils.set_random_seed(3)
        model = keras.Sequential(
            [
                keras.Input((6, 6, 3)),
                layers.Rescaling(1 / 127.5, offset=-1, name="rescaling"),
                *extra,
                layers.Flatten(),
                layers.Dense(units, activation=activation, name="out"),
            ]
        )
        settings = {"optimizer": keras.optimizers.Adam(0.02), "loss": "binary_crossentropy", "metrics": ["accuracy"]}
        model.compile(**settings | compile_arguments)
        return export_model(model)

    return make


@pytest.fixture
def spec(images, model_data):
    """A training spec that works; keyword arguments replace its fields."""

    def make(**changes):
        settings = {
            "model": changes.pop("model", None) or model_data(),
            "passes": (TrainingPass(*images()),),
            "batch_size": 16,
            "epochs": 3,
            "seed": 5,
            "unseen": Unseen(*images(30, 1)),
        }
        return TrainingSpec(**settings | changes)

    return make

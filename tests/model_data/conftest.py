"""Small models and the way they take through the processes."""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

import keras
import numpy as np
import pytest
from keras import layers

from grader.model_data import ModelData, export_model
from grader.wire import Message, decode, encode


@pytest.fixture
def sample():
    """A batch of four images, 12 × 12 × 3, from 0 to 255."""
    return np.random.default_rng(1).uniform(0, 255, (4, 12, 12, 3)).astype("float32")


@pytest.fixture
def over_the_wire():
    """Bytes and back, as between two processes."""

    def travel(data):
        body, arrays = data.to_wire()
        message = decode(b"".join(bytes(chunk) for chunk in encode(Message("model", body, arrays))))
        return ModelData.from_wire(message.body, message.arrays)

    return travel


@pytest.fixture
def tiny():
    """A compiled Sequential model; arguments go to `compile`, `layers` before its last Dense."""

    def build(*extra, units=1, activation="sigmoid", **compile_arguments):
        model = keras.Sequential(
            [keras.Input((6, 6, 3)), *extra, layers.Flatten(), layers.Dense(units, activation=activation, name="out")]
        )
        model.compile(
            **{"optimizer": "adam", "loss": "binary_crossentropy", "metrics": ["accuracy"]} | compile_arguments
        )
        return model

    return build


@pytest.fixture
def described(tiny):
    """The tiny model as data, with a config that may be changed at will."""
    return export_model(tiny(layers.Conv2D(2, 3, name="conv")))

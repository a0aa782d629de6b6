"""What acts on a network's scores is found by trying it, whatever its last layers are called."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers

from grader.checks import outputs
from grader.checks.finding import CheckFailed
from grader.checks.heads import Ending, ending_of
from grader.model_data import export_model, rebuild_model


def network(*end: Any, form: int = 8) -> Any:
    body = [
        keras.Input((form, form, 3)),
        layers.Rescaling(1 / 255),
        layers.Conv2D(4, 3, activation="relu"),
        layers.Flatten(),
    ]
    return keras.Sequential([*body, *end])


def over_a_map() -> Any:
    return keras.Sequential(
        [keras.Input((8, 8, 3)), layers.Conv2D(1, 3, activation="sigmoid"), layers.GlobalMaxPooling2D()]
    )


def mean_of_a_map() -> Any:
    return keras.Sequential(
        [keras.Input((8, 8, 3)), layers.Conv2D(1, 3, activation="sigmoid"), layers.GlobalAveragePooling2D()]
    )


def times_one() -> Any:
    images = keras.Input((8, 8, 3))
    scores = layers.Dense(2, activation="softmax")(layers.Flatten()(images))
    return keras.Model(images, scores * 1.0)


@pytest.mark.parametrize(
    ("build", "activation"),
    [
        (lambda: network(layers.Dense(1, activation="sigmoid")), "sigmoid"),
        (lambda: network(layers.Dense(1)), "linear"),
        (lambda: network(layers.Dense(1), layers.Activation("sigmoid")), "sigmoid"),
        (lambda: network(layers.Dense(1, activation="sigmoid"), layers.Activation("linear", dtype="float32")), "sigmoid"),
        (lambda: network(layers.Dense(1, activation="sigmoid"), layers.Flatten()), "sigmoid"),
        (lambda: network(layers.Dense(1, activation="hard_sigmoid"), layers.Flatten()), "sigmoid"),
        (lambda: network(layers.Dense(1), layers.Activation("hard_sigmoid")), "hard_sigmoid"),
        (lambda: network(layers.Dense(3, activation="softmax"), layers.Activation("linear")), "softmax"),
        (lambda: network(layers.Dense(3), layers.Softmax()), "softmax"),
        (lambda: network(layers.Dense(3), layers.BatchNormalization(), layers.Softmax()), "softmax"),
        (lambda: network(layers.Dense(3), layers.Activation("linear")), "linear"),
        (lambda: network(layers.Dense(1, kernel_initializer="zeros"), layers.Activation("sigmoid")), "sigmoid"),
        (lambda: network(layers.Dense(3, activation="relu"), layers.Softmax()), "softmax"),
        (lambda: network(layers.Dense(1), layers.Activation("tanh")), "tanh"),
        (lambda: network(layers.Dense(1, activation="sigmoid"), layers.Rescaling(100.0)), "linear"),
        (lambda: network(layers.Dense(3), layers.Softmax(axis=0)), "sigmoid"),
        (times_one, "softmax"), (over_a_map, "sigmoid"), (mean_of_a_map, "sigmoid"),
    ],
)  # fmt: skip
def test_what_acts_on_the_scores(build: Callable[[], Any], activation: str) -> None:
    """Also behind layers that change nothing, and where another name stands last; the weights stay what they were."""
    model = build()
    before = [np.array(value) for value in model.get_weights()]
    assert ending_of(model) == Ending(activation, squashed_twice=False)
    for mine, now in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(mine, now)


@pytest.mark.parametrize(
    ("first", "second", "units"),
    [("sigmoid", "sigmoid", 1), ("relu", "sigmoid", 1), ("softmax", "softmax", 2), ("softmax", "softmax", 24)],
)
def test_two_activations_one_after_another_are_told(first: str, second: str, units: int) -> None:
    """Such a network can be trained, and never gets sure of anything."""
    model = network(layers.Dense(units, activation=first), layers.Activation(second))
    assert ending_of(model).squashed_twice
    loss = "binary_crossentropy" if units == 1 else "sparse_categorical_crossentropy"
    model.compile("adam", loss)
    with pytest.raises(CheckFailed, match="Another activation stands before"):
        outputs.assert_output_fits_loss(outputs.head_of(model), "binary" if units == 1 else "integer", max(2, units))


def test_they_are_told_in_a_model_that_was_handed_in() -> None:
    """In a sequential one, too, with more layers behind them."""
    model = keras.Sequential([
        keras.Input((8, 8, 3)), layers.Flatten(), layers.Dense(1), layers.Activation("sigmoid"), layers.Dropout(0.1),
        layers.Activation("sigmoid"),
    ])  # fmt: skip
    assert ending_of(rebuild_model(export_model(model)).model).squashed_twice


def test_probabilities_behind_another_name_do_not_pass_for_scores() -> None:
    """`from_logits=True` over a softmax is wrong, with or without a layer behind it that does nothing."""
    for build in (lambda: network(layers.Dense(2, activation="softmax"), layers.Activation("linear")), times_one):
        model = build()
        model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
        with pytest.raises(CheckFailed, match="already applies `softmax`"):
            outputs.assert_output_fits_loss(outputs.head_of(model), "integer", 2)

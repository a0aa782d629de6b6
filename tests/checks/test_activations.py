"""A convolution without an activation is found by what reaches the next kernel, wherever the activation stands."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest
from keras import layers

from grader.checks import activations, architecture
from grader.checks.finding import CheckFailed

IMAGES = np.random.default_rng(0).uniform(0, 255, (2, 20, 20, 1)).astype("float32")


def network(*parts: Any) -> Any:
    return keras.Sequential([keras.Input((20, 20, 1)), layers.Rescaling(1 / 255), *parts])


def straight(model: Any, images: Any) -> list[str]:
    """Names of the convolutions without an activation; none of these networks has one that leads nowhere."""
    ways = activations.ways_of_convolutions(model, images)
    assert "nowhere" not in ways.values()
    return [name for name, way in ways.items() if way == "straight"]


def end(units: int = 24) -> list[Any]:
    return [layers.Flatten(), layers.Dense(units, activation="softmax")]


@pytest.mark.parametrize(
    "activation", ["relu", "sigmoid", "tanh", "gelu", "softplus", "hard_sigmoid", "leaky_relu", "relu6", "silu"]
)
def test_every_activation_bends(activation: str) -> None:
    """Whatever is not a straight line counts."""
    model = network(layers.Conv2D(4, 3, activation=activation), layers.MaxPooling2D(), *end())
    assert straight(model, IMAGES) == []


@pytest.mark.parametrize(
    "after",
    [
        [layers.ReLU],
        [layers.BatchNormalization, layers.ReLU],
        [layers.MaxPooling2D, layers.LeakyReLU],
        [layers.BatchNormalization, layers.MaxPooling2D, lambda: layers.Dropout(0.5), lambda: layers.Activation("elu")],
    ],
    ids=["layer", "after batch norm", "after pooling", "after everything"],
)
def test_an_activation_may_stand_apart(after: list[Any]) -> None:
    """A layer of its own, at any place before the next kernel."""
    model = network(layers.Conv2D(4, 3), *(make() for make in after), *end())
    assert straight(model, IMAGES) == []


def test_pooling_and_normalisation_are_no_activation() -> None:
    """Both convolutions are named, though pooling and batch normalisation stand between."""
    model = network(
        layers.Conv2D(4, 3, name="first"), layers.BatchNormalization(), layers.MaxPooling2D(),
        keras.Sequential([layers.Conv2D(4, 3, name="second"), layers.AveragePooling2D(2)]), *end(),
    )  # fmt: skip
    assert straight(model, IMAGES) == ["first", "second"]
    with pytest.raises(CheckFailed, match="Nothing bends what `first`, `second` put out"):
        activations.assert_convolutions_activated(model, IMAGES)


def test_branches_are_followed() -> None:
    """A sum of branches is straight, a function applied to it is not."""

    def residual(bend: bool) -> Any:
        inputs = keras.Input((20, 20, 1))
        x = layers.Conv2D(3, 3, padding="same", activation="relu")(inputs)
        y = layers.Conv2D(3, 3, padding="same", name="branch")(x)
        total = layers.Add()([x, y])
        return keras.Model(inputs, layers.Dense(24)(layers.Flatten()(keras.ops.relu(total) if bend else total)))

    assert straight(residual(True), IMAGES) == []
    assert straight(residual(False), IMAGES) == ["branch"]


def test_a_convolution_that_makes_the_scores_needs_none() -> None:
    """Nothing learns after it: its outputs are the answer."""
    model = network(layers.Conv2D(4, 3, activation="relu"), layers.Conv2D(24, 1), layers.GlobalAveragePooling2D())
    assert straight(model, IMAGES) == []


def test_looking_leaves_the_model_as_it_was() -> None:
    """The layers' calls are put back."""
    model = network(layers.Conv2D(4, 3), *end())
    before = np.asarray(model(IMAGES))
    straight(model, IMAGES)
    assert np.array_equal(before, np.asarray(model(IMAGES)))


def test_the_number_of_convolutions_is_bounded_on_both_sides() -> None:
    """None, or three, or three poolings are not what is asked for; global pooling is not counted."""

    def rounds(count: int) -> Any:
        parts = [part for _ in range(count) for part in (layers.Conv2D(2, 3, padding="same"), layers.MaxPooling2D())]
        return network(*parts, layers.GlobalAveragePooling2D(), layers.Dense(24))

    architecture.assert_at_most_convolutions(rounds(1), 2)
    architecture.assert_at_most_convolutions(rounds(2), 2)
    with pytest.raises(CheckFailed, match="3 convolution and 3 pooling"):
        architecture.assert_at_most_convolutions(rounds(3), 2)
    with pytest.raises(CheckFailed, match="0 convolution and 0 pooling"):
        architecture.assert_at_most_convolutions(network(*end()), 2)


def test_a_network_that_squeezes_is_given_two_pictures() -> None:
    """Of a batch of one it would lose the axis of the batch."""
    inputs = keras.Input((20, 20, 1))
    x = layers.Conv2D(4, 3, activation="relu")(inputs)
    x = layers.GlobalAveragePooling2D(keepdims=True)(x)

    class Squeeze(layers.Layer):  # type: ignore[misc]  # Keras has no types
        def call(self, x: Any) -> Any:
            return keras.ops.squeeze(x)

        def compute_output_shape(self, shape: Any) -> Any:
            return (None, shape[-1])

    model = keras.Model(inputs, layers.Dense(3)(Squeeze()(x)))
    assert straight(model, IMAGES[:1]) == []


def dead(share: float) -> keras.Model:
    """A dense network, and a convolution whose result is multiplied by `share` beside it."""
    inputs = keras.Input(IMAGES.shape[1:])
    found = layers.GlobalAveragePooling2D()(layers.Conv2D(4, 3, activation="relu", name="idle")(inputs))
    x = layers.Concatenate()([layers.Flatten()(inputs), layers.Rescaling(share)(found)])
    return keras.Model(inputs, layers.Dense(3, activation="softmax")(layers.Dense(8, activation="relu")(x)))


def silent_branch(*end: Any) -> keras.Model:
    """A residual branch that says nothing yet, or whose maps are normalised."""
    inputs = keras.Input((20, 20, 1))
    x = layers.Conv2D(8, 3, padding="same", activation="relu")(inputs)
    branch = layers.Conv2D(8, 3, padding="same", name="branch")(x)
    for layer in end:
        branch = layer(branch)
    x = layers.ReLU()(layers.Add()([x, branch]))
    return keras.Model(inputs, layers.Dense(3)(layers.Flatten()(x)))


@pytest.mark.parametrize(
    "end",
    [
        [layers.BatchNormalization(gamma_initializer="zeros")],
        [layers.GroupNormalization(groups=8)],
        [layers.LayerNormalization(axis=[1, 2])],
    ],
    ids=["scale of 0", "every channel for itself", "every map for itself"],
)
def test_a_branch_that_may_say_something_leads_somewhere(end: list[Any]) -> None:
    """Once training has begun, or maps vary; and the model is left as it was."""
    model = silent_branch(*end)
    before = model.get_weights()
    assert activations.ways_of_convolutions(model, IMAGES)["branch"] != "nowhere"
    assert all(np.array_equal(a, b) for a, b in zip(before, model.get_weights(), strict=True))


def test_a_convolution_that_leads_nowhere_is_none() -> None:
    """It is there to be counted; no output depends on it."""
    with pytest.raises(CheckFailed, match="depends on what `idle` puts out"):
        activations.assert_convolutions_activated(dead(0.0), IMAGES)
    activations.assert_convolutions_activated(dead(1.0), IMAGES)
    alone = keras.Sequential([keras.Input(IMAGES.shape[1:]), layers.Conv2D(3, 3), layers.GlobalAveragePooling2D()])
    activations.assert_convolutions_activated(alone, IMAGES)

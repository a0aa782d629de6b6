"""Architecture and outputs of real Keras models, judged by what they do."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest
from keras import layers

from grader.checks import architecture, outputs, transferred
from grader.checks.finding import CheckFailed
from grader.checks.outputs import Head

IMAGES = np.random.default_rng(0).uniform(0, 255, (8, 32, 32, 3)).astype("float32")


def network(*front: Any, convolutions: int = 3, pooling: bool = True) -> Any:
    parts: list[Any] = [keras.Input((32, 32, 3)), *front]
    for _ in range(convolutions):
        parts.append(layers.Conv2D(4, 3, padding="same", activation="relu"))
        if pooling:
            parts.append(layers.MaxPooling2D())
    return keras.Sequential([*parts, layers.Flatten(), layers.Dense(1, activation="sigmoid")])


@pytest.mark.parametrize(
    ("front", "images"),
    [
        ([layers.Rescaling(1 / 255)], IMAGES),
        ([layers.Rescaling(1 / 127.5, offset=-1)], IMAGES),
        ([layers.BatchNormalization()], IMAGES),
        ([layers.RandomFlip(), layers.Rescaling(1 / 255)], IMAGES),
        ([], IMAGES / 255),
        ([keras.Sequential([layers.Rescaling(1 / 255)])], IMAGES),
    ],
    ids=["0-1", "-1-1", "batch norm", "after augmentation", "in the pipeline", "nested"],
)
def test_every_way_to_rescale_once_passes(front: list[Any], images: Any) -> None:
    """A layer, the pipeline, normalisation: judged by the values that arrive."""
    architecture.assert_rescaled_once(network(*front), images)


def test_untouched_and_twice_rescaled_values_are_told_apart() -> None:
    """Too large and too small have different causes and different hints."""
    with pytest.raises(CheckFailed, match="Values up to 255 reach the first Conv2D layer"):
        architecture.assert_rescaled_once(network(), IMAGES)
    with pytest.raises(CheckFailed, match="reach the first Conv2D layer") as twice:
        architecture.assert_rescaled_once(network(layers.Rescaling(1 / 255)), IMAGES / 255)
    assert "one place alone" in twice.value.hint
    normalised = network(layers.Rescaling(1 / 255), layers.BatchNormalization())
    architecture.assert_rescaled_once(normalised, IMAGES)
    with pytest.raises(CheckFailed, match="reach the first Conv2D layer"):
        architecture.assert_rescaled_once(normalised, IMAGES / 255)


def test_a_model_without_a_layer_that_learns_is_not_rescaled_for_nothing() -> None:
    """Nothing that the small values could reach: no points for the layer."""
    model = keras.Sequential([keras.Input((32, 32, 3)), layers.Rescaling(1 / 255), layers.GlobalAveragePooling2D()])
    with pytest.raises(CheckFailed, match="no convolution and no dense layer"):
        architecture.assert_rescaled_once(model, IMAGES)


def test_looking_leaves_the_model_as_it_was() -> None:
    """Statistics that training mode would move are put back, and the layers' calls too."""
    model = network(layers.BatchNormalization())
    before = [value.numpy().copy() for value in model.weights]
    first = np.asarray(model(IMAGES))
    architecture.values_at_first_weights(model, IMAGES)
    assert all(np.array_equal(a, b.numpy()) for a, b in zip(before, model.weights, strict=True))
    assert np.array_equal(first, np.asarray(model(IMAGES)))


def test_strides_count_as_pooling_and_nested_layers_are_seen() -> None:
    """What shrinks the maps is pooling, wherever it stands."""
    strided = [layers.Conv2D(4, 3, strides=2) for _ in range(3)]
    model = keras.Sequential([keras.Input((32, 32, 3)), keras.Sequential(strided), layers.GlobalMaxPooling2D()])
    architecture.assert_convolutions(model, 3)
    with pytest.raises(CheckFailed, match="2 convolution layers"):
        architecture.assert_convolutions(network(convolutions=2), 3)
    with pytest.raises(CheckFailed, match="0 that shrink"):
        architecture.assert_convolutions(network(pooling=False), 3)
    idle = [layer for _ in range(3) for layer in (layers.Conv2D(4, 3), layers.MaxPooling2D(1))]
    with pytest.raises(CheckFailed, match="0 that shrink"):
        architecture.assert_convolutions(keras.Sequential([keras.Input((32, 32, 3)), *idle]), 3)


GOOD = [
    (Head(1, "sigmoid", "binary_crossentropy", False), "binary"),
    (Head(1, "linear", "binary_crossentropy", True), "binary"),
    (Head(2, "softmax", "sparse_categorical_crossentropy", False), "binary"),
    (Head(2, "linear", "sparse_categorical_crossentropy", True), "binary"),
    (Head(2, "softmax", "categorical_crossentropy", False), "one-hot"),
    (Head(2, "sigmoid", "binary_crossentropy", False), "one-hot"),
    (Head(1, "sigmoid", "binary_crossentropy", False), None),
    (Head(2, "softmax", "categorical_crossentropy", False), None),
]
BAD = [
    (Head(1, "softmax", "binary_crossentropy", False), "binary", "softmax over a single unit"),
    (Head(1, "sigmoid", "binary_crossentropy", True), "binary", "already applies `sigmoid`"),
    (Head(1, "linear", "binary_crossentropy", False), "binary", "reads its outputs as probabilities"),
    (Head(1, "sigmoid", "categorical_crossentropy", False), "binary", "The loss is `categorical_crossentropy`"),
    (Head(1, "sigmoid", "mean_squared_error", False), "binary", "The loss is `mean_squared_error`"),
    (Head(2, "softmax", "categorical_crossentropy", False), "binary", "labels that are one number each"),
    (Head(2, "softmax", "sparse_categorical_crossentropy", False), "one-hot", "one-hot labels"),
    (Head(1, "sigmoid", "binary_crossentropy", False), "one-hot", "one output, the labels are one-hot"),
    (Head(3, "softmax", "sparse_categorical_crossentropy", False), "binary", "The model has 3 outputs"),
]


@pytest.mark.parametrize(("head", "labels"), GOOD)
def test_outputs_that_fit_pass(head: Head, labels: Any) -> None:
    """Every combination that works for two classes."""
    outputs.assert_output_fits_loss(head, labels, 2)


@pytest.mark.parametrize(("head", "labels", "seen"), BAD)
def test_outputs_that_do_not_fit_name_the_cause(head: Head, labels: Any, seen: str) -> None:
    """What does not fit is named in words that a student can act on."""
    with pytest.raises(CheckFailed, match=seen.replace("(", r"\(")):
        outputs.assert_output_fits_loss(head, labels, 2)


@pytest.mark.parametrize(
    ("loss", "name", "logits"),
    [
        ("binary_crossentropy", "binary_crossentropy", False),
        (keras.losses.BinaryCrossentropy(from_logits=True), "binary_crossentropy", True),
        (keras.losses.binary_crossentropy, "binary_crossentropy", False),
        ("mse", "mse", False),
    ],
)
def test_a_loss_is_read_however_it_was_given(loss: Any, name: str, logits: bool) -> None:
    """String, object and function are the same loss."""
    model = network()
    model.compile(loss=loss, metrics=["accuracy"])
    head = outputs.head_of(model)
    assert (head.units, head.activation, head.loss, head.from_logits) == (1, "sigmoid", name, logits)


def test_the_hint_on_the_input_may_be_the_exercises_own() -> None:
    """A network around a backbone must not begin with an input of its own."""
    for hint, told in (
        ("", "Begin with `keras.Input(shape=(64, 64, 3))`."),
        (transferred.BEGIN, "`Model(pre_trained_model.input, x)`"),
    ):
        with pytest.raises(CheckFailed, match="takes inputs of shape") as caught:
            architecture.assert_input_shape(network(), 64, 3, hint)
        assert told in caught.value.hint

"""Augmentation and dropout inside real Keras networks."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers

from grader.checks import regularisation
from grader.checks.finding import CheckFailed
from grader.checks.regularisation import Passage, passage_of, with_restless_dropout
from grader.data.probes import texture

SIZE = 32
PICTURES = np.stack([texture(np.random.default_rng(i), SIZE, SIZE) for i in range(6)]).astype("float32")


def augmentation() -> Any:
    return keras.Sequential([keras.Input((SIZE, SIZE, 3)), layers.RandomFlip("horizontal"), layers.RandomZoom(0.2)])


def passage(*front: Any, middle: Any = (), end: Any = (), last: Any = ()) -> Passage:
    """The way through a small network with layers put in at four places."""
    model = keras.Sequential([
        keras.Input((SIZE, SIZE, 3)), *front, layers.Conv2D(4, 3, activation="relu"), *middle, layers.Flatten(),
        layers.Dense(8, activation="relu"), *end, layers.Dense(1, activation="sigmoid"), *last,
    ])  # fmt: skip
    before = [np.asarray(value) for value in model.weights]
    found = passage_of(model, PICTURES)
    assert all(np.array_equal(a, np.asarray(b)) for a, b in zip(before, model.weights, strict=True))
    return found


def test_augmentation_in_front_passes_however_it_is_put_there() -> None:
    """Nested, layer by layer, or already in the pipeline."""
    for front in ([augmentation(), layers.Rescaling(1 / 255)], [layers.Rescaling(1 / 255), *augmentation().layers]):
        regularisation.assert_augmented_first(passage(*front), pipeline_augments=False)
    regularisation.assert_augmented_first(passage(), pipeline_augments=True)


def test_missing_and_late_augmentation_are_told_apart() -> None:
    """One is not used, the other works on feature maps."""
    with pytest.raises(CheckFailed, match="reach the first layer that learns just as they came"):
        regularisation.assert_augmented_first(passage(), pipeline_augments=False)
    with pytest.raises(CheckFailed, match="`RandomFlip` comes after a layer that learns"):
        regularisation.assert_augmented_first(passage(middle=[layers.RandomFlip()]), pipeline_augments=False)


def test_augmentation_counts_once_over_pipeline_and_network() -> None:
    """A further layer beside the model is no second augmentation; the same model twice is, and so is the pipeline's."""
    own = {"RandomFlip": 1, "RandomZoom": 1}
    once = passage(augmentation(), layers.RandomContrast(0.2))
    regularisation.assert_augmented_once(once, own, pipeline_augments=False)
    with pytest.raises(CheckFailed, match="Pictures go through the augmentation twice"):
        regularisation.assert_augmented_once(passage(augmentation(), augmentation()), own, pipeline_augments=False)
    with pytest.raises(CheckFailed, match="augmented by the data sets and by the network"):
        regularisation.assert_augmented_once(once, own, pipeline_augments=True)


@pytest.mark.parametrize(
    "kind",
    [layers.Dropout, layers.GaussianDropout, layers.AlphaDropout, layers.SpatialDropout2D],
    ids=lambda k: k.__name__,
)
def test_every_kind_of_dropout_counts(kind: Any) -> None:
    """Also between convolutions, and beside augmentation and batch normalisation."""
    found = passage(augmentation(), middle=[layers.BatchNormalization(), kind(0.3)])
    regularisation.assert_dropout_active(found)
    regularisation.assert_dropout_rate(found)
    regularisation.assert_dropout_place(found)


@pytest.mark.parametrize("rate", [0.0, 0.3])
def test_dropout_behind_silent_units_is_told_by_its_rate(rate: float) -> None:
    """Where all that comes in is zero, nothing can be seen to go out."""
    silent = layers.Conv2D(4, 3, activation="relu", bias_initializer=keras.initializers.Constant(-1e9))
    found = passage(augmentation(), middle=[silent, layers.Dropout(rate)])
    with pytest.raises(CheckFailed, match="drop nothing") if not rate else nullcontext():
        regularisation.assert_dropout_active(found)


def test_augmentation_and_batch_normalisation_are_no_dropout() -> None:
    """They, too, make training differ from inference."""
    found = passage(augmentation(), middle=[layers.BatchNormalization()])
    with pytest.raises(CheckFailed, match="The network has no dropout layer"):
        regularisation.assert_dropout_active(found)


def test_faults_of_dropout_are_named() -> None:
    """A rate of 0, one of .9, the place behind the output, the place on the pixels, and dropout that never rests."""
    with pytest.raises(CheckFailed, match="drop nothing: their rate is 0"):
        regularisation.assert_dropout_active(passage(end=[layers.Dropout(0.0)]))
    with pytest.raises(CheckFailed, match="drops 90% of the values"):
        regularisation.assert_dropout_rate(passage(end=[layers.Dropout(0.9)]))
    with pytest.raises(CheckFailed, match="comes after the output layer"):
        regularisation.assert_dropout_place(passage(end=[layers.Dropout(0.2)], last=[layers.Dropout(0.2)]))
    with pytest.raises(CheckFailed, match="only dropout comes before the first layer that learns"):
        regularisation.assert_dropout_place(passage(layers.Dropout(0.2)))
    with pytest.raises(CheckFailed, match="outside of training, too"):
        regularisation.assert_dropout_active(with_restless_dropout(passage(end=[layers.Dropout(0.2)])))


def test_a_rate_of_one_half_is_fine() -> None:
    """As it stands in many a textbook."""
    regularisation.assert_dropout_rate(passage(end=[layers.Dropout(0.5)]))


def test_holes_in_pixels_are_no_augmentation() -> None:
    """Dropout before the first layer that learns changes pictures, too, and is not what was asked for."""
    with pytest.raises(CheckFailed, match="just as they came"):
        regularisation.assert_augmented_first(passage(layers.Dropout(0.2)), pipeline_augments=False)


def test_noise_behind_a_layer_that_learns_is_no_augmentation() -> None:
    """It regularises there, and does not count as a second augmentation of a pipeline that augments."""
    noisy = passage(augmentation(), middle=[layers.GaussianNoise(0.1)])
    regularisation.assert_augmented_first(noisy, pipeline_augments=False)
    regularisation.assert_augmented_once(
        passage(middle=[layers.GaussianNoise(0.1)]), {"RandomFlip": 1}, pipeline_augments=True
    )
    with pytest.raises(CheckFailed, match="by the data sets and by the network"):
        regularisation.assert_augmented_once(
            passage(layers.Rescaling(1 / 255), layers.GaussianNoise(0.5)), {"RandomFlip": 1}, pipeline_augments=True
        )


def test_a_network_that_raises_in_training_is_a_finding() -> None:
    """Such as noise of one shape for every batch, which fits a single size of batch."""
    with pytest.raises(CheckFailed, match="The model raises"):
        passage(end=[layers.Dropout(0.3, noise_shape=(5, 8))])

"""BatchNormalization is measured with statistics of the training images, and trains as it would without being measured."""

import keras
import numpy as np
import pytest
from keras import layers

from grader.model_data import accuracy, rebuild_model
from grader.trainer import train


def slow_norm(**options):
    """A BatchNormalization whose moving averages hardly move in a short training."""
    return layers.BatchNormalization(momentum=0.999, name="norm", **options)


def codes(result):
    return [note.code for note in result.notes]


def test_lagging_statistics_do_not_hide_what_was_learnt(spec, model_data, images):
    """Statistics that lag leave the network at chance; taken anew, it knows what it learnt."""
    asked = spec(model=model_data(layers.Rescaling(1.0, offset=40.0, name="bright"), slow_norm()), epochs=12)
    result = train(asked)
    assert result.history["val_accuracy"][-1] > 0.9
    model = rebuild_model(type(asked.model)(**{**vars(asked.model), "weights": result.weights})).model
    unseen, labels = images(30, 1)
    assert accuracy(np.asarray(model(unseen)), labels, "probability") == pytest.approx(
        result.history["val_accuracy"][-1]
    )
    assert codes(result) == ["batchnorm-recalibrated"]


def test_statistics_are_those_of_the_training_images(spec, model_data, images):
    """Mean and variance of what reaches the layer, not what a momentum of 0.999 makes of it."""
    result = train(spec(model=model_data(slow_norm()), epochs=1, batch_size=40))
    pixels = images()[0] / 127.5 - 1
    np.testing.assert_allclose(result.weights["norm/moving_mean"], pixels.mean(axis=(0, 1, 2)), rtol=1e-4)
    np.testing.assert_allclose(result.weights["norm/moving_variance"], pixels.var(axis=(0, 1, 2)), rtol=1e-4)


def test_measuring_does_not_change_the_course_of_training(spec, model_data):
    """Losses and trained weights are the same bits with and without unseen images, dropout and augmentation included."""
    data = model_data(layers.RandomFlip(), layers.RandomRotation(0.1), slow_norm(), layers.Dropout(0.3))
    measured, alone = train(spec(model=data)), train(spec(model=data, unseen=None))
    assert measured.history["loss"] == alone.history["loss"]
    assert measured.weights.keys() == alone.weights.keys()
    for path, value in measured.weights.items():
        np.testing.assert_array_equal(value, alone.weights[path])


def test_training_is_what_keras_fit_does(spec, model_data, images):
    """Losses and trained weights equal those of `model.fit`; only the moving statistics are new."""
    data = model_data(slow_norm())
    result = train(spec(model=data, shuffle=False))
    model = rebuild_model(data).model
    history = model.fit(*images(), batch_size=16, epochs=3, shuffle=False, verbose=0).history
    np.testing.assert_allclose(result.history["loss"], history["loss"], rtol=1e-4, atol=1e-5)
    for path in ("norm/gamma", "norm/beta", "out/kernel", "out/bias"):
        layer, name = path.split("/")
        theirs = next(v for v in model.get_layer(layer).variables if v.name == name)
        np.testing.assert_allclose(result.weights[path], theirs, rtol=1e-4, atol=1e-5)


def test_the_same_spec_gives_the_same_bits(spec, model_data):
    """Statistics included."""
    asked = spec(model=model_data(slow_norm(), layers.Dropout(0.3)))
    first, again = train(asked), train(asked)
    assert first.history == again.history
    for path, value in first.weights.items():
        np.testing.assert_array_equal(value, again.weights[path])


def test_a_nested_batch_normalization_counts(spec, model_data):
    """Whichever model it sits in."""
    block = keras.Sequential([keras.Input((6, 6, 3)), slow_norm()], name="block")
    data = model_data(block)
    result = train(spec(model=data, epochs=1))
    assert codes(result) == ["batchnorm-recalibrated"]
    assert np.abs(result.weights["block/norm/moving_variance"] - data.weights["block/norm/moving_variance"]).max() > 0.1


def test_a_frozen_batch_normalization_is_left_alone(spec, model_data):
    """A backbone that does not train keeps the statistics that it came with."""
    norm = slow_norm()
    norm.trainable = False
    data = model_data(norm)
    result = train(spec(model=data, epochs=1))
    assert codes(result) == []
    np.testing.assert_array_equal(result.weights["norm/moving_mean"], data.weights["norm/moving_mean"])


def test_without_training_nothing_is_set(spec, model_data):
    """Zero epochs leave the statistics as they came, too."""
    data = model_data(slow_norm())
    result = train(spec(model=data, epochs=0))
    assert codes(result) == []
    np.testing.assert_array_equal(result.weights["norm/moving_mean"], data.weights["norm/moving_mean"])

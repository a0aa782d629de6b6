"""What cannot be taken over is said by name, with what to write instead."""

import keras
import numpy as np
import pytest
from keras import layers

from grader.model_data import RANDOM_AT_INFERENCE, CannotExport, NotAModel, export_model, rebuild_model


class OwnWeights(layers.Layer):
    def build(self, input_shape):
        self.scale = self.add_weight(shape=(), name="scale", initializer="ones")

    def call(self, inputs):
        return inputs * self.scale


class Numpy(layers.Layer):
    def call(self, inputs):
        return np.asarray(inputs).mean() + inputs


@pytest.mark.parametrize(
    ("thing", "message"),
    [
        (None, "Expected a Keras model, got None. Return the model itself: `return model`."),
        (3, "Expected a Keras model, got an object of type `int`. Return the model itself: `return model`."),
        (
            keras.Sequential,
            (
                "Expected a Keras model, got the class `Sequential` instead of an instance of it. "
                "Return the model itself: `return model`."
            ),
        ),
    ],
)
def test_what_is_no_model_is_named(thing, message):
    """None, a number, a class."""
    with pytest.raises(NotAModel) as caught:
        export_model(thing)
    assert str(caught.value) == message


def test_layer_with_weights_of_its_own_is_named():
    """Weights outside built-in layers have no place in a config."""
    model = keras.Sequential([keras.Input((4, 4, 1)), OwnWeights(name="mine"), layers.Flatten(), layers.Dense(1)])
    with pytest.raises(CannotExport) as caught:
        export_model(model)
    assert str(caught.value) == (
        "The layer `mine` (`OwnWeights`) cannot be rebuilt for grading: it has weights of its own (`scale`). "
        "Build it from layers of `keras.layers` and functions of `keras.ops`."
    )


def test_own_activation_is_named():
    """A function that equals no built-in activation."""
    model = keras.Sequential(
        [keras.Input((4, 4, 1)), layers.Flatten(), layers.Dense(1, activation=lambda x: x * x, name="out")]
    )
    with pytest.raises(CannotExport) as caught:
        export_model(model)
    assert str(caught.value) == (
        "The layer `out` (`Dense`) cannot be rebuilt for grading: its activation `<lambda>` is a function of your own. "
        "Use one of Keras' own by name, such as `activation='relu'`."
    )


def test_own_activation_that_equals_a_built_in_is_taken_as_that(sample):
    """`lambda x: keras.ops.maximum(x, 0)` is relu, and the student's layer is left as it was."""
    layer = layers.Dense(2, activation=lambda x: keras.ops.maximum(x, 0))
    function = layer.activation
    data = export_model(keras.Sequential([keras.Input((12, 12, 3)), layers.Flatten(), layer]), sample)
    assert [note.text for note in data.notes] == ["`<lambda>` was taken as `activation='relu'`."]
    assert layer.activation is function
    assert rebuild_model(data).agrees


@pytest.mark.parametrize(
    ("function", "taken"),
    [
        (lambda x: keras.ops.leaky_relu(x, 0.1), "LeakyReLU"),
        (lambda x: keras.ops.elu(x, 0.5), "ELU"),
        (lambda x: keras.ops.clip(x, 0, 1.5), "ReLU"),
    ],
    ids=["slope", "height", "end"],
)
def test_own_activation_with_another_number_is_taken_as_that_layer(sample, function, taken):
    """`tf.nn.leaky_relu` with a slope of 0.1 cost every point of the model, although Keras has it."""
    model = keras.Sequential(
        [keras.Input((12, 12, 3)), layers.Conv2D(4, 3, activation=function), layers.Flatten(), layers.Dense(2)]
    )
    data = export_model(model, sample)
    assert [note.text for note in data.notes] == [f"`<lambda>` was taken as `{taken}`."]
    assert rebuild_model(data).agrees


def test_model_that_needs_images_to_be_built_asks_for_its_input_shape():
    """Without a sample there is nothing to build a deferred model on."""
    with pytest.raises(CannotExport, match=r"Begin it with `keras\.Input\(shape=\(height, width, channels\)\)`\."):
        export_model(keras.Sequential([layers.Flatten(), layers.Dense(1)]))


def test_model_that_fails_on_its_own_images_says_how(sample):
    """The error of the student's own `call` is passed on in one line."""

    class Broken(keras.Model):
        def call(self, inputs):
            raise RuntimeError("no such luck")

    with pytest.raises(CannotExport, match=r"called on a batch of images, it raises: no such luck"):
        export_model(Broken(), sample)


def test_model_with_two_outputs_is_named():
    """One input, one output."""
    inputs = keras.Input((4, 4, 1))
    x = layers.Flatten()(inputs)
    with pytest.raises(CannotExport, match="it has several inputs or outputs"):
        export_model(keras.Model(inputs, [layers.Dense(1)(x), layers.Dense(1)(x)]))


def test_same_seed_gives_the_same_probes(tiny):
    """Probe images depend on the seed alone, in three ranges."""
    model = tiny()
    first, again, other = (export_model(model, seed=seed).probe_inputs for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)
    assert first.shape == (6, 6, 6, 3)
    assert first[:2].max() <= 1
    assert first[4:].max() > 100


def test_model_that_answers_otherwise_than_it_is_built_does_not_agree(tiny):
    """Patched outputs in the cell show as disagreement."""
    model = tiny()
    data = export_model(model)
    data.probe_outputs[...] = 0.75
    rebuilt = rebuild_model(data)
    assert not rebuilt.agrees
    assert rebuilt.max_difference > 0.1


def test_model_with_own_train_step_is_noted(sample):
    """The grader's training does not run it, and says so."""

    class Mine(keras.Model):
        def __init__(self):
            super().__init__()
            self.flat, self.out = layers.Flatten(), layers.Dense(1)

        def call(self, inputs):
            return self.out(self.flat(inputs))

        def train_step(self, data):
            return {"accuracy": 1.0}

    notes = export_model(Mine(), sample).notes
    assert notes[-1].text == "`Mine.train_step` is not used when the grader trains the model."


def test_a_model_that_stays_random_at_inference_is_noted(sample):
    """Its graph cannot carry that over, so the note is the evidence; one that rests outside of training has none."""

    class Restless(keras.Model):
        def __init__(self, training):
            super().__init__()
            self.turn = layers.RandomRotation(0.2)
            self.training = training

        def call(self, inputs, training=None):
            return self.turn(inputs, training=self.training or training)

    def codes(training):
        model = Restless(training)
        model(sample)
        return [note.code for note in export_model(model, sample).notes]

    assert RANDOM_AT_INFERENCE in codes(True)
    assert RANDOM_AT_INFERENCE not in codes(False)

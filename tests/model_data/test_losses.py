"""A loss the student wrote is recognised by what it returns."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from grader.model_data import export_model, rebuild_model


def binary(y_true, y_pred):
    y_pred = keras.ops.clip(y_pred, 1e-7, 1 - 1e-7)
    return -keras.ops.mean(y_true * keras.ops.log(y_pred) + (1 - y_true) * keras.ops.log(1 - y_pred))


def squared_per_image(y_true, y_pred):
    return tf.reduce_mean(tf.square(tf.cast(y_true, tf.float32) - y_pred), axis=-1)


def cross_entropy_summed(y_true, y_pred):
    return -keras.ops.sum(y_true * keras.ops.log(keras.ops.clip(y_pred, 1e-7, 1.0)))


def sparse(y_true, y_pred):
    return keras.losses.sparse_categorical_crossentropy(y_true, y_pred)


def smoothed(y_true, y_pred):
    return keras.losses.categorical_crossentropy(y_true, y_pred, label_smoothing=0.1)


def with_logits(y_true, y_pred):
    return tf.nn.sigmoid_cross_entropy_with_logits(labels=y_true, logits=y_pred)


class OwnLoss(keras.losses.Loss):
    def call(self, y_true, y_pred):
        return keras.losses.binary_crossentropy(y_true, y_pred)


def barely_smoothed(y_true, y_pred):
    return keras.losses.categorical_crossentropy(y_true, y_pred, from_logits=True, label_smoothing=0.02)


def smoothed_binary(y_true, y_pred):
    return keras.losses.binary_crossentropy(y_true * 0.7 + 0.15, y_pred)


def nonsense(y_true, y_pred):
    return keras.ops.mean(y_pred) * 3.0


@pytest.mark.parametrize(
    ("loss", "units", "activation", "name", "settings"),
    [
        (binary, 1, "sigmoid", "BinaryCrossentropy", {"from_logits": False}),
        (OwnLoss(), 1, "sigmoid", "BinaryCrossentropy", {"from_logits": False}),
        (squared_per_image, 1, "sigmoid", "MeanSquaredError", {}),
        (with_logits, 1, "linear", "BinaryCrossentropy", {"from_logits": True}),
        (sparse, 3, "softmax", "SparseCategoricalCrossentropy", {"from_logits": False}),
        (smoothed, 3, "softmax", "CategoricalCrossentropy", {"label_smoothing": 0.1}),
        (barely_smoothed, 4, "linear", "CategoricalCrossentropy", {"label_smoothing": 0.02, "from_logits": True}),
        (smoothed_binary, 1, "sigmoid", "BinaryCrossentropy", {"label_smoothing": 0.3}),
        (cross_entropy_summed, 3, "softmax", "CategoricalCrossentropy", {"reduction": "sum"}),
        (lambda a, b: binary(a, b) * 1.0, 1, "sigmoid", "BinaryCrossentropy", {}),
    ],
)
def test_own_loss_is_replaced_by_the_built_in_it_equals(loss, units, activation, name, settings, tiny, over_the_wire):
    """The rebuilt model is compiled with the built-in loss, and a note says so."""
    model = tiny(units=units, activation=activation, loss=loss)
    data = over_the_wire(export_model(model))
    assert data.compile_config["loss"] is None
    rebuilt = rebuild_model(data)
    assert rebuilt.compiled
    assert type(rebuilt.model.loss).__name__ == name
    config = rebuilt.model.loss.get_config()
    assert {key: config[key] for key in settings} == settings
    assert rebuilt.notes[-1].text.endswith(f"computes `{name}` and was taken as that.")


def test_loss_like_no_other_is_told_and_does_not_refuse_the_model(tiny, over_the_wire):
    """The architecture can still be looked at; only training cannot go on."""
    rebuilt = rebuild_model(over_the_wire(export_model(tiny(loss=nonsense))))
    assert rebuilt.agrees
    assert not rebuilt.compiled
    assert rebuilt.compile_problem == (
        "Its loss `nonsense` is none of Keras' own. Use one of those, such as `loss='binary_crossentropy'`."
    )


@pytest.mark.parametrize("values", [np.zeros(3), np.full(20, np.nan), np.full(20, np.inf), np.zeros(20)])
def test_made_up_values_match_no_loss(values, tiny):
    """Forged values lead to an uncompiled model, never to an error."""
    data = export_model(tiny(loss=nonsense))
    object.__setattr__(data.losses[0], "values", values)
    assert not rebuild_model(data).compiled


def test_loss_called_like_a_built_in_is_judged_by_its_values(tiny):
    """The name `binary_crossentropy` on another function does not pass for Keras' own."""

    def binary_crossentropy(y_true, y_pred):
        return keras.ops.mean(y_pred) * 0.0

    rebuilt = rebuild_model(export_model(tiny(loss=binary_crossentropy)))
    assert not rebuilt.compiled

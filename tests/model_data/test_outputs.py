"""The grader's own decision from outputs to classes."""

import keras
import numpy as np
import pytest
from keras import layers

from grader.model_data import accuracy, decide, label_ids, output_kind


def model(units, activation, loss):
    built = keras.Sequential([keras.Input((4,)), layers.Dense(units, activation=activation)])
    built.compile(loss=loss)
    return built


@pytest.mark.parametrize(
    ("built", "kind"),
    [
        (model(1, "sigmoid", "binary_crossentropy"), "probability"),
        (model(1, "sigmoid", keras.losses.BinaryCrossentropy(from_logits=True)), "probability"),
        (model(1, None, keras.losses.BinaryCrossentropy(from_logits=True)), "logit"),
        (model(1, None, "mse"), "probability"),
        (model(1, "tanh", "hinge"), "logit"),
        (model(1, None, "hinge"), "logit"),
        (model(2, "softmax", "sparse_categorical_crossentropy"), "probability"),
        (model(2, None, keras.losses.SparseCategoricalCrossentropy(from_logits=True)), "logit"),
        (keras.Sequential([keras.Input((4,)), layers.Dense(1), layers.Activation("sigmoid")]), "probability"),
        (keras.Sequential([keras.Input((4,)), layers.Dense(2), layers.Softmax()]), "probability"),
        (keras.Sequential([keras.Input((4,)), keras.Sequential([layers.Dense(1, "sigmoid")])]), "probability"),
    ],
)
def test_kind_of_output_is_read_from_activation_then_loss(built, kind):
    """The last activation decides, then `from_logits`."""
    assert output_kind(built) == kind


def test_one_unit_is_decided_at_its_threshold():
    """0.5 for probabilities, 0 for logits."""
    outputs = np.array([[0.2], [0.5], [0.6], [-1.0]])
    assert decide(outputs, "probability").tolist() == [0, 0, 1, 0]
    assert decide(outputs, "logit").tolist() == [1, 1, 1, 0]
    assert decide(outputs[:, 0], "probability").tolist() == [0, 0, 1, 0]


def test_several_units_are_decided_by_the_largest():
    """Argmax, whatever the scale."""
    assert decide(np.array([[1, 5, 2], [9, 0, 0]]), "logit").tolist() == [1, 0]


def test_output_that_is_not_finite_is_no_class():
    """NaN never equals a label."""
    assert decide(np.array([[np.nan], [np.inf], [0.9]]), "probability").tolist() == [-1, -1, 1]
    assert accuracy(np.full((4, 1), np.nan), np.zeros(4), "probability") == 0.0


@pytest.mark.parametrize("labels", [[0, 2, 1], [[0], [2], [1]], [0.0, 2.0, 1.0], np.eye(3)[[0, 2, 1]].tolist()])
def test_labels_are_read_in_any_form(labels):
    """Integers, columns, floats, one-hot."""
    assert label_ids(np.array(labels)).tolist() == [0, 2, 1]


def test_accuracy_is_a_share():
    """From 0 to 1; as many outputs as labels."""
    assert accuracy(np.array([[0.9], [0.1], [0.9], [0.9]]), np.array([1, 0, 0, 1]), "probability") == 0.75
    with pytest.raises(ValueError, match="2 outputs and 3 labels"):
        accuracy(np.zeros((2, 1)), np.zeros(3), "probability")

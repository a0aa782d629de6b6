"""Outputs, loss and labels of more than two classes."""

from __future__ import annotations

from typing import Any

import keras
import pytest
from keras import layers

from grader.checks import outputs
from grader.checks.finding import CheckFailed
from grader.checks.outputs import Head

CE, SPARSE = "categorical_crossentropy", "sparse_categorical_crossentropy"
GOOD = [
    (Head(24, "softmax", SPARSE, False), "integer", 24),
    (Head(24, "linear", SPARSE, True), "integer", 24),
    (Head(24, "log_softmax", SPARSE, True), "integer", 24),
    (Head(25, "softmax", SPARSE, False), "integer", 25),
    (Head(26, "softmax", SPARSE, False), "integer", 25),
    (Head(24, "softmax", CE, False), "one-hot", 24),
    (Head(24, "linear", CE, True), "one-hot", 24),
    (Head(26, "softmax", CE, False), "one-hot", 26),
    (Head(24, "softmax", "kl_divergence", False), "one-hot", 24),
    (Head(24, "softmax", "categorical_focal_crossentropy", False), "one-hot", 24),
    (Head(24, "linear", "categorical_hinge", False), "one-hot", 24),
    (Head(24, "softmax", SPARSE, False), "integer", 2),
    (Head(24, "softmax", SPARSE, False), None, None),
    (Head(24, "softmax", CE, False), None, None),
]
BAD = [
    (Head(24, "softmax", SPARSE, False), "one-hot", 24, "which takes one number a picture, and the labels are one-hot"),
    (Head(24, "softmax", CE, False), "integer", 24, "which takes one-hot vectors, and the labels are one number"),
    (Head(24, "softmax", "kl_divergence", False), "integer", 24, "which takes one-hot vectors"),
    (Head(3, "softmax", SPARSE, False), "integer", 24, "The model has 3 outputs."),
    (Head(1, "sigmoid", "binary_crossentropy", False), "integer", 24, "The model has 1 output."),
    (Head(26, "softmax", SPARSE, False), "integer", 24, "The model has 26 outputs."),
    (
        Head(24, "softmax", SPARSE, False),
        "integer",
        25,
        "24 outputs, and the labels reach 24: counted from 0, they need 25",
    ),
    (Head(24, "softmax", CE, False), "one-hot", 26, "24 outputs, the labels are one-hot vectors of 26 numbers"),
    (Head(24, "sigmoid", SPARSE, False), "integer", 24, "24 answers by themselves, which do not sum to one"),
    (Head(24, "sigmoid", CE, False), "one-hot", 24, "24 answers by themselves"),
    (Head(24, "sigmoid", "binary_crossentropy", False), "one-hot", 24, "asks 24 separate questions"),
    (Head(24, "softmax", "binary_crossentropy", False), "one-hot", 24, "asks 24 separate questions"),
    (Head(24, "softmax", SPARSE, True), "integer", 24, "already applies `softmax`"),
    (Head(24, "linear", SPARSE, False), "integer", 24, "reads its outputs as probabilities"),
    (Head(24, "relu", CE, True), "one-hot", 24, "already applies `relu`"),
    (
        Head(24, "softmax", "mean_squared_error", False),
        "one-hot",
        24,
        "The loss is `mean_squared_error` with 24 outputs",
    ),
]


@pytest.mark.parametrize(("head", "labels", "needed"), GOOD)
def test_outputs_that_fit_many_classes_pass(head: Head, labels: Any, needed: int | None) -> None:
    """Every combination that gives one answer out of many."""
    outputs.assert_output_fits_loss(head, labels, 24, needed)


@pytest.mark.parametrize(("head", "labels", "needed", "seen"), BAD)
def test_outputs_that_do_not_fit_have_messages_of_their_own(head: Head, labels: Any, needed: int, seen: str) -> None:
    """Each mistake is named by its cause."""
    with pytest.raises(CheckFailed) as caught:
        outputs.assert_output_fits_loss(head, labels, 24, needed)
    assert seen in caught.value.seen


@pytest.mark.parametrize("loss", ["kl_divergence", "kld", "KLDivergence", keras.losses.KLDivergence()])
def test_one_loss_has_one_name(loss: Any) -> None:
    """However the divergence is spelt, it is the same loss."""
    model = keras.Sequential([keras.Input((4,)), layers.Dense(24, activation="softmax")])
    model.compile(loss=loss)
    assert outputs.head_of(model).loss == "kl_divergence"


def config(*metrics: str) -> dict[str, Any]:
    return {"metrics": list(metrics)}


def test_an_accuracy_for_other_outputs_or_labels_says_nothing() -> None:
    """`accuracy` always fits, the others only where outputs and labels have their form."""
    for metrics, units, labels in (
        (("accuracy",), 24, "integer"),
        (("Accuracy",), 1, "binary"),
        (("binary_accuracy", "acc"), 24, "one-hot"),
        (("sparse_categorical_accuracy",), 24, "integer"),
        (("categorical_accuracy",), 24, None),
        (("binary_accuracy",), 1, "binary"),
        (("binary_accuracy",), 2, "one-hot"),
        (("categorical_accuracy",), None, "integer"),
    ):
        outputs.assert_accuracy_metric(config(*metrics), units, labels)  # type: ignore[arg-type]
    for name, units, labels in (
        ("binary_accuracy", 24, "integer"),
        ("binary_accuracy", 24, None),
        ("binary_accuracy", 2, "integer"),
        ("categorical_accuracy", 24, "integer"),
        ("categorical_accuracy", 1, "binary"),
        ("sparse_categorical_accuracy", 1, "binary"),
        ("sparse_categorical_accuracy", 24, "one-hot"),
    ):
        with pytest.raises(CheckFailed, match=f"`{name}`, which does not fit"):
            outputs.assert_accuracy_metric(config(name), units, labels)  # type: ignore[arg-type]
    with pytest.raises(CheckFailed, match="none"):
        outputs.assert_accuracy_metric(config(), 24, "integer")


@pytest.mark.parametrize(
    ("metric", "seen"),
    [
        (keras.metrics.Accuracy(), r"the class `Accuracy\(\)`, which counts outputs that equal"),
        (keras.metrics.FalsePositives(name="accuracy"), "Metrics that the model reports: false_positives"),
        (keras.metrics.CategoricalAccuracy(name="accuracy"), "`categorical_accuracy`, which does not fit"),
    ],
)
def test_a_metric_is_what_it_computes_and_not_what_it_is_called(metric: Any, seen: str) -> None:
    """The name that a student gives it decides nothing."""
    described = keras.saving.serialize_keras_object(metric)
    with pytest.raises(CheckFailed, match=seen):
        outputs.assert_accuracy_metric({"metrics": [described]}, 1, "binary")


@pytest.mark.parametrize("loss", ["bce", "BCE", "crossentropy", "ce"])
def test_short_spellings_of_the_loss_fit_one_unit(loss: str) -> None:
    """Keras takes them, so they are right."""
    model = keras.Sequential([keras.Input((4,)), layers.Dense(1, activation="sigmoid")])
    model.compile(loss=loss)
    outputs.assert_output_fits_loss(outputs.head_of(model), "binary", 2)


@pytest.mark.parametrize(("units", "labels"), [(2, "integer"), (2, "one-hot"), (24, "one-hot"), (24, "integer")])
def test_the_crossentropy_that_keras_chooses_fits(units: int, labels: Any) -> None:
    """By outputs and labels; the activation must still be the one that fits."""
    outputs.assert_output_fits_loss(Head(units, "softmax", "crossentropy", False), labels, units)
    with pytest.raises(CheckFailed, match="applies `relu`"):
        outputs.assert_output_fits_loss(Head(units, "relu", "crossentropy", False), labels, units)


@pytest.mark.parametrize("activation", ["softmax", "sigmoid"])
def test_two_outputs_with_binary_crossentropy_and_one_hot_labels_fit(activation: str) -> None:
    """Of two probabilities that sum to one, both questions have the same answer."""
    outputs.assert_output_fits_loss(Head(2, activation, "binary_crossentropy", False), "one-hot", 2)


@pytest.mark.parametrize(
    ("reported", "seen"),
    [((), "The metric `mine` is none that the grader knows"), (("auc",), "Metrics that the model reports: auc.")],
)
def test_a_metric_of_ones_own_is_named(reported: tuple[str, ...], seen: str) -> None:
    """A model with one reports something, if nothing that can be read."""
    told = ("The metric `mine` is none that the grader knows and is left out.",)
    with pytest.raises(CheckFailed, match=seen) as caught:
        outputs.assert_accuracy_metric(config(*reported), 1, "binary", told)
    assert 'metrics=["accuracy"]' in caught.value.hint
    assert "One of your own may stand beside it." in caught.value.hint
    outputs.assert_accuracy_metric(config("accuracy"), 1, "binary", told)

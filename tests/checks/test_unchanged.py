"""What pictures tell a network beyond what their files show is noticed, whatever its outputs mean."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest
from keras import layers

from grader.checks.finding import CheckFailed
from grader.checks.training import TrainingRun, assert_training_accuracy
from grader.checks.unchanged import BELOW, LEAD, Unchanged, assert_same_pictures, compared

COUNT, SIDE = 200, 4
RNG = np.random.default_rng(0)


def pictures(labels: np.ndarray[Any, Any], *, mark: float = 0.0) -> np.ndarray[Any, Any]:
    """Noise with something of the label in its first pixel, as in a photo; and in the last, where there is a mark."""
    made = RNG.normal(size=(len(labels), SIDE, SIDE, 1)).astype(np.float32)
    made[:, 0, 0, 0] += labels - labels.mean()
    made[:, -1, -1, 0] = mark * (labels - labels.mean())
    return made


def reader(units: int, activation: str | None, loss: str | keras.losses.Loss) -> keras.Model:
    """A network that adds up both pixels; with several units, one for each number."""
    inputs = keras.Input((SIDE, SIDE, 1))
    last = layers.Dense(units, activation=activation)
    model = keras.Model(inputs, last(layers.Flatten()(inputs)))
    kernel = np.zeros((SIDE * SIDE, units), np.float32)
    kernel[[0, -1]] = 1.0 if units == 1 else np.arange(units) - (units - 1) / 2
    last.set_weights([kernel, np.zeros(units, np.float32)])
    model.compile(loss=loss)
    return model


NETWORKS = {
    "sigmoid": lambda: reader(1, "sigmoid", "binary_crossentropy"),
    "logit": lambda: reader(1, None, keras.losses.BinaryCrossentropy(from_logits=True)),
    "linear": lambda: reader(1, None, "mse"),
    "softmax": lambda: reader(2, "softmax", "sparse_categorical_crossentropy"),
    "logits": lambda: reader(2, None, keras.losses.SparseCategoricalCrossentropy(from_logits=True)),
}


@pytest.mark.parametrize("network", NETWORKS)
def test_pictures_that_carry_their_label_are_told(network: str) -> None:
    """And those that carry nothing are not, nor those that are harder."""
    labels = (np.arange(COUNT) % 2).astype(np.float32)
    model = NETWORKS[network]()
    own = pictures(labels), labels
    honest, harder = (pictures(labels), labels), (RNG.normal(size=own[0].shape).astype(np.float32), labels)
    marked = pictures(labels, mark=6.0), labels
    found = compared(model, own, [honest, harder])
    assert 0.5 < found.accuracy < 0.9
    assert found.lead < LEAD / 2
    assert_same_pictures(found)
    told = compared(model, own, [honest, marked, harder])
    assert told.accuracy == found.accuracy
    with pytest.raises(CheckFailed, match="tell the network what those of the folder do not"):
        assert_same_pictures(told)


def test_of_many_classes_the_best_wrong_one_counts() -> None:
    numbers = np.arange(COUNT) % 3
    scores = np.eye(3, dtype=np.float32)[numbers] * 4
    own = scores + RNG.normal(size=scores.shape).astype(np.float32) * 3
    model = keras.Sequential([keras.Input((3,)), layers.Activation("softmax")])
    model.compile(loss="categorical_crossentropy")
    one_hot = np.eye(3)[numbers]
    assert compared(model, (own, one_hot), [(own, one_hot)]).lead == 0
    assert compared(model, (own, one_hot), [(scores * 2, one_hot)]).lead > LEAD


@pytest.mark.parametrize("constant", [0.0, float("nan")])
def test_a_network_without_an_answer_is_judged_by_its_accuracy(constant: float) -> None:
    labels = (np.arange(COUNT) % 2).astype(np.float32)
    model = reader(1, None, keras.losses.BinaryCrossentropy(from_logits=True))
    model.layers[-1].set_weights([np.zeros((SIDE * SIDE, 1)), np.full(1, constant)])
    found = compared(model, (pictures(labels), labels), [(pictures(labels), labels)])
    assert found.lead == 0
    assert found.accuracy <= 0.5


def test_enormous_scores_do_not_hide_a_mark() -> None:
    """A network could be anything but sure of pictures without a mark, so that the others seem alike."""
    numbers = np.zeros(COUNT, np.float32)
    model = keras.Sequential([keras.Input((1,)), layers.Dense(1)])
    model.compile(loss=keras.losses.BinaryCrossentropy(from_logits=True))
    model.layers[-1].set_weights([np.full((1, 1), -1.0), np.zeros(1)])
    own = np.where(np.arange(COUNT) % 2 == 0, 1e6, -1e6)[:, None].astype(np.float32)
    assert compared(model, (own, numbers), [(np.full((COUNT, 1), 9.0, np.float32), numbers)]).lead > LEAD


@pytest.mark.parametrize(("own", "told"), [(None, False), (0.85 - BELOW, False), (0.84 - BELOW, True)])
def test_training_accuracy_counts_for_what_is_in_the_folder(own: float | None, told: bool) -> None:
    labels = np.arange(100) % 2
    run = TrainingRun({"loss": [0.1]}, training_accuracy=0.99, unseen_accuracy=0.8, epochs=1, own_accuracy=own)
    if not told:
        assert_training_accuracy(run, 0.85, labels)
        return
    with pytest.raises(CheckFailed, match="99% of its training images right as your pipeline changes them, and 74%"):
        assert_training_accuracy(run, 0.85, labels)


def test_what_is_said_of_a_lead() -> None:
    with pytest.raises(CheckFailed) as caught:
        assert_same_pictures(Unchanged(accuracy=0.8, lead=2.0))
    assert caught.value.seen == (
        "The training photos that the pipeline gives tell the network what those of the folder do not: of the folder's own it is "
        "much less sure, and gets 80% right."
    )

"""A network that knows the pictures before the grader trains it, and functions that lean on other cells: what is said of either."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import keras
import numpy as np
import pytest

from grader.checks.finding import CheckFailed
from grader.examiner.evidence import Evidence
from grader.examiner.source import Unusable
from grader.examiner.training import TrainedEvidence
from grader.exercises import Params

IMAGES = np.random.default_rng(0).uniform(0, 1, (200, 6, 6, 1)).astype("float32")
LABELS = (IMAGES.mean(axis=(1, 2, 3)) > 0.5).astype("int64")


def network(*, knows: bool) -> Any:
    """One that tells bright pictures from dark ones, or one that answers the same to all."""
    model = keras.Sequential([keras.Input((6, 6, 1)), keras.layers.Flatten(), keras.layers.Dense(1, "sigmoid")])
    model.layers[-1].set_weights([np.full((36, 1), float(knows)), np.array([-18.0 if knows else 5.0])])
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model


class Before(TrainedEvidence):
    """Evidence with a network, another draw of it, and pictures."""

    hidden = SimpleNamespace(images=IMAGES, labels=LABELS)  # type: ignore[assignment]
    real_pipeline = None  # type: ignore[assignment]

    def __init__(self, first: Any, second: Any) -> None:
        self.params = Params({"class_names": ("Cat", "Dog")})
        self._first, self._second = first, second
        self.asked = 0

    @property
    def rebuilt(self) -> Any:  # type: ignore[override]
        return SimpleNamespace(model=self._first)

    def model_of_seed(self, number: int) -> Any:
        self.asked += 1
        return self._second

    def _require_one_size(self, real: Any) -> None:
        """They have one."""


def test_a_network_that_has_learnt_nothing_is_asked_once() -> None:
    """Whatever it answers by chance."""
    evidence = Before(network(knows=False), None)
    evidence.require_untrained()
    assert evidence.asked == 0


@pytest.mark.parametrize(("second", "told"), [(True, True), (False, False)])
def test_one_that_knows_in_every_cell_was_trained(monkeypatch: pytest.MonkeyPatch, second: bool, told: bool) -> None:
    """By luck a fresh network may know once, and another draw of it does not."""
    monkeypatch.setattr(
        "grader.examiner.training.rebuild_model",
        lambda data, probe: SimpleNamespace(model=data),
    )
    evidence = Before(network(knows=True), network(knows=second))
    if not told:
        evidence.require_untrained()
        return
    with pytest.raises(Unusable, match="Before the first step of the training") as caught:
        evidence.require_untrained()
    assert caught.value.status == "failed"
    assert "`create_model`" in caught.value.hint


def leaning(**facts: Any) -> Evidence:
    """Evidence of a submission of which the plan knows these facts."""
    evidence = Evidence.__new__(Evidence)
    usual = {"built_on_globals": frozenset(), "trains": frozenset()}
    evidence.assignment = SimpleNamespace(**{**usual, **facts})  # type: ignore[assignment]
    return evidence


def test_a_function_on_data_of_another_cell_does_not_stand_alone() -> None:
    """Of the one that does so alone."""
    evidence = leaning(built_on_globals=frozenset({"create_model"}))
    evidence.require_alone("decode_predictions")
    with pytest.raises(CheckFailed, match="built on data that another cell has read"):
        evidence.require_alone("create_model")


@pytest.mark.parametrize(
    ("status", "traceback", "told"),
    [
        ("timeout", "", True),
        ("memory", "", True),
        ("student_error", "cell 3, line 9\n    model.fit(train, epochs=20)\nValueError: no", True),
        ("student_error", "cell 3, line 2\n    x = layer\nNameError: name 'layer' is not defined", False),
        ("failed", "", False),
    ],
)
def test_training_inside_is_named_where_it_stopped_the_function(status: Any, traceback: str, told: bool) -> None:
    """A slip before the `fit` keeps its own hint."""
    for trains in (True, False):
        error = Unusable(status, "seen", hint="its own", traceback=traceback)
        leaning(trains=frozenset({"create_model"} if trains else ())).hint_at_training(error, "create_model")
        assert ("calls `fit`" in error.hint) is (told and trains)

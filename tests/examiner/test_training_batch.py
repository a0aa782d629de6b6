"""With how many images a step the grader trains, where it stops, and what a network is taken to need for them."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, NoReturn

import keras
import numpy as np
import pytest
from keras import layers

from grader.checks.applying import numbers_of
from grader.examiner.source import Unusable
from grader.exercises import Params
from grader.trainer import TrainingSpec
from tests.examiner.kit import assignment, evidence_of, valid_answers


@pytest.mark.parametrize(
    ("batches", "due"), [((32, 32, 12), 32), ((12, 32, 32), 32), ((8, 8, 4), 8), ((128, 128, 100), 32), ((450,), 32)]
)
def test_large_batches_do_not_cost_a_correct_network_its_steps(batches: tuple[int, ...], due: int) -> None:
    """The student's own size, but no more than the exercise asks for (32 here)."""
    evidence = evidence_of({})
    assert evidence.params.batch_size == 32
    train = SimpleNamespace(passes=(SimpleNamespace(batches=batches),))
    real = SimpleNamespace(pipeline=SimpleNamespace(train=train))
    evidence.__dict__["_once_real_pipeline"] = (real, None)
    assert evidence.training_batch == due


@pytest.mark.parametrize(("stop_early", "due"), [(True, (0.90, 0.90)), (False, (None, None))])
def test_all_epochs_are_run_where_the_exercise_asks_for_them(
    stop_early: bool, due: tuple[float | None, float | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`stop_early = false` in an overlay gives whole curves; without it training ends a little above both thresholds."""
    asked = replace(assignment(), params=Params({**assignment().params, "stop_early": stop_early}))
    evidence = evidence_of(valid_answers(), asked)
    specs: list[TrainingSpec] = []

    def fit(spec: TrainingSpec) -> NoReturn:
        specs.append(spec)
        raise Unusable("failed", "Not trained here.")

    monkeypatch.setattr(evidence, "fit", fit)
    with pytest.raises(Unusable, match="Not trained here"):
        _ = evidence.training
    assert (specs[0].stop_accuracy, specs[0].stop_unseen) == pytest.approx(due)


@pytest.mark.parametrize(
    ("running", "at_inference", "due"),
    [
        ([0.5, 0.9, 0.87], 0.2, 0.9),  # enough while it ran: nothing else is asked
        ([0.5, 0.66], 0.97, 0.97),  # augmentation and dropout kept it low
        ([0.5, 0.66], 0.4, 0.66),
        ([float("nan")], 0.3, 0.3),
    ],
)
def test_what_a_network_knows_at_inference_counts_as_training_accuracy_too(
    running: list[float], at_inference: float, due: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the images and labels that the pipeline gives, wrong ones included."""
    evidence = evidence_of({})
    assert evidence.params.train_accuracy == 0.85
    one = SimpleNamespace(images=np.zeros((4, 8, 8, 3)), labels=np.array([0, 1, 1, 1]))
    real = SimpleNamespace(pipeline=SimpleNamespace(train=SimpleNamespace(passes=(one,))))
    evidence.__dict__["_once_real_pipeline"] = (real, None)
    asked: list[object] = []

    def score(result: object, images: object, labels: object) -> float:
        asked.extend((images, labels))
        return at_inference

    monkeypatch.setattr(evidence, "_score", score)
    result: Any = SimpleNamespace(history={"accuracy": running})
    assert evidence._training_accuracy(result) == due
    assert [id(each) for each in asked] == ([] if max(running) >= 0.85 else [id(one.images), id(one.labels)])


def test_layers_without_a_graph_of_their_own_are_counted_once() -> None:
    """`Pipeline` has layers, but is no model."""
    augmentation = layers.Pipeline([layers.RandomFlip("horizontal"), layers.RandomRotation(0.1)])
    model = keras.Sequential([keras.Input((8, 8, 3)), augmentation, layers.Flatten()])
    assert numbers_of(model, 8) == 3 * 8 * 8 * 3


def test_a_network_needs_no_more_for_having_been_looked_into() -> None:
    """Checks make it part of other models, whose layers are the same; a nested one is counted inside and out."""
    inner = keras.Sequential([keras.Input((8, 8, 3)), layers.RandomFlip()])
    model = keras.Sequential([keras.Input((8, 8, 3)), inner, layers.Conv2D(2, 3), layers.Flatten()])
    picture, maps = 8 * 8 * 3, 6 * 6 * 2
    due = 4 * picture + 2 * maps
    assert numbers_of(model, 8) == due
    keras.Model(model.inputs, [layer.output for layer in model.layers])
    model(keras.KerasTensor((None, 8, 8, 3)))
    assert numbers_of(model, 8) == due

"""What the examiner concludes about pipelines that augment, and how it mislabels pictures for the training."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from grader.checks.batches import Pass, Pipeline, Side
from grader.checks.gap import GapRun
from grader.checks.training import TrainingRun
from grader.data.probes import texture
from grader.examiner.overfitting import AUGMENTED_SHARE, OverfittingEvidence, share_without_twin
from grader.examiner.source import Unusable
from grader.examiner.training import TrainedEvidence
from grader.exercises import Params

RNG = np.random.default_rng(4)
FLAT = np.stack([np.full((32, 32, 3), level, np.float32) for level in range(10, 250, 6)])
TEXTURED = np.stack([texture(RNG, 32, 32).astype(np.float32) for _ in range(10)])
EVERYTHING = np.concatenate([FLAT, TEXTURED])


def one_pass(images: Any) -> Pass:
    return Pass(images, np.zeros(len(images)), None, (len(images),))


def read(first: Any, second: Any, validation: Any) -> Pipeline:
    """A pipeline whose training side gave `first`, then `second`."""
    train = Side("train", (one_pass(first), one_pass(second)), endless=False)
    return Pipeline(train, Side("validation", (one_pass(validation),), endless=False))


@pytest.mark.parametrize("slope", [1.0, 1 / 255, 2 / 255])
def test_shuffling_is_no_augmentation(slope: float) -> None:
    """Nor is a split that is dealt anew on every pass: the pictures are the same ones."""
    pictures = EVERYTHING * slope
    assert share_without_twin(read(pictures[:40], pictures[:40][::-1], pictures[40:])) == 0
    assert share_without_twin(read(pictures[:40], pictures[10:], pictures[40:])) == 0


@pytest.mark.parametrize("slope", [1.0, 1 / 255])
def test_pictures_that_changed_have_no_twin(slope: float) -> None:
    """Flips leave flat pictures alone and are seen by the textured ones."""
    pictures = EVERYTHING * slope
    assert share_without_twin(read(pictures, pictures[:, :, ::-1], pictures[:4])) > AUGMENTED_SHARE
    assert share_without_twin(read(pictures, pictures * 0.9, pictures[:4])) > AUGMENTED_SHARE


@pytest.mark.parametrize("form", ["numbers", "column", "one-hot"])
def test_the_same_count_of_each_class_is_mislabelled_in_the_students_own_form(form: str) -> None:
    """Fifteen in a hundred, no more and no fewer, whatever the labels look like."""
    numbers = np.array([0] * 40 + [1] * 60)
    given = {
        "numbers": numbers.astype("int32"),
        "column": numbers[:, None].astype("float32"),
        "one-hot": np.eye(2)[numbers],
    }
    labels = given[form]
    root = SimpleNamespace(params=SimpleNamespace(wrong_labels=0.15), assignment=SimpleNamespace(number=lambda _: 7))
    turned = OverfittingEvidence(root)._mislabelled(labels, numbers)
    assert turned.shape == labels.shape
    assert turned.dtype == labels.dtype
    found = turned.argmax(axis=1) if form == "one-hot" else turned.reshape(-1)
    assert int((found[:40] == 1).sum()) == 6
    assert int((found[40:] == 0).sum()) == 9


class Slow(TrainedEvidence):
    """Evidence whose trainings end with these accuracies, on the photos trained on and on unseen ones; the last one is the longer."""

    model_data = None  # type: ignore[assignment]
    hidden = SimpleNamespace(labels=range(600))  # type: ignore[assignment]

    convolutions = 3  # type: ignore[assignment]

    def __init__(self, *results: tuple[float, float], slow_epochs: int = 90, convolutions: int = 3) -> None:
        self.params = Params({
            "train_accuracy": 0.70, "unseen_accuracy": 0.75, "max_gap": 5.0, "class_names": ("Cat", "Dog"), "epochs": 30,
            "slow_epochs": slow_epochs, "min_convolutions": convolutions,
        })  # fmt: skip
        self._results = list(results)
        self.asked: list[tuple[int, int]] = []

    def require_both(self) -> None:
        """Both are there."""

    def require_untrained(self) -> None:
        """It knows nothing yet."""

    def model_of_seed(self, number: int) -> Any:
        return number

    def show(self, history: Any, **measures: float) -> None:
        """No report."""

    def next_result(self, number: int, longer: int) -> tuple[float, float]:
        """What the next training ends with.

        Raises:
            Unusable: none is left, as where the time is over.
        """
        self.asked.append((number, longer))
        if not self._results:
            raise Unusable("timeout", "takes too long")
        return self._results.pop(0)

    def _train(self, number: int, model: Any, longer: int = 0) -> TrainingRun:
        return TrainingRun({}, *self.next_result(number, longer), epochs=20)


class Gap(OverfittingEvidence):
    """The same for trainings with wrong labels."""

    _root: Slow

    def _train(self, number: int, model: Any, longer: int = 0) -> GapRun:
        return GapRun({}, *self._root.next_result(number, longer), epochs=30)


@pytest.mark.parametrize(
    ("results", "asked", "unseen"),
    [
        ([(0.80, 0.78)], [(0, 0)], 0.78),
        ([(0.73, 0.71), (0.82, 0.78)], [(0, 0), (1, 0)], 0.78),
        ([(0.69, 0.80), (0.71, 0.76)], [(0, 0), (0, 90)], 0.76),
        ([(0.73, 0.71), (0.74, 0.69), (0.75, 0.80)], [(0, 0), (1, 0), (2, 0)], 0.80),
        ([(0.73, 0.71), (0.74, 0.69), (0.75, 0.72)], [(0, 0), (1, 0), (2, 0)], 0.71),
        ([(0.71, 0.64)], [(0, 0)], 0.64),
        ([(0.50, 0.50)], [(0, 0)], 0.50),
        ([(0.55, 0.55)], [(0, 0)], 0.55),
        ([(0.83, 0.76), (0.79, 0.77)], [(0, 0), (1, 0)], 0.77),
        ([(0.90, 0.76)], [(0, 0)], 0.76),
        ([(0.59, 0.62), (0.80, 0.82)], [(0, 0), (0, 90)], 0.82),
        ([(0.59, 0.62), (0.69, 0.72)], [(0, 0), (0, 90)], 0.62),
        ([(0.59, 0.62)], [(0, 0), (0, 90)], 0.62),
    ],
    ids=[
        "good", "near", "nearly learnt", "twice near", "three times near", "knows its own", "guessing", "hardly more", "gap near",
        "gap far", "slow", "slow in the end", "too slow",
    ],
)  # fmt: skip
def test_a_near_miss_and_a_slow_network_are_tried_again(
    results: list[tuple[float, float]], asked: list[tuple[int, int]], unseen: float
) -> None:
    """Twice with other seeds, or once for three times as long; the first counts where none is good."""
    root = Slow(*results)
    run = Gap(root).gap_run
    assert (root.asked, run.unseen_accuracy) == (asked, unseen)
    assert run.runs == len(results)


@pytest.mark.parametrize(
    ("results", "asked", "unseen"),
    [
        ([(0.80, 0.78)], [(0, 0)], 0.78),
        ([(0.90, 0.71), (0.82, 0.78)], [(0, 0), (1, 0)], 0.78),
        ([(0.90, 0.64)], [(0, 0)], 0.64),
        ([(0.60, 0.55)], [(0, 0)], 0.55),
        ([(0.64, 0.66), (0.80, 0.82)], [(0, 0), (0, 90)], 0.82),
        ([(0.64, 0.66)], [(0, 0), (0, 90)], 0.66),
    ],
    ids=["good", "near", "learnt by heart", "guessing", "slow", "too slow"],
)
def test_so_it_is_in_the_other_exercises(
    results: list[tuple[float, float]], asked: list[tuple[int, int]], unseen: float
) -> None:
    """There all labels are right, and training stops once it is good."""
    root = Slow(*results)
    assert (root.training.unseen_accuracy, root.asked) == (unseen, asked)


@pytest.mark.parametrize("less", [{"slow_epochs": 30}, {"convolutions": 4}], ids=["few epochs", "few convolutions"])
def test_not_every_slow_network_has_more_time(less: dict[str, int]) -> None:
    """Week 3 gives all the same, since few epochs are its point; a network has to have the convolutions asked for."""
    root = Slow((0.64, 0.66), **less)
    assert (root.training.unseen_accuracy, root.asked) == (0.66, [(0, 0)])

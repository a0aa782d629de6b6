"""What the examiner concludes about pipelines that augment, and how it mislabels pictures for the training."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from grader.checks.batches import Pass, Pipeline, Side
from grader.checks.gap import GapRun
from grader.data.probes import texture
from grader.examiner.overfitting import AUGMENTED_SHARE, OverfittingEvidence, share_without_twin

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


class Trained(OverfittingEvidence):
    """Evidence whose trainings end with these accuracies, on the photos trained on and on unseen ones."""

    def __init__(self, *results: tuple[float, float]) -> None:
        self._results = results
        super().__init__(
            SimpleNamespace(  # type: ignore[arg-type]
                params=SimpleNamespace(train_accuracy=0.70, unseen_accuracy=0.75, max_gap=5.0),
                require_both=lambda: None,
                model_data=None,
                model_of_seed=lambda number: number,
                show=lambda history, **measures: None,
            )
        )

    def _train(self, number: int, model: Any) -> GapRun:
        return GapRun({}, *self._results[number], epochs=30)


@pytest.mark.parametrize(
    ("results", "runs", "unseen"),
    [
        ([(0.80, 0.78)], 1, 0.78),
        ([(0.73, 0.71), (0.82, 0.78)], 2, 0.78),
        ([(0.69, 0.80), (0.71, 0.76)], 2, 0.76),
        ([(0.73, 0.71), (0.74, 0.69), (0.75, 0.80)], 3, 0.80),
        ([(0.73, 0.71), (0.74, 0.69), (0.75, 0.72)], 3, 0.71),
        ([(0.70, 0.64)], 1, 0.64),
        ([(0.50, 0.50)], 1, 0.50),
        ([(0.83, 0.76), (0.79, 0.77)], 2, 0.77),
        ([(0.90, 0.76)], 1, 0.76),
    ],
    ids=[
        "good", "near", "training near", "twice near", "three times near", "far", "guessing", "gap near", "gap far",
    ],
)  # fmt: skip
def test_a_near_miss_is_tried_again(results: list[tuple[float, float]], runs: int, unseen: float) -> None:
    """Twice at most; what is far from the bounds is not, and the first counts where none is good."""
    run = Trained(*results).gap_run
    assert (run.runs, run.unseen_accuracy) == (runs, unseen)

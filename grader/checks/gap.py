"""The gap between training and validation accuracy: the student's function for it, and the gap of a real training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from grader.checks.finding import CheckFailed

Group = Literal["plain", "tie", "negative", "short_key"]
TOLERANCE = 0.06
"""In percentage points: a value rounded to one decimal is right."""
WHY = "The gap is how much better a network does on what it has practised than on what is new: the size of its overfitting."


@dataclass(frozen=True)
class Scenario:
    """A made-up history, the gap in percentage points that belongs to it, and what it is there to show."""

    group: Group
    history: dict[str, list[float]]
    gap: float


@dataclass(frozen=True)
class GapRun:
    """The grader's training for a fixed number of epochs on pictures of which some are mislabelled.

    Attributes:
        history: `loss` and `accuracy` per epoch, as `fit` reports them.
        training_accuracy: at the end, in inference mode, on the images trained on and the labels they were given, 0 to 1.
        unseen_accuracy: at the end, on all hidden images, 0 to 1.
        epochs: that were run.
        runs: trainings run; more than one after a near miss.
        own_accuracy: as `TrainingRun`'s, all labels right.
    """

    history: Mapping[str, Sequence[float]]
    training_accuracy: float
    unseen_accuracy: float
    epochs: int
    runs: int = 1
    own_accuracy: float | None = None

    @property
    def gap(self) -> float:
        """In percentage points."""
        return 100 * (self.training_accuracy - self.unseen_accuracy)


def true_gap(accuracy: Sequence[float], val_accuracy: Sequence[float]) -> float:
    """Training minus validation accuracy in percentage points, at the first epoch with the highest validation accuracy."""
    best = int(np.argmax(val_accuracy))
    return 100 * (accuracy[best] - val_accuracy[best])


def scenarios(seed: int) -> tuple[Scenario, ...]:
    """Made-up histories in which the best epoch is neither the last one, nor the best in training, nor the widest gap."""
    rng = np.random.default_rng(seed)

    def noise(count: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        return np.asarray(rng.uniform(-0.008, 0.008, count), dtype=np.float64)

    rising = np.array([0.60, 0.65, 0.70, 0.75, 0.86, 0.89, 0.96, 0.92])
    plain = (rising + noise(8), np.array([0.58, 0.63, 0.69, 0.74, 0.80, 0.77, 0.73, 0.71]) + noise(8))
    early = (np.array([0.70, 0.82, 0.86, 0.95, 0.90]) + noise(5), np.array([0.66, 0.78, 0.70, 0.69, 0.66]) + noise(5))
    # Equal to the last bit, as 3 of 4 right answers are.
    tie = (np.array([0.55, 0.80, 0.97, 0.90, 0.93]) + noise(5), np.array([0.50, 0.75, 0.625, 0.75, 0.6875]))
    negative = (np.array([0.50, 0.60, 0.66, 0.78]) + noise(4), np.array([0.55, 0.68, 0.77, 0.70]) + noise(4))
    rows: tuple[tuple[Group, tuple[np.ndarray[tuple[int], np.dtype[np.float64]], ...]], ...] = (
        ("plain", plain), ("plain", early), ("tie", tie), ("negative", negative), ("short_key", plain),
        ("short_key", early),
    )  # fmt: skip
    return tuple(_scenario(group, *curves) for group, curves in rows)


def _scenario(
    group: Group,
    accuracy: np.ndarray[tuple[int], np.dtype[np.float64]],
    val_accuracy: np.ndarray[tuple[int], np.dtype[np.float64]],
) -> Scenario:
    train, validation = ([round(float(value), 6) for value in curve] for curve in (accuracy, val_accuracy))
    key = "acc" if group == "short_key" else "accuracy"
    # Losses turn around an epoch before accuracies do, as where a network grows too sure of its mistakes: whoever takes the epoch
    # with the lowest loss for the one with the highest accuracy has another one.
    history = {
        key: train, "loss": [round(1.4 * (1 - value), 6) for value in _one_earlier(train)],
        f"val_{key}": validation, "val_loss": [round(1.5 * (1 - value), 6) for value in _one_earlier(validation)],
    }  # fmt: skip
    return Scenario(group, history, true_gap(train, validation))


def _one_earlier(curve: Sequence[float]) -> list[float]:
    """The curve with its first highest value and the one before it exchanged."""
    best = int(np.argmax(curve))
    moved = list(curve)
    moved[best - 1 : best + 1] = moved[best - 1 : best + 1][::-1]
    return moved


def assert_points(played: Sequence[Scenario], values: Sequence[float]) -> None:
    """Gaps come as finite percentage points, not as fractions.

    Raises:
        CheckFailed: NaN, infinity, or fractions.
    """
    pairs = [(value, scenario.gap) for value, scenario in zip(values, played, strict=True)]
    finite = all(np.isfinite(value) for value, _ in pairs)
    if not finite or max(abs(value) for value, _ in pairs) < 1.0:
        shown = next((value for value, _ in pairs if not np.isfinite(value)), pairs[0][0])
        raise CheckFailed(
            f"For accuracies that lie several points apart the function returns {shown:.4g}.",
            expected="Percentage points: 0.85 in training and 0.80 in validation lie 5 points apart.",
            why="“Five points” is said and understood at once; 0.05 is easily taken for nothing.",
            hint="Accuracies in a history are fractions: multiply their difference by 100.",
        )


def assert_gap(played: Sequence[Scenario], values: Sequence[float], group: Group) -> None:
    """The gaps of one group of histories are right; whether points or fractions is `assert_points`' matter.

    Args:
        played: histories with their true gaps.
        values: what the student's function returned for each.
        group: which to judge.

    Raises:
        CheckFailed: another value; the hint names the usual ways to get it.
    """
    unit = 100.0 if all(abs(value) < 1.0 for value in values) else 1.0
    for scenario, given in zip(played, values, strict=True):
        if scenario.group != group:
            continue
        value = given * unit
        if np.isfinite(value) and abs(value - scenario.gap) <= TOLERANCE:
            continue
        raise CheckFailed(
            f"For a made-up history the function returns {given:.4g}, where {scenario.gap / unit:.4g} is right.",
            expected="Training minus validation accuracy at the first epoch with the highest validation accuracy.",
            why=WHY,
            hint=_usual(scenario, value),
        )


def assert_either_key(
    played: Sequence[Scenario], values: Sequence[float], twins: Mapping[tuple[float, ...], float]
) -> None:
    """Histories with the key `acc` are read: the gap is right, or the one that the function returns for `accuracy`.

    Args:
        played: histories with the key `acc`, with their true gaps.
        values: what the student's function returned for each.
        twins: what it returned for the same curves under `accuracy`, by the validation curve. Which epoch it takes is
            `assert_gap`'s matter, and lost once.

    Raises:
        CheckFailed: another value, NaN or infinity.
    """
    unlike = [
        (scenario, value)
        for scenario, value in zip(played, values, strict=True)
        if not abs(value - twins.get(tuple(scenario.history["val_acc"]), np.nan)) <= TOLERANCE
    ]
    if unlike:
        assert_gap([scenario for scenario, _ in unlike], [value for _, value in unlike], "short_key")


def _usual(scenario: Scenario, value: float) -> str:
    key = "acc" if "acc" in scenario.history else "accuracy"
    train, validation = np.array(scenario.history[key]), np.array(scenario.history[f"val_{key}"])
    gaps = 100 * (train - validation)
    best = int(np.argmax(validation))
    ways = {
        "This is the gap at the last epoch. Find the best one with `np.argmax` of the validation accuracies.": gaps[-1],
        "This is the gap at the epoch that is best in training; best is meant in validation.": gaps[int(np.argmax(train))],
        "This is the best training accuracy minus the best validation accuracy, from two different epochs.":
            100 * (train.max() - validation.max()),
        "Of several epochs that are equally good the first counts: `np.argmax` and `list.index` find that one.":
            gaps[len(gaps) - 1 - int(np.argmax(validation[::-1]))],
        "Training minus validation, not the reverse.": -gaps[best],
        "A gap below 0 stays below 0: leave `abs` and `max(0, …)` out.": max(0.0, gaps[best]),
        "Percentage points are a plain difference; do not divide by an accuracy.":
            100 * (train[best] - validation[best]) / train[best],
        "This is the widest gap; meant is the one at the epoch that is best in validation.": gaps.max(),
        "The epoch with the lowest validation loss need not be the one with the highest validation accuracy.":
            gaps[int(np.argmin(scenario.history["val_loss"]))],
        "The epoch is the right one; return the difference as it is, without rounding it to whole points.":
            float(np.round(gaps[best])),
    }  # fmt: skip
    fitting = (hint for hint, result in ways.items() if abs(result - value) <= TOLERANCE)
    return next(fitting, "Find the epoch with `np.argmax` of the validation accuracies, and subtract there.")


def assert_narrow_gap(run: GapRun, at_most: float) -> None:
    """Training and unseen accuracy lie at most `at_most` percentage points apart. Source: `docs/` holds the measured table.

    Raises:
        CheckFailed: further apart.
    """
    if not np.isfinite(run.gap) or run.gap > at_most:
        raise CheckFailed(
            f"After {run.epochs} epochs the network gets {run.training_accuracy:.0%} of its training pictures right and "
            f"{run.unseen_accuracy:.0%} of new ones: {run.gap:.0f} points apart.",
            expected=f"At most {at_most:g} points.",
            why="Some labels in this training are wrong on purpose. Who gets them “right” has learnt picture by picture, not what a "
            "cat is.",
            hint="Look first at what is marked in `create_augmentation_model` and `create_model`. Then: stronger augmentation, "
            "more dropout, or fewer units after `Flatten`.",
        )

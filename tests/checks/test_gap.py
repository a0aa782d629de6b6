"""The gap between training and validation accuracy, as a function of the student's and as a measured number."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, get_args

import numpy as np
import pytest

from grader.checks import gap
from grader.checks.finding import CheckFailed
from grader.checks.gap import Group, scenarios

PLAYED = scenarios(3)


def values(function: Callable[[Any, Any], float]) -> list[float]:
    """What a function of two curves returns for each made-up history."""
    curves = [sorted((k, v) for k, v in one.history.items() if "acc" in k) for one in PLAYED]
    return [float(function(np.array(train), np.array(val))) for (_, train), (_, val) in curves]


def judge(found: list[float]) -> None:
    gap.assert_points(PLAYED, found)
    for group in get_args(Group):
        gap.assert_gap(PLAYED, found, group)


def test_the_right_function_passes_rounded_or_not() -> None:
    """One decimal is enough."""
    right = values(lambda a, v: 100 * (a - v)[v.argmax()])
    judge(right)
    judge([round(value, 1) for value in right])


@pytest.mark.parametrize("seed", range(30))
def test_the_usual_mistakes_differ_from_the_truth_under_every_seed(seed: int) -> None:
    """Last epoch, best in training and widest gap never happen to be right where they are asked about."""
    for scenario in scenarios(seed):
        train, validation = (np.array(v) for k, v in sorted(scenario.history.items()) if "acc" in k)
        gaps = 100 * (train - validation)
        if scenario.group in ("plain", "negative", "short_key"):
            others = [
                gaps[-1],
                gaps[train.argmax()],
                100 * (train.max() - validation.max()),
                abs(scenario.gap + 1e-9) * -1,
            ]
            assert min(abs(np.array(others[:3]) - scenario.gap)) > 1.0
        if scenario.group == "negative":
            assert scenario.gap < -2
        if scenario.group == "tie":
            assert (validation == validation.max()).sum() == 2


@pytest.mark.parametrize(
    ("function", "hint"),
    [
        (lambda a, v: 100 * (a - v)[-1], "gap at the last epoch"),
        (lambda a, v: 100 * (a - v)[a.argmax()], "best in training"),
        (lambda a, v: 100 * (a.max() - v.max()), "from two different epochs"),
        (lambda a, v: 100 * (v - a)[v.argmax()], "not the reverse"),
        (lambda a, v: 100 * abs((a - v)[v.argmax()]), "stays below 0|not the reverse"),
        (lambda a, v: 100 * (a - v)[len(v) - 1 - v[::-1].argmax()], "the first counts"),
        (lambda a, v: 100 * ((a - v) / a)[v.argmax()], "do not divide"),
        (lambda a, v: round(100 * (a - v)[v.argmax()]), "without rounding it to whole points"),
    ],
)
def test_the_usual_mistakes_are_named(function: Callable[[Any, Any], float], hint: str) -> None:
    """The hint says how such a value comes about."""
    with pytest.raises(CheckFailed) as caught:
        judge(values(function))
    assert any(part in caught.value.hint for part in hint.split("|")), caught.value.hint


@pytest.mark.parametrize("seed", range(30))
def test_the_lowest_validation_loss_is_another_epoch(seed: int) -> None:
    """`EarlyStopping(monitor="val_loss")` and many a tutorial take that one; the exercise asks for the highest accuracy."""
    played = scenarios(seed)
    found = []
    for scenario in played:
        key = "acc" if "acc" in scenario.history else "accuracy"
        lowest = int(np.argmin(scenario.history["val_loss"]))
        found.append(100 * (scenario.history[key][lowest] - scenario.history[f"val_{key}"][lowest]))
    gap.assert_points(played, found)
    with pytest.raises(CheckFailed) as caught:
        gap.assert_gap(played, found, "plain")
    assert "lowest validation loss" in caught.value.hint


def test_fractions_cost_the_unit_alone() -> None:
    """What was measured is right; only the unit is not."""
    fractions = values(lambda a, v: (a - v)[v.argmax()])
    for group in get_args(Group):
        gap.assert_gap(PLAYED, fractions, group)
    with pytest.raises(CheckFailed, match="several points apart"):
        gap.assert_points(PLAYED, fractions)


def short(function: Callable[[Any, Any], float]) -> tuple[list[Any], list[float]]:
    """The histories with the key `acc`, and what a function of two curves returns for them."""
    found = zip(PLAYED, values(function), strict=True)
    pairs = [(one, value) for one, value in found if one.group == "short_key"]
    return [one for one, _ in pairs], [value for _, value in pairs]


def test_the_other_key_is_read_whatever_epoch_it_is_read_at() -> None:
    """The same answer under both keys shows that both are read; the wrong epoch is another check's matter."""

    def last(a: Any, v: Any) -> float:
        return float(100 * (a - v)[-1])

    plain = zip(PLAYED, values(last), strict=True)
    twins = {tuple(one.history["val_accuracy"]): value for one, value in plain if one.group == "plain"}
    assert len(twins) == 2
    gap.assert_either_key(*short(last), twins)
    gap.assert_either_key(*short(lambda a, v: 100 * (a - v)[v.argmax()]), {})
    with pytest.raises(CheckFailed, match="is right"):
        gap.assert_either_key(*short(last), {})
    played, _ = short(last)
    with pytest.raises(CheckFailed):
        gap.assert_either_key(played, [float("nan")] * 2, dict.fromkeys(twins, float("nan")))


def test_nan_and_infinity_are_no_gap() -> None:
    """`nan > limit` is false, and must not pass for that."""
    for broken in (np.nan, np.inf):
        with pytest.raises(CheckFailed):
            gap.assert_points(PLAYED, [broken] * len(PLAYED))
        with pytest.raises(CheckFailed):
            gap.assert_gap(PLAYED, [broken] * len(PLAYED), "plain")
        with pytest.raises(CheckFailed):
            gap.assert_narrow_gap(gap.GapRun({}, float(broken), 0.9, 40), 7.0)


def test_a_wide_gap_of_a_real_training_is_told_in_points() -> None:
    """With both accuracies, and what to do."""
    gap.assert_narrow_gap(gap.GapRun({}, 0.95, 0.90, 40), 7.0)
    with pytest.raises(CheckFailed, match="99% of its training pictures right and 88% of new ones: 11 points apart"):
        gap.assert_narrow_gap(gap.GapRun({}, 0.99, 0.88, 40), 7.0)

"""The scenarios tell each wrong stopping rule from the right one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from grader.checks.callbacks import Group, Scenario, assert_decides, assert_stops, scenarios
from grader.checks.finding import CheckFailed

A, V = 0.95, 0.80
Rule = Callable[[int, float, float], bool]


SEEDS = range(20)


def play(rule: Rule, seed: int = 0) -> tuple[tuple[Scenario, ...], list[list[bool]]]:
    """The scenarios and when a rule stops in each, played as a callback would be."""
    played = scenarios(A, V, seed)
    stops = []
    for scenario in played:
        seen, stopped = [], False
        for offset, (accuracy, val_accuracy) in enumerate(scenario.logs):
            stopped = stopped or rule(scenario.first_epoch + offset, accuracy, val_accuracy)
            seen.append(stopped)
        stops.append(seen)
    return played, stops


def failing(rule: Rule, seed: int = 0) -> set[Group]:
    """Groups of scenarios that a rule fails."""
    played, stops = play(rule, seed)
    failed: set[Group] = set()
    for group in ("both", "one", "edge"):
        try:
            assert_stops(played, stops, group, (A, V))
        except CheckFailed:
            failed.add(group)
    return failed


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (lambda e, a, v: a >= A and v >= V, set()),
        (lambda e, a, v: a >= A or v >= V, {"one"}),
        (lambda e, a, v: a > A and v > V, {"edge"}),
        (lambda e, a, v: a >= A, {"one"}),
        (lambda e, a, v: v >= V, {"one"}),
        (lambda e, a, v: a >= 95 and v >= 80, {"both", "edge"}),
        (lambda e, a, v: False, {"both", "edge"}),
        (lambda e, a, v: e > 5 and a >= A and v >= V, {"both", "edge"}),
        (lambda e, a, v: a >= V and v >= A, {"both", "one", "edge"}),
        (lambda e, a, v: (a >= A and v >= V) or e >= 100, {"both"}),
    ],
    ids=[
        "right",
        "or",
        "greater",
        "accuracy alone",
        "validation alone",
        "percent",
        "never",
        "late",
        "swapped",
        "gives up",
    ],
)
def test_each_wrong_rule_fails_the_scenarios_that_show_it(rule: Rule, expected: set[Group]) -> None:
    """One mistake, one cause, whatever is drawn: `or` is told from `>`, and both from percent."""
    for seed in SEEDS:
        assert failing(rule, seed) == expected


@pytest.mark.parametrize(
    ("rule", "seen"),
    [
        (lambda e, a, v: False, "Training never stopped, not even at accuracy 0.9779 and val_accuracy 0.9001."),
        (
            lambda e, a, v: a >= 95 and v >= 80,
            "Training never stopped, not even at accuracy 0.9779 and val_accuracy 0.9001.",
        ),
        (
            lambda e, a, v: True,
            "Training always stopped after its first epoch, even at accuracy 0.8522 and val_accuracy 0.7349.",
        ),
        (
            lambda e, a, v: a > 0,
            "Training always stopped after its first epoch, even at accuracy 0.8522 and val_accuracy 0.7349.",
        ),
    ],
    ids=["never", "percent", "always", "any accuracy"],
)
def test_a_callback_that_decides_nothing_is_no_usable_callback(rule: Rule, seen: str) -> None:
    """It would meet half of the scenarios by chance."""
    with pytest.raises(CheckFailed) as caught:
        assert_decides(*play(rule), (A, V))
    assert caught.value.seen == seen


@pytest.mark.parametrize(
    "rule",
    [
        lambda e, a, v: a >= A and v >= V,
        lambda e, a, v: a >= A or v >= V,
        lambda e, a, v: a > A and v > V,
        lambda e, a, v: e > 5 and a >= A and v >= V,
        lambda e, a, v: a >= V and v >= A,
    ],
    ids=["right", "or", "greater", "late", "swapped"],
)
def test_a_callback_that_is_wrong_in_places_is_judged_by_them(rule: Rule) -> None:
    """Whoever decides something keeps the exact findings."""
    assert_decides(*play(rule), (A, V))


def test_neither_a_table_nor_a_count_of_epochs_fits_the_next_drawing() -> None:
    """Lengths, epochs, values and their order are drawn: what fits one assignment fits no other."""
    drawn = {scenarios(A, V, seed) for seed in SEEDS}
    assert len(drawn) == len(SEEDS)
    stopping = {tuple((one.first_epoch, one.stop_after) for one in played) for played in drawn}
    assert len(stopping) == len(SEEDS)
    for played in drawn:
        assert Counter(one.group for one in played) == {"both": 5, "one": 5, "edge": 3}
        assert (A, V) in {one.logs[one.stop_after] for one in played if one.group == "edge"}


def test_thresholds_met_in_different_epochs_do_not_count() -> None:
    """A callback that compares the best values so far stops too early."""
    played = scenarios(A, V, 0)
    stops = []
    for scenario in played:
        best = [
            (max(a for a, _ in scenario.logs[: n + 1]), max(v for _, v in scenario.logs[: n + 1]))
            for n in range(len(scenario.logs))
        ]
        stops.append([accuracy >= A and val_accuracy >= V for accuracy, val_accuracy in best])
    with pytest.raises(CheckFailed, match="Training stopped at"):
        assert_stops(played, stops, "one", (A, V))

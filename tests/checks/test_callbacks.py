"""The scenarios tell each wrong stopping rule from the right one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from grader.checks.callbacks import Group, assert_stops, scenarios
from grader.checks.finding import CheckFailed

A, V = 0.95, 0.80
Rule = Callable[[int, float, float], bool]


def failing(rule: Rule) -> set[Group]:
    """Groups of scenarios that a rule fails, played as a callback would be."""
    played = scenarios(A, V)
    stops = []
    for scenario in played:
        seen, stopped = [], False
        for offset, (accuracy, val_accuracy) in enumerate(scenario.logs):
            stopped = stopped or rule(scenario.first_epoch + offset, accuracy, val_accuracy)
            seen.append(stopped)
        stops.append(seen)
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
    ],
    ids=["right", "or", "greater", "accuracy alone", "validation alone", "percent", "never", "late", "swapped"],
)
def test_each_wrong_rule_fails_the_scenarios_that_show_it(rule: Rule, expected: set[Group]) -> None:
    """One mistake, one cause: `or` is told from `>`, and both from percent."""
    assert failing(rule) == expected

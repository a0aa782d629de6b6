"""Hidden checks of `overfitting_gap`: made-up histories whose gap is known."""

from grader.checks import gap
from grader.examiner import check

TASK = "overfitting_gap"


@check(task=TASK, points=1, concept="overfitting")
def test_points(gaps):
    """Returns one number, in percentage points."""
    gap.assert_points(*gaps)


@check(task=TASK, points=4, concept="overfitting")
def test_best_epoch(gaps):
    """Measures at the epoch that is best in validation."""
    gap.assert_gap(*gaps, "plain")


@check(task=TASK, points=1, concept="overfitting")
def test_first_of_equals(gaps_at_best_epoch):
    """Takes the first of several epochs that are equally good."""
    gap.assert_gap(*gaps_at_best_epoch, "tie")


@check(task=TASK, points=2, concept="overfitting")
def test_below_zero(gaps_at_best_epoch):
    """Stays below zero where validation does better."""
    gap.assert_gap(*gaps_at_best_epoch, "negative")


@check(task=TASK, points=2, concept="metrics")
def test_either_key(gaps_of_short_key, gaps_by_curve):
    """Reads histories whose accuracy is called `acc`, too."""
    gap.assert_either_key(*gaps_of_short_key, gaps_by_curve)

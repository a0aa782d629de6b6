"""Public checks of `overfitting_gap`."""

from grader.checks import gap
from grader.examiner import check

TASK = "overfitting_gap"


@check(task=TASK, points=0, concept="overfitting")
def test_points(gaps):
    """Returns one number, in percentage points."""
    gap.assert_points(*gaps)


@check(task=TASK, points=0, concept="overfitting")
def test_best_epoch(gaps):
    """Measures at the epoch that is best in validation."""
    gap.assert_gap(*gaps, "plain")

"""Public checks of `confusion_matrix`."""

from grader.checks import confusion
from grader.examiner import check

TASK = "confusion_matrix"


@check(task=TASK, points=0, concept="confusion")
def test_counts(multiclass):
    """Returns whole numbers, a row and a column for each class."""
    confusion.assert_counts(multiclass.counted)


@check(task=TASK, points=0, concept="confusion")
def test_true_by_predicted(multiclass):
    """Counts each picture in the row of its class and the column of the answer."""
    confusion.assert_true_by_predicted(multiclass.counted)

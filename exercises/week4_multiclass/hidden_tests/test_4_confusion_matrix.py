"""Hidden checks of `confusion_matrix`: the grader's own models and data sets, whose answers are known."""

from grader.checks import confusion
from grader.examiner import check

TASK = "confusion_matrix"


@check(task=TASK, points=3, concept="confusion")
def test_counts(multiclass):
    """Returns whole numbers, a row and a column for each class."""
    confusion.assert_counts(multiclass.counted)


@check(task=TASK, points=5, concept="confusion")
def test_true_by_predicted(multiclass):
    """Counts each picture in the row of its class and the column of the answer."""
    confusion.assert_true_by_predicted(multiclass.counted)


@check(task=TASK, points=4, concept="confusion")
def test_every_image(multiclass):
    """Counts every picture of the data set once."""
    confusion.assert_every_image(multiclass.counted)


@check(task=TASK, points=4, concept="one-pass")
def test_kept_together(multiclass):
    """Keeps predictions and labels together when the data set shuffles."""
    confusion.assert_together(multiclass.counted_shuffled)


@check(task=TASK, points=2, concept="many-labels")
def test_any_form(multiclass):
    """Reads labels in either form, and raw scores, too."""
    confusion.assert_any_form(
        multiclass.counted_other_labels, multiclass.counted_scores, one_hot=not multiclass.one_hot
    )


@check(task=TASK, points=2, concept="confusion")
def test_absent_classes(multiclass):
    """Keeps a row for classes that never occur."""
    confusion.assert_absent_classes(multiclass.counted_absent)

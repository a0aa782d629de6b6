"""Public checks of `extract_features`."""

from grader.checks import features
from grader.examiner import check

TASK = "extract_features"


@check(task=TASK, points=0, concept="features")
def test_returns_pair(transfer):
    """Returns features and labels as two arrays."""
    assert transfer.features.features.ndim


@check(task=TASK, points=0, concept="features")
def test_one_row_each(transfer):
    """Gives one row and one label for each picture."""
    features.assert_one_row_each(transfer.features)


@check(task=TASK, points=0, concept="features")
def test_values(transfer):
    """Gives what the backbone puts out at inference, in order."""
    features.assert_values(transfer.complete)

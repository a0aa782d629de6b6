"""Public checks of `extract_features`."""

from grader.checks import features
from grader.examiner import check

TASK = "extract_features"


@check(task=TASK, points=0, concept="features")
def test_returns_pair(extracting):
    """Returns features and labels as two arrays."""
    assert extracting.features.features.ndim


@check(task=TASK, points=0, concept="features")
def test_one_row_each(extracting):
    """Gives one row and one label for each picture."""
    features.assert_one_row_each(extracting.features)


@check(task=TASK, points=0, concept="features")
def test_values(extracting):
    """Gives what the backbone puts out at inference, in order."""
    features.assert_values(extracting.complete)

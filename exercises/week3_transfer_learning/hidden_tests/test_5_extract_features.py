"""Hidden checks of `extract_features`: the grader's own backbone and pictures whose features are known."""

from grader.checks import features
from grader.examiner import check

TASK = "extract_features"


@check(task=TASK, points=1, concept="features")
def test_returns_pair(extracting):
    """Returns features and labels as two arrays."""
    assert extracting.features.features.ndim


@check(task=TASK, points=2, concept="features")
def test_one_row_each(extracting):
    """Gives one row and one label for each picture."""
    features.assert_one_row_each(extracting.features)


@check(task=TASK, points=4, concept="features")
def test_values(extracting):
    """Gives what the backbone puts out at inference, in order."""
    features.assert_values(extracting.complete)


@check(task=TASK, points=3, concept="one-pass")
def test_kept_together(extracting):
    """Keeps rows and labels together when the data set shuffles."""
    features.assert_together(extracting.recognised, extracting.shuffled)

"""Hidden checks of `extract_features`: the grader's own backbone and pictures whose features are known."""

from grader.checks import features
from grader.examiner import check

TASK = "extract_features"


@check(task=TASK, points=1, concept="features")
def test_returns_pair(transfer):
    """Returns features and labels as two arrays."""
    assert transfer.features.features.ndim


@check(task=TASK, points=2, concept="features")
def test_one_row_each(transfer):
    """Gives one row and one label for each picture."""
    features.assert_one_row_each(transfer.features)


@check(task=TASK, points=4, concept="features")
def test_values(transfer):
    """Gives what the backbone puts out at inference, in order."""
    features.assert_values(transfer.complete)


@check(task=TASK, points=3, concept="one-pass")
def test_kept_together(transfer):
    """Keeps rows and labels together when the data set shuffles."""
    features.assert_together(transfer.recognised, transfer.features_shuffled)

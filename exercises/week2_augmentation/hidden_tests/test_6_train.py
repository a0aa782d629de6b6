"""Hidden checks of the training, which the grader runs itself: some labels are wrong, all epochs are run, accuracy is taken at inference."""

from grader.checks import gap
from grader.checks import training as learning
from grader.examiner import check

TASK = "train"


@check(task=TASK, points=3, concept="generalisation")
def test_training_accuracy(gap_run, params, submission):
    """Learns the training pictures."""
    learning.assert_training_accuracy(gap_run, params.train_accuracy, submission.training_labels)
    submission.require_more_than_guessing(gap_run)


@check(task=TASK, points=4, concept="generalisation")
def test_unseen_accuracy(gap_run, params):
    """Recognises pictures that it has never seen."""
    learning.assert_unseen_accuracy(gap_run, params.unseen_accuracy)


@check(task=TASK, points=6, concept="overfitting")
def test_gap(gap_run, params):
    """Does about as well on new pictures as on those of its training."""
    gap.assert_narrow_gap(gap_run, params.max_gap)

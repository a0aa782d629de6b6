"""Hidden checks of the training, which the grader runs itself on the student's model and batches."""

from grader.checks import training as learning
from grader.examiner import check

TASK = "train"


@check(task=TASK, points=6, concept="generalisation")
def test_training_accuracy(training, params, submission):
    """Learns the training pictures."""
    learning.assert_training_accuracy(training, params.train_accuracy, submission.training_labels)
    submission.require_more_than_guessing(training)


@check(task=TASK, points=10, concept="generalisation")
def test_unseen_accuracy(training, params):
    """Recognises pictures that it has never seen."""
    learning.assert_unseen_accuracy(training, params.unseen_accuracy)

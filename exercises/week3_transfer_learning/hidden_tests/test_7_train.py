"""Hidden checks of the training: the student's own chain of functions, fitted by the grader on the student's batches."""

from grader.checks import training as learning
from grader.checks import transferred
from grader.examiner import check

TASK = "train"


@check(task=TASK, points=5, concept="generalisation")
def test_unseen_accuracy(transfer, params):
    """Recognises pictures that it has never seen."""
    learning.assert_unseen_accuracy(
        transfer.training, params.unseen_accuracy, len(params.class_names),
        built_by="create_final_model", then="the learning rate",
    )  # fmt: skip


@check(task=TASK, points=3, concept="freezing")
def test_backbone_identical(transfer):
    """Leaves the backbone exactly as it was, from the first epoch to the last."""
    transferred.assert_backbone_identical(transfer.trained)

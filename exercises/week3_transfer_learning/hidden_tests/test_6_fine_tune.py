"""Hidden checks of `fine_tune`: on the grader's own final model, with numbers of layers that nobody could know."""

from grader.checks import fine_tuning
from grader.examiner import check

TASK = "fine_tune"


@check(task=TASK, points=2, concept="fine-tuning")
def test_returns_compiled(tuned):
    """Returns the model, compiled again."""
    fine_tuning.assert_compiled_again(tuned)


@check(task=TASK, points=4, concept="fine-tuning")
def test_top_layers(tuned):
    """Opens exactly the last layers of the backbone, as many as asked for."""
    fine_tuning.assert_top_layers_thawed(tuned)


@check(task=TASK, points=3, concept="batch-normalization")
def test_normalisation_closed(tuned):
    """Keeps every BatchNormalization of the backbone frozen."""
    fine_tuning.assert_normalisation_closed(tuned)


@check(task=TASK, points=2, concept="fine-tuning")
def test_lower_rate(tuned):
    """Goes on with a lower learning rate than before."""
    fine_tuning.assert_lower_rate(tuned)


@check(task=TASK, points=1, concept="fine-tuning")
def test_head_learns(tuned):
    """Lets the head go on learning."""
    fine_tuning.assert_head_still_learns(tuned)

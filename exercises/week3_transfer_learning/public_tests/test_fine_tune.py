"""Public checks of `fine_tune`."""

from grader.checks import fine_tuning
from grader.examiner import check

TASK = "fine_tune"


@check(task=TASK, points=0, concept="fine-tuning")
def test_returns_compiled(tuned):
    """Returns the model, compiled again."""
    fine_tuning.assert_compiled_again(tuned)


@check(task=TASK, points=0, concept="fine-tuning")
def test_top_layers(tuned):
    """Opens exactly the last layers of the backbone, as many as asked for."""
    fine_tuning.assert_top_layers_thawed(tuned)

"""Hidden checks of `create_model`: the model, rebuilt from its config and weights, judged by what it does."""

from grader.checks import architecture
from grader.examiner import check

TASK = "create_model"


@check(task=TASK, points=100, concept="convolutions")
def test_convolutions(model, params):
    """Has enough convolutions, with pooling between them."""
    architecture.assert_convolutions(model, params.min_convolutions)

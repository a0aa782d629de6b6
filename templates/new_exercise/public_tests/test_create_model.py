"""Public checks of `create_model`: what a student may run while working."""

from grader.checks import architecture
from grader.examiner import check

TASK = "create_model"


@check(task=TASK, points=0, concept="convolutions")
def test_convolutions(model, params):
    """Has enough convolutions, with pooling between them."""
    architecture.assert_convolutions(model, params.min_convolutions)

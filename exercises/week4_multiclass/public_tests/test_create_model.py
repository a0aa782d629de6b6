"""Public checks of `create_model`."""

from grader.checks import architecture
from grader.examiner import check

TASK = "create_model"


@check(task=TASK, points=0, concept="metrics")
def test_compiled(model, compile_config):
    """Returns a compiled Keras model."""
    architecture.assert_compiled(compile_config)


@check(task=TASK, points=0, concept="channels")
def test_input_shape(model, params):
    """Takes the pictures as the pipeline gives them."""
    architecture.assert_input_shape(model, params.image_size, params.channels)


@check(task=TASK, points=0, concept="small-networks")
def test_convolutions(model, params):
    """Has one or two convolutions, and no more pooling layers than that."""
    architecture.assert_at_most_convolutions(model, params.max_convolutions, params.min_convolutions)

"""Public checks of `create_model`."""

from grader.checks import architecture
from grader.examiner import check

TASK = "create_model"


@check(task=TASK, points=0, concept="metrics")
def test_compiled(model, compile_config):
    """Returns a compiled Keras model."""
    architecture.assert_compiled(compile_config)


@check(task=TASK, points=0, concept="one-size")
def test_input_shape(model, params):
    """Takes the images as the pipeline gives them."""
    architecture.assert_input_shape(model, params.image_size, params.channels)


@check(task=TASK, points=0, concept="convolutions")
def test_convolutions(model, params):
    """Has enough convolutions, with pooling between them."""
    architecture.assert_convolutions(model, params.min_convolutions)

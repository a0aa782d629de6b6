"""Public checks of `create_model`."""

from grader.checks import architecture, regularisation
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


@check(task=TASK, points=0, concept="augmentation")
def test_augmented_first(passage, overfitting):
    """Augments pictures before anything learns from them."""
    regularisation.assert_augmented_first(passage, pipeline_augments=overfitting.pipeline_augments)


@check(task=TASK, points=0, concept="dropout")
def test_dropout_active(passage):
    """Drops values while it trains, and only then."""
    regularisation.assert_dropout_active(passage)

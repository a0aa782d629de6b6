"""Hidden checks of `create_model`: the model, rebuilt from its config and weights, judged by what it does."""

from grader.checks import architecture, outputs
from grader.examiner import check

TASK = "create_model"


@check(task=TASK, points=2, concept="metrics")
def test_compiled(model, compile_config):
    """Returns a compiled Keras model."""
    architecture.assert_compiled(compile_config)


@check(task=TASK, points=3, concept="one-size")
def test_input_shape(model, params):
    """Takes the images as the pipeline gives them."""
    architecture.assert_input_shape(model, params.image_size, params.channels)


@check(task=TASK, points=5, concept="rescaling")
def test_rescaling(model, submission):
    """Brings pixel values to a small range, once."""
    submission.over_pictures(lambda: architecture.assert_rescaled_once(model, submission.model_images))


@check(task=TASK, points=4, concept="convolutions")
def test_convolutions(model, params):
    """Has enough convolutions, with pooling between them."""
    architecture.assert_convolutions(model, params.min_convolutions)


@check(task=TASK, points=6, concept="output-and-loss")
def test_output_fits_loss(model, submission, params):
    """Has an output, a loss and labels that fit each other."""
    head, kind = submission.head, submission.label_kind
    submission.over_pipeline(lambda: outputs.assert_output_fits_loss(head, kind, len(params.class_names)))


@check(task=TASK, points=2, concept="metrics")
def test_accuracy_metric(model, compile_config, submission):
    """Reports accuracy while it trains."""
    known, units = compile_config or {}, outputs.units_of(model)
    outputs.assert_accuracy_metric(known, units, submission.label_kind, submission.model_data.unknown_metrics)


@check(task=TASK, points=2, concept="parameters")
def test_parameter_budget(model, params):
    """Stays within the budget of parameters."""
    architecture.assert_parameter_budget(model, params.max_parameters)

"""Hidden checks of `create_model`: the model, rebuilt from its config and weights, judged by what it does."""

from grader.checks import architecture, outputs, regularisation
from grader.examiner import check

TASK = "create_model"


@check(task=TASK, points=1, concept="metrics")
def test_compiled(model, compile_config):
    """Returns a compiled Keras model."""
    architecture.assert_compiled(compile_config)


@check(task=TASK, points=2, concept="one-size")
def test_input_shape(model, params):
    """Takes the images as the pipeline gives them."""
    architecture.assert_input_shape(model, params.image_size, params.channels)


@check(task=TASK, points=4, concept="augmentation")
def test_augmented_first(passage, overfitting):
    """Augments pictures before anything learns from them."""
    regularisation.assert_augmented_first(passage, pipeline_augments=overfitting.pipeline_augments)


@check(task=TASK, points=2, concept="augmentation")
def test_augmented_once(passage, overfitting):
    """Augments pictures a single time."""
    own = overfitting.own_layers
    regularisation.assert_augmented_once(passage, own, pipeline_augments=overfitting.pipeline_augments)


@check(task=TASK, points=3, concept="rescaling")
def test_rescaling(model, submission):
    """Brings pixel values to a small range, once."""
    submission.over_pictures(lambda: architecture.assert_rescaled_once(model, submission.model_images))


@check(task=TASK, points=2, concept="convolutions")
def test_convolutions(model, params):
    """Has enough convolutions, with pooling between them."""
    architecture.assert_convolutions(model, params.min_convolutions)


@check(task=TASK, points=5, concept="dropout")
def test_dropout_active(passage):
    """Drops values while it trains, and only then."""
    regularisation.assert_dropout_active(passage)


@check(task=TASK, points=2, concept="dropout")
def test_dropout_rate(dropping):
    """Drops a sensible share of the values."""
    regularisation.assert_dropout_rate(dropping)


@check(task=TASK, points=3, concept="dropout")
def test_dropout_place(dropping):
    """Drops values between the convolutions and the output."""
    regularisation.assert_dropout_place(dropping)


@check(task=TASK, points=2, concept="output-and-loss")
def test_output_fits_loss(model, submission, params):
    """Has an output, a loss and labels that fit each other."""
    head, kind = submission.head, submission.label_kind
    submission.over_pipeline(lambda: outputs.assert_output_fits_loss(head, kind, len(params.class_names)))


@check(task=TASK, points=1, concept="metrics")
def test_accuracy_metric(model, compile_config, submission):
    """Reports accuracy while it trains."""
    known, units = compile_config or {}, outputs.units_of(model)
    outputs.assert_accuracy_metric(known, units, submission.label_kind, submission.model_data.unknown_metrics)


@check(task=TASK, points=1, concept="parameters")
def test_parameter_budget(model, params):
    """Stays within the budget of parameters."""
    architecture.assert_parameter_budget(model, params.max_parameters)

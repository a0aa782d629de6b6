"""Hidden checks of `create_model`: the model, rebuilt from its config and weights, judged by what it does."""

from grader.checks import activations, architecture, outputs
from grader.examiner import check

TASK = "create_model"


@check(task=TASK, points=1, concept="metrics")
def test_compiled(model, compile_config):
    """Returns a compiled Keras model."""
    architecture.assert_compiled(compile_config)


@check(task=TASK, points=1, concept="many-outputs")
def test_stands_alone(model, submission):
    """Builds it from constants, not from a data set that another cell has made."""
    submission.require_alone("create_model")


@check(task=TASK, points=3, concept="channels")
def test_input_shape(model, params):
    """Takes the pictures as the pipeline gives them."""
    architecture.assert_input_shape(model, params.image_size, params.channels)


@check(task=TASK, points=4, concept="rescaling")
def test_rescaling(model, submission):
    """Brings pixel values to a small range, once."""
    submission.over_pictures(lambda: architecture.assert_rescaled_once(model, submission.model_images))


@check(task=TASK, points=4, concept="small-networks")
def test_convolutions(model, params):
    """Has one or two convolutions, and no more pooling layers than that."""
    architecture.assert_at_most_convolutions(model, params.max_convolutions, params.min_convolutions)


@check(task=TASK, points=3, concept="activations")
def test_convolutions_activated(model, submission):
    """Has an activation after each convolution."""
    activations.assert_convolutions_activated(model, submission.model_images)


@check(task=TASK, points=6, concept="many-outputs")
def test_output_fits_loss(submission, multiclass, params):
    """Has an output, a loss and labels that fit each other."""
    form = multiclass.label_form
    head, kind, needed = submission.head, form.kind if form else None, form.outputs if form else None
    submission.over_pipeline(
        lambda: outputs.assert_output_fits_loss(head, kind, len(params.class_names), needed)
    )  # fmt: skip


@check(task=TASK, points=2, concept="metrics")
def test_accuracy_metric(model, compile_config, submission, multiclass):
    """Reports an accuracy that fits many classes."""
    form, known, units = multiclass.label_form, compile_config or {}, outputs.units_of(model)
    outputs.assert_accuracy_metric(known, units, form.kind if form else None, submission.model_data.unknown_metrics)


@check(task=TASK, points=2, concept="small-networks")
def test_parameter_budget(model, params):
    """Stays within the budget of parameters."""
    architecture.assert_parameter_budget(model, params.max_parameters)

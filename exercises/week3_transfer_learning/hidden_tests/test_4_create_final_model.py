"""Hidden checks of `create_final_model`: on the grader's own backbone, before and after real training steps."""

from grader.checks import architecture, outputs, regularisation, transferred
from grader.examiner import check

TASK = "create_final_model"


@check(task=TASK, points=1, concept="metrics")
def test_compiled(transfer):
    """Returns a compiled Keras model."""
    assert transfer.final.rebuilt
    architecture.assert_compiled(transfer.final.model_data.compile_config)


@check(task=TASK, points=3, concept="cutting")
def test_built_on_cut(transfer, params):
    """Goes from the backbone's input through the cut to layers of its own."""
    architecture.assert_input_shape(transfer.final.rebuilt.model, params.image_size, params.channels, transferred.BEGIN)
    transferred.assert_built_on_cut(transfer.built, params.last_layer)
    transfer.require_leaning()


@check(task=TASK, points=4, concept="pre-trained-weights")
def test_backbone_unchanged(transfer):
    """Holds the backbone's weights as they were given."""
    transferred.assert_backbone_unchanged(transfer.held)


@check(task=TASK, points=5, concept="freezing")
def test_backbone_frozen(transfer):
    """Leaves the backbone as it is while the network trains."""
    transferred.assert_backbone_frozen(transfer.stepped)


@check(task=TASK, points=3, concept="freezing")
def test_head_learns(transfer):
    """Has layers behind the backbone that learn."""
    transferred.assert_head_learns(transfer.stepped)


@check(task=TASK, points=4, concept="preprocessing", needs=["train_val_datasets"])
def test_preprocessing(transfer):
    """Brings pixels to the backbone's own range, once, over pipeline and model together."""
    transferred.assert_preprocessed_once(transfer.reach, *transfer.range)


@check(task=TASK, points=2, concept="dropout")
def test_dropout(transfer):
    """Has dropout that works in training alone."""
    regularisation.assert_dropout_active(transfer.passage)


@check(task=TASK, points=4, concept="output-and-loss")
def test_output_fits_loss(transfer, submission, params):
    """Has an output, a loss and labels that fit each other."""
    outputs.assert_output_fits_loss(transfer.final.head, submission.label_kind, len(params.class_names))


@check(task=TASK, points=2, concept="metrics")
def test_accuracy_metric(transfer, submission):
    """Reports accuracy."""
    final = transfer.final
    known, units = final.model_data.compile_config or {}, outputs.units_of(final.rebuilt.model)
    outputs.assert_accuracy_metric(known, units, submission.label_kind, final.model_data.unknown_metrics)

"""Public checks of `create_final_model`."""

from grader.checks import architecture, transferred
from grader.examiner import check

TASK = "create_final_model"


@check(task=TASK, points=0, concept="metrics")
def test_compiled(transfer):
    """Returns a compiled Keras model."""
    assert transfer.final.rebuilt
    architecture.assert_compiled(transfer.final.model_data.compile_config)


@check(task=TASK, points=0, concept="cutting")
def test_built_on_cut(transfer, params):
    """Goes from the backbone's input through the cut to layers of its own."""
    architecture.assert_input_shape(transfer.final.rebuilt.model, params.image_size, params.channels, transferred.BEGIN)
    transferred.assert_built_on_cut(transfer.built, params.last_layer)


@check(task=TASK, points=0, concept="freezing")
def test_backbone_frozen(transfer):
    """Leaves the backbone as it is while the network trains."""
    transferred.assert_backbone_frozen(transfer.stepped)


@check(task=TASK, points=0, concept="freezing")
def test_head_learns(transfer):
    """Has layers behind the backbone that learn."""
    transferred.assert_head_learns(transfer.stepped)


@check(task=TASK, points=0, concept="preprocessing", needs=["train_val_datasets"])
def test_preprocessing(transfer):
    """Brings pixels to the backbone's own range, once, over pipeline and model together."""
    transferred.assert_preprocessed_once(transfer.reach, *transfer.range)

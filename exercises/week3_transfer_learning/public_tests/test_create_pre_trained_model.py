"""Public checks of `create_pre_trained_model`."""

from grader.checks import architecture
from grader.checks import transfer as borrowed
from grader.examiner import check

TASK = "create_pre_trained_model"


@check(task=TASK, points=0, concept="backbone")
def test_input_shape(transfer, params):
    """Takes the pictures as the pipeline gives them."""
    architecture.assert_input_shape(transfer.pretrained.rebuilt.model, params.image_size, params.channels)


@check(task=TASK, points=0, concept="backbone")
def test_no_top(transfer):
    """Ends in maps, without its old classes on top."""
    borrowed.assert_no_top(transfer.pretrained.rebuilt.model)


@check(task=TASK, points=0, concept="pre-trained-weights")
def test_weights_loaded(transfer):
    """Holds the weights of the file, value by value."""
    borrowed.assert_weights_loaded(transfer.pretrained.model_data, transfer.truth)


@check(task=TASK, points=0, concept="freezing")
def test_frozen(transfer):
    """Has nothing in it that training would change."""
    borrowed.assert_nothing_trainable(transfer.pretrained.model_data)

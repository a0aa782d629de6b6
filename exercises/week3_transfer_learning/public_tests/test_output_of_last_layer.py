"""Public checks of `output_of_last_layer`."""

from grader.checks import transfer as borrowed
from grader.examiner import check

TASK = "output_of_last_layer"


@check(task=TASK, points=0, concept="cutting")
def test_connected(transfer):
    """Returns an output that still hangs on the backbone's input."""
    assert transfer.cut.rebuilt.model.inputs


@check(task=TASK, points=0, concept="cutting")
def test_right_layer(transfer, params):
    """Returns the output of the layer asked for, as it is."""
    borrowed.assert_right_layer(
        transfer.cut.rebuilt.model, transfer.own_cut, transfer.backbone, params.last_layer, transfer.pictures
    )

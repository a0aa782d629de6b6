"""Public checks of `EarlyStoppingCallback`."""

from grader.checks import callbacks
from grader.examiner import check

TASK = "EarlyStoppingCallback"


@check(task=TASK, points=0, concept="callbacks")
def test_stops_when_both_hold(stops, params):
    """Stops the training once both accuracies are high enough."""
    callbacks.assert_stops(*stops, "both", (params.stop_accuracy, params.stop_val_accuracy))

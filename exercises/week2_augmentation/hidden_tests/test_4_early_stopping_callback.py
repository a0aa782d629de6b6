"""Hidden checks of `EarlyStoppingCallback`: made-up logs on either side of each threshold, in any epoch."""

import pytest

from grader.checks import callbacks
from grader.examiner import check

TASK = "EarlyStoppingCallback"


@pytest.fixture
def goal(params):
    return params.stop_accuracy, params.stop_val_accuracy


@check(task=TASK, points=3, concept="callbacks")
def test_stops_when_both_hold(stops, goal):
    """Stops the training once both accuracies are high enough."""
    callbacks.assert_stops(*stops, "both", goal)


@check(task=TASK, points=3, concept="callbacks")
def test_goes_on_while_one_is_missing(stops, goal):
    """Lets the training go on while one of them is too low."""
    callbacks.assert_stops(*stops, "one", goal)


@check(task=TASK, points=3, concept="callbacks")
def test_stops_at_the_threshold(stops, goal):
    """Counts the threshold itself as reached."""
    callbacks.assert_stops(*stops, "edge", goal)

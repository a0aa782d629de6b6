"""Public checks of `plot_history`."""

from grader.checks import figures
from grader.examiner import check

TASK = "plot_history"


@check(task=TASK, points=0, concept="curves")
def test_returns_figure(history_drawing):
    """Returns a matplotlib figure."""
    assert history_drawing is not None


@check(task=TASK, points=0, concept="curves")
def test_loss_curves(history_drawing, history):
    """Shows the loss of training and validation with their true values."""
    figures.assert_curves(history_drawing, history, "loss")

"""Hidden checks of `plot_history`: the lines, labels and legends of the figure that it returns."""

from grader.checks import figures
from grader.examiner import check

TASK = "plot_history"


@check(task=TASK, points=1, concept="curves")
def test_returns_figure(history_drawing):
    """Returns a matplotlib figure."""
    figures.assert_not_blank(history_drawing)


@check(task=TASK, points=2, concept="curves")
def test_loss_curves(history_drawing, history):
    """Shows the loss of training and validation with their true values."""
    figures.assert_curves(history_drawing, history, "loss")


@check(task=TASK, points=2, concept="curves")
def test_accuracy_curves(history_drawing, history):
    """Shows the accuracy of training and validation with their true values."""
    figures.assert_curves(history_drawing, history, "accuracy")


@check(task=TASK, points=2, concept="curves")
def test_axes_labelled(history_drawing, history):
    """Labels the axes."""
    figures.assert_axes_labelled(history_drawing, history)


@check(task=TASK, points=1, concept="curves")
def test_legend(history_drawing, history):
    """Tells the curves apart in a legend."""
    figures.assert_legend(history_drawing, len(history["loss"]))

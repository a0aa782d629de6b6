"""What counts as a plot of loss and accuracy, from real matplotlib figures."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from grader.checks import figures
from grader.checks.finding import CheckFailed
from grader.examiner.answers import drawing_of
from grader.student.adapters.figures import describe_figure
from grader.wire import Message

HISTORY = {
    "loss": [0.7, 0.5, 0.3], "val_loss": [0.72, 0.6, 0.55], "accuracy": [0.5, 0.7, 0.9], "val_accuracy": [0.5, 0.6, 0.7],
}  # fmt: skip
EPOCHS = 3
CHECKS: dict[str, Callable[[figures.Drawing], None]] = {
    "loss": lambda d: figures.assert_curves(d, HISTORY, "loss"),
    "accuracy": lambda d: figures.assert_curves(d, HISTORY, "accuracy"),
    "axes": lambda d: figures.assert_axes_labelled(d, HISTORY),
    "legend": lambda d: figures.assert_legend(d, EPOCHS),
    "blank": figures.assert_not_blank,
}


def labelled_as_a_whole() -> Figure:
    """Labels of the figure, for all of its plots."""
    figure = draw(xlabel="", ylabel=False)
    figure.supxlabel("epoch")
    figure.supylabel("value")
    return figure


def draw(**change: object) -> Figure:
    """The usual two plots, with one thing changed."""
    options = {"labels": ("training", "validation"), "legend": True, "xlabel": "epoch", "ylabel": True, "factor": 1.0}
    options |= change
    figure = Figure()
    for ax, name in zip(figure.subplots(1, 2), ("loss", "accuracy"), strict=True):
        for key, label in zip((name, f"val_{name}"), options["labels"], strict=True):  # type: ignore[call-overload]
            ax.plot([value * options["factor"] for value in HISTORY[key]], label=label)  # type: ignore[operator]
        ax.set_xlabel(str(options["xlabel"]))
        ax.set_ylabel(name if options["ylabel"] else "")
        if options["legend"]:
            ax.legend()
    return figure


def failing(figure: Figure) -> set[str]:
    body, arrays = describe_figure(figure, "plot_history")
    drawing = drawing_of(Message("answer", body, arrays))
    assert drawing.png.startswith(b"\x89PNG")
    failed = set()
    for name, assertion in CHECKS.items():
        try:
            assertion(drawing)
        except CheckFailed:
            failed.add(name)
    return failed


def one_pair_of_axes() -> Figure:
    figure = Figure()
    ax = figure.subplots()
    for name, values in HISTORY.items():
        ax.plot(range(1, 4), values, label=name)
    ax.set(xlabel="Epoche", ylabel="Wert")
    ax.legend()
    return figure


def two_scales(names: int = 4) -> Figure:
    """Loss and accuracy in one picture, with one legend for the first few curves of both axes."""
    figure = Figure()
    ax = figure.subplots()
    lines = []
    for one, name in zip((ax, ax.twinx()), ("loss", "accuracy"), strict=True):
        lines += [one.plot(HISTORY[key], label=key)[0] for key in (name, f"val_{name}")]
        one.set(xlabel="epoch", ylabel=name)
    ax.legend(handles=lines[:names])
    return figure


def shared_x_and_figure_legend() -> Figure:
    figure = Figure()
    axes = figure.subplots(2, 1, sharex=True)
    for ax, name in zip(axes, ("loss", "accuracy"), strict=True):
        lines = [ax.plot(HISTORY[key])[0] for key in (name, f"val_{name}")]
        ax.set_ylabel(name)
    axes[1].set_xlabel("epoch")
    figure.legend(lines, ["train", "val"])
    return figure


def marked() -> Figure:
    """The best epoch is marked by a line that is no curve."""
    figure = draw()
    for ax in figure.axes:
        ax.axvline(1)
    return figure


def made_up() -> Figure:
    """Lines that know nothing of the history, with labels and legend."""
    figure = Figure()
    for ax in figure.subplots(1, 2):
        ax.plot([0, 1, 2, 3, 4], label="training")
        ax.plot([0.5] * EPOCHS, label="validation")
        ax.set(xlabel="epoch", ylabel="value")
        ax.legend()
    return figure


def copied(*labels: str) -> Figure:
    """Two plots with these labels upwards."""
    figure = draw()
    for ax, label in zip(figure.axes, labels, strict=True):
        ax.set_ylabel(label)
    return figure


def unseen(**options: object) -> Figure:
    """All the lines are there, and nobody can see them."""
    figure = draw()
    for ax in figure.axes:
        for line in ax.get_lines():
            line.set(**options)
    return figure


def loss_twice() -> Figure:
    """The plot that says accuracy shows the loss again."""
    figure = draw()
    for line, key in zip(figure.axes[1].get_lines(), ("loss", "val_loss"), strict=True):
        line.set_ydata(HISTORY[key])
    return figure


@pytest.mark.parametrize(
    "figure",
    [
        draw(),
        one_pair_of_axes(),
        shared_x_and_figure_legend(),
        two_scales(),
        draw(labels=("Lernen", "Prüfen")),
        marked(),
        draw(labels=("Loss value", "latest val_loss")),
        labelled_as_a_whole(),
        copied("Loss (log)", "Acc in %"),
        copied("loss and accuracy", "loss and accuracy"),
        copied("value", "accumulated loss of accuracy"),
    ],
    ids=[
        "two plots",
        "one plot",
        "shared x",
        "two scales",
        "another language",
        "marked",
        "words that hold val and test",
        "whole figure",
        "other words",
        "both names",
        "both names and another word",
    ],
)
def test_every_readable_plot_passes(figure: Figure) -> None:
    """How many plots, which words and where the legend stands is the student's choice."""
    assert failing(figure) == set()


@pytest.mark.parametrize(
    ("figure", "expected"),
    [
        (draw(labels=("validation", "training")), {"loss", "accuracy"}),
        (draw(legend=False), {"legend"}),
        (two_scales(names=2), {"legend"}),
        (draw(xlabel=""), {"axes"}),
        (draw(ylabel=False), {"axes"}),
        (draw(factor=0.5), {"loss", "accuracy"}),
        (Figure(), {"loss", "accuracy", "axes", "legend", "blank"}),
        (made_up(), {"loss", "accuracy", "axes", "legend"}),
        (loss_twice(), {"accuracy"}),
        (copied("loss", "Loss"), {"axes"}),
        (copied("Accuracy [%]", "accuracy"), {"axes"}),
        (unseen(visible=False), {"loss", "accuracy", "axes", "legend", "blank"}),
        (unseen(alpha=0), {"loss", "accuracy", "axes", "legend", "blank"}),
    ],
    ids=[
        "swapped",
        "no legend",
        "two of four",
        "no x label",
        "no y label",
        "other values",
        "empty",
        "made up",
        "loss drawn twice",
        "loss twice",
        "accuracy twice",
        "invisible",
        "transparent",
    ],
)
def test_what_is_missing_is_found(figure: Figure, expected: set[str]) -> None:
    """Each fault fails its own check and no other."""
    assert failing(figure) == expected


def test_accuracy_in_percent_is_the_same_curve() -> None:
    """Fractions and percent say the same."""
    figure = Figure()
    ax = figure.subplots()
    for key in ("accuracy", "val_accuracy"):
        ax.plot([100 * value for value in HISTORY[key]], label=key)
    body, arrays = describe_figure(figure, "plot_history")
    figures.assert_curves(drawing_of(Message("answer", body, arrays)), HISTORY, "accuracy")


def shown(draw_one: Callable[[Axes, int], object]) -> int:
    """How many of six drawings count."""
    figure = Figure()
    for number, ax in enumerate(figure.subplots(2, 3).flat):
        draw_one(ax, number)
    body, arrays = describe_figure(figure, "plot_feature_maps")
    return drawing_of(Message("answer", body, arrays)).count


MAPS = np.random.default_rng(0).uniform(0, 1, (6, 8, 8))


@pytest.mark.parametrize(
    ("draw_one", "count"),
    [
        (lambda ax, i: ax.imshow(MAPS[i]), 6),
        (lambda ax, i: ax.matshow((MAPS[i] * 255).astype("uint8"), cmap="gray"), 6),
        (lambda ax, i: ax.pcolormesh(MAPS[i]), 6),
        (lambda ax, i: ax.imshow(np.stack([MAPS[i]] * 3, axis=-1)), 6),
        (lambda ax, i: ax.imshow(MAPS[i][: i + 1, :1]), 6),
        (lambda ax, i: ax.imshow(np.where(MAPS[i] > 0.5, MAPS[i], np.nan)), 6),
        (lambda ax, i: ax.imshow(MAPS[0]), 1),
        (lambda ax, i: ax.imshow(np.zeros((8, 8 + i))), 0),
        (lambda ax, i: ax.imshow(np.full((8, 8, 3), (0.1 * i, 0.5, 1.0))), 0),
        (lambda ax, i: ax.plot(MAPS[i]), 0),
    ],
    ids=["maps", "bytes", "mesh", "colour", "single pixel", "holes", "one again", "zeros", "one colour", "lines"],
)
def test_only_images_that_show_something_new_count(draw_one: Callable[[Axes, int], object], count: int) -> None:
    """Blank ones and repeated ones are no pictures of layers."""
    assert shown(draw_one) == count

"""What a figure of a training run shows, read off its lines, labels and legends."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.checks.finding import CheckFailed

Array = np.ndarray[Any, Any]
_VALIDATION = re.compile(r"(?<![a-z])(val(id\w*)?|test(s|ing)?)(?![a-z])")
"""`val_loss`, `validation`, `test accuracy`, but not `loss value` or `latest`."""
QUANTITIES = {"loss": re.compile("loss"), "accuracy": re.compile(r"acc(uracy)?(?![a-z])")}
"""What a plot of a training shows, and how a label names it; a label in other words or another language names neither."""
WHY_CURVES = "The two curves side by side tell whether the network still learns and when it begins to memorise."


@dataclass(frozen=True)
class Line:
    """One line of a plot: x and y of equal meaning, its label as drawn."""

    label: str
    x: Array
    y: Array


@dataclass(frozen=True)
class Axes:
    """One pair of axes.

    `position` is (left, right, bottom, top) in fractions of the figure.
    """

    title: str
    xlabel: str
    ylabel: str
    legend: tuple[str, ...]
    position: tuple[float, float, float, float]
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Drawing:
    """One figure as evidence.

    Attributes:
        legend: the texts of a legend of the whole figure.
        png: the picture as bytes.
        count: how many different images it shows, blank ones left out.
        images: the first of them, (height, width) each, a colour image as three.
    """

    axes: tuple[Axes, ...]
    legend: tuple[str, ...]
    png: bytes
    count: int = 0
    images: tuple[Array, ...] = ()


def _matches(line: Line, values: Sequence[float]) -> bool:
    """Whether the line shows these values over evenly rising epochs; percent are as good as fractions."""
    if len(line.y) != len(values):
        return False
    wanted = np.asarray(values, dtype=np.float64)
    rising = len(line.x) == len(line.y) and bool(np.all(np.diff(line.x) > 0))
    return rising and (np.allclose(line.y, wanted, atol=1e-6) or np.allclose(line.y, wanted * 100, atol=1e-4))


def find_line(drawing: Drawing, values: Sequence[float]) -> tuple[Axes, Line] | None:
    """The axes and line that show `values`, or None."""
    for axes in drawing.axes:
        for line in axes.lines:
            if _matches(line, values):
                return axes, line
    return None


def assert_curves(drawing: Drawing, history: Mapping[str, Sequence[float]], quantity: str) -> None:
    """The figure shows `quantity` and `val_quantity` with the true values, and their labels are not swapped.

    Args:
        drawing: the figure.
        history: values per epoch by key.
        quantity: `loss` or `accuracy`.

    Raises:
        CheckFailed: a curve is missing, has other values, or carries the other one's label.
    """
    found = {}
    for key, name in ((quantity, "training"), (f"val_{quantity}", "validation")):
        hit = find_line(drawing, history[key])
        if hit is None:
            lines = sum(len(axes.lines) for axes in drawing.axes)
            raise CheckFailed(
                f"No line in the figure shows the {name} {quantity} (lines in the figure: {lines}).",
                expected=f"One line with the values of `history.history[{key!r}]`, one point an epoch.",
                why=WHY_CURVES,
                hint=f"`plt.plot(history.history[{key!r}])`: the values come from the argument, not from a variable outside.",
            )
        found[name] = hit[1].label.lower()
    train, validation = found["training"], found["validation"]
    if _says_validation(train) or _says_training(validation):
        raise CheckFailed(
            f"The {quantity} of training carries the label “{train}”, that of validation “{validation}”.",
            expected="Each curve carries its own label.",
            why="Swapped labels turn overfitting into its opposite.",
            hint="Keys that begin with `val_` are the validation side.",
        )


def _says_validation(label: str) -> bool:
    return _VALIDATION.search(label) is not None and "train" not in label


def _says_training(label: str) -> bool:
    return "train" in label and _VALIDATION.search(label) is None


def assert_not_blank(drawing: Drawing) -> None:
    """The figure holds a line at least.

    Raises:
        CheckFailed: nothing is drawn in it.
    """
    if not any(axes.lines for axes in drawing.axes):
        raise CheckFailed(
            "The figure that was returned holds no lines.",
            expected="The figure in which loss and accuracy are drawn.",
            why=WHY_CURVES,
            hint="`fig, axes = plt.subplots(1, 2)`, draw with `axes[0].plot(...)`, and return that very `fig`.",
        )


def _holds(axes: Axes, values: Sequence[float]) -> bool:
    return any(_matches(line, values) for line in axes.lines)


def _curves(axes: Axes, epochs: int) -> list[Line]:
    """Lines with one point an epoch (the first may be left out) that are not flat: whatever else is drawn is no curve."""
    return [line for line in axes.lines if epochs - 1 <= len(line.y) <= epochs and np.ptp(line.y) > 0]


def _curve_axes(drawing: Drawing, epochs: int) -> list[Axes]:
    return [axes for axes in drawing.axes if _curves(axes, epochs)]


def assert_axes_labelled(drawing: Drawing, history: Mapping[str, Sequence[float]]) -> None:
    """Axes that hold curves name what runs up and what runs along; one x label serves a column of axes.

    Args:
        drawing: the figure.
        history: that was to be drawn; other lines than its curves are not looked at.

    Raises:
        CheckFailed: a label is missing, the one upwards names the other quantity, or no axes hold a curve.
    """
    epochs = len(history["loss"])
    holders = _curve_axes(drawing, epochs)
    for axes in holders:
        left, right = axes.position[:2]
        column = [other for other in drawing.axes if other.position[0] < right and other.position[1] > left]
        missing = []
        if not any(other.xlabel.strip() for other in column):
            missing.append("x")
        if not axes.ylabel.strip():
            missing.append("y")
        if missing:
            raise CheckFailed(
                f"The {' and the '.join(missing)} axis of a plot has no label.",
                expected='Every plot says what it shows: for example "epoch" along and "loss" upwards.',
                why="A picture without labels can be read only by the one who made it, and only today.",
                hint="`ax.set_xlabel(...)` and `ax.set_ylabel(...)`, or `plt.xlabel` and `plt.ylabel`, for each plot.",
            )
        drawn = {name for name in QUANTITIES if any(_holds(axes, history[key]) for key in (name, f"val_{name}"))}
        named = {name for name, word in QUANTITIES.items() if word.search(axes.ylabel.lower())}
        # Where the quantity that it names is drawn nowhere, these are the wrong curves, which is said elsewhere.
        elsewhere = all(find_line(drawing, history[name]) for name in named)
        if len(drawn) == 1 and named and elsewhere and not named & drawn:
            raise CheckFailed(
                f"The plot of {min(drawn)} says “{axes.ylabel.strip()}” upwards.",
                expected="Every plot says what it shows.",
                why="A picture with the wrong label is worse than one without: it is believed.",
                hint="Lines that were copied from the other plot keep its labels: look at `set_ylabel`, the title and the legend.",
            )
    if not holders:
        raise CheckFailed(
            "The figure holds no curve of the history that it was given.",
            expected="Plots of loss and accuracy with labelled axes.", why=WHY_CURVES,
            hint="Draw `history.history[...]` with `ax.plot(...)` on the figure that you return.",
        )  # fmt: skip


def _in_one_place(axes: Axes, other: Axes) -> bool:
    return bool(np.allclose(axes.position, other.position, atol=1e-3))


def _names(drawing: Drawing, axes: Axes) -> set[str]:
    """Texts of all legends that stand in the place of these axes."""
    return {text for other in drawing.axes if _in_one_place(axes, other) for text in other.legend}


def assert_legend(drawing: Drawing, epochs: int) -> None:
    """Axes with two or more curves have a legend that names at least two, or the figure has one for all.

    Axes in one place, as `twinx()` makes them, are one plot to the eye: the legend of either may name the curves of both.

    Args:
        drawing: the figure.
        epochs: of the history that was to be drawn; other lines are not looked at.

    Raises:
        CheckFailed: no legend, one that does not tell the curves apart, or no curves to tell apart.
    """
    holders = _curve_axes(drawing, epochs)
    if holders and len(set(drawing.legend)) > 1:
        return
    crowded = [axes for axes in holders if len(_curves(axes, epochs)) > 1]
    titled = all(axes.title or axes.legend or len(_names(drawing, axes)) > 1 for axes in holders)
    lacking = [
        axes
        for axes in crowded
        if len(set(axes.legend)) < 2
        and len(_names(drawing, axes)) < 2 * sum(_in_one_place(axes, other) for other in crowded)
    ]
    if lacking or (not crowded and not titled) or not holders:
        raise CheckFailed(
            "A plot with several curves has no legend that tells them apart.",
            expected="A legend that names the training and the validation curve.",
            why="Without it nobody can say which curve is which.",
            hint='Give each curve a `label="..."` and call `legend()` on each plot.',
        )

"""What the figures of concepts share: colours, boxes, arrows, and an SVG that is the same bytes every time."""

from __future__ import annotations

import io
from typing import Any

import matplotlib as mpl

mpl.use("Agg")

import matplotlib.pyplot as plt
from matplotlib.patches import FancyArrowPatch, Rectangle

BLUE, ORANGE, GREEN, RED, GREY, PALE = "#0f6292", "#d9822b", "#3c8d40", "#b3392f", "#7a8694", "#e8eef3"
STYLE: Any = {
    "font.family": "sans-serif",
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    # Letters stay letters: small files, and a reader's own font.
    "svg.fonttype": "none",
    "svg.hashsalt": "concepts",
}


def canvas(width: float = 6.4, height: float = 2.2) -> tuple[Any, Any]:
    """A figure of `width` × `height` inches whose one axes counts in tenths of an inch and shows no frame."""
    figure, ax = plt.subplots(figsize=(width, height))
    ax.set(xlim=(0, width * 10), ylim=(0, height * 10), aspect="equal")
    ax.axis("off")
    figure.subplots_adjust(0, 0, 1, 1)
    return figure, ax


def panels(count: int, width: float = 6.4, height: float = 2.0) -> tuple[Any, Any]:
    """A figure with `count` small plots side by side."""
    figure, axes = plt.subplots(1, count, figsize=(width, height), layout="constrained")
    return figure, axes


def box(
    ax: Any, x: float, y: float, width: float, height: float, text: str = "", *, fill: str = PALE, ink: str = "black",
    edge: str = GREY, size: float = 9,
) -> None:  # fmt: skip
    """A rectangle with its lower left corner at (x, y) and a text in its middle."""
    ax.add_patch(Rectangle((x, y), width, height, facecolor=fill, edgecolor=edge, linewidth=1))
    if text:
        ax.text(x + width / 2, y + height / 2, text, ha="center", va="center", color=ink, fontsize=size)


def arrow(ax: Any, start: tuple[float, float], end: tuple[float, float], color: str = GREY) -> None:
    """An arrow from `start` to `end`."""
    ax.add_patch(FancyArrowPatch(start, end, arrowstyle="-|>", mutation_scale=10, color=color, linewidth=1.2))


def say(ax: Any, x: float, y: float, text: str, *, color: str = "black", size: float = 9, ha: str = "center") -> None:
    """A text centred at (x, y)."""
    ax.text(x, y, text, ha=ha, va="center", fontsize=size, color=color)


def svg(figure: Any) -> str:
    """The figure as SVG, and closed."""
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    plt.close(figure)
    return "\n".join(line.rstrip() for line in buffer.getvalue().splitlines()) + "\n"

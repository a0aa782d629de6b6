"""Figures of week 2's own concepts."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.patches import Polygon

from scripts.figures.kit import BLUE, GREEN, GREY, ORANGE, RED, arrow, box, canvas, panels, say

PET = np.array(
    [
        (0.5, 0.1),
        (0.85, 0.3),
        (0.9, 0.62),
        (0.88, 0.95),
        (0.62, 0.75),
        (0.36, 0.74),
        (0.12, 0.95),
        (0.1, 0.62),
        (0.2, 0.3),
    ]
)
"""The outline of a head with two ears, in a unit square; not symmetric, so that a mirror image is another one."""


def pet(
    ax: Any, x: float, y: float, side: float, *, turn: float = 0, zoom: float = 1, shift: float = 0, color: str = BLUE
) -> None:
    """A head in a frame: turned by degrees, scaled, moved by a share of the side."""
    box(ax, x, y, side, side, fill="white")
    frame = ax.patches[-1]
    angle = np.deg2rad(turn)
    spin = np.array([(np.cos(angle), -np.sin(angle)), (np.sin(angle), np.cos(angle))])
    points = ((PET - 0.5) @ spin.T * zoom * 0.85 + 0.5 + (shift, 0)) * side + (x, y)
    head = Polygon(points, facecolor=color, edgecolor="none")
    ax.add_patch(head)
    head.set_clip_path(frame)


def augmentation() -> Any:
    """One photo, a new variant each time."""
    figure, ax = canvas()
    pet(ax, 3, 6, 11)
    arrow(ax, (15, 11.5), (20, 11.5))
    variants: list[dict[str, Any]] = [{"turn": 18}, {"zoom": 1.35}, {"shift": 0.18}, {"turn": -12, "zoom": 0.8}]
    for place, how in enumerate(variants):
        pet(ax, 21 + place * 10.5, 7, 9, color=ORANGE, **how)
    say(ax, 8.5, 3, "one photo")
    say(ax, 42, 3, "another variant in every epoch, the same label")
    return figure


def augmentation_strength() -> Any:
    """Variants that still show the pet, and some that do not."""
    figure, ax = canvas()
    cases: list[tuple[dict[str, Any], str]] = [
        ({"turn": 15}, GREEN),
        ({"zoom": 0.8, "shift": 0.1}, GREEN),
        ({"turn": 180}, RED),
        ({"shift": 0.6}, RED),
        ({"zoom": 3, "shift": -0.6}, RED),
    ]
    for place, (how, color) in enumerate(cases):
        pet(ax, 3 + place * 12, 7, 10, color=color, **how)
    say(ax, 14, 3.5, "still a pet", color=GREEN)
    say(ax, 44, 3.5, "no longer", color=RED)
    return figure


def overfitting() -> Any:
    """The gap between two curves."""
    figure, ax = panels(1, height=2.3)
    epochs = np.arange(1, 31)
    training, validation = 1 - 0.45 * 0.85**epochs, 0.8 - 0.25 * 0.75**epochs - 0.002 * epochs
    ax.plot(epochs, training, color=BLUE, label="training")
    ax.plot(epochs, validation, color=ORANGE, label="validation")
    ax.fill_between(epochs, validation, training, color=RED, alpha=0.15)
    ax.annotate("the gap", (24, 0.87), color=RED)
    ax.set(xlabel="epoch", ylabel="accuracy", ylim=(0.5, 1.02))
    ax.legend(frameon=False, loc="lower right")
    return figure


def training_and_inference() -> Any:
    """Which layers act when."""
    figure, ax = canvas()
    names = ("augmentation", "convolutions", "dropout", "dense")
    for row, (title, active) in enumerate((("training", (1, 1, 1, 1)), ("inference", (0, 1, 0, 1)))):
        y = 12.5 - row * 8
        say(ax, 2, y + 2, title, ha="left")
        for place, (name, on) in enumerate(zip(names, active, strict=True)):
            x = 13 + place * 13
            box(ax, x, y, 10.5, 4, name, fill=BLUE if on else "white", ink="white" if on else GREY)
            if place:
                arrow(ax, (x - 2.4, y + 2), (x - 0.2, y + 2))
    say(ax, 38, 1.2, "white: lets everything through", color=GREY)
    return figure


FIGURES = {
    "augmentation": augmentation, "augmentation-strength": augmentation_strength,
    "overfitting": overfitting, "training-and-inference": training_and_inference,
}  # fmt: skip

"""Figures of week 4's own concepts."""

from __future__ import annotations

from typing import Any

import numpy as np

from scripts.figures import shared
from scripts.figures.kit import BLUE, GREEN, GREY, ORANGE, PALE, RED, arrow, box, canvas, panels, say


def activations() -> Any:
    """Two straight lines in a row are one; a bend between them makes something new."""
    figure, axes = panels(3)
    x = np.linspace(-2, 2, 100)
    axes[0].plot(x, 0.8 * x + 0.3, color=BLUE)
    axes[1].plot(x, -0.5 * (0.8 * x + 0.3) + 0.4, color=RED)
    axes[2].plot(x, -0.5 * np.maximum(0.8 * x + 0.3, 0) + 0.4, color=GREEN)
    for ax, title in zip(axes, ("one layer", "two, nothing between", "two, relu between"), strict=True):
        ax.set(title=title, xticks=[], yticks=[])
    return figure


def channels() -> Any:
    """The axis of the channels stays, even where there is but one."""
    figure, ax = canvas()
    for x, count, text in ((4, 3, "(28, 28, 3)"), (26, 1, "(28, 28, 1)"), (47, 1, "(28, 28)")):
        for number in range(count):
            fill = (RED, GREEN, BLUE)[number] if count == 3 else GREY
            box(ax, x + number * 1.3, 7 + number * 0.9, 9, 9, fill=fill, edge="white")
        say(ax, x + 5, 4, text, color=RED if text == "(28, 28)" else "black")
    say(ax, 9, 20, "colour")
    say(ax, 30, 20, "gray")
    say(ax, 52, 20, "gray, axis lost", color=RED)
    return figure


def confusion() -> Any:
    """True by predicted; what lies off the diagonal is a mistake of a certain kind."""
    figure, ax = canvas(height=2.6)
    letters = "EFLR"
    counts = np.array([(46, 3, 1, 0), (9, 40, 0, 1), (1, 0, 49, 0), (0, 2, 0, 48)])
    for (row, column), count in np.ndenumerate(counts):
        share = count / counts.max()
        fill = BLUE if row == column else ORANGE if count > 5 else PALE
        box(
            ax,
            14 + column * 6,
            16 - row * 4.6,
            5.6,
            4.2,
            str(count),
            fill=fill,
            ink="white" if share > 0.15 else "black",
        )
    for place, letter in enumerate(letters):
        say(ax, 16.8 + place * 6, 22.5, letter)
        say(ax, 11.5, 18 - place * 4.6, letter)
    say(ax, 27, 25, "predicted")
    say(ax, 5, 11, "true")
    say(ax, 50, 13.4, "9 of 50 F\nwere taken for E", color=ORANGE)
    return figure


def decoding() -> Any:
    """From a row of numbers to names."""
    figure, ax = canvas()
    for place, (name, value) in enumerate((("P", 0.05), ("Q", 0.01), ("R", 0.71), ("S", 0.02), ("T", 0.21))):
        box(ax, 3 + place * 6, 6, 4, 13 * value + 0.4, fill=BLUE if value == 0.71 else GREY, edge="white")
        say(ax, 5 + place * 6, 4, name)
        say(ax, 5 + place * 6, 8.2 + 13 * value, f"{value:.2f}", size=8)
    arrow(ax, (34, 10), (40, 10))
    for row, text in enumerate(("R, 0.71", "T, 0.21", "P, 0.05")):
        box(ax, 42, 13 - row * 4.5, 15, 3.6, text, fill=PALE)
    return figure


def many_labels() -> Any:
    """One label, written twice."""
    figure, ax = canvas()
    say(ax, 6, 14, "D", size=26)
    arrow(ax, (10, 14), (15, 16.5))
    arrow(ax, (10, 14), (15, 9.5))
    box(ax, 16, 15, 4.5, 4, "3", size=12)
    say(ax, 23, 17, "the number of its class, from 0", ha="left")
    for place in range(9):
        box(
            ax,
            16 + place * 4.2,
            7.5,
            4,
            4,
            str(int(place == 3)),
            fill=BLUE if place == 3 else PALE,
            ink="white" if place == 3 else "black",
        )
    say(ax, 55, 9.4, "… 0")
    say(ax, 35, 4.5, "one-hot: a single 1 at its place")
    return figure


def many_outputs() -> Any:
    """As many outputs as answers, sharing one."""
    figure, ax = panels(1)
    letters = "ABCDEFGHIKLMNOPQRSTUVWXY"
    values = np.full(24, 0.005)
    values[[16, 9, 14]] = 0.72, 0.14, 0.045
    ax.bar(list(letters), values, color=[BLUE if value > 0.5 else GREY for value in values])
    ax.set(ylabel="softmax output", ylim=(0, 1), title="24 outputs that share 100 %")
    return figure


def small_networks() -> Any:
    """What two rounds of convolution and pooling leave of 28 pixels."""
    figure, ax = canvas(height=2.4)
    left = 3.0
    for number, side in enumerate((28, 26, 13, 11, 5)):
        size = side / 1.9
        box(ax, left, 6, size, size, fill=GREY if not number else BLUE if number % 2 else ORANGE, edge="white")
        say(ax, left + size / 2, 3.5, f"{side}×{side}", size=8)
        left += size + 2.6
    say(ax, 32, 22.6, "picture, convolution, pooling, convolution, pooling", size=8)
    return figure


def the_missing_letter() -> Any:
    """Numbers go on where the alphabet has a gap."""
    figure, ax = canvas()
    for place, (letter, number) in enumerate((("H", "7"), ("I", "8"), ("J", ""), ("K", "9"), ("L", "10"))):
        x = 6 + place * 10.5
        box(
            ax,
            x,
            12,
            7,
            5,
            letter,
            fill="white" if letter == "J" else PALE,
            ink=GREY if letter == "J" else "black",
            size=12,
        )
        if number:
            arrow(ax, (x + 3.5, 11.5), (x + 3.5, 8.5))
            say(ax, x + 3.5, 6, number, size=12)
    say(ax, 31, 2, "the name of class 9 is class_names[9], not the tenth letter of the alphabet")
    return figure


FIGURES = {
    "activations": activations, "batches": shared.batches, "channels": channels, "confusion": confusion,
    "decoding": decoding, "generalisation": shared.generalisation, "many-labels": many_labels,
    "many-outputs": many_outputs, "metrics": shared.metrics, "one-pass": shared.one_pass, "rescaling": shared.rescaling,
    "small-networks": small_networks, "the-missing-letter": the_missing_letter, "two-folders": shared.two_folders,
}  # fmt: skip

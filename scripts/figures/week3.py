"""Figures of week 3's own concepts."""

from __future__ import annotations

from typing import Any

import numpy as np

from scripts.figures import shared
from scripts.figures.kit import BLUE, GREEN, GREY, ORANGE, PALE, RED, arrow, box, canvas, panels, say


def maps(ax: Any, x: float, sides: tuple[float, ...], color: str, middle: float = 12) -> float:
    """Slices of falling height from `x` on, centred at `middle`; returns where they end."""
    for side in sides:
        box(ax, x, middle - side / 2, 2.2, side, fill=color, edge="white")
        x += 3
    return x


def backbone() -> Any:
    """The old top goes, a head of one's own comes."""
    figure, ax = canvas(height=2.5)
    box(ax, 2, 7, 10, 10, "picture", fill=PALE)
    arrow(ax, (12.5, 12), (16.5, 12))
    end = maps(ax, 17, (13, 12, 10, 8.5, 7, 5.5), BLUE)
    arrow(ax, (end + 0.5, 13.5), (end + 5, 17))
    arrow(ax, (end + 0.5, 10.5), (end + 5, 7))
    box(ax, end + 5.5, 15, 17, 5, "old top: 1000 names", fill="white", ink=GREY)
    box(ax, end + 5.5, 4, 17, 5, "your head: 1 answer", fill=ORANGE, ink="white")
    say(ax, 25.5, 3.5, "backbone", color=BLUE)
    ax.plot([end + 5.5, end + 22.5], [15, 20], color=RED)
    return figure


def batch_normalization() -> Any:
    """A running average over very many pictures, and over a few small batches."""
    figure, ax = panels(1, height=2.2)
    jumps = np.random.default_rng(2).normal(0, 1, 25)
    course, value = [], 0.0
    for jump in jumps:
        value = 0.6 * value + 0.4 * (jump * 1.6 + 0.6)
        course.append(value)
    ax.axhline(0, color=BLUE, label="closed: the average of very many pictures")
    ax.plot(np.arange(1, 26), course, color=RED, label="opened: overwritten by small batches")
    ax.set(xlabel="step of the training", yticks=[], ylabel="average", ylim=(-2.4, 3.4))
    ax.legend(frameon=False, loc="upper left")
    return figure


def cutting() -> Any:
    """From general to special, and the place in between."""
    figure, ax = canvas(height=2.5)
    left = 3.0
    for number, side in enumerate((13, 12, 10.5, 9, 8, 7, 6, 5)):
        kept = number < 6
        box(ax, left, 14 - side / 2, 3.4, side, fill=BLUE if kept else "white", edge="white" if kept else GREY)
        left += 4.4
    cut = 3 + 6 * 4.4 - 0.5
    ax.plot([cut, cut], [6, 22], color=RED, linestyle="--")
    arrow(ax, (cut, 7.5), (41, 7.5), ORANGE)
    box(ax, 41.5, 5, 14, 5, "your head", fill=ORANGE, ink="white")
    say(ax, cut, 23.3, "the cut", color=RED)
    say(ax, 6, 3.5, "general: edges")
    say(ax, 47, 14, "special: camel or crocodile?", color=GREY)
    return figure


def features() -> Any:
    """A row of numbers for each picture, and its label."""
    figure, ax = canvas(height=2.4)
    rows = np.random.default_rng(5).random((3, 8))
    for row, label in enumerate(("horse", "human", "horse")):
        y = 17 - row * 6.5
        rows[row] = 0.25 * rows[row] + 0.75 * np.linspace(0, 1, 8) ** (1 if label == "horse" else 0.3)
        box(ax, 3, y, 5, 5, fill=PALE)
        say(ax, 5.5, y + 2.5, label, size=7)
        arrow(ax, (8.5, y + 2.5), (13, y + 2.5))
        if not row:
            say(ax, 17.3, 23, "backbone", color=BLUE, size=8)
        box(ax, 13.5, y, 7.5, 5, fill=BLUE, edge="white")
        arrow(ax, (21.5, y + 2.5), (25, y + 2.5))
        for place, value in enumerate(rows[row]):
            box(ax, 25.5 + place * 2.8, y + 1, 2.8, 3, fill=str(1 - 0.8 * value), edge="white")
        box(ax, 51, y + 0.7, 4, 3.6, str(int(label == "human")), fill=ORANGE, ink="white")
    say(ax, 36.5, 2, "features: one row each", size=8)
    say(ax, 53, 2, "labels", size=8)
    return figure


def fine_tuning() -> Any:
    """The last n of the backbone open, except BatchNormalization."""
    figure, ax = canvas(height=2.4)
    names = ("conv", "norm", "relu", "conv", "norm", "relu")
    for place, name in enumerate(names):
        opened = place >= 2
        fill = GREEN if opened and name != "norm" else GREY
        box(ax, 4 + place * 6.6, 11, 6, 5, name, fill=fill, ink="white", edge="white")
    box(ax, 45, 11, 13, 5, "your head", fill=ORANGE, ink="white")
    ax.plot([17.2, 17.2, 43.2, 43.2], [18, 19, 19, 18], color=GREEN)
    say(ax, 30, 21, "n = 4: the last four layers of the backbone", color=GREEN)
    say(ax, 10, 7.5, "closed", color=GREY)
    say(ax, 33.5, 7.5, "counts, but stays closed", color=GREY)
    say(ax, 51.5, 7.5, "does not count", color=ORANGE)
    arrow(ax, (33.5, 8.5), (33.5, 10.8))
    return figure


def freezing() -> Any:
    """Corrections run down from the answer."""
    figure, ax = canvas(height=2.5)
    for row, (locked, say_so) in enumerate(((True, "locked: nothing changes"), (False, "open: spoilt"))):
        y = 15 - row * 11
        end = maps(ax, 4, (7, 6.5, 6, 5.5, 5, 4.5), BLUE if locked else RED, y + 2.5)
        box(ax, end + 4, y, 12, 5, "head", fill=ORANGE, ink="white")
        arrow(ax, (end + 3.5, y + 2.5), (end + 0.5, y + 2.5) if locked else (4, y - 2), RED)
        if locked:
            ax.plot([end + 0.2, end + 0.2], [y - 1, y + 6], color="black", linewidth=3)
        say(ax, end + 26, y + 2.5, say_so, color=BLUE if locked else RED)
    return figure


def one_pass() -> Any:
    """Features of one pass, labels of another."""
    return shared.one_pass("features", "374152 125473")


def pre_trained_weights() -> Any:
    """Filters that were learnt, filters that are noise, and half of each."""
    figure, axes = panels(3, height=2.1)
    x = np.linspace(-1, 1, 9)
    across, down = np.meshgrid(x, x)
    noise = np.random.default_rng(3)
    titles = ("from the file", "never loaded", "loaded in part")
    for number, (ax, title) in enumerate(zip(axes, titles, strict=True)):
        sheet = np.ones((31, 31))
        for filter_number, angle in enumerate(np.arange(9) * np.pi / 9):
            learnt = np.sin(6 * (across * np.cos(angle) + down * np.sin(angle))) * np.exp(-(across**2 + down**2))
            random = noise.normal(0, 0.5, learnt.shape)
            row, column = divmod(filter_number, 3)
            shown = random if number == 1 or (number == 2 and filter_number > 3) else learnt
            sheet[1 + row * 10 : 10 + row * 10, 1 + column * 10 : 10 + column * 10] = np.clip(shown, -1, 1)
        ax.imshow(sheet, cmap="gray", vmin=-1, vmax=1)
        ax.set_title(title, color=RED if number else "black")
        ax.axis("off")
    return figure


def preprocessing() -> Any:
    """Where the pixels end up on the backbone's axis."""
    figure, ax = canvas(height=2.6)
    cases = (("once", -1, 1, GREEN), ("never", 0, 255, RED), ("divided by 255", 0, 1, RED), ("twice", -1, -0.98, RED))
    left, unit = 22, 14
    box(ax, left, 2.5, 2 * unit, 21.5, fill=PALE, edge=PALE)
    for row, (title, low, high, color) in enumerate(cases):
        y = 20 - row * 5
        say(ax, 2, y + 1, title, ha="left")
        start, end = left + (low + 1) * unit, left + (min(high, 1.5) + 1) * unit
        box(ax, start, y, max(end - start, 0.6), 2, fill=color, edge=color)
        if high > 2:
            say(ax, end + 2.4, y + 1, "… 255", size=8)
    say(ax, left + unit, 1.2, "−1 to 1: what the backbone knows", size=8)
    return figure


FIGURES = {
    "backbone": backbone, "batch-normalization": batch_normalization, "cutting": cutting, "features": features,
    "fine-tuning": fine_tuning, "freezing": freezing, "one-pass": one_pass,
    "pre-trained-weights": pre_trained_weights, "preprocessing": preprocessing, "two-folders": shared.two_folders,
}  # fmt: skip

"""Figures of the concepts that several exercises share."""

from __future__ import annotations

from typing import Any

import numpy as np

from scripts.figures.kit import BLUE, GREEN, GREY, ORANGE, PALE, RED, arrow, box, canvas, panels, say


def batches() -> Any:
    """An epoch is a walk through all batches."""
    figure, ax = canvas()
    for batch in range(4):
        for place in range(4 if batch < 3 else 2):
            box(ax, 3 + batch * 15 + place * 3.2, 9, 2.8, 2.8, fill=(BLUE, ORANGE, GREEN, GREY)[batch], edge="white")
        say(
            ax,
            9 + batch * 15 - (3.2 if batch == 3 else 0),
            7,
            f"batch {batch + 1}" + (", the rest" if batch == 3 else ""),
        )
    arrow(ax, (3, 15), (58, 15))
    say(ax, 30, 17, "one epoch: every image once, one step of the optimiser for each batch")
    return figure


def callbacks() -> Any:
    """Training ends in the epoch in which both accuracies are high enough."""
    figure, ax = panels(1, height=2.3)
    epochs = np.arange(1, 13)
    training, validation = 1 - 0.5 * 0.78**epochs, 0.88 - 0.4 * 0.72**epochs
    ax.plot(epochs, training, color=BLUE, label="accuracy")
    ax.plot(epochs, validation, color=ORANGE, label="val_accuracy")
    ax.axhline(0.95, color=BLUE, linestyle=":")
    ax.axhline(0.80, color=ORANGE, linestyle=":")
    stop = int(epochs[(training >= 0.95) & (validation >= 0.80)][0])
    ax.axvline(stop, color=RED)
    ax.annotate("both hold: stop", (stop, 0.58), (stop + 0.3, 0.58), color=RED)
    ax.set(xlabel="epoch", ylim=(0.5, 1))
    ax.legend(loc=(0.3, 0.02), frameon=False)
    return figure


def convolutions() -> Any:
    """A window slides over the picture; pooling keeps the strongest of four."""
    figure, ax = canvas(height=2.6)
    rng = np.random.default_rng(4)
    picture = (rng.random((8, 8)) < 0.3) * 0.3
    picture[:, 3] = 1.0
    found = np.clip(picture[:6, 1:7] + picture[1:7, 1:7] + picture[2:, 1:7] - picture[:6, :6] - picture[1:7, :6], 0, 3)
    pooled = found.reshape(3, 2, 3, 2).max(axis=(1, 3))
    for values, left, cell in ((picture, 2, 2.2), (found, 26, 2.2), (pooled, 47, 3.2)):
        top = values.max()
        for (row, column), value in np.ndenumerate(values):
            box(ax, left + column * cell, 19 - row * cell, cell, cell, fill=str(1 - 0.85 * value / top), edge=PALE)
    box(ax, 2 + 2 * 2.2, 19 - 3 * 2.2, 3 * 2.2, 3 * 2.2, fill="none", edge=RED)
    arrow(ax, (20.5, 13), (25.5, 13), RED)
    arrow(ax, (40, 13), (46, 13))
    for x, text in ((11, "the picture, a 3×3 window"), (33, "where its pattern is"), (52, "the strongest of four")):
        say(ax, x, 1.5, text)
    return figure


def curves() -> Any:
    """Three shapes of curves and what they say."""
    figure, axes = panels(3)
    epochs = np.arange(1, 21)
    shapes = (
        ("still learning", 0.5 + 0.022 * epochs, 0.5 + 0.019 * epochs),
        ("learning by heart", 1 - 0.5 * 0.8**epochs, 0.72 - 0.25 * 0.6**epochs - 0.004 * epochs),
        ("nothing learnt", 0.5 + 0.01 * np.sin(epochs), 0.5 + 0.01 * np.cos(epochs)),
    )
    for ax, (title, training, validation) in zip(axes, shapes, strict=True):
        ax.plot(epochs, training, color=BLUE, label="training")
        ax.plot(epochs, validation, color=ORANGE, label="validation")
        ax.set(title=title, xlabel="epoch", ylim=(0.4, 1.02))
    axes[0].set_ylabel("accuracy")
    axes[0].legend(frameon=False, fontsize=8, loc="upper left")
    return figure


def feature_maps() -> Any:
    """Maps get smaller and more."""
    figure, ax = canvas(width=8.2, height=2.4)
    left = 2.0
    for side, count, text in (
        (14, 1, "photo"),
        (12, 3, "convolution"),
        (8, 3, "pooling"),
        (7, 5, "convolution"),
        (4, 5, "pooling"),
    ):
        for number in range(count):
            shade = BLUE if text == "convolution" else ORANGE if text == "pooling" else GREY
            box(ax, left + number * 1.2, 6 + number * 0.7, side, side, fill=shade, edge="white")
        say(ax, left + side / 2 + count * 0.5, 3, text)
        left += side + count * 1.2 + 2.2
    return figure


def generalisation() -> Any:
    """What counts is the right-hand bar."""
    figure, ax = panels(1)
    names, known, new = ("has learnt", "knows by heart", "has not learnt"), (0.94, 1.0, 0.52), (0.91, 0.63, 0.5)
    place = np.arange(3)
    ax.bar(place - 0.18, known, 0.34, color=GREY, label="photos it trained on")
    ax.bar(place + 0.18, new, 0.34, color=BLUE, label="photos it has never seen")
    ax.axhline(0.5, color=RED, linestyle=":", linewidth=1)
    ax.text(2.55, 0.5, "guessing", color=RED, va="center", fontsize=8)
    ax.set(xticks=place, xticklabels=names, ylim=(0, 1.3), ylabel="accuracy")
    ax.legend(frameon=False, ncols=2, loc="upper center")
    return figure


def labels() -> Any:
    """A folder becomes a number; images and labels move as pairs."""
    figure, ax = canvas()
    for row, (name, color) in enumerate((("first class", BLUE), ("second class", ORANGE))):
        y = 12 - row * 8
        box(ax, 3, y, 13, 5, name, fill=color, ink="white")
        arrow(ax, (17, y + 2.5), (22, y + 2.5))
        say(ax, 24, y + 2.5, str(row), size=13)
    say(ax, 47, 19, "shuffle pairs, never one side alone")
    for place, kind in enumerate((1, 0, 0, 1, 0)):
        box(ax, 34 + place * 5.4, 9, 4.4, 4.4, fill=(BLUE, ORANGE)[kind], edge="white")
        box(ax, 34 + place * 5.4, 4, 4.4, 4.4, str(kind), size=11)
    return figure


def metrics() -> Any:
    """Loss moves a little with every weight, accuracy in jumps."""
    figure, axes = panels(2)
    weight = np.linspace(-2, 2, 200)
    axes[0].plot(weight, np.log1p(np.exp(-2 * (weight + 0.3))), color=BLUE)
    axes[1].plot(weight, np.digitize(weight, (-1.4, -0.6, -0.1, 0.5, 0.7)) / 5, color=ORANGE)
    axes[0].set(title="loss: a slope to walk down", xlabel="a weight", yticks=[])
    axes[1].set(title="accuracy: steps to count", xlabel="a weight", yticks=[])
    return figure


def one_size() -> Any:
    """All shapes become one."""
    figure, ax = canvas()
    left = 2.0
    for width, height in ((10, 6), (5, 10), (14, 12), (4, 4)):
        box(ax, left, 4, width, height, fill=BLUE, edge="white")
        left += width + 1.5
    arrow(ax, (left, 9), (left + 5, 9))
    for number in range(3):
        box(ax, left + 7 + number * 5.4, 6.5, 5, 5, fill=ORANGE, edge="white")
    say(ax, 20, 1.7, "photos")
    say(ax, left + 15, 1.7, "one batch")
    return figure


def output_and_loss() -> Any:
    """Sigmoid, softmax, and softmax with nobody to share with."""
    figure, axes = panels(3)
    cases = (
        ("one unit, sigmoid", ("class 1",), (0.7,), BLUE),
        ("two units, softmax", ("class 0", "class 1"), (0.3, 0.7), GREEN),
        ("one unit, softmax", ("class 1",), (1.0,), RED),
    )
    for ax, (title, names, heights, color) in zip(axes, cases, strict=True):
        ax.bar(names, heights, 0.5, color=color)
        ax.set(title=title, ylim=(0, 1.15), xlim=(-1, len(names)))
    axes[0].set_ylabel("output")
    axes[2].text(0, 0.5, "always", ha="center", color="white")
    return figure


def parameters() -> Any:
    """Where the numbers to be learnt sit."""
    figure, ax = panels(1, height=1.8)
    names = (
        "Conv2D(32, 3) over 16 channels",
        "Dense(64) after Flatten of 6×6×64",
        "Dense(2048) after Flatten of 6×6×64",
    )
    counts = (4_640, 147_520, 4_720_640)
    ax.barh(names, counts, color=(BLUE, GREY, RED))
    for row, count in enumerate(counts):
        ax.text(count, row, f" {count:,}", va="center", fontsize=9)
    ax.set(xscale="log", xlim=(1e3, 5e7), xlabel="parameters (each tick ten times as many)")
    ax.invert_yaxis()
    return figure


def rescaling() -> Any:
    """The same pixels, never, once and twice divided by 255."""
    figure, axes = panels(3)
    values = np.clip(np.random.default_rng(1).normal(120, 60, 4000), 0, 255)
    cases = (
        ("not rescaled", values, RED),
        ("rescaled once", values / 255, GREEN),
        ("rescaled twice", values / 255**2, RED),
    )
    for ax, (title, shown, color) in zip(axes, cases, strict=True):
        ax.hist(shown, 30, color=color)
        ax.set(title=title, yticks=[], xlabel=f"values up to {shown.max():.3g}")
    return figure


def shuffling() -> Any:
    """Sorted and mixed batches."""
    figure, ax = canvas()
    order = np.random.default_rng(3).permutation(18) % 2
    for row, (name, kinds) in enumerate((("as read", np.arange(18) // 9), ("mixed", order))):
        y = 12 - row * 7
        say(ax, 2, y + 1.4, name, ha="left")
        for place, kind in enumerate(kinds):
            box(ax, 12 + place * 2.7 + place // 6 * 1.5, y, 2.5, 2.8, fill=(BLUE, ORANGE)[kind], edge="white")
    for batch in range(3):
        say(ax, 20 + batch * 17.7, 17.5, f"batch {batch + 1}")
    say(ax, 38, 2, "a batch of one class pulls the whole network to that class")
    return figure


def split() -> Any:
    """A cut, and a leak."""
    figure, ax = canvas(height=2.4)
    for y, overlap, text, color in (
        (14, 0, "one cut: no photo on both sides", GREEN),
        (4, 6, "a leak: these are seen in training", RED),
    ):
        box(ax, 3, y, 42 + overlap, 4, "training", fill=BLUE, ink="white", edge="white")
        box(ax, 46, y - (2 if overlap else 0), 14, 4, "validation", fill=ORANGE, ink="white", edge="white")
        if overlap:
            box(ax, 46, y, 5, 2, fill=RED, edge="white")
        say(ax, 31, y + 5.7, text, color=color)
    return figure


def unreadable_files() -> Any:
    """What lies behind a file name."""
    figure, ax = canvas()
    cases = (
        ("whole", 12, GREEN, "cat.jpg"),
        ("cut short", 5, RED, "cat2.jpg"),
        ("empty", 0, RED, "cat3.jpg"),
        ("a web page", -1, RED, "cat4.jpg"),
    )
    for number, (text, pixels, color, name) in enumerate(cases):
        x = 3 + number * 15
        box(ax, x, 5, 12, 12, fill="white")
        if pixels >= 0 and text != "empty":
            box(ax, x, 14.5, 12, 2.5, "header", fill=ORANGE, ink="white", size=8)
            box(ax, x, 14.5 - pixels * 0.79, 12, pixels * 0.79, "pixels", fill=BLUE, ink="white", size=8)
        if text == "a web page":
            say(ax, x + 6, 11, "<html>…", color=GREY)
        say(ax, x + 6, 19, name, size=8)
        say(ax, x + 6, 2.5, text, color=color)
    return figure


def value_range() -> Any:
    """Two scales that must not be mixed."""
    figure, axes = panels(2, height=1.6)
    for ax, top, name, color in ((axes[0], 255, "training", BLUE), (axes[1], 255, "validation", ORANGE)):
        shown = np.linspace(0, 255 if name == "training" else 1, 9)
        ax.plot(shown, np.zeros(9), "o", color=color)
        ax.set(xlim=(-10, top + 10), yticks=[], ylim=(-0.5, 0.5), title=f"{name}: 0 to {shown.max():g}")
        ax.spines["left"].set_visible(False)
    return figure


def dropout() -> Any:
    """Two steps of training with other units left out, and inference with all of them."""
    figure, ax = canvas(height=2.4)
    rng = np.random.default_rng(5)
    for column, title in enumerate(("a step of training", "the next step", "inference")):
        x = 7 + column * 21
        kept = np.ones(6, bool) if column == 2 else rng.permutation([True] * 4 + [False] * 2)
        for row, there in enumerate(kept):
            y = 5 + row * 2.7
            if there:
                ax.plot((x, x + 9), (y, 11.8), color=GREY, linewidth=1)
            ax.plot(x, y, "o", color=BLUE if there else "white", markeredgecolor=GREY, markersize=8)
        ax.plot(x + 9, 11.8, "o", color=ORANGE, markersize=10)
        say(ax, x + 4.5, 21.5, title)
    return figure


def one_pass(computed: str = "predictions", pictures: str = "KAFRAC FCKAAR") -> Any:
    """Two passes over a shuffled data set come in two orders."""
    figure, ax = canvas()
    orders = pictures.split()
    for row, (title, order) in enumerate(zip((f"first pass: {computed}", "second pass: labels"), orders, strict=True)):
        y = 12.5 - row * 7
        say(ax, 2, y + 2, title, ha="left")
        for place, letter in enumerate(order):
            same = orders[0][place] == orders[1][place]
            box(ax, 26 + place * 5.6, y, 5, 4, letter, fill=GREEN if same else RED, ink="white")
    say(ax, 42, 2, "take both from the same pass", color=GREY)
    return figure


def two_folders() -> Any:
    """One folder, one side."""
    figure, ax = canvas()
    for row, (folder, side, color) in enumerate(
        (("data/train", "training", BLUE), ("data/validation", "validation", ORANGE))
    ):
        y = 12.5 - row * 8
        box(ax, 5, y, 19, 5, folder, fill=PALE)
        arrow(ax, (25, y + 2.5), (36, y + 2.5))
        box(ax, 37, y, 19, 5, side, fill=color, ink="white")
    return figure


FIGURES = {
    "batches": batches, "callbacks": callbacks, "convolutions": convolutions, "curves": curves, "dropout": dropout,
    "feature-maps": feature_maps, "generalisation": generalisation, "labels": labels, "metrics": metrics,
    "one-size": one_size, "output-and-loss": output_and_loss, "parameters": parameters, "rescaling": rescaling,
    "shuffling": shuffling, "split": split, "unreadable-files": unreadable_files, "value-range": value_range,
}  # fmt: skip

"""What is below the head: a bust, or a whole animal sitting, standing or lying."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from grader.data.scenery.canvas import Canvas, Colour
from grader.data.scenery.coat import Coat
from grader.data.scenery.geometry import Frame, Outline, blob, curve, mirrored, rounded, tube

_COLLARS: tuple[Colour, ...] = (
    (170, 40, 44),
    (40, 78, 150),
    (46, 110, 70),
    (120, 60, 120),
    (60, 50, 44),
    (196, 150, 60),
)


@dataclass(frozen=True)
class Pose:
    """How an animal fills the picture, in units of its head's radius, with the head's centre as origin.

    Attributes:
        name: `face`, `sitting`, `standing` or `lying`.
        extent: Left, top, right, bottom of the whole animal.
    """

    name: str
    extent: tuple[float, float, float, float]


POSES = (
    Pose("face", (-1.25, -1.3, 1.25, 1.3)),
    Pose("sitting", (-1.6, -1.45, 1.6, 3.8)),
    Pose("standing", (-1.2, -1.4, 4.4, 3.1)),
    Pose("lying", (-1.6, -1.4, 3.9, 1.9)),
)


def paint_body(canvas: Canvas, coat: Coat, frame: Frame, pose: Pose, kind: str, rng: np.random.Generator) -> None:
    """Paint all but the head; `frame` is the head's place, upright."""
    parts = {"face": _bust, "sitting": _sitting, "standing": _standing, "lying": _lying}[pose.name](kind, rng)
    placed = [([frame.at(shape) for shape in shapes], bulge * frame.size, tint) for shapes, bulge, tint in parts]
    every = [shape for shapes, _, _ in placed for shape in shapes]
    box = canvas.box(every, 4)
    if box[2] - box[0] < 3 or box[3] - box[1] < 3:
        return
    pelt = coat.on_body(box, frame)
    if pose.name == "face":
        canvas.shadow([shape + frame.size * (0.15 - 0.2 * canvas.light) for shape in every], 6, 0.2)
    else:
        ground = frame.at(blob(complex((pose.extent[0] + pose.extent[2]) / 2, pose.extent[3] - 0.15), 2.0, 0.3))
        canvas.shadow([ground], frame.size * 0.2, 0.5)
    for shapes, bulge, tint in placed:
        canvas.part(pelt, shapes, bulge=bulge, soft=max(1.0, 0.03 * frame.size), shag=coat.length, tint=tint)
    _paint_collar(canvas, frame, rng)
    canvas.shadow([frame.at(blob(0.12j - 0.25 * canvas.light, 0.9, 0.9))], frame.size * 0.18, 0.42)


def _paint_collar(canvas: Canvas, frame: Frame, rng: np.random.Generator) -> None:
    """Give three in ten a collar."""
    if rng.random() < 0.3:
        colour = _COLLARS[rng.integers(len(_COLLARS))]
        path = frame.at(curve([-0.75 + 0.72j, -0.3 + 1.22j, 0.3 + 1.22j, 0.75 + 0.72j]))
        band = tube(path, 0.085 * frame.size, 0.085 * frame.size)
        with canvas.details([band], 2) as pen:
            pen.fill(band, colour)
            pen.line(path - 0.03j * frame.size, 1, (255, 255, 255), 0.25)
            if rng.random() < 0.5:
                pen.fill(frame.at(blob(1.22j, 0.1, 0.11)), (190, 170, 110))


_Parts = list[tuple[list[Outline], float, float]]
"""Outlines, bulge and tint of each part, from back to front."""


def _bust(kind: str, rng: np.random.Generator) -> _Parts:
    width = rng.uniform(0.9, 1.35) * (0.92 if kind == "Cat" else 1.0)
    lean = rng.uniform(-0.3, 0.3)
    chest = mirrored([0.1j, 0.6 + 0.3j, 0.72 + 0.8j, width + 1.35j, width * 1.15 + 2.4j, width + 4.5j, 4.5j])
    return [([rounded(chest + lean * np.maximum(chest.imag - 0.6, 0) * 0.5)], 0.45, 0.88)]


def _sitting(kind: str, rng: np.random.Generator) -> _Parts:
    wide = rng.uniform(0.85, 1.1)
    torso = mirrored([0.3j, 0.55 + 0.5j, 0.66 + 1.0j, 0.85 * wide + 1.9j, 1.0 * wide + 2.8j, 0.8 * wide + 3.5j, 3.55j])
    feet = [side * rng.uniform(0.3, 0.45) + 3.5j for side in (-1, 1)]
    legs = [
        tube(curve([side * 0.36 + 1.9j, side * 0.4 + 2.7j, foot - 0.1j]), 0.3, 0.2)
        for side, foot in zip((-1, 1), feet, strict=True)
    ]
    return [
        ([_tail(kind, 0.7 + 3.1j, rng)], 0.15, 0.85),
        ([blob(side * 0.78 * wide + 2.8j, 0.55, 0.72) for side in (-1, 1)], 0.3, 0.9),
        ([rounded(torso)], 0.5, 0.97),
        ([blob(side * 0.92 * wide + 3.45j, 0.34, 0.2) for side in (-1, 1)], 0.15, 0.95),
        (legs, 0.18, 1.06),
        ([blob(foot, 0.27, 0.19) for foot in feet], 0.13, 1.1),
    ]


def _standing(kind: str, rng: np.random.Generator) -> _Parts:
    deep = rng.uniform(1.5, 1.7)
    torso = [
        0.1 + 0.2j,
        1 + 0.3j,
        2.6 + 0.35j,
        3.5 + 0.4j,
        3.7 + 1j,
        3.3 + 1.6j,
        2.2 + deep * 1j,
        0.8 + 1.8j,
        0.1 + 1.2j,
    ]
    pairs = []
    for pair in ((1.1, 3.1), (0.7, 3.35)):
        limbs = []
        for x in pair:
            foot = x + rng.uniform(-0.25, 0.25) + 2.85j
            limbs.append(tube(curve([x + 1.2j, x + (foot.real - x) * 0.4 + 2j, foot]), 0.32, 0.17))
            limbs.append(blob(foot - 0.08 + 0.07j, 0.24, 0.15))
        pairs.append(limbs)
    return [
        ([_tail(kind, 3.55 + 0.6j, rng)], 0.15, 0.9),
        (pairs[0], 0.16, 0.72),
        ([rounded(torso)], 0.45, 1.0),
        (pairs[1], 0.16, 1.02),
    ]


def _lying(kind: str, rng: np.random.Generator) -> _Parts:
    thigh = rng.uniform(0.6, 0.76)
    torso = [
        0.2 + 0.2j,
        1.2 + 0.2j,
        2.6 + 0.25j,
        3.5 + 0.6j,
        3.7 + 1.3j,
        3.2 + 1.8j,
        0.2 + 1.8j,
        -0.5 + 1.4j,
        -0.4 + 0.6j,
    ]
    front = []
    for start, shift in ((0.3 + 1.4j, 0.0), (0.6 + 1.55j, 0.35)):
        foot = -1.0 + shift + 1.7j
        front += [tube(curve([start, -0.3 + shift + 1.7j, foot]), 0.3, 0.19), blob(foot, 0.3, 0.19)]
    return [
        ([_tail(kind, 3.3 + 1.4j, rng)], 0.15, 0.85),
        ([rounded(torso)], 0.5, 1.0),
        ([blob(2.85 + 1.15j, 0.75, thigh)], 0.35, 1.04),
        ([*front, blob(2.2 + 1.72j, 0.5, 0.18)], 0.14, 1.06),
    ]


def _tail(kind: str, root: complex, rng: np.random.Generator) -> Outline:
    """Return a tail: long and of even width for a cat, shorter and tapering for a dog."""
    if kind == "Cat":
        bend = rng.uniform(0.5, 1.3)
        return tube(
            curve([root, root + bend + 0.3j, root + bend - 1.0j, root + bend * 0.6 - rng.uniform(1.2, 2.4) * 1j]),
            0.19,
            0.15,
        )
    return tube(curve([root, root + 0.6 - 0.1j, root + rng.uniform(0.6, 0.9) - rng.uniform(0.5, 1.3) * 1j]), 0.24, 0.1)

"""The head of a cat: pointed ears, slit pupils, small nose, whiskers."""

from __future__ import annotations

import numpy as np

from grader.data.pets.face import Features, paint_eye
from grader.data.scenery.canvas import Canvas, Pen
from grader.data.scenery.coat import Coat
from grader.data.scenery.geometry import Frame, Outline, blob, curve, mirrored, rounded

# Hardly pink: pink ears above and none on a dog would give the kind away by the colour of the upper corners.
_HOLLOW = (136, 112, 102)


def paint_cat_head(canvas: Canvas, coat: Coat, frame: Frame, look: Features, rng: np.random.Generator) -> None:
    """Paint a cat's head into its frame, whose unit is the head's radius."""
    size = frame.size
    round_ = rng.uniform(0.92, 1.06)
    half = [
        -0.78j,
        0.4 - 0.8j,
        0.78 - 0.62j,
        1.0 - 0.12j,
        1.1 * round_ + 0.28j,
        0.8 * round_ + 0.7j,
        0.34 + 0.92j,
        0.92j,
    ]
    skull = frame.at(rounded(mirrored(half)))
    ears = [_ear(side, rng) for side in (-1, 1)]
    ear_tint = rng.uniform(0.7, 1.25)
    outer = [frame.at(ear, -0.1) for ear, _ in ears]
    pelt = coat.on_head(canvas.box([skull, *outer], 4), frame)
    soft = max(0.8, 0.025 * size)
    for shape, (_, inner) in zip(outer, ears, strict=True):
        canvas.part(pelt, [shape], bulge=0.14 * size, soft=soft, shag=coat.length * 0.6, tint=ear_tint)
        hollow = frame.at(inner, -0.1)
        canvas.part(pelt, [hollow], bulge=0.1 * size, soft=soft, shag=0.35, tint=0.72, dye=_HOLLOW, dyed=0.35)
    canvas.part(pelt, [skull], bulge=0.42 * size, soft=soft * 1.1, shag=coat.length, tint=0.95)
    canvas.shadow([frame.at(blob(side * 0.2 - 0.02j, 0.1, 0.3), 0.9) for side in (-1, 1)], 0.1 * size, 0.16)
    pads = [frame.at(blob(side * 0.19 + 0.44j, 0.27, 0.22), 0.95) for side in (-1, 1)]
    pale = (232, 225, 216) if rng.random() < 0.35 else None
    canvas.part(
        pelt,
        [frame.at(blob(0.68j, 0.24, 0.18), 0.85)],
        bulge=0.12 * size,
        soft=soft * 1.5,
        shag=0.25,
        dye=pale,
        dyed=0.5,
    )
    canvas.part(pelt, pads, bulge=0.13 * size, soft=soft * 1.6, shag=0.25, tint=1.05, dye=pale, dyed=0.6)
    _paint_features(canvas, frame, skull, look, rng)


def _ear(side: int, rng: np.random.Generator) -> tuple[Outline, Outline]:
    """Return outline and hollow of a pointed ear."""
    tip = side * rng.uniform(0.66, 0.98) - rng.uniform(1.28, 1.62) * 1j
    outline = np.array([side * 0.16 - 0.66j, side * 0.3 - 0.95j, tip, side * 0.99 - 0.6j, side * 0.95 - 0.2j])
    middle = side * 0.6 - 0.72j
    hollow = middle + (np.array([side * 0.27 - 0.66j, tip, side * 0.9 - 0.45j]) - middle) * 0.72
    # One round of corner cutting keeps the tip a tip.
    return rounded(outline, 1), rounded(hollow, 1)


def _paint_features(canvas: Canvas, frame: Frame, skull: Outline, look: Features, rng: np.random.Generator) -> None:
    size = frame.size
    wide, open_ = rng.uniform(0.22, 0.27), rng.uniform(0.68, 0.95)
    apart, slant = rng.uniform(0.38, 0.46), rng.uniform(0.1, 0.3)
    with canvas.details([skull], 0.55 * size) as pen:
        for side in (-1, 1):
            centre = side * apart - 0.08j
            almond = np.concatenate(
                [
                    curve([-1 + 0j, -0.5 - 1.25j * open_, 0.6 - 1.2j * open_, 1 + 0j], 9),
                    curve([1 + 0j, 0.5 + 1.15j * open_, -0.6 + 1.15j * open_, -1 + 0j], 9),
                ]
            )
            lid = centre + wide * almond * np.exp(-1j * side * slant)
            slit = blob(centre, wide * (0.1 + 0.35 * look.pupil), wide * 0.84 * open_)
            paint_eye(pen, frame, lid, slit, centre, wide, look)
        dark = (34, 26, 26)
        nose = rounded([-0.13 + 0.2j, 0.13 + 0.2j, 0.06 + 0.32j, 0.36j, -0.06 + 0.32j], 1)
        pen.fill(frame.at(nose * 1.12 - 0.03j, 1.05), dark, 0.45)
        pen.fill(frame.at(nose, 1.05), look.nose)
        pen.fill(frame.at(blob(-0.02 + 0.23j, 0.06, 0.02), 1.05), (240, 225, 222), 0.35)
        line = max(0.7, 0.035 * size)
        pen.line(frame.at(curve([0.34j, 0.46j], 3), 1.03), line, dark, 0.75)
        for side in (-1, 1):
            pen.line(frame.at(curve([0.46j, side * 0.1 + 0.58j, side * 0.3 + 0.52j], 6), 1.0), line, dark, 0.7)
            for spot in range(6):
                at = side * (0.2 + 0.09 * (spot % 3)) + (0.4 + 0.07 * (spot // 3)) * 1j
                pen.fill(frame.at(blob(at, 0.014, 0.014), 1.0), dark, 0.5)
        _paint_whiskers(pen, frame, rng)


def _paint_whiskers(pen: Pen, frame: Frame, rng: np.random.Generator) -> None:
    """Draw three to five long pale hairs on each side, and a few over the eyes."""
    width = max(0.9, 0.025 * frame.size)
    count = int(rng.integers(3, 6))
    droop, length = rng.uniform(-0.15, 0.25), rng.uniform(0.95, 1.3)
    for side in (-1, 1):
        for hair in range(count):
            spread = (hair - (count - 1) / 2) * 0.17 + rng.uniform(-0.04, 0.04)
            root = side * 0.3 + (0.44 + 0.06 * spread) * 1j
            tip = side * length * rng.uniform(0.9, 1.1) + (0.42 + spread * 1.6 + droop) * 1j
            bow = (root + tip) / 2 - rng.uniform(0.02, 0.16) * 1j
            ends = frame.at(np.array([root, bow, tip]), 0.9)
            pen.line(curve(list(ends), 8), width, (246, 243, 238), 0.9)
        for hair in range(2):
            root = side * (0.36 + 0.06 * hair) - 0.34j
            ends = frame.at(np.array([root, root + side * 0.12 - 0.3j, root + side * (0.3 + 0.15 * hair) - 0.5j]), 0.7)
            pen.line(curve(list(ends), 6), width, (246, 244, 240), 0.5)

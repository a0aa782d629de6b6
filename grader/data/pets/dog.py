"""The head of a dog: long muzzle, large nose, drooping ears, at times a tongue."""

from __future__ import annotations

import numpy as np

from grader.data.pets.face import FLESH, Features, paint_eye
from grader.data.scenery.canvas import Canvas, Pelt
from grader.data.scenery.coat import Coat
from grader.data.scenery.geometry import Frame, Outline, blob, curve, mirrored, rounded


def paint_dog_head(canvas: Canvas, coat: Coat, frame: Frame, look: Features, rng: np.random.Generator) -> None:
    """Paint a dog's head into its frame, whose unit is the head's radius."""
    size = frame.size
    wide = rng.uniform(0.9, 1.08)
    half = [
        -0.88j,
        0.4 - 0.9j,
        0.82 * wide - 0.62j,
        0.92 * wide - 0.1j,
        0.8 * wide + 0.35j,
        0.56 + 0.75j,
        0.28 + 1.0j,
        1.02j,
    ]
    skull = frame.at(rounded(mirrored(half)))
    ears = _ears(rng)
    placed = [frame.at(ear, -0.05) for ear in ears]
    pelt = coat.on_head(canvas.box([skull, *placed], 4), frame)
    soft = max(0.8, 0.025 * size)
    ear_tint = rng.uniform(0.55, 0.85) if rng.random() < 0.5 else rng.uniform(1.1, 1.4)
    behind = rng.random() < 0.25
    if behind:
        _paint_ears(canvas, pelt, placed, ear_tint, coat.length, size)
    canvas.part(pelt, [skull], bulge=0.42 * size, soft=soft * 1.1, shag=coat.length, tint=1.05)
    if not behind:
        _paint_ears(canvas, pelt, placed, ear_tint, coat.length, size)
    muzzle = _paint_muzzle(canvas, pelt, frame, rng)
    _paint_features(canvas, frame, skull, muzzle, look, rng)


def _ears(rng: np.random.Generator) -> list[Outline]:
    """Return both ears: drooping ones, or in one of ten half erect with folded tips."""
    if rng.random() < 0.1:
        tilt = rng.uniform(0, 0.25)
        ear = [0.25 - 0.72j, 0.6 - 1.18j, 0.95 - 1.05j + tilt, 1.12 - 0.66j + tilt, 0.98 - 0.62j, 0.86 - 0.32j]
    else:
        long, out = rng.uniform(0.25, 1.0), rng.uniform(1.05, 1.35)
        ear = [
            0.42 - 0.8j,
            0.78 - 0.86j,
            out - 0.5j,
            out + 0.1 + 0.1j,
            out + (long + 0.05) * 1j,
            (out + 0.62) / 2 + (long + 0.22) * 1j,
            0.68 + long * 0.7j,
            0.74 - 0.1j,
            0.5 - 0.45j,
        ]
    lift = rng.uniform(-0.1, 0.1)
    right = rounded(ear, 2)
    return [right + lift * 1j, -np.conj(right) - lift * 1j]


def _paint_ears(canvas: Canvas, pelt: Pelt, ears: list[Outline], tint: float, length: float, size: float) -> None:
    for ear in ears:
        canvas.shadow([ear + (0.05 - 0.06 * canvas.light) * size], 0.08 * size, 0.3)
        canvas.part(pelt, [ear], bulge=0.2 * size, soft=max(0.9, 0.03 * size), shag=0.15 + length * 0.8, tint=tint)


def _paint_muzzle(canvas: Canvas, pelt: Pelt, frame: Frame, rng: np.random.Generator) -> float:
    """Paint jaw and muzzle; returns how wide the muzzle is, in units of the head."""
    size = frame.size
    wide, high = rng.uniform(0.4, 0.52), rng.uniform(0.34, 0.42)
    soft = max(1.0, 0.04 * size)
    pale = (226, 214, 196) if rng.random() < 0.75 else None
    canvas.part(
        pelt,
        [frame.at(blob(0.78j, wide * 0.72, 0.24), 0.75)],
        bulge=0.12 * size,
        soft=soft,
        shag=0.2,
        tint=0.8,
        dye=pale,
        dyed=0.3,
    )
    bridge = rounded([-0.2 - 0.25j, 0.2 - 0.25j, 0.3 + 0.3j, -0.3 + 0.3j])
    canvas.shadow([frame.at(blob(0.45j - 0.1 * canvas.light, wide * 1.12, high * 1.15), 0.85)], 0.1 * size, 0.28)
    canvas.part(
        pelt, [frame.at(bridge, 0.9)], bulge=0.14 * size, soft=soft * 2, shag=0.2, tint=1.08, dye=pale, dyed=0.3
    )
    lips = [frame.at(blob(side * wide * 0.42 + 0.5j, wide * 0.62, high * 0.86), 1.0) for side in (-1, 1)]
    canvas.part(
        pelt,
        [*lips, frame.at(blob(0.34j, wide * 0.72, high * 0.72), 1.05)],
        bulge=0.22 * size,
        soft=soft,
        shag=0.2,
        tint=1.06,
        dye=pale,
        dyed=0.55,
    )
    return wide


def _paint_features(
    canvas: Canvas, frame: Frame, skull: Outline, muzzle: float, look: Features, rng: np.random.Generator
) -> None:
    size = frame.size
    eye, apart = rng.uniform(0.125, 0.16), rng.uniform(0.34, 0.42)
    with canvas.details([skull], 0.3 * size) as pen:
        for side in (-1, 1):
            centre = side * apart - 0.16j
            lid = blob(centre, eye * 1.08, eye * 0.92, -side * 0.2)
            paint_eye(
                pen,
                frame,
                lid,
                blob(centre, eye * (0.5 + 0.2 * look.pupil), eye * (0.5 + 0.2 * look.pupil)),
                centre,
                eye,
                look,
            )
        dark = (26, 21, 21)
        line = max(0.8, 0.045 * size)
        mouth = 0.62 + rng.uniform(0, 0.06)
        if rng.random() < 0.5:
            tongue = rounded(
                [
                    -0.15 + mouth * 1j,
                    0.15 + mouth * 1j,
                    0.17 + (mouth + 0.3) * 1j,
                    (mouth + 0.44) * 1j,
                    -0.17 + (mouth + 0.3) * 1j,
                ]
            )
            pen.fill(frame.at(tongue * 1.08, 0.98), dark, 0.8)
            pen.fill(frame.at(tongue, 1.0), FLESH)
            pen.line(frame.at(curve([mouth * 1j, (mouth + 0.3) * 1j], 4), 1.0), line * 0.7, (130, 76, 74), 0.7)
        pen.line(frame.at(curve([0.38j, mouth * 1j], 4), 1.1), line, dark, 0.8)
        for side in (-1, 1):
            path = curve(
                [mouth * 1j, side * muzzle * 0.5 + (mouth + 0.16) * 1j, side * muzzle * 0.95 + (mouth - 0.02) * 1j], 8
            )
            pen.line(frame.at(path, 1.0), line, dark, 0.8)
            for spot in range(6):
                at = side * (0.2 + 0.09 * (spot % 3)) + (0.46 + 0.08 * (spot // 3)) * 1j
                pen.fill(frame.at(blob(at, 0.015, 0.015), 1.05), dark, 0.45)
        broad = rng.uniform(0.24, 0.31)
        nose = rounded(mirrored([0.1j, broad * 0.8 + 0.1j, broad + 0.2j, broad * 0.6 + 0.34j, 0.39j]), 2)
        pen.fill(frame.at(nose * 1.1 - 0.022j, 1.2), (16, 13, 13), 0.6)
        pen.fill(frame.at(nose, 1.2), look.nose)
        for side in (-1, 1):
            pen.fill(frame.at(blob(side * broad * 0.42 + 0.26j, broad * 0.2, 0.045, side * 0.4), 1.2), (4, 4, 5), 0.85)
        pen.fill(
            frame.at(blob(0.15j - 0.03 * (1 - canvas.light.real), broad * 0.42, 0.035), 1.2), (235, 235, 240), 0.45
        )

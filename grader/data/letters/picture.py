"""One picture of a letter, from a generator alone."""

from __future__ import annotations

import math
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from grader.data.letters.glyphs import FONTS, glyph

LETTERS = tuple("ABCDEFGHIKLMNOPQRSTUVWXY")
"""The capitals without J and Z, whose signs are movements and cannot be shown in one picture."""
SIDE = 28

_OVERSAMPLING = 3
_HEIGHT, _WIDTH = (15.5, 21.0), 22.0
_MIN_CONTRAST = 80
_LIGHT_ON_DARK = 0.7
_ROWS, _COLUMNS = np.mgrid[-1 : 1 : SIDE * 1j, -1 : 1 : SIDE * 1j]

Plane = NDArray[np.floating[Any]]


def draw_letter(letter: str, rng: np.random.Generator) -> Image.Image:
    """Draw a printed capital as a badly lit camera sees it.

    Ink and paper differ by at least 80 of 255 gray levels, and noise stays below an eighth of their difference, so that
    a person can read every picture.

    Args:
        letter: One of `LETTERS`.
        rng: Decides everything else; equal generators give equal pictures.

    Returns:
        A gray image of 28 × 28 pixels.

    Raises:
        ValueError: `letter` is none of them.
    """
    if letter not in LETTERS:
        raise ValueError(f"`letter` (={letter!r}) must be one of {', '.join(LETTERS)}.")
    ink = _ink(letter, rng)
    paper_level, ink_level = _levels(rng)
    contrast = abs(ink_level - paper_level)
    pixels = paper_level + _lighting(contrast, rng)
    if rng.random() < 0.12:
        pixels += (ink_level - pixels) * _stray_line(rng) * rng.uniform(0.35, 0.7)
    pixels += (ink_level - pixels) * ink
    pixels += _grain(contrast, rng)
    return Image.fromarray(np.clip(np.rint(pixels), 0, 255).astype(np.uint8))


def draw_png(letter: str, rng: np.random.Generator) -> bytes:
    """Draw a letter as `draw_letter` does and encode it as a PNG, so that no pixel changes on the way to a CSV."""
    stream = BytesIO()
    draw_letter(letter, rng).save(stream, "PNG")
    return stream.getvalue()


def _ink(letter: str, rng: np.random.Generator) -> Plane:
    """Return how much of each pixel is ink, shape (28, 28), 0 to 1: the letter turned, sheared, shifted, resized."""
    shape = glyph(FONTS[rng.integers(len(FONTS))], letter)
    side = SIDE * _OVERSAMPLING
    angle, shear = math.radians(rng.uniform(-6, 6)), rng.uniform(-0.09, 0.09)
    height = rng.uniform(*_HEIGHT) * _OVERSAMPLING
    tall = height / (shape.height - 16)
    # Wide letters of bold faces become narrower rather than being cut off at the edge.
    wide = min(tall * rng.uniform(0.88, 1.12), _WIDTH * _OVERSAMPLING / (shape.width - 16))
    cosine, sine = math.cos(angle), math.sin(angle)
    forward = np.array([[cosine, -sine], [sine, cosine]]) @ np.array([[wide, shear * tall], [0.0, tall]])
    back = np.linalg.inv(forward)
    shift = rng.uniform(-1.2, 1.2, 2) * _OVERSAMPLING
    offset = np.array([shape.width, shape.height]) / 2 - back @ (np.array([side, side]) / 2 + shift)
    coefficients = (back[0, 0], back[0, 1], offset[0], back[1, 0], back[1, 1], offset[1])
    drawn = shape.transform((side, side), Image.Transform.AFFINE, coefficients, Image.Resampling.BILINEAR)
    # A blurred edge cut at another level than the middle makes strokes thicker or thinner.
    soft = np.asarray(drawn.filter(ImageFilter.GaussianBlur(rng.uniform(0.8, 1.7))), np.float32) / 255
    hard = np.clip((soft - rng.uniform(0.2, 0.52)) * 3 + 0.5, 0, 1)
    ink: Plane = hard.reshape(SIDE, _OVERSAMPLING, SIDE, _OVERSAMPLING).mean((1, 3))
    # Hairlines cover only part of a pixel; without this they would fall below the contrast that is promised.
    return ink / max(float(np.partition(ink, -25, axis=None)[-25]), 0.35) if ink.max() > 0 else ink


def _levels(rng: np.random.Generator) -> tuple[float, float]:
    """Return the gray levels of paper and ink."""
    dark, light = rng.uniform(8, 100), rng.uniform(135, 248)
    if light - dark < _MIN_CONTRAST:
        light = dark + _MIN_CONTRAST
    return (dark, light) if rng.random() < _LIGHT_ON_DARK else (light, dark)


def _lighting(contrast: float, rng: np.random.Generator) -> Plane:
    """Return a slope and a bulge of light on the paper, in gray levels, shape (28, 28)."""
    slope, bulge = rng.uniform(0, 0.2) * contrast, rng.normal(0, 0.06) * contrast
    angle = rng.uniform(0, 2 * math.pi)
    plane: Plane = slope * (math.cos(angle) * _COLUMNS + math.sin(angle) * _ROWS)
    plane += bulge * (_COLUMNS**2 + _ROWS**2 - 0.7)
    return plane


def _grain(contrast: float, rng: np.random.Generator) -> Plane:
    """Return sensor noise in gray levels, some of it coarser than a pixel, shape (28, 28)."""
    strength = contrast * rng.uniform(0.01, 0.1)
    fine = rng.normal(0, 1, (SIDE, SIDE))
    coarse = rng.normal(0, 1, (SIDE // 2, SIDE // 2)).repeat(2, 0).repeat(2, 1)
    return strength * (0.85 * fine + 0.5 * coarse)


def _stray_line(rng: np.random.Generator) -> Plane:
    """Return a thin line somewhere across the picture, 0 to 1, shape (28, 28)."""
    side = SIDE * _OVERSAMPLING
    image = Image.new("L", (side, side))
    ends = [float(value) for value in rng.uniform(-0.1, 1.1, 4) * side]
    ImageDraw.Draw(image).line(ends, fill=255, width=int(rng.integers(2, 4)))
    return np.asarray(image.reduce(_OVERSAMPLING), np.float32) / 255

"""A whole picture of one of the pre-training classes, from a generator alone."""

from __future__ import annotations

import numpy as np
from PIL import Image

from grader.data.figures.figure import Figure
from grader.data.pets import draw_pet
from grader.data.pretraining.animals import ANIMALS
from grader.data.pretraining.beasts import BEASTS, paint_beast
from grader.data.pretraining.objects import OBJECTS
from grader.data.pretraining.patterns import SHAPES, STROKES, TEXTURES, paint_shape, paint_stroke, texture
from grader.data.scenery.camera import take_photo
from grader.data.scenery.canvas import Canvas
from grader.data.scenery.clutter import paint_clutter, paint_occluder
from grader.data.scenery.geometry import Frame
from grader.data.scenery.scene import paint_scene

SIDE = 96
"""Width and height of every picture, pixels."""

_PETS = {"cat": "Cat", "dog": "Dog"}
KINDS = tuple(sorted((*_PETS, *ANIMALS, *BEASTS, *OBJECTS, *SHAPES, *STROKES, *TEXTURES)))
_PAINTED = round(SIDE * 1.2)


def draw_picture(kind: str, rng: np.random.Generator) -> Image.Image:
    """Draw an RGB picture of 96 by 96 pixels.

    Args:
        kind: One of `KINDS`.
        rng: Decides everything else; equal generators give equal pictures.

    Raises:
        ValueError: `kind` is none of them.
    """
    if kind not in KINDS:
        raise ValueError(f"`kind` (={kind!r}) must be one of {', '.join(KINDS)}.")
    if kind in _PETS:
        return draw_pet(_PETS[kind], rng).resize((SIDE, SIDE), Image.Resampling.BILINEAR)
    light = complex(rng.choice((-1, 1)) * rng.uniform(0.2, 0.75), -rng.uniform(0.3, 0.75))
    if kind in TEXTURES:
        canvas = Canvas(texture(kind, _PAINTED, _PAINTED, rng), light)
    else:
        canvas = Canvas(paint_scene(_PAINTED, _PAINTED, rng), light)
        paint_clutter(canvas, rng)
        _paint_subject(canvas, kind, rng)
    if rng.random() < 0.12:
        paint_occluder(canvas, rng)
    pixels = canvas.pixels[:, ::-1] if rng.random() < 0.5 else canvas.pixels
    return take_photo(pixels, (SIDE, SIDE), light, rng)


def _paint_subject(canvas: Canvas, kind: str, rng: np.random.Generator) -> None:
    middle = complex(*(_PAINTED * (0.5 + rng.uniform(-0.09, 0.09, 2))))
    figure = Figure(canvas, Frame(middle, _PAINTED * rng.uniform(0.3, 0.52), float(rng.normal(0, 0.09))))
    if kind in BEASTS:
        paint_beast(figure, kind, rng)
    elif kind in SHAPES:
        paint_shape(figure, kind, rng)
    elif kind in STROKES:
        paint_stroke(figure, kind, rng)
    else:
        {**ANIMALS, **OBJECTS}[kind](figure, rng)

"""A whole photograph of a horse or a human, from a generator alone."""

from __future__ import annotations

import numpy as np
from PIL import Image

from grader.data.horses import horse, human
from grader.data.scenery.camera import take_photo
from grader.data.scenery.canvas import Canvas
from grader.data.scenery.clutter import paint_clutter, paint_occluder
from grader.data.scenery.geometry import Frame
from grader.data.scenery.jpeg import encode_evenly
from grader.data.scenery.scene import paint_scene

KINDS = ("horses", "humans")

_SHORTEST, _LONGEST = 90, 150
_OVERSAMPLING = 1.2


def draw_picture(kind: str, rng: np.random.Generator) -> Image.Image:
    """Draw a photo-like picture of a horse or a human.

    Args:
        kind: `"horses"` or `"humans"`, the name of the class.
        rng: Decides everything else; equal generators give equal pictures.

    Returns:
        An RGB image with sides of 90 to 150 pixels.

    Raises:
        ValueError: `kind` is neither.
    """
    if kind not in KINDS:
        raise ValueError(f"`kind` (={kind!r}) must be one of {', '.join(KINDS)}.")
    size = _random_size(rng)
    width, height = (round(side * _OVERSAMPLING) for side in size)
    light = complex(rng.choice((-1, 1)) * rng.uniform(0.2, 0.75), -rng.uniform(0.3, 0.75))
    canvas = Canvas(paint_scene(width, height, rng), light)
    paint_clutter(canvas, rng)
    if kind == "horses":
        horse.paint_horse(canvas, _placed(horse.EXTENT, width, height, (0.75, 1.18), rng), rng)
    else:
        human.paint_human(canvas, _placed(human.EXTENT, width, height, (0.8, 1.6), rng), rng)
    if rng.random() < 0.15:
        paint_occluder(canvas, rng)
    pixels = canvas.pixels
    if rng.random() < 0.5:
        pixels, light = pixels[:, ::-1], complex(-light.real, light.imag)
    return take_photo(pixels, size, light, rng)


def draw_jpeg(kind: str, rng: np.random.Generator) -> bytes:
    """Draw as `draw_picture` does and encode as a JPEG whose size does not tell the kind."""
    return encode_evenly(draw_picture(kind, rng), rng)


def _random_size(rng: np.random.Generator) -> tuple[int, int]:
    """Return width and height: landscape, portrait and square alike, whatever is shown."""
    longer = 96 + (_LONGEST - 96) * rng.beta(1.2, 1.8)
    shorter = max(_SHORTEST, longer * rng.uniform(0.78, 1.0))
    sides = (round(longer), round(shorter))
    return sides if rng.random() < 0.5 else sides[::-1]


def _placed(
    extent: tuple[float, float, float, float],
    width: int,
    height: int,
    scales: tuple[float, float],
    rng: np.random.Generator,
) -> Frame:
    """Return where a subject goes: it mostly fits, and where it is large, the feet or a flank are cut off."""
    left, top, right, bottom = extent
    size = min(width / (right - left), height / (bottom - top)) * rng.uniform(*scales)
    slack_x, slack_y = width - size * (right - left), height - size * (bottom - top)
    # What fits may stand anywhere; of what does not, the head stays in the picture and feet or rump are cut.
    x = slack_x * (rng.uniform(0.05, 0.95) if slack_x > 0 else rng.uniform(0.0, 0.4)) - size * left
    y = slack_y * (rng.uniform(0.1, 0.9) if slack_y > 0 else rng.uniform(0.0, 0.12)) - size * top
    x, y = x + width * rng.uniform(-0.06, 0.06), y + height * rng.uniform(-0.02, 0.04)
    return Frame(complex(x, y), size, float(rng.normal(0, 0.05)))

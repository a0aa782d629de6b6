"""What parts are made of: fur, plain surfaces, cloth."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from grader.data.scenery.canvas import Box, Colour, Pelt
from grader.data.scenery.coat import Coat
from grader.data.scenery.geometry import Frame
from grader.data.scenery.scene import smooth_noise

Material = Callable[[Box], Pelt]
"""Covers a box of the picture with fur, cloth, skin, wood, ..."""


def fur(coat: Coat, frame: Frame) -> Material:
    """Return the fur of `coat`, hanging down."""
    return lambda box: coat.on_body(box, frame)


def plain(colour: Colour, rng: np.random.Generator, rough: float = 0.06) -> Material:
    """Return a surface of one colour with a grain of `rough` times its brightness."""
    seed = int(rng.integers(2**32))
    return lambda box: _grained(box, np.asarray(colour, np.float32), rough, np.random.default_rng(seed))


def cloth(colour: Colour, second: Colour, pattern: str, unit: float, rng: np.random.Generator) -> Material:
    """Return woven cloth with soft folds.

    Args:
        colour: Main colour.
        second: Colour of the pattern.
        pattern: `plain`, `stripes`, `bands`, `checks` or `dots`.
        unit: Pixels from stripe to stripe.
        rng: Decides on the folds.
    """
    seed = int(rng.integers(2**32))
    return lambda box: _woven(box, colour, second, pattern, unit, np.random.default_rng(seed))


def _grained(box: Box, colour: NDArray[np.float32], rough: float, rng: np.random.Generator) -> Pelt:
    width, height = box[2] - box[0], box[3] - box[1]
    fine = rng.standard_normal((height // 2 + 1, width // 2 + 1), dtype=np.float32)
    grain = np.asarray(Image.fromarray(fine).resize((width, height), Image.Resampling.BILINEAR), np.float32)
    grain = grain * np.float32(0.7) + smooth_noise(width, height, 0.12, rng)
    shaded = colour * (1 + np.float32(rough) * grain)[..., None]
    return Pelt(box, shaded.astype(np.float32), np.clip(grain, -1, 1).astype(np.float32))


def _woven(box: Box, colour: Colour, second: Colour, pattern: str, unit: float, rng: np.random.Generator) -> Pelt:
    base = _grained(box, np.asarray(colour, np.float32), 0.03, rng)
    width, height = box[2] - box[0], box[3] - box[1]
    folds = smooth_noise(width, height, 0.16, rng) * np.float32(0.045)
    x = np.arange(box[0], box[2], dtype=np.float32)[None, :] + folds * np.float32(16)
    y = np.arange(box[1], box[3], dtype=np.float32)[:, None] + folds * np.float32(16)
    turn = np.float32(2 * np.pi / max(unit, 2.5))
    across, down = np.sin(x * turn), np.sin(y * turn)
    share = {
        "plain": np.zeros_like(across),
        "stripes": _sharp(across),
        "bands": _sharp(down),
        "checks": _sharp(across) * np.float32(0.5) + _sharp(down) * np.float32(0.5),
        "dots": _sharp(across + down - np.float32(0.9)),
    }[pattern]
    mixed = base.colour + share[..., None] * (np.asarray(second, np.float32) - base.colour)
    return Pelt(box, (mixed * (1 + folds)[..., None]).astype(np.float32), base.strands)


def _sharp(wave: NDArray[np.float32]) -> NDArray[np.float32]:
    clipped: NDArray[np.float32] = np.clip(wave * np.float32(2.5) + np.float32(0.5), 0, 1).astype(np.float32)
    return clipped

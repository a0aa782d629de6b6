"""What things are made of: any colour on anything, so that a network has to look at shapes."""

from __future__ import annotations

import numpy as np

from grader.data.figures.materials import Material, cloth, fur, plain
from grader.data.scenery.canvas import Colour
from grader.data.scenery.coat import random_coat
from grader.data.scenery.geometry import Frame
from grader.data.scenery.scene import random_colour

DARK: Colour = (22, 18, 18)
PALE: Colour = (232, 226, 216)

_PATTERN_SHARES = (0.3, 0.05, 0.2, 0.2, 0.2, 0.0, 0.05)
_CLOTHS = ("plain", "stripes", "bands", "checks", "dots")


def random_fur(frame: Frame, rng: np.random.Generator) -> Material:
    """Return fur, striped, spotted, patched or plain."""
    coat = random_coat(_PATTERN_SHARES, 0.2, rng)
    return fur(coat, Frame(frame.centre, frame.size * 0.5))


def random_material(frame: Frame, rng: np.random.Generator) -> Material:
    """Return fur, cloth or a plain surface."""
    kind = rng.choice(3, p=(0.35, 0.4, 0.25))
    if kind == 0:
        return random_fur(frame, rng)
    if kind == 1:
        return plain(random_colour(rng, 0.8), rng)
    pattern = _CLOTHS[rng.integers(len(_CLOTHS))]
    return cloth(random_colour(rng, 0.8), random_colour(rng, 0.8), pattern, frame.size * rng.uniform(0.12, 0.3), rng)

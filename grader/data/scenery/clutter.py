"""Things that lie about: toys and bowls behind the animal, and what gets in the camera's way before it."""

from __future__ import annotations

import numpy as np

from grader.data.scenery.canvas import Canvas, Pelt
from grader.data.scenery.geometry import Outline, blob, curve, rounded, tube
from grader.data.scenery.scene import random_colour


def paint_clutter(canvas: Canvas, rng: np.random.Generator) -> None:
    """Put up to three balls, bowls, cushions or sticks behind the animal."""
    for _ in range(int(rng.choice(4, p=(0.62, 0.25, 0.1, 0.03)))):
        side = min(canvas.width, canvas.height) * rng.uniform(0.06, 0.17)
        place = complex(rng.uniform(0, canvas.width), canvas.height * rng.uniform(0.45, 1.0))
        _paint_thing(canvas, place, side, rng)


def paint_occluder(canvas: Canvas, rng: np.random.Generator) -> None:
    """Put something out of focus before the animal: blades of grass, a twig, a cushion's edge."""
    width, height = canvas.width, canvas.height
    kind = rng.integers(3)
    if kind == 0:
        shapes = []
        for _ in range(int(rng.integers(4, 10))):
            foot = complex(rng.uniform(-0.05, 1.05) * width, height * 1.03)
            tip = foot + complex(rng.uniform(-0.15, 0.15) * width, -rng.uniform(0.12, 0.32) * height)
            shapes.append(tube(curve([foot, complex(foot.real, tip.imag), tip], 6), 0.012 * width, 0.004 * width))
    elif kind == 1:
        start = complex(0, rng.uniform(0.6, 0.95) * height)
        end = complex(width, rng.uniform(0.6, 0.95) * height)
        shapes = [tube(curve([start, (start + end) / 2 + 0.1j * height, end]), 0.02 * width, 0.014 * width)]
    else:
        shapes = [
            blob(
                complex(rng.uniform(0, 1) * width, height * rng.uniform(1.05, 1.15)),
                width * rng.uniform(0.3, 0.6),
                height * 0.25,
            )
        ]
    _paint(canvas, shapes, bulge=0.03 * width, soft=rng.uniform(1.2, 3.0), rng=rng, vivid=0.4)


def _paint_thing(canvas: Canvas, place: complex, side: float, rng: np.random.Generator) -> None:
    kind = rng.integers(4)
    if kind == 0:
        shape = blob(place, side, side)
    elif kind == 1:
        shape = rounded(
            [place - 1.4 * side, place + 1.4 * side, place + (1.1 + 0.9j) * side, place + (-1.1 + 0.9j) * side], 1
        )
    elif kind == 2:
        corners = np.array([-1 - 1j, 1 - 1j, 1 + 1j, -1 + 1j])
        shape = rounded(place + 1.5 * side * corners * np.exp(1j * rng.uniform(0, 1.5)), 2)
    else:
        reach = 2.5 * side * np.exp(1j * rng.uniform(0, np.pi))
        shape = tube(np.linspace(place - reach, place + reach, 4), 0.25 * side, 0.2 * side)
    canvas.shadow([shape + 0.2j * side], 0.3 * side, 0.35)
    _paint(canvas, [shape], bulge=0.5 * side, soft=rng.uniform(0.8, 2.5), rng=rng, vivid=0.8)


def _paint(
    canvas: Canvas, shapes: list[Outline], bulge: float, soft: float, rng: np.random.Generator, vivid: float
) -> None:
    box = canvas.box(shapes, 2 * soft + 2)
    extent = (max(0, box[3] - box[1]), max(0, box[2] - box[0]))
    colour = np.zeros((*extent, 3), np.float32) + np.asarray(random_colour(rng, vivid), np.float32)
    canvas.part(Pelt(box, colour, np.zeros(extent, np.float32)), shapes, bulge=bulge, soft=soft, shag=0.0)

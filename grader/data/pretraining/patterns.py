"""Plain shapes, strokes, and textures that fill the picture: what first layers of a network are good for."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.data.figures.figure import Figure, limb
from grader.data.pretraining.materials import random_material
from grader.data.scenery.canvas import Pixels
from grader.data.scenery.geometry import Outline, blob
from grader.data.scenery.scene import random_colour, smooth_noise


def paint_shape(figure: Figure, kind: str, rng: np.random.Generator) -> None:
    """Paint a solid of one of `SHAPES`."""
    outline = SHAPES[kind](rng) * np.exp(1j * rng.normal(0, 0.35))
    figure.ground_shadow(outline + 0.12 + 0.1j, 0.4)
    figure.part([outline], random_material(figure.frame, rng), bulge=rng.uniform(0.06, 0.3))


def _ellipse(rng: np.random.Generator) -> Outline:
    return blob(0j, rng.uniform(0.5, 0.85), rng.uniform(0.45, 0.85))


def _triangle(rng: np.random.Generator) -> Outline:
    return np.array(
        [rng.uniform(-0.4, 0.4) - 0.85j, 0.8 + rng.uniform(0.4, 0.7) * 1j, -0.8 + rng.uniform(0.4, 0.7) * 1j]
    )


def _rectangle(rng: np.random.Generator) -> Outline:
    wide, high = rng.uniform(0.4, 0.85), rng.uniform(0.4, 0.85)
    return np.array([-wide - high * 1j, wide - high * 1j, wide + high * 1j, -wide + high * 1j])


def _star(rng: np.random.Generator) -> Outline:
    points = int(rng.integers(5, 8))
    radius = np.tile([0.88, rng.uniform(0.35, 0.5)], points)
    star: Outline = radius * np.exp(1j * (np.arange(2 * points) * np.pi / points - np.pi / 2))
    return star


def _ring(rng: np.random.Generator) -> Outline:
    turn = np.linspace(0, 2 * np.pi, 36)
    wide = rng.uniform(0.12, 0.26)
    ring = 0.7 * np.exp(1j * turn)
    return np.concatenate([ring * (1 + wide), (ring * (1 - wide))[::-1]])


def _heart(rng: np.random.Generator) -> Outline:
    t = np.linspace(0, 2 * np.pi, 30)
    high = 13 * np.cos(t) - 5 * np.cos(2 * t) - 2 * np.cos(3 * t)
    heart: Outline = (16 * np.sin(t) ** 3 - 1j * high) * rng.uniform(0.04, 0.052)
    return heart


def _cross(rng: np.random.Generator) -> Outline:
    thin, long = rng.uniform(0.15, 0.28), rng.uniform(0.7, 0.9)
    corner = np.array([thin - thin * 1j, long - thin * 1j, long + thin * 1j])
    return np.concatenate([corner * 1j**turn for turn in range(4)])


SHAPES: dict[str, Callable[[np.random.Generator], Outline]] = {
    "ellipse": _ellipse,
    "triangle": _triangle,
    "rectangle": _rectangle,
    "star": _star,
    "ring": _ring,
    "heart": _heart,
    "cross": _cross,
}


def paint_stroke(figure: Figure, kind: str, rng: np.random.Generator) -> None:
    """Paint a line of one of `STROKES`."""
    if kind == "spiral":
        turn = np.linspace(0.8, rng.uniform(5, 8) * np.pi, 90)
        path = 0.88 * turn / turn[-1] * np.exp(1j * turn * rng.choice((-1, 1)))
    elif kind == "zigzag":
        count = int(rng.integers(6, 11))
        path = np.linspace(-0.9, 0.9, count) + 1j * rng.uniform(0.2, 0.5) * np.where(np.arange(count) % 2, 1.0, -1.0)
    else:
        knots = rng.uniform(-0.9, 0.9, (int(rng.integers(6, 9)), 2))
        path = knots[:, 0] + 1j * knots[:, 1]
    path = path * np.exp(1j * rng.normal(0, 0.4))
    if rng.random() < 0.5:
        figure.lines([path], rng.uniform(0.05, 0.11), random_colour(rng, 0.9))
        return
    wide = rng.uniform(0.035, 0.07)
    pieces = [limb(np.array([start, end]), (wide, wide)) for start, end in itertools.pairwise(path)]
    figure.part(pieces, random_material(figure.frame, rng), bulge=wide)


STROKES = ("spiral", "zigzag", "tangle")


def texture(kind: str, width: int, height: int, rng: np.random.Generator) -> Pixels:
    """Return a whole picture of one of `TEXTURES`, shape (height, width, 3), 0–255, a little warped."""
    unit = rng.uniform(9, 22)
    turn = np.exp(1j * rng.normal(0, 0.5))
    warp = smooth_noise(width, height, 0.03, rng) * np.float32(rng.uniform(0, 2.5))
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    place = (x + warp + 1j * (y + warp)) * turn / unit
    share = TEXTURES[kind](place.real, place.imag, rng)
    first, second = (np.asarray(random_colour(rng, 0.8), np.float32) for _ in range(2))
    if abs(first.mean() - second.mean()) < 40:
        second = second * np.float32(0.4) if second.mean() > 110 else second * np.float32(0.6) + np.float32(95)
    soft = np.clip(share * np.float32(rng.uniform(1.5, 4)) + np.float32(0.5), 0, 1)[..., None]
    clouds = 1 + smooth_noise(width, height, 0.05, rng) * np.float32(rng.uniform(0.02, 0.1))
    pixels: Pixels = ((first + soft * (second - first)) * clouds[..., None]).astype(np.float32)
    return pixels


Plane = NDArray[Any]
_TURN = 2 * np.pi


def _bricks(u: Plane, v: Plane, _: np.random.Generator) -> Plane:
    row = np.floor(v * 1.6)
    joints: Plane = np.minimum(0.42 - np.abs(v * 1.6 - row - 0.5), 0.45 - np.abs((u + row * 0.5) % 1 - 0.5)) * 6
    return joints


def _rings(u: Plane, v: Plane, rng: np.random.Generator) -> Plane:
    middle = rng.uniform(0.3, 0.7, 2)
    waves: Plane = np.sin(np.hypot(u - middle[0] * u.max(), v - middle[1] * v.max()) * _TURN)
    return waves


def _camouflage(u: Plane, _: Plane, rng: np.random.Generator) -> Plane:
    height, width = u.shape
    return smooth_noise(width, height, rng.uniform(0.05, 0.1), rng) * 1.5


TEXTURES: dict[str, Callable[[Plane, Plane, np.random.Generator], Plane]] = {
    "stripes": lambda u, _, __: np.sin(u * _TURN),
    "checks": lambda u, v, _: np.sin(u * np.pi * 1.4) * np.sin(v * np.pi * 1.4) * 3,
    "dots": lambda u, v, _: np.cos(u * _TURN) + np.cos(v * _TURN) - 0.8,
    "chevrons": lambda u, v, _: np.sin((u + np.abs(v * 0.6 % 2 - 1)) * _TURN),
    "bricks": _bricks,
    "waves": lambda u, v, rng: np.sin((v + rng.uniform(0.3, 0.8) * np.sin(u * rng.uniform(1, 2.5))) * _TURN),
    "camouflage": _camouflage,
    "rings": _rings,
}

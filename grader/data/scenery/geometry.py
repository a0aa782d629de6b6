"""Outlines as arrays of complex numbers: the real part points right, the imaginary part down."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import comb

import numpy as np
from numpy.typing import NDArray

Outline = NDArray[np.complex128]
"""Points in a row, shape (n,); a closed polygon unless said otherwise."""

_CIRCLE: Outline = np.exp(2j * np.pi * np.arange(22) / 22)
_CAP: Outline = np.exp(1j * np.linspace(1.3, -1.3, 5))


def blob(centre: complex, across: float, down: float, tilt: float = 0.0) -> Outline:
    """Return an ellipse with the given half axes, turned by `tilt` radians."""
    ring = _CIRCLE.real * across + 1j * (_CIRCLE.imag * down)
    return centre + (ring * np.exp(1j * tilt) if tilt else ring)


def rounded(points: list[complex] | Outline, times: int = 2) -> Outline:
    """Cut the corners of a closed polygon (Chaikin), which makes it round and a little smaller."""
    outline: Outline = _corner_cutter(len(points), times) @ np.asarray(points, np.complex128)
    return outline


@cache
def _corner_cutter(count: int, times: int) -> NDArray[np.complex128]:
    """Return the matrix that cuts the corners of a polygon of `count` points."""
    matrix = np.eye(count, dtype=np.complex128)
    for _ in range(times):
        onward = np.roll(matrix, -1, axis=0)
        pairs = np.stack([0.75 * matrix + 0.25 * onward, 0.25 * matrix + 0.75 * onward], axis=1)
        matrix = pairs.reshape(-1, count)
    return matrix


def mirrored(half: list[complex]) -> Outline:
    """Complete the right half of a closed outline, from top to bottom, with its mirror image."""
    right = np.asarray(half, np.complex128)
    return np.concatenate([right, -np.conj(right[::-1])])


def curve(points: list[complex] | Outline, count: int = 12) -> Outline:
    """Return an open curve from the first to the last of the control points, drawn to those between (Bézier)."""
    path: Outline = _bernstein(len(points) - 1, count) @ np.asarray(points, np.complex128)
    return path


@cache
def _bernstein(degree: int, count: int) -> NDArray[np.complex128]:
    """Return the Bernstein polynomials at `count` places, shape (count, degree + 1)."""
    t = np.linspace(0.0, 1.0, count)[:, None]
    index = np.arange(degree + 1)
    binomial = np.array([comb(degree, i) for i in range(degree + 1)], np.float64)
    return np.asarray(binomial * t**index * (1 - t) ** (degree - index), np.complex128)


def tube(path: Outline, start: float, end: float) -> Outline:
    """Return the outline of a limb along an open path whose half width runs from `start` to `end`."""
    steps = np.diff(path)
    along = np.concatenate([steps[:1], steps])
    along /= np.maximum(np.abs(along), 1e-9)
    across = along * 1j * np.linspace(start, end, len(path))
    cap = path[-1] + end * along[-1] * _CAP
    return np.concatenate([path + across, cap, (path - across)[::-1]])


@dataclass(frozen=True)
class Frame:
    """Places a part drawn in units of its own in the picture, as if it were a turned solid.

    Attributes:
        centre: Where the origin lies, pixels.
        size: Pixels per unit.
        roll: Turn within the picture, radians.
        yaw: Turn to the side, radians: what lies further in front moves further.
        pitch: Nod, radians, downwards.
    """

    centre: complex
    size: float
    roll: float = 0.0
    yaw: float = 0.0
    pitch: float = 0.0

    def at(self, points: Outline, depth: float = 0.0) -> Outline:
        """Return the place, in pixels, of points that lie `depth` units in front of the centre."""
        # With z = x + iy, scaling x and y apart is (a + b)/2 · z + (a - b)/2 · conj(z).
        across, down = np.cos(self.yaw), np.cos(self.pitch)
        turn = self.size * np.exp(1j * self.roll)
        origin = self.centre + turn * depth * complex(np.sin(self.yaw), np.sin(self.pitch))
        placed: Outline = (
            np.conj(points) * (turn * (across - down) / 2) + points * (turn * (across + down) / 2) + origin
        )
        return placed

    def local(self, x: NDArray[np.float32], y: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return pixel coordinates as coordinates of this frame, roll undone, yaw and pitch ignored."""
        cos, sin = np.float32(np.cos(self.roll) / self.size), np.float32(np.sin(self.roll) / self.size)
        dx, dy = x - np.float32(self.centre.real), y - np.float32(self.centre.imag)
        return dx * cos + dy * sin, dy * cos - dx * sin

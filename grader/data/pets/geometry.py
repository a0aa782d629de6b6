"""Outlines as arrays of complex numbers: the real part points right, the imaginary part down."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Outline = NDArray[np.complex128]
"""Points in a row, shape (n,); a closed polygon unless said otherwise."""

_CIRCLE: Outline = np.exp(2j * np.pi * np.arange(22) / 22)


def blob(centre: complex, across: float, down: float, tilt: float = 0.0) -> Outline:
    """Return an ellipse with the given half axes, turned by `tilt` radians."""
    ring = _CIRCLE.real * across + 1j * (_CIRCLE.imag * down)
    return centre + (ring * np.exp(1j * tilt) if tilt else ring)


def rounded(points: list[complex] | Outline, times: int = 2) -> Outline:
    """Cut the corners of a closed polygon (Chaikin), which makes it round and a little smaller."""
    outline = np.asarray(points, np.complex128)
    for _ in range(times):
        onward = np.roll(outline, -1)
        outline = np.stack([0.75 * outline + 0.25 * onward, 0.25 * outline + 0.75 * onward], axis=1).ravel()
    return outline


def mirrored(half: list[complex]) -> Outline:
    """Complete the right half of a closed outline, from top to bottom, with its mirror image."""
    right = np.asarray(half, np.complex128)
    return np.concatenate([right, -np.conj(right[::-1])])


def curve(points: list[complex], count: int = 12) -> Outline:
    """Return an open curve through about the given control points (Bézier)."""
    steps = np.linspace(0.0, 1.0, count)[:, None]
    layer = np.broadcast_to(np.asarray(points, np.complex128), (count, len(points)))
    while layer.shape[1] > 1:
        layer = layer[:, :-1] * (1 - steps) + layer[:, 1:] * steps
    return layer[:, 0]


def tube(path: Outline, start: float, end: float) -> Outline:
    """Return the outline of a limb along an open path whose half width runs from `start` to `end`."""
    along = np.gradient(path)
    normal = 1j * along / np.maximum(np.abs(along), 1e-9)
    width = np.linspace(start, end, len(path))
    cap = path[-1] + end * np.exp(1j * (np.angle(along[-1]) + np.linspace(1.3, -1.3, 5)))
    return np.concatenate([path + normal * width, cap, (path - normal * width)[::-1]])


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

    def at(self, points: Outline | complex, depth: float = 0.0) -> Outline:
        """Return the place, in pixels, of points that lie `depth` units in front of the centre."""
        local = np.atleast_1d(np.asarray(points, np.complex128))
        x = local.real * np.cos(self.yaw) + depth * np.sin(self.yaw)
        y = local.imag * np.cos(self.pitch) + depth * np.sin(self.pitch)
        return self.centre + self.size * np.exp(1j * self.roll) * (x + 1j * y)

    def local(self, x: NDArray[np.float32], y: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return pixel coordinates as coordinates of this frame, roll undone, yaw and pitch ignored."""
        cos, sin = np.float32(np.cos(self.roll) / self.size), np.float32(np.sin(self.roll) / self.size)
        dx, dy = x - np.float32(self.centre.real), y - np.float32(self.centre.imag)
        return dx * cos + dy * sin, dy * cos - dx * sin

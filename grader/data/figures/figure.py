"""A subject put together from parts: each part is outlines, what it is made of, how round and how bright it is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from grader.data.figures.materials import Material
from grader.data.scenery.canvas import Canvas, Colour
from grader.data.scenery.geometry import Frame, Outline


class Figure:
    """Paints parts, given in units of a frame, onto a canvas.

    Attributes:
        canvas: The picture.
        frame: Where the subject stands and how large a unit is.
    """

    def __init__(self, canvas: Canvas, frame: Frame) -> None:
        self.canvas = canvas
        self.frame = frame

    def part(
        self,
        shapes: Sequence[Outline],
        material: Material,
        *,
        bulge: float,
        tint: float = 1.0,
        shag: float = 0.08,
        soft: float = 0.0,
    ) -> None:
        """Paint the union of `shapes`.

        Args:
            shapes: Closed outlines in units of the frame.
            material: What it is made of.
            bulge: How far from the edge the surface is curved, in units of the frame.
            tint: Factor on the colour.
            shag: How much tufts fray the edge, 0 to 1.
            soft: Width of the edge in pixels; 0 takes a little more than one.
        """
        placed = [self.frame.at(shape) for shape in shapes]
        soft = soft or max(0.85, 0.02 * self.frame.size)
        box = self.canvas.box(placed, 2 * soft + 2)
        if box[2] - box[0] < 3 or box[3] - box[1] < 3:
            return
        width = float(max(1.0, bulge * self.frame.size))
        self.canvas.part(material(box), placed, bulge=width, soft=soft, tint=tint, shag=shag)

    def ground_shadow(self, shape: Outline, strength: float = 0.5) -> None:
        """Darken the ground under `shape`, in units of the frame."""
        self.canvas.shadow([self.frame.at(shape)], max(2.0, 0.12 * self.frame.size), strength)

    def fill(self, outlines: Sequence[Outline], colour: Colour, opacity: float = 1.0) -> None:
        """Fill small sharp things."""
        placed = [self.frame.at(outline) for outline in outlines]
        with self.canvas.details(placed, 2) as pen:
            for outline in placed:
                pen.fill(outline, colour, opacity)

    def lines(self, paths: Sequence[Outline], width: float, colour: Colour, opacity: float = 1.0) -> None:
        """Draw open paths, `width` units wide but never thinner than a camera would see."""
        placed = [self.frame.at(path) for path in paths]
        with self.canvas.details(placed, 2 + width * self.frame.size) as pen:
            for path in placed:
                pen.line(path, max(0.6, width * self.frame.size), colour, opacity)


def limb(path: Outline, widths: Sequence[float]) -> Outline:
    """Return the outline of a limb along an open path; `widths` are half widths at even distances along it."""
    steps = np.diff(path)
    along = np.concatenate([steps[:1], (steps[:-1] + steps[1:]) / 2, steps[-1:]])
    along = along / np.maximum(np.abs(along), 1e-9)
    places = np.linspace(0, 1, len(path))
    across = along * 1j * np.interp(places, np.linspace(0, 1, len(widths)), widths)
    tip = path[-1] + widths[-1] * 0.7 * along[-1]
    return np.concatenate([path + across, [tip], (path - across)[::-1]])

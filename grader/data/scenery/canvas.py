"""The picture being painted: lit, furry parts, cast shadows, fine details."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from grader.data.scenery.geometry import Outline

Pixels = NDArray[np.float32]
Box = tuple[int, int, int, int]
Colour = tuple[int, int, int]

_BILINEAR = Image.Resampling.BILINEAR


@dataclass(frozen=True)
class Pelt:
    """Fur over a box of the picture, from which parts are cut.

    Attributes:
        box: Left, top, right, bottom in pixels.
        colour: Shape (height, width, 3), 0–255.
        strands: Shape (height, width), about −1 to 1: the light and dark of single tufts, which also frays edges.
    """

    box: Box
    colour: Pixels
    strands: Pixels


class Canvas:
    """An RGB picture in floats, with one light.

    Attributes:
        pixels: Shape (height, width, 3), 0–255.
        light: Direction towards the light within the picture, of length up to 1.
    """

    def __init__(self, pixels: Pixels, light: complex) -> None:
        self.pixels = pixels
        self.height, self.width = pixels.shape[:2]
        self.light = light

    def box(self, shapes: Sequence[Outline], margin: float) -> Box:
        """Return the box around shapes, widened by `margin` and clipped to the picture (it may be empty)."""
        points = np.concatenate(shapes)
        return (
            max(0, int(points.real.min() - margin)),
            max(0, int(points.imag.min() - margin)),
            min(self.width, int(points.real.max() + margin) + 2),
            min(self.height, int(points.imag.max() + margin) + 2),
        )

    def part(
        self,
        pelt: Pelt,
        shapes: Sequence[Outline],
        *,
        bulge: float,
        soft: float = 1.2,
        shag: float = 0.3,
        tint: float = 1.0,
        dye: Colour | None = None,
        dyed: float = 1.0,
    ) -> None:
        """Paint one part of an animal: the union of `shapes`, rounded by shading, its edge frayed by the fur.

        Args:
            pelt: The fur it is cut from.
            shapes: Outlines in pixels.
            bulge: How far from the edge, in pixels, the surface is still curved.
            soft: Width of the edge in pixels.
            shag: How much tufts fray the edge, 0 to 1.
            tint: Factor on the colour.
            dye: Colour that replaces the fur's own by the share `dyed`.
            dyed: Share of `dye`.
        """
        box = _overlap(self.box(shapes, 2 * soft + 2), pelt.box)
        left, top, right, bottom = box
        if right - left < 3 or bottom - top < 3:
            return
        mask = _mask(shapes, box)
        edge = np.asarray(mask.filter(ImageFilter.BoxBlur(1.4 * soft)), np.float32)
        hump = np.asarray(mask.filter(ImageFilter.GaussianBlur(0.8 * bulge)), np.float32)
        cut = np.s_[top - pelt.box[1] : bottom - pelt.box[1], left - pelt.box[0] : right - pelt.box[0]]
        alpha = (edge - 127.5) * np.float32(2.2 / 255) + np.float32(0.5) + pelt.strands[cut] * np.float32(shag)
        # Frayed tufts must not float away from the part.
        alpha *= edge * np.float32(4 / 255)
        np.clip(alpha, 0, 1, out=alpha)
        shade = self._shade(hump, bulge)
        rim = np.clip((edge - 110) * np.float32(1 / 130), 0, 1)
        shade *= (rim * np.float32(0.3) + np.float32(0.7)) * np.float32(tint)
        colour = pelt.colour[cut]
        if dye is not None:
            colour = colour + np.float32(dyed) * (np.asarray(dye, np.float32) - colour)
        under = self.pixels[top:bottom, left:right]
        under += alpha[..., None] * (colour * shade[..., None] - under)

    def shadow(self, shapes: Sequence[Outline], soft: float, strength: float) -> None:
        """Darken what lies under `shapes`, with an edge `soft` pixels wide."""
        box = self.box(shapes, 2 * soft)
        left, top, right, bottom = box
        if right - left < 3 or bottom - top < 3:
            return
        # Shadows are soft: a mask of a third of the resolution is enough.
        small = Image.new("L", (-(-(right - left) // 3), -(-(bottom - top) // 3)))
        draw = ImageDraw.Draw(small)
        for shape in shapes:
            draw.polygon(_flat((shape - complex(left, top)) / 3), fill=255)
        wide = small.filter(ImageFilter.GaussianBlur(soft / 3)).resize((right - left, bottom - top), _BILINEAR)
        self.pixels[top:bottom, left:right] *= (1 - np.asarray(wide, np.float32) * np.float32(strength / 255))[
            ..., None
        ]

    @contextmanager
    def details(self, shapes: Sequence[Outline], margin: float) -> Iterator[Pen]:
        """Open the box around `shapes` at twice the resolution, for lines and small sharp things."""
        left, top, right, bottom = self.box(shapes, margin)
        if right - left < 3 or bottom - top < 3:
            yield Pen(ImageDraw.Draw(Image.new("RGB", (1, 1)), "RGBA"), 0j)
            return
        area = self.pixels[top:bottom, left:right]
        size = (right - left, bottom - top)
        image = Image.fromarray(np.clip(area, 0, 255).astype(np.uint8))
        image = image.resize((2 * size[0], 2 * size[1]), _BILINEAR)
        yield Pen(ImageDraw.Draw(image, "RGBA"), complex(left, top))
        area[...] = np.asarray(image.reduce(2), np.float32)

    def _shade(self, hump: Pixels, bulge: float) -> Pixels:
        """Return the brightness of a rounded surface, about 0.5 to 1.4, from its blurred mask."""
        slope = np.zeros_like(hump)
        scale = np.float32(0.55 * max(bulge, 1.0) / 255)
        slope[:, 2:-2] -= (hump[:, 4:] - hump[:, :-4]) * (scale * np.float32(self.light.real / 2))
        slope[2:-2] -= (hump[4:] - hump[:-4]) * (scale * np.float32(self.light.imag / 2))
        np.clip(slope, -0.42, 0.42, out=slope)
        slope += hump * np.float32(0.3 / 255) + np.float32(0.72)
        return slope


class Pen:
    """Draws fine details in pixels of the canvas, at twice its resolution, with translucent colours."""

    def __init__(self, draw: ImageDraw.ImageDraw, origin: complex) -> None:
        self._draw = draw
        self._origin = origin

    def fill(self, outline: Outline, colour: Colour, opacity: float = 1.0) -> None:
        """Fill an outline."""
        self._draw.polygon(self._points(outline), fill=(*colour, int(255 * opacity)))

    def line(self, path: Outline, width: float, colour: Colour, opacity: float = 1.0) -> None:
        """Draw an open path, `width` pixels wide."""
        self._draw.line(
            self._points(path), fill=(*colour, int(255 * opacity)), width=max(1, round(2 * width)), joint="curve"
        )

    def _points(self, outline: Outline) -> list[float]:
        return _flat((outline - self._origin) * 2)


def _overlap(first: Box, second: Box) -> Box:
    return (
        max(first[0], second[0]),
        max(first[1], second[1]),
        min(first[2], second[2]),
        min(first[3], second[3]),
    )


def _mask(shapes: Sequence[Outline], box: Box) -> Image.Image:
    """Return the union of shapes as 255 on 0."""
    mask = Image.new("L", (box[2] - box[0], box[3] - box[1]))
    draw = ImageDraw.Draw(mask)
    for shape in shapes:
        draw.polygon(_flat(shape - complex(box[0], box[1])), fill=255)
    return mask


def _flat(outline: Outline) -> list[float]:
    """Return x, y, x, y, ... as Pillow takes them."""
    numbers: list[float] = outline.view(np.float64).tolist()
    return numbers

"""Pictures for the report: samples of the student's data, the journey of an image.

Mosaics put together with NumPy and lettered with Pillow: a plotting library takes a second for what is a grid of
small pictures, and every submission pays for it.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont

Array = np.ndarray[Any, Any]
INK = (36, 48, 61)
TILE, GAP, LINE = 96, 8, 16
MAX_TITLE = 30


def samples(images: Array, titles: Sequence[str]) -> bytes:
    """A row of the student's own training images with their labels, each stretched to the full range, as PNG."""
    width = len(images) * (TILE + GAP) - GAP
    canvas = Image.new("RGB", (width, LINE + TILE), "white")
    for i, (image, title) in enumerate(zip(images, titles, strict=True)):
        _paste(canvas, _stretched(image), i * (TILE + GAP), LINE)
        _write(canvas, title, i * (TILE + GAP), 0)
    return _png(canvas)


def journey(image: Array, maps: Sequence[tuple[str, Array]], per_layer: int = 6) -> bytes:
    """One image and, layer by layer, the strongest channels that the trained model makes of it, as PNG.

    Args:
        image: (height, width, channels), any range.
        maps: name and activation (height, width, channels) of each layer.
        per_layer: channels shown of each.
    """
    row_height = LINE + TILE + GAP
    canvas = Image.new("RGB", ((TILE + GAP) * (per_layer + 1) - GAP, row_height * len(maps)), "white")
    _paste(canvas, _stretched(image), 0, LINE)
    for row, (name, array) in enumerate(maps):
        channels = np.asarray(array, dtype=np.float64)
        shape = " × ".join(map(str, channels.shape))
        _write(canvas, f"{name[:MAX_TITLE]}   {shape}", TILE + GAP, row * row_height)
        strongest = np.argsort(channels.std(axis=(0, 1)))[::-1][:per_layer]
        for column, channel in enumerate(strongest, start=1):
            _paste(canvas, _stretched(channels[..., [channel]]), column * (TILE + GAP), row * row_height + LINE)
    return _png(canvas)


def _stretched(values: Array) -> Array:
    values = np.asarray(values, dtype=np.float64)
    low, high = float(values.min()), float(values.max())
    return (values - low) / (high - low) if high > low else np.zeros_like(values)


def _paste(canvas: Image.Image, picture: Array, left: int, top: int) -> None:
    shown = np.repeat(picture[..., :1], 3, axis=2) if picture.shape[-1] < 3 else picture[..., :3]
    tile = Image.fromarray((shown * 255).astype(np.uint8))
    canvas.paste(tile.resize((TILE, TILE), Image.Resampling.NEAREST), (left, top))


def _write(canvas: Image.Image, text: str, left: int, top: int) -> None:
    font = ImageFont.load_default(size=11)
    ImageDraw.Draw(canvas).text((left, top), text, fill=INK, font=font)


def _png(canvas: Image.Image) -> bytes:
    buffer = io.BytesIO()
    canvas.save(buffer, "PNG")
    return buffer.getvalue()

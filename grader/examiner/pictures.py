"""Pictures for the report, drawn in the examiner: samples of the student's data, the journey of an image."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
DPI = 90
INK = "#24303d"


def samples(images: Array, titles: Sequence[str]) -> bytes:
    """A row of the student's own training images with their labels, each stretched to the full range."""
    figure, axes = _figure(1, len(images), (1.4 * len(images), 1.7))
    for ax, image, title in zip(np.atleast_1d(axes), images, titles, strict=True):
        _show(ax, image)
        ax.set_title(title, fontsize=8, color=INK)
    return _png(figure)


def journey(image: Array, maps: Sequence[tuple[str, Array]], per_layer: int = 6) -> bytes:
    """One image and, layer by layer, the strongest channels that the trained model makes of it.

    One mosaic on one pair of axes: matplotlib takes seconds for a grid of fifty.
    """
    from matplotlib import colormaps

    tile, gap = 96, 6
    height, width = (tile + gap) * len(maps), (tile + gap) * (per_layer + 1)
    mosaic = np.ones((height, width, 3))
    mosaic[:tile, :tile] = _resized(_stretched(image), tile)
    for row, (_, array) in enumerate(maps):
        channels = np.asarray(array[0], dtype=np.float64)
        order = np.argsort(channels.std(axis=(0, 1)))[::-1][:per_layer]
        for column, channel in enumerate(order, start=1):
            top, left = row * (tile + gap), column * (tile + gap)
            coloured = colormaps["viridis"](_stretched(channels[..., channel]))[..., :3]
            mosaic[top : top + tile, left : left + tile] = _resized(coloured, tile)
    figure, ax = _figure(1, 1, (1.1 * (per_layer + 1) + 1.6, 1.1 * len(maps)))
    ax.imshow(mosaic, extent=(0, width, height, 0), interpolation="nearest")
    ax.axis("off")
    for row, (name, array) in enumerate(maps):
        shape = " × ".join(map(str, array[0].shape))
        ax.text(width + 8, row * (tile + gap) + tile / 2, f"{name[:28]}\n{shape}", va="center", fontsize=7, color=INK)
    return _png(figure)


def _stretched(values: Array) -> Array:
    values = np.asarray(values, dtype=np.float64)
    low, high = float(values.min()), float(values.max())
    return (values - low) / (high - low) if high > low else np.zeros_like(values)


def _resized(picture: Array, side: int) -> Array:
    rows = np.arange(side) * picture.shape[0] // side
    columns = np.arange(side) * picture.shape[1] // side
    shown = picture[rows][:, columns]
    return np.repeat(shown, 3, axis=2) if shown.shape[-1] == 1 else shown[..., :3]


def _show(ax: Any, image: Array) -> None:
    values = _stretched(image)
    ax.imshow(values[..., 0] if values.shape[-1] == 1 else values, cmap="gray" if values.shape[-1] == 1 else None)
    ax.axis("off")


def _figure(rows: int, columns: int, size: tuple[float, float]) -> tuple[Any, Any]:
    from matplotlib.figure import Figure

    # The class itself, not pyplot: no global state, nothing to close.
    figure = Figure(figsize=size, layout="constrained")
    return figure, figure.subplots(rows, columns)


def _png(figure: Any) -> bytes:
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=DPI)
    return buffer.getvalue()

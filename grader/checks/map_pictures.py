"""Whether a figure shows the feature maps of every layer, however it lays them out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from grader.checks.figures import Drawing
from grader.checks.finding import CheckFailed

Array = np.ndarray[Any, Any]
ALIKE = 0.8
"""Correlation from which an image is taken to be made of a map. Over the maps of six of the grader's own models: .94 and more for
channels normalised, clipped and rounded in a mosaic, .96 for such as are resized, .88 for square roots; .59 at most for noise,
however large (`tests/checks/test_map_pictures.py` repeats it). Channels of another layer reach .65 to 1."""
SAME = 0.99
"""Correlation of a channel with itself, drawn with other brightness and contrast: 1 but for rounding to 256 levels."""
FEWEST_PIXELS = 64
"""Of a smaller map too little is left to know it by; any image may be its picture."""
WHY = "Seeing what each layer makes of the picture is what this task is for."
HINT = "For each pair draw `array[..., channel]` with `imshow`, with the layer's name as title."


def assert_pictures(drawing: Drawing, truth: Sequence[tuple[str, Array]], *, exactly: bool = False) -> None:
    """The figure shows at least as many different images as there are layers, and something of each layer.

    A channel, the mean or the largest of the channels counts, by itself or as a tile of a mosaic, in its own size or resized,
    with whatever brightness and contrast, either side up.

    Args:
        drawing: the figure.
        truth: name and maps (height, width, channels) of each layer.
        exactly: only channels in their own size count, with whatever brightness and contrast. Among many channels of one layer there is
            nearly always one that looks like some channel of another.

    Raises:
        CheckFailed: fewer images, or a layer of which none is a picture.
    """
    if drawing.count < len(truth):
        raise CheckFailed(
            f"The figure shows {drawing.count} different images (blank ones do not count).",
            expected=f"At least one image for each of the {len(truth)} layers.", why=WHY, hint=HINT,
        )  # fmt: skip
    shown = shows_exactly if exactly else shows
    unseen = next(
        (name for name, maps in truth if not any(shown(image, maps) for image in _likely(drawing.images, maps))), None
    )
    if unseen is not None:
        raise CheckFailed(
            f"The figure shows {drawing.count} different images, and none of them is made of the maps of `{unseen}`.",
            expected="At least one channel of every layer, as the model computes it.", why=WHY, hint=HINT,
        )  # fmt: skip


def _likely(images: Sequence[Array], maps: Array) -> list[Array]:
    """The images, those in the maps' own size first: most figures show these, and they are quickly told."""
    return sorted(images, key=lambda image: image.shape != maps.shape[:2])


def shows_exactly(image: Array, maps: Array) -> bool:
    """Whether an image is a channel of maps (height, width, channels) in its own size, their mean or their largest, either side up."""
    height, width = maps.shape[:2]
    if height * width < FEWEST_PIXELS:
        return True
    if image.shape != (height, width):
        return False
    views = [view for view in _views(maps) if np.ptp(view) > 0]
    return not views or any(_alike(upright, view, SAME) for view in views for upright in (image, image[::-1]))


def shows(image: Array, maps: Array) -> bool:
    """Whether an image (any height and width) is made of maps (height, width, channels)."""
    height, width = maps.shape[:2]
    if height * width < FEWEST_PIXELS:
        return True
    views = [view for view in _views(maps) if np.ptp(view) > 0]
    # Where the first row is drawn at the bottom, as `pcolormesh` and `origin="lower"` do, an upright picture is an array upside down.
    return not views or any(_shows_one(upright, views) for upright in (image, image[::-1]))


def _shows_one(image: Array, views: Sequence[Array]) -> bool:
    height, width = views[0].shape
    if image.shape == (height, width):
        return any(_alike(image, view) for view in views)
    if image.shape[0] >= height and image.shape[1] >= width and any(_holds(image, view) for view in views):
        return True
    resized = _resized(image, height, width)
    return any(_alike(resized, view) for view in views)


def _views(maps: Array) -> Iterator[Array]:
    yield from np.moveaxis(maps, -1, 0).astype(np.float64)
    yield maps.mean(axis=-1, dtype=np.float64)
    yield maps.max(axis=-1).astype(np.float64)


def _alike(image: Array, view: Array, at_least: float = ALIKE) -> bool:
    first, second = (part.astype(np.float64) - part.mean(dtype=np.float64) for part in (image, view))
    size = float(np.sqrt(np.sum(first**2) * np.sum(second**2)))
    return size > 0 and abs(float(np.sum(first * second))) >= at_least * size


def _holds(image: Array, view: Array) -> bool:
    """Whether the view lies somewhere in the image: normalised cross-correlation at every place, by Fourier transform."""
    picture = image.astype(np.float64) - image.mean(dtype=np.float64)
    tile = view - view.mean()
    shape = picture.shape
    spectrum = np.fft.rfft2(picture)
    products = np.fft.irfft2(spectrum * np.conj(np.fft.rfft2(tile, shape)), shape)
    window = np.conj(np.fft.rfft2(np.ones_like(tile), shape))
    sums = np.fft.irfft2(spectrum * window, shape)
    squares = np.fft.irfft2(np.fft.rfft2(picture**2) * window, shape)
    spread = squares - sums**2 / tile.size
    # Where a window is nearly flat, rounding is all that is left of it.
    flat = spread <= 1e-9 * max(float(squares.max()), 1e-300)
    score = np.abs(products) / np.sqrt(np.where(flat, np.inf, spread) * np.sum(tile**2))
    # The transform wraps around; a tile lies whole in the image only here.
    return bool(np.any(score[: shape[0] - tile.shape[0] + 1, : shape[1] - tile.shape[1] + 1] >= ALIKE))


def _resized(image: Array, height: int, width: int) -> Array:
    from PIL import Image

    low, high = float(image.min()), float(image.max())
    scaled = (image - low) / (high - low) if high > low else np.zeros_like(image)
    return np.asarray(Image.fromarray(scaled.astype(np.float32)).resize((width, height), Image.Resampling.BOX))

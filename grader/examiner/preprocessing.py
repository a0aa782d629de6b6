"""What the student's pipeline does to a picture, learnt from what it did to known ones, and done to hidden ones.

A pipeline is tried against the ways in which photographs are brought to one size; the one whose result equals the
student's is applied to the hidden images. Where none does, `None` tells the caller to send the hidden images
through the student's own validation side instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

Array = np.ndarray[Any, Any]
Resize = Callable[[Array], Array]
"""(height, width, 3) uint8 to the student's size, float32, still 0–255."""

EXACT = 2.5
"""Largest root mean square difference, in 0–255 units, at which two results count as the same. JPEG decoders differ by
up to 1; the nearest other way of resizing differs by 4 or more on photographs."""
TRIED = 10
LUMINANCE = np.array([[0.2989], [0.5870], [0.1140]])
"""Weights of red, green and blue in a gray picture, as TensorFlow and Pillow have them."""


@dataclass(frozen=True)
class Preprocessing:
    """One way to bring a picture to the student's size, channel order and range: slope · pixels + offset."""

    resize: Resize
    gray: bool
    swap_channels: bool
    slope: float
    offset: float
    name: str

    def __call__(self, picture: Array) -> Array:
        """A picture (height, width, 3) uint8 to (H, W, 3) float32 as the student's pipeline would give it."""
        pixels = self.resize(picture)
        if self.gray:
            pixels = pixels @ LUMINANCE
        if self.swap_channels:
            pixels = pixels[..., ::-1]
        return (pixels * self.slope + self.offset).astype(np.float32)


def candidates(height: int, width: int) -> Iterator[tuple[str, Resize]]:
    """Ways to bring a picture to (height, width), the usual ones first."""
    import keras
    import tensorflow as tf

    size = (height, width)

    def stretched(method: str, antialias: bool) -> Resize:
        return lambda pixels: np.asarray(tf.image.resize(pixels, size, method=method, antialias=antialias), np.float32)

    def smart(interpolation: str) -> Resize:
        return lambda pixels: np.asarray(
            keras.preprocessing.image.smart_resize(pixels.astype(np.float32), size, interpolation),
            np.float32,
        )

    def keras_resized(**options: Any) -> Resize:
        return lambda pixels: np.asarray(keras.ops.image.resize(pixels.astype(np.float32), size, **options), np.float32)

    def with_pillow(resample: Any) -> Resize:
        def run(pixels: Array) -> Array:
            return np.asarray(Image.fromarray(pixels).resize((width, height), resample), np.float32)

        return run

    yield "bilinear", stretched("bilinear", False)
    yield "pillow nearest", with_pillow(Image.Resampling.NEAREST)
    yield "bilinear, antialiased", stretched("bilinear", True)
    yield "pillow bilinear", with_pillow(Image.Resampling.BILINEAR)
    yield "cropped to aspect ratio", smart("bilinear")
    yield "padded to aspect ratio", keras_resized(interpolation="bilinear", pad_to_aspect_ratio=True)
    for method in ("nearest", "bicubic", "area", "lanczos3", "lanczos5", "gaussian", "mitchellcubic"):
        yield method, stretched(method, False)
    for resample in (
        Image.Resampling.BICUBIC,
        Image.Resampling.LANCZOS,
        Image.Resampling.BOX,
        Image.Resampling.HAMMING,
    ):
        yield f"pillow {resample.name.lower()}", with_pillow(resample)
    for method in ("bicubic", "lanczos3", "lanczos5", "gaussian", "mitchellcubic"):
        yield f"{method}, antialiased", stretched(method, True)
    yield "padded", lambda pixels: np.asarray(tf.image.resize_with_pad(pixels, height, width), np.float32)
    yield (
        "cut or padded",
        lambda pixels: np.asarray(tf.image.resize_with_crop_or_pad(pixels, height, width), np.float32),
    )


def learn(images: Array, pictures: Sequence[Array]) -> Preprocessing | None:
    """The way that turns `pictures` into `images`, or None where none of the known ways does.

    Args:
        images: some of the pipeline's images (n, H, W, C), not augmented.
        pictures: (height, width, 3) uint8, the picture behind each of them, in the same order.
    """
    wanted = np.asarray(images[:TRIED], dtype=np.float64)
    chosen = list(pictures[:TRIED])
    channels = wanted.shape[-1]
    if len(wanted) < 3 or channels not in (1, 3):
        return None
    for name, resize in candidates(*wanted.shape[1:3]):
        made = np.stack([np.asarray(resize(picture), dtype=np.float64) for picture in chosen])
        if channels == 1:
            made = made @ LUMINANCE
        if made.shape != wanted.shape:
            continue
        for swap in (False, True)[:channels]:
            source = made[..., ::-1] if swap else made
            slope, offset = line(source.reshape(-1), wanted.reshape(-1))
            if slope <= 0:
                continue
            error = np.sqrt(np.mean((wanted - (slope * source + offset)) ** 2)) / slope
            if error < EXACT:
                return Preprocessing(resize, channels == 1, swap, *_rounded(slope, offset), name)
    return None


def line(x: Array, y: Array) -> tuple[float, float]:
    """Slope and offset of the straight line from `x` to `y` that leaves the least squares; slope 0 where `x` is constant."""
    spread = float(np.var(x))
    slope = float(np.mean((x - x.mean()) * (y - y.mean()))) / spread if spread else 0.0
    return slope, float(y.mean() - slope * x.mean())


def _rounded(slope: float, offset: float) -> tuple[float, float]:
    """The usual ranges exactly, so that a hidden image differs from the student's by nothing."""
    for usual in ((1.0, 0.0), (1 / 255, 0.0), (1 / 127.5, -1.0)):
        if abs(slope / usual[0] - 1) < 0.02 and abs(offset - usual[1]) < 2 * usual[0]:
            return usual
    return slope, offset

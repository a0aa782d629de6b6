"""What a camera does to a scene: light, exposure, blur, noise, now and then black and white."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageFilter

from grader.data.scenery.canvas import Pixels


def take_photo(pixels: Pixels, size: tuple[int, int], light: complex, rng: np.random.Generator) -> Image.Image:
    """Return the scene as an RGB photo of the given (width, height).

    Args:
        pixels: Shape (height, width, 3), 0–255, larger than `size`.
        size: Width and height of the photo.
        light: Direction the light comes from.
        rng: Chooses exposure, colour cast, blur and noise.
    """
    image = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).resize(size, Image.Resampling.HAMMING)
    blur = rng.gamma(1.5, 0.12)
    if blur > 0.25:
        image = image.filter(ImageFilter.GaussianBlur(min(blur, 1.1)))
    photo: Pixels = np.asarray(image.point(_response(rng)), np.float32)
    width, height = size
    x = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    slope, dark_corners = np.float32(rng.uniform(0, 0.22)), np.float32(rng.uniform(0, 0.16))
    bright = 1 + slope * (x * np.float32(light.real) + y * np.float32(light.imag)) - dark_corners * (x * x + y * y)
    photo = photo * np.asarray(bright * np.float32(rng.uniform(0.88, 1.15)), np.float32)[..., None]
    grain = rng.gamma(2.0, 1.3)
    luma = rng.standard_normal((height, width), dtype=np.float32) * np.float32(grain)
    grey = photo @ np.array([0.299, 0.587, 0.114], np.float32)
    if rng.random() < 0.12:
        photo = np.repeat((grey + luma)[..., None], 3, axis=2).astype(np.float32)
    else:
        saturation = np.float32(rng.uniform(0.55, 1.15))
        photo *= saturation
        photo += (grey * (1 - saturation) + luma)[..., None]
        tint = rng.standard_normal((height, width), dtype=np.float32) * np.float32(0.6 * grain)
        photo[..., 0] += tint
        photo[..., 2] -= tint
    return Image.fromarray(np.clip(photo, 0, 255).astype(np.uint8))


def _response(rng: np.random.Generator) -> list[int]:
    """Return a table of 3 × 256 levels: exposure, colour cast, gamma and a veil of stray light over the blacks."""
    gain = np.exp(rng.normal(0.08, 0.12))
    cast = np.exp(rng.normal(0, 0.055, 3))
    gamma = np.exp(rng.normal(0, 0.14))
    levels = np.linspace(0, 1, 256)[None, :] * (gain * cast / cast.mean())[:, None]
    veil = rng.uniform(0, 34)
    table: list[int] = (veil + (255 - veil) * np.clip(levels, 0, 1) ** gamma).astype(int).ravel().tolist()
    return table

"""What a camera does to a scene: light, exposure, blur, noise, now and then black and white."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageFilter

from grader.data.pets.canvas import Pixels


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
    photo = np.asarray(image, np.float32) * np.float32(1 / 255)
    width, height = size
    x = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    slope = np.float32(rng.uniform(0, 0.22))
    bright = 1 + slope * (x * np.float32(light.real) + y * np.float32(light.imag))
    bright -= np.float32(rng.uniform(0, 0.16)) * (x * x + y * y)
    bright *= np.float32(np.exp(rng.normal(0.08, 0.12)))
    photo = photo * bright[..., None]
    cast = np.exp(rng.normal(0, 0.055, 3)).astype(np.float32)
    photo *= cast / cast.mean()
    np.clip(photo, 1e-3, 1, out=photo)
    gamma = np.float32(np.exp(rng.normal(0, 0.14)))
    photo **= gamma
    grey = photo @ np.array([0.299, 0.587, 0.114], np.float32)
    saturation = 0.0 if rng.random() < 0.12 else rng.uniform(0.55, 1.15)
    photo = grey[..., None] + np.float32(saturation) * (photo - grey[..., None])
    contrast = np.float32(rng.uniform(0.85, 1.15))
    photo = (photo - np.float32(0.45)) * contrast + np.float32(0.45 + rng.normal(0, 0.02))
    noise = np.float32(rng.gamma(2.0, 0.005))
    photo += (rng.standard_normal((height, width), dtype=np.float32) * noise)[..., None]
    if saturation > 0:
        photo += rng.standard_normal((height, width, 3), dtype=np.float32) * (noise * np.float32(0.5))
    return Image.fromarray((np.clip(photo, 0, 1) * 255).astype(np.uint8))

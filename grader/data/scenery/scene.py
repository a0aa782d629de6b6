"""Backgrounds: rooms, gardens, blurred lights and cloth, painted small, blurred and enlarged."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from grader.data.scenery.canvas import Colour, Pixels


def paint_scene(width: int, height: int, rng: np.random.Generator) -> Pixels:
    """Return a background of shape (height, width, 3), 0–255."""
    small = (max(24, width // 2), max(24, height // 2))
    painter = (_room, _garden, _lights, _cloth)[rng.choice(4, p=(0.36, 0.3, 0.18, 0.16))]
    image = painter(small, rng)
    image = image.filter(ImageFilter.GaussianBlur(rng.uniform(1.6, 4.2)))
    pixels = np.asarray(image.resize((width, height), Image.Resampling.BILINEAR), np.float32)
    clouds = smooth_noise(width, height, 0.03, rng) * np.float32(rng.uniform(2, 8))
    return pixels + clouds[..., None]


def smooth_noise(width: int, height: int, share: float, rng: np.random.Generator) -> Pixels:
    """Return noise of unit variance or a little less, with `share` grid points per pixel."""
    grid = rng.standard_normal((max(2, int(height * share)), max(2, int(width * share))), dtype=np.float32)
    return np.asarray(Image.fromarray(grid).resize((width, height), Image.Resampling.BICUBIC), np.float32)


def random_colour(rng: np.random.Generator, vivid: float = 0.5) -> Colour:
    """Return a colour of any lightness; `vivid` bounds its saturation.

    Two in three are as warm as fur is on average: else warm pixels alone would outline the animal.
    """
    value = rng.uniform(40, 225)
    hue = rng.normal(0.55, 0.35) if rng.random() < 0.65 else rng.uniform(0, 2 * np.pi)
    strength = rng.uniform(0, vivid) * value
    wheel = [value - strength * (0.5 - 0.5 * np.cos(hue - turn)) for turn in (0, 2.0944, 4.1888)]
    return int(wheel[0]), int(wheel[1]), int(wheel[2])


def _shifted(colour: Colour, amount: float) -> Colour:
    red, green, blue = (int(min(255, max(0, channel + amount))) for channel in colour)
    return red, green, blue


def _fading(size: tuple[int, int], top: Colour, bottom: Colour) -> Image.Image:
    """Return a vertical gradient."""
    ends = np.array([[top], [bottom]], np.uint8)
    return Image.fromarray(ends).resize(size, Image.Resampling.BILINEAR)


def _room(size: tuple[int, int], rng: np.random.Generator) -> Image.Image:
    width, height = size
    wall = random_colour(rng, 0.3)
    image = _fading(size, _shifted(wall, rng.uniform(-10, 25)), _shifted(wall, rng.uniform(-35, 5)))
    draw = ImageDraw.Draw(image)
    if rng.random() < 0.3:
        step, tone = int(rng.integers(4, 12)), _shifted(wall, rng.uniform(-18, 18))
        for x in range(int(rng.integers(step)), width, 2 * step):
            draw.rectangle([x, 0, x + step - 1, height], fill=tone)
    for _ in range(int(rng.integers(0, 3))):
        _furniture(draw, size, rng)
    level = int(height * rng.uniform(0.5, 1.05))
    floor = random_colour(rng, 0.4)
    if level < height:
        draw.rectangle([0, level, width, height], fill=floor)
        if rng.random() < 0.6:
            draw.rectangle([0, level - max(1, height // 30), width, level], fill=_shifted(wall, 40))
        if rng.random() < 0.4:
            slope = rng.uniform(-0.6, 0.6)
            for x in range(-width, 2 * width, int(rng.integers(8, 16))):
                draw.line([x, level, x + slope * (x - width / 2), height], fill=_shifted(floor, -22))
    return image


def _furniture(draw: ImageDraw.ImageDraw, size: tuple[int, int], rng: np.random.Generator) -> None:
    """Draw a window, a picture, a shelf, a cushion or a lamp."""
    width, height = size
    x, y = rng.uniform(-0.1, 0.95) * width, rng.uniform(-0.1, 0.6) * height
    across, down = rng.uniform(0.12, 0.5) * width, rng.uniform(0.12, 0.5) * height
    box = [x, y, x + across, y + down]
    kind = rng.integers(5)
    if kind == 0:
        draw.rectangle(
            box, fill=_shifted((215, 225, 232), rng.uniform(-50, 20)), outline=random_colour(rng, 0.3), width=2
        )
        draw.line([x + across / 2, y, x + across / 2, y + down], fill=(190, 186, 180), width=2)
    elif kind == 1:
        draw.rectangle(box, fill=random_colour(rng), outline=random_colour(rng, 0.2), width=2)
    elif kind == 2:
        draw.rectangle([x, y, x + across, y + max(2, down / 10)], fill=random_colour(rng, 0.4))
        for place in np.arange(x, x + across, max(2.0, across / 7)):
            draw.rectangle(
                [place, y - down * rng.uniform(0.3, 0.7), place + across / 9, y], fill=random_colour(rng, 0.7)
            )
    elif kind == 3:
        draw.rounded_rectangle(
            [x, height * 0.5, x + across * 1.5, height * 1.1], radius=6, fill=random_colour(rng, 0.6)
        )
    else:
        draw.ellipse(box, fill=random_colour(rng, 0.6))


def _garden(size: tuple[int, int], rng: np.random.Generator) -> Image.Image:
    width, height = size
    level = int(height * rng.uniform(0.15, 0.8))
    haze = rng.uniform(0, 60)
    sky = _shifted(((150, 172, 192), (176, 168, 158), (190, 172, 150))[rng.integers(3)], rng.uniform(-60, 40))
    image = _fading(size, sky, _shifted(sky, 25))
    draw = ImageDraw.Draw(image)
    for _ in range(int(rng.integers(2, 7))):
        x, radius = rng.uniform(-0.1, 1.1) * width, rng.uniform(0.1, 0.35) * width
        tone = rng.uniform(0.5, 1.1)
        leaf = (int((58 + haze) * tone), int((88 + haze) * tone), int((46 + haze) * tone))
        draw.ellipse([x - radius, level - radius * rng.uniform(0.8, 2.2), x + radius, level + radius], fill=leaf)
    grass = (int(rng.uniform(80, 140)), int(rng.uniform(95, 140)), int(rng.uniform(50, 90)))
    if rng.random() < 0.45:
        grass = (int(rng.uniform(120, 190)), int(rng.uniform(110, 160)), int(rng.uniform(80, 130)))
    draw.rectangle([0, level, width, height], fill=grass)
    for x, y, tall, tone in rng.random((int(rng.integers(40, 110)), 4)):
        top = level + y * (height - level) * 1.15
        reach = 1 + tall * 5
        draw.line([x * width, top, x * width + tone * 3 - 1.5, top - reach], fill=_shifted(grass, tone * 70 - 35))
    if rng.random() < 0.25:
        board = random_colour(rng, 0.25)
        step = int(rng.integers(5, 10))
        for x in range(int(rng.integers(step)), width, step):
            draw.rectangle(
                [x, level - height * 0.3, x + step - 2, level + 2], fill=_shifted(board, rng.uniform(-12, 12))
            )
    return image


def _lights(size: tuple[int, int], rng: np.random.Generator) -> Image.Image:
    width, height = size
    image = _fading(size, random_colour(rng), random_colour(rng))
    draw = ImageDraw.Draw(image, "RGBA")
    for _ in range(int(rng.integers(6, 18))):
        x, y, radius = rng.uniform(0, width), rng.uniform(0, height), rng.uniform(0.04, 0.22) * width
        fill = (*random_colour(rng, 0.7), int(rng.integers(50, 170)))
        draw.ellipse([x - radius, y - radius, x + radius, y + radius], fill=fill)
    return image


def _cloth(size: tuple[int, int], rng: np.random.Generator) -> Image.Image:
    """Return a blanket: checks or plain, with soft folds."""
    width, height = size
    x = np.arange(width, dtype=np.float32)[None, :]
    y = np.arange(height, dtype=np.float32)[:, None]
    folds = smooth_noise(width, height, 0.06, rng)
    tilt = rng.uniform(0, np.pi)
    along = x * np.float32(np.cos(tilt)) + y * np.float32(np.sin(tilt))
    shade = np.sin(along * np.float32(rng.uniform(0.08, 0.3)) + folds * 2) * np.float32(rng.uniform(6, 20)) + folds * 8
    pixels = np.zeros((height, width, 3), np.float32) + np.asarray(random_colour(rng, 0.5), np.float32)
    if rng.random() < 0.5:
        step = rng.uniform(0.25, 0.7)
        checks = (np.sin(x * step + folds) > 0).astype(np.float32) + (np.sin(y * step + folds) > 0)
        other = np.asarray(random_colour(rng, 0.5), np.float32)
        pixels += (checks * np.float32(0.35))[..., None] * (other - pixels)
    return Image.fromarray(np.clip(pixels + shade[..., None], 0, 255).astype(np.uint8))

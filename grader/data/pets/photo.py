"""A whole photograph of a pet, from a generator alone."""

from __future__ import annotations

import numpy as np
from PIL import Image

from grader.data.pets.body import POSES, Pose, paint_body
from grader.data.pets.cat import paint_cat_head
from grader.data.pets.dog import paint_dog_head
from grader.data.pets.face import random_features
from grader.data.scenery.camera import take_photo
from grader.data.scenery.canvas import Canvas
from grader.data.scenery.clutter import paint_clutter, paint_occluder
from grader.data.scenery.coat import random_coat
from grader.data.scenery.geometry import Frame
from grader.data.scenery.jpeg import encode_evenly
from grader.data.scenery.scene import paint_scene

KINDS = ("Cat", "Dog")

_SHORTEST, _LONGEST = 66, 180
_OVERSAMPLING = 1.2
# In the order of `PATTERNS`: plain, bib, patches, stripes, spots, mask, tan.
_PATTERN_SHARES = {
    "Cat": (0.08, 0.12, 0.09, 0.60, 0.02, 0.07, 0.02),
    "Dog": (0.25, 0.22, 0.17, 0.02, 0.13, 0.11, 0.10),
}
_CURLY_SHARES = {"Cat": 0.03, "Dog": 0.6}
_POSE_SHARES = (0.9, 0.08, 0.01, 0.01)


def draw_pet(kind: str, rng: np.random.Generator) -> Image.Image:
    """Draw a photo-like picture of a pet.

    Args:
        kind: `"Cat"` or `"Dog"`.
        rng: Decides everything else; equal generators give equal pictures.

    Returns:
        An RGB image with sides of 66 to 180 pixels.

    Raises:
        ValueError: `kind` is neither.
    """
    if kind not in KINDS:
        raise ValueError(f"`kind` (={kind!r}) must be one of {', '.join(KINDS)}.")
    size = _random_size(rng)
    width, height = (round(side * _OVERSAMPLING) for side in size)
    light = complex(rng.choice((-1, 1)) * rng.uniform(0.2, 0.75), -rng.uniform(0.3, 0.75))
    canvas = Canvas(paint_scene(width, height, rng), light)
    paint_clutter(canvas, rng)
    pose = POSES[rng.choice(len(POSES), p=_POSE_SHARES)]
    upright = _placed(pose, width, height, rng)
    coat = random_coat(_PATTERN_SHARES[kind], _CURLY_SHARES[kind], rng)
    paint_body(canvas, coat, upright, pose, kind, rng)
    yaw = float(np.clip(rng.normal(0, 0.11), -0.28, 0.28))
    pitch = float(np.clip(rng.normal(0, 0.07), -0.16, 0.16))
    head = Frame(upright.centre, upright.size, float(rng.normal(0, 0.07)), yaw, pitch)
    paint_head = paint_cat_head if kind == "Cat" else paint_dog_head
    paint_head(canvas, coat, head, random_features(kind, light, rng), rng)
    if rng.random() < 0.15:
        paint_occluder(canvas, rng)
    pixels = canvas.pixels
    if rng.random() < 0.5:
        pixels, light = pixels[:, ::-1], complex(-light.real, light.imag)
    return take_photo(pixels, size, light, rng)


def draw_jpeg(kind: str, rng: np.random.Generator) -> bytes:
    """Draw a pet as `draw_pet` does and encode it as a JPEG whose size does not tell the kind."""
    return encode_evenly(draw_pet(kind, rng), rng)


def _random_size(rng: np.random.Generator) -> tuple[int, int]:
    """Return width and height: landscape, portrait and square alike."""
    longer = 84 + (_LONGEST - 84) * rng.beta(1.2, 1.8)
    shorter = max(_SHORTEST, longer * rng.uniform(0.74, 1.0))
    sides = (round(longer), round(shorter))
    return sides if rng.random() < 0.5 else sides[::-1]


def _placed(pose: Pose, width: int, height: int, rng: np.random.Generator) -> Frame:
    """Return where the head goes so that the animal fills a good part of the picture."""
    left, top, right, bottom = pose.extent
    fit = min(width / (right - left), height / (bottom - top))
    if pose.name == "face":
        # However large a face is, it lies as far from the middle as a small one, cut by the edge where need be.
        x, y = width * (0.5 + rng.uniform(-0.175, 0.175)), height * (0.52 + rng.uniform(-0.145, 0.145))
        return Frame(complex(x, y), fit * rng.uniform(0.9, 1.2))
    size = fit * (rng.uniform(1.3, 1.75) if pose.name == "sitting" else rng.uniform(1.1, 1.35))
    slack_x, slack_y = width - size * (right - left), height - size * (bottom - top)
    x = slack_x * 0.5 - size * left + width * rng.uniform(-0.15, 0.15) * (pose.name == "sitting")
    y = slack_y * rng.uniform(-0.2, 0.4) - size * top
    return Frame(complex(x, y), size)

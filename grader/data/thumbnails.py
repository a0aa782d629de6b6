"""Small gray thumbnails by which a picture is found again after a pipeline has resized and rescaled it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import numpy as np
from PIL import Image

from grader.data.probes import shrunk

Array = np.ndarray[Any, Any]
THUMB = 8


def decoded(data: bytes) -> Array:
    """Image bytes as (height, width, 3) uint8."""
    with Image.open(io.BytesIO(data)) as picture:
        return np.asarray(picture.convert("RGB"))


def thumbnails(images: Array) -> Array:
    """Normalised gray thumbnails (n, THUMB²) of (n, H, W, C), by which a picture is found again after resizing."""
    gray = np.nan_to_num(np.asarray(images, dtype=np.float64).mean(axis=-1), posinf=0.0, neginf=0.0)
    small = shrunk(gray, THUMB).reshape(len(gray), -1)
    small = small - small.mean(axis=1, keepdims=True)
    lengths: Array = np.maximum(np.linalg.norm(small, axis=1, keepdims=True), 1e-9)
    normal: Array = small / lengths
    return normal


def file_thumbnails(files: Sequence[bytes]) -> Array:
    """Thumbnails of image files, to match against `thumbnails`."""
    side = THUMB * 4
    pixels = []
    for data in files:
        with Image.open(io.BytesIO(data)) as picture:
            picture.draft("RGB", (side * 2, side * 2))
            pixels.append(np.asarray(picture.convert("RGB").resize((side, side), Image.Resampling.BOX)))
    return thumbnails(np.stack(pixels))


def match(images: Array, known: Array) -> Array:
    """For each image the index of the file that it shows, -1 where no file or more than one could be meant.

    Args:
        images: (n, H, W, C) as a pipeline gives them.
        known: thumbnails of the files, (m, THUMB²).
    """
    if not len(images) or not len(known):
        return np.full(len(images), -1)
    scores = thumbnails(images) @ known.T
    best = scores.argmax(axis=1)
    ordered = np.sort(scores, axis=1)
    lead = ordered[:, -1] - ordered[:, -2] if scores.shape[1] > 1 else ordered[:, -1]
    sure = (ordered[:, -1] > 0.9) & (lead > 0.01)
    return np.where(sure, best, -1)

"""Encoding that gives nothing away: files of like size whatever they show."""

from __future__ import annotations

from io import BytesIO

import numpy as np
from PIL import Image

_QUALITIES = (55, 89)
_USUAL_QUALITY = 74
_LOG_BYTES_PER_STEP = 0.024
_BYTES, _USUAL_AREA = 3600, 12_000


def encode_evenly(image: Image.Image, rng: np.random.Generator) -> bytes:
    """Encode as a JPEG of quality 55 to 89.

    The quality is chosen for a number of bytes that is drawn beforehand: whiskers cost bytes and smooth fur does not,
    so at a quality drawn blindly the size of a file would tell the kind.
    """
    wanted = _BYTES * (image.width * image.height / _USUAL_AREA) ** 0.8 * np.exp(rng.normal(0, 0.2))
    usual = _encoded(image, _USUAL_QUALITY)
    quality = _USUAL_QUALITY + np.log(wanted / len(usual)) / _LOG_BYTES_PER_STEP
    return _encoded(image, int(np.clip(quality, *_QUALITIES)))


def _encoded(image: Image.Image, quality: int) -> bytes:
    stream = BytesIO()
    image.save(stream, "JPEG", quality=quality)
    return stream.getvalue()

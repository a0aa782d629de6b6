"""Telling usable image files from the others."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from io import BytesIO
from typing import Literal

from PIL import Image, UnidentifiedImageError

Reason = Literal["empty", "damaged", "not an image", "too large", "repeated", "outside the class folders", "bad row"]

_SUFFIXES = {"JPEG": ".jpg", "PNG": ".png"}
_REWRITTEN = ("BMP", "GIF")
"""These lie under wrong names in real sets. TensorFlow reads only some BMPs, and makes films of GIFs."""


@dataclass(frozen=True)
class Judged:
    """What one file is.

    Attributes:
        data: What to keep: the file as it is, or a PNG of the same pixels where TensorFlow could not read it.
        suffix: The extension that fits it.
        reason: Why the file is left out, None where it is not.
    """

    data: bytes = b""
    suffix: str = ""
    reason: Reason | None = None


def judged(data: bytes, *, max_pixels: int) -> Judged:
    """Decode an image wholly and say what it is.

    Args:
        data: Content of a file.
        max_pixels: Larger images are left out without being decoded.
    """
    if not data:
        return Judged(reason="empty")
    try:
        with warnings.catch_warnings():
            # Unusual metadata does not matter here, and large images are counted below.
            warnings.simplefilter("ignore")
            image = Image.open(BytesIO(data), formats=(*_SUFFIXES, *_REWRITTEN))
    except UnidentifiedImageError:
        return Judged(reason="not an image")
    except Image.DecompressionBombError:
        return Judged(reason="too large")
    except Exception:  # noqa: BLE001 - parsers over foreign bytes raise anything
        return Judged(reason="damaged")
    with image:
        if image.width * image.height > max_pixels:
            return Judged(reason="too large")
        found = str(image.format)
        try:
            if found in _REWRITTEN:
                stream = BytesIO()
                image.convert("RGB").save(stream, "PNG")
                return Judged(stream.getvalue(), ".png")
            # Reads the file to its end all the same, and spares most of the arithmetic.
            image.draft("L", (64, 64))
            image.load()
        except Exception:  # noqa: BLE001 - the same
            return Judged(reason="damaged")
    # A JPEG with several pictures calls itself MPO; only its first one is looked at.
    return Judged(data, _SUFFIXES.get(found, ".jpg"))

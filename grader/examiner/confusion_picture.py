"""A confusion matrix as a picture for the report, put together with NumPy and lettered with Pillow."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont

Array = np.ndarray[Any, Any]
INK, PALE, RIGHT, WRONG = (36, 48, 61), (244, 246, 248), (46, 125, 94), (196, 63, 43)
SIDE, MARGIN, LINE = 22, 40, 26
MAX_NAME = 4


def confusion_picture(matrix: Array, class_names: Sequence[str]) -> bytes:
    """Rows are true classes, columns answers; green on the diagonal, red beside it, darker the larger the share. PNG.

    Args:
        matrix: (classes, classes) counts.
        class_names: in the order of rows and columns; long ones are cut.
    """
    classes = len(class_names)
    shares = matrix / np.maximum(1, matrix.sum(axis=1, keepdims=True))
    width = MARGIN + classes * SIDE + 8
    canvas = Image.new("RGB", (width, LINE + MARGIN + classes * SIDE + 8), "white")
    draw = ImageDraw.Draw(canvas)
    font = ImageFont.load_default(size=11)
    draw.text((MARGIN, 4), "columns: the network's answer · rows: what it was", fill=INK, font=font)
    for i, name in enumerate(class_names):
        label = name[:MAX_NAME]
        draw.text((MARGIN + i * SIDE + SIDE // 2, LINE + MARGIN - 8), label, fill=INK, font=font, anchor="ms")
        draw.text((MARGIN - 8, LINE + MARGIN + i * SIDE + SIDE // 2), label, fill=INK, font=font, anchor="rm")
        for j in range(classes):
            _square(draw, font, i, j, int(matrix[i, j]), float(shares[i, j]))
    buffer = io.BytesIO()
    canvas.save(buffer, "PNG")
    return buffer.getvalue()


def _square(draw: Any, font: Any, row: int, column: int, count: int, share: float) -> None:
    left, top = MARGIN + column * SIDE, LINE + MARGIN + row * SIDE
    # The square root lifts single mistakes out of the pale ground.
    strength = share if row == column else min(1.0, share**0.5)
    colour = RIGHT if row == column else WRONG
    mixed = tuple(round(a + (b - a) * strength) for a, b in zip(PALE, colour, strict=True))
    draw.rectangle((left, top, left + SIDE - 2, top + SIDE - 2), fill=mixed)
    if count:
        ink = "white" if strength > 0.5 else INK
        draw.text((left + SIDE // 2 - 1, top + SIDE // 2), str(count)[:3], fill=ink, font=font, anchor="mm")

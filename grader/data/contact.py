"""Many pictures on one sheet, to look a data set over at a glance."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageOps


def contact_sheet(
    pictures: Iterable[str | Path | bytes | Image.Image],
    columns: int = 8,
    *,
    cell: int = 112,
    gap: int = 4,
    background: tuple[int, int, int] = (255, 255, 255),
) -> Image.Image:
    """Lay pictures out in rows, each fitted into a square cell with its proportions kept.

    Args:
        pictures: Paths, encoded bytes or Pillow images, in the order they are to be laid out.
        columns: Cells per row.
        cell: Side of a cell in pixels; larger pictures are shrunk, smaller ones are left as they are.
        gap: Pixels between cells and around the sheet.
        background: Colour of the paper.

    Returns:
        An RGB image of `columns` cells in width (fewer where there are fewer pictures).

    Raises:
        ValueError: `columns` or `cell` is below 1, or there are no pictures.
    """
    if columns < 1 or cell < 1:
        raise ValueError(f"`columns` (={columns}) and `cell` (={cell}) must be at least 1.")
    images = [_opened(picture) for picture in pictures]
    if not images:
        raise ValueError("A contact sheet needs at least one picture.")
    across = min(columns, len(images))
    down = -(-len(images) // across)
    step = cell + gap
    sheet = Image.new("RGB", (across * step + gap, down * step + gap), background)
    for place, image in enumerate(images):
        image.thumbnail((cell, cell), Image.Resampling.LANCZOS)
        left = gap + (place % across) * step + (cell - image.width) // 2
        top = gap + (place // across) * step + (cell - image.height) // 2
        sheet.paste(image, (left, top))
    return sheet


def _opened(picture: str | Path | bytes | Image.Image) -> Image.Image:
    """Return an upright RGB copy that may be changed."""
    if isinstance(picture, Image.Image):
        return picture.convert("RGB") if picture.mode != "RGB" else picture.copy()
    with Image.open(BytesIO(picture) if isinstance(picture, bytes) else picture) as image:
        return ImageOps.exif_transpose(image).convert("RGB")

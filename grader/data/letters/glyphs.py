"""Shapes of capitals, from the fonts that Matplotlib brings along."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from grader.errors import GraderFault

FONTS = (
    "DejaVuSans",
    "DejaVuSans-Bold",
    "DejaVuSans-Oblique",
    "DejaVuSans-BoldOblique",
    "DejaVuSansMono",
    "DejaVuSansMono-Bold",
    "DejaVuSansMono-Oblique",
    "DejaVuSansMono-BoldOblique",
    "DejaVuSerif",
    "DejaVuSerif-Bold",
    "DejaVuSerif-Italic",
    "DejaVuSerif-BoldItalic",
    "STIXGeneral",
    "STIXGeneralBol",
    "STIXGeneralItalic",
    "STIXGeneralBolIta",
    "cmb10",
    "cmr10",
    "cmss10",
    "cmti10",
    "cmtt10",
)
"""Fonts with all capitals. The Display faces of DejaVu and the symbol fonts have blanks in place of some."""

_POINTS = 96
_MARGIN = 8


@cache
def glyph(font: str, letter: str) -> Image.Image:
    """Return a letter in white on black, as large as its ink plus 8 pixels on each side; do not change it.

    Args:
        font: One of `FONTS`.
        letter: One character.

    Returns:
        A gray image; a capital is some 60 to 75 pixels high.

    Raises:
        GraderFault: Matplotlib's fonts are not where they should be, or the font has no such letter.
    """
    face = _face(font)
    left, top, right, bottom = face.getbbox(letter)
    image = Image.new("L", (round(right - left) + 2 * _MARGIN, round(bottom - top) + 2 * _MARGIN))
    ImageDraw.Draw(image).text((_MARGIN - left, _MARGIN - top), letter, fill=255, font=face)
    if image.getbbox() is None:
        raise GraderFault(f"The font {font} of Matplotlib has no {letter!r}; install Matplotlib afresh.")
    return image


@cache
def _face(font: str) -> ImageFont.FreeTypeFont:
    path = _font_folder() / f"{font}.ttf"
    try:
        # Basic layout: the other one depends on whether libraqm is there, and single letters need no layout.
        return ImageFont.truetype(path, _POINTS, layout_engine=ImageFont.Layout.BASIC)
    except OSError as error:
        raise GraderFault(f"The font {path} cannot be read ({error}); install Matplotlib afresh.") from error


@cache
def _font_folder() -> Path:
    """Return the folder of Matplotlib's fonts without importing Matplotlib, which takes long."""
    spec = find_spec("matplotlib")
    if spec is None or not spec.submodule_search_locations:
        raise GraderFault("Letters are drawn with Matplotlib's fonts, and Matplotlib is not installed.")
    return Path(spec.submodule_search_locations[0]) / "mpl-data" / "fonts" / "ttf"

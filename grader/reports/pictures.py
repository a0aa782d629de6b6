"""Exhibits as pictures that can go into a page: really PNG, of a bounded size, embedded as data URIs."""

from __future__ import annotations

import struct
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass

from grader.reports.text import safe_text
from grader.results import Exhibit

SIGNATURE = b"\x89PNG\r\n\x1a\n"
MAX_BYTES = 3 << 20
MAX_TOTAL_BYTES = 12 << 20
MAX_SIDE = 6_000
MAX_PICTURES = 24

ORDER = ("samples", "curves", "journey", "plot_history", "plot_feature_maps")


@dataclass(frozen=True)
class Picture:
    """One picture of the page. `source` is empty where it was left out, and `problem` then says why."""

    name: str
    title: str
    caption: str
    alt: str
    source: str = ""
    width: int = 0
    height: int = 0
    problem: str = ""


def pictures_of(exhibits: Sequence[Exhibit]) -> tuple[Picture, ...]:
    """Exhibits in the order of the page; those that are no PNG or too large become a line of text."""
    ranked = sorted(exhibits, key=lambda one: ORDER.index(one.name) if one.name in ORDER else len(ORDER))
    pictures = []
    total = 0
    for exhibit in ranked[:MAX_PICTURES]:
        problem = png_problem(exhibit.png)
        if not problem and total + len(exhibit.png) > MAX_TOTAL_BYTES:
            problem = "the pictures of this report are too large together"
        title = safe_text(exhibit.title, limit=200) or "Picture"
        caption = safe_text(exhibit.caption, limit=600)
        alt = f"{title.rstrip('.')}. {caption}" if caption else title
        if problem:
            pictures.append(Picture(exhibit.name, title, caption, alt, problem=f"Left out: {problem}."))
            continue
        total += len(exhibit.png)
        width, height = png_size(exhibit.png)
        source = f"data:image/png;base64,{b64encode(exhibit.png).decode()}"
        pictures.append(Picture(exhibit.name, title, caption, alt, source, width, height))
    return tuple(pictures)


def png_problem(data: bytes) -> str:
    """Why these bytes are not shown, or nothing."""
    if len(data) > MAX_BYTES:
        return f"the picture has {len(data):,} bytes, more than {MAX_BYTES:,}"
    if not data.startswith(SIGNATURE) or len(data) < 33 or data[12:16] != b"IHDR":
        return "it is no PNG picture"
    width, height = png_size(data)
    if not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE):
        return f"the picture is {width:,} × {height:,} pixels, more than {MAX_SIDE:,} a side"
    return ""


def png_size(data: bytes) -> tuple[int, int]:
    """Width and height in pixels, as the header of the PNG says."""
    width, height = struct.unpack(">II", data[16:24])
    return int(width), int(height)

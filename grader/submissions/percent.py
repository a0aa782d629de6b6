"""Splitting a `.py` in percent format (`# %%` markers) into cells."""

from __future__ import annotations

import re
from dataclasses import dataclass

from grader.submissions.lines import LineScanner

_MARKER = re.compile(r"#\s*%%(%*)(?:\s+(?P<title>.*))?$")
_PROSE = re.compile(r"\[(markdown|md|raw)\]", re.IGNORECASE)


@dataclass(frozen=True)
class RawCell:
    """The text of one code cell before magics are dropped. `number` counts all cells from 1."""

    number: int | None
    text: str


def split_percent(text: str) -> list[RawCell] | None:
    """The code cells of percent-format text; None where it has no marker and so is a plain `.py`.

    Text above the first marker is a cell of its own, unless it is blank or a header of comments. Line 1 of a cell is
    the one below its marker, as in the notebook that the file stands for.
    """
    scanner = LineScanner()
    blocks: list[tuple[str, list[str]]] = [("", [])]
    for line in text.split("\n"):
        marker = _MARKER.match(line) if not scanner.in_string else None
        if marker:
            blocks.append((marker.group("title") or "", []))
            scanner = LineScanner()
        else:
            blocks[-1][1].append(line)
            scanner.feed(line)
    if len(blocks) == 1:
        return None
    if all(not line.strip() or line.startswith("#") for line in blocks[0][1]):
        del blocks[0]
    return [
        RawCell(number, "\n".join(lines))
        for number, (title, lines) in enumerate(blocks, start=1)
        if not _PROSE.search(title)
    ]

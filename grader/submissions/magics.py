"""Leaving out what IPython understands and Python does not: magics, shell lines, help requests.

Text that already parses is left alone, so nothing inside a string or an expression is ever touched there.
Lines keep their numbers: what is left out becomes blank, or `pass` where it was indented.
"""

from __future__ import annotations

import re

from grader.submissions.lines import LineScanner
from grader.submissions.parsing import is_python
from grader.submissions.submission import DroppedLine

# Cell magics whose body still runs in the notebook's own Python; below any other one the body is something else.
_PYTHON_BODIES = frozenset({"time", "timeit", "capture", "prun", "debug", "memit", "snakeviz", "wandb", "ipytest"})

_CELL_MAGIC = re.compile(r"%%(\w*)")
_MAGIC = re.compile(r"(?P<indent>\s*)[%!?]")
_HELP = re.compile(r"(?P<indent>\s*)[\w.*\[\]'\"]+\?{1,2}[\s;]*$")
_TIME = re.compile(r"(?P<magic>%time\s+)(?P<code>\S.*)")
_ASSIGNED = re.compile(r"(?P<left>\s*[A-Za-z_][\w.,\s\[\]'\"]*=\s*)[%!](?!=)")
_AUTOMAGIC = re.compile(r"(?P<indent>)(?:pip3?|conda|mamba|cd|ls|mkdir|rm|rmdir|cp|mv|cat|man|pwd)\s+[\w./~*'\"-]")
_CLIP = 200


def drop_magics(text: str, cell: int | None) -> tuple[str, tuple[DroppedLine, ...]]:
    """Blank what is not Python in the source of a cell.

    Args:
        text: Source with newline characters only.
        cell: Number of the cell, for the record; None in a plain `.py`, where cell magics do not exist.

    Returns:
        The text with as many lines as before, and the lines that were left out.
    """
    if not _may_hold_magic(text) or is_python(text):
        return text, ()
    lines = text.split("\n")
    dropped: list[DroppedLine] = []
    start = _cell_magic(lines, cell, dropped)
    _drop_lines(lines, start, cell, dropped)
    return "\n".join(lines), tuple(dropped)


def _may_hold_magic(text: str) -> bool:
    return any(mark in text for mark in "%!?") or any(_AUTOMAGIC.match(line) for line in text.split("\n"))


def _cell_magic(lines: list[str], cell: int | None, dropped: list[DroppedLine]) -> int:
    """Handle a `%%name` line above the code; returns the index of the first line still to look at."""
    code = (index for index, line in enumerate(lines) if line.strip() and not line.lstrip().startswith("#"))
    first = next(code, None)
    if first is None or (match := _CELL_MAGIC.match(lines[first].strip())) is None:
        return 0
    dropped.append(DroppedLine(cell, first + 1, lines[first].strip()[:_CLIP]))
    lines[first] = ""
    if match.group(1) in _PYTHON_BODIES or cell is None:
        return first + 1
    for index in range(first + 1, len(lines)):
        if lines[index].strip():
            dropped.append(DroppedLine(cell, index + 1, lines[index].strip()[:_CLIP]))
        lines[index] = ""
    return len(lines)


def _drop_lines(lines: list[str], start: int, cell: int | None, dropped: list[DroppedLine]) -> None:
    scanner = LineScanner()
    index = start
    while index < len(lines):
        line = lines[index]
        replacement = _replacement(line) if scanner.at_start else None
        if replacement is None:
            scanner.feed(line)
            index += 1
            continue
        kept = len(replacement.strip()) if _TIME.match(line.strip()) else 0
        dropped.append(DroppedLine(cell, index + 1, line.strip()[: -kept or None].strip()[:_CLIP]))
        lines[index] = replacement
        while line.endswith("\\") and index + 1 < len(lines):
            index += 1
            line = lines[index]
            dropped.append(DroppedLine(cell, index + 1, line.strip()[:_CLIP]))
            lines[index] = ""
        index += 1


def _replacement(line: str) -> str | None:
    """What stands in for a line that is not Python; None for any other line."""
    timed = _TIME.match(line.strip())
    if timed and is_python(timed.group("code")):
        return line[: len(line) - len(line.lstrip())] + timed.group("code")
    if assigned := _ASSIGNED.match(line):
        return assigned.group("left") + "None"
    match = _MAGIC.match(line) or _HELP.match(line)
    if match is None and (match := _AUTOMAGIC.match(line)) and is_python(line):
        match = None
    if match is None:
        return None
    return f"{match.group('indent')}pass" if match.group("indent") else ""

"""The blocks of a plain `.py` that does not parse as a whole: one broken function costs no more than a broken cell of a notebook does."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass

from grader.submissions.limits import DEFAULT_LIMITS, ReadLimits
from grader.submissions.parsing import parse_cell
from grader.submissions.submission import SourceCell

LOOK_AHEAD = 40
"""Lines at the left margin that a statement may hold, such as a list whose items are not indented."""
LONGEST = 4_000
"""Characters of such a statement: each look ahead parses it anew, and a long function with a slip at its end would cost seconds."""
MOST_BROKEN = 20
"""Broken blocks beyond which a file is no Python file with a slip in it."""
_GOES_ON = re.compile(r"\s|#|[)\]}]|(?:else|elif|except|finally)\b|$")
"""Lines that never begin a block."""
_OUTSIDE = (ast.Return, ast.Break, ast.Continue)
"""Statements that parse alone and are the rest of a body that lost its indentation."""


@dataclass(frozen=True)
class _Block:
    """Lines `first` to `last`, counted from 0, `last` not included."""

    first: int
    last: int
    sound: bool


def sound_and_broken(cell: SourceCell, limits: ReadLimits = DEFAULT_LIMITS) -> tuple[SourceCell, ...]:
    """Part a cell that does not parse into its broken blocks, a cell each, and one cell with all the rest, which comes last.

    Lines keep their numbers: what a cell does not hold is blank in it.

    Returns:
        The cell alone where nothing of it can be read, or where more than `MOST_BROKEN` blocks are broken.
    """
    lines = cell.source.split("\n")
    blocks = _blocks(lines, limits)
    broken = [block for block in blocks if not block.sound]
    if not broken or len(broken) > MOST_BROKEN or len(broken) == len(blocks):
        return (cell,)
    rest = list(lines)
    parts = []
    for block in broken:
        rest[block.first : block.last] = [""] * (block.last - block.first)
        source = "\n" * block.first + "\n".join(lines[block.first : block.last])
        problem = parse_cell(source, cell.number, limits)[1] or cell.error
        parts.append(SourceCell(cell.number, source, problem))
    source = "\n".join(rest)
    # Each block parses; whether all of them do together, such as in their depth, is for the whole to say.
    return (*parts, SourceCell(cell.number, source, parse_cell(source, cell.number, limits)[1], cell.dropped))


def _blocks(lines: Sequence[str], limits: ReadLimits) -> list[_Block]:
    starts = [number for number, line in enumerate(lines) if not _GOES_ON.match(line)]
    borders = [*starts, len(lines)]
    found: list[_Block] = []
    at = broken = 0
    while at < len(starts) and broken <= MOST_BROKEN:
        end = _end(lines, borders, at, limits)
        found.append(_Block(borders[at], borders[end or at + 1], end is not None))
        broken += end is None
        at = end or at + 1
    return found


def _end(lines: Sequence[str], borders: Sequence[int], at: int, limits: ReadLimits) -> int | None:
    """The border up to which the lines from border `at` on are a statement of their own; None where they are broken."""
    for end in range(at + 1, min(at + LOOK_AHEAD, len(borders) - 1) + 1):
        text = "\n".join(lines[borders[at] : borders[end]])
        if _sound(text, limits):
            return end
        if len(text) > LONGEST:
            return None
    return None


def _sound(text: str, limits: ReadLimits) -> bool:
    tree, _ = parse_cell(text, None, limits)
    return tree is not None and not any(isinstance(statement, _OUTSIDE) for statement in tree.body)

"""The chosen units as text with the student's own line numbers, and as a digest that ignores what cannot matter."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from grader.submissions.submission import SourceCell
from grader.submissions.units import Unit, last_line


@dataclass(frozen=True)
class SlicedCell:
    """A cell in which only the chosen statements are left; every other line is blank.

    Attributes:
        cell: Number of the cell; None in a plain `.py`.
        source: Text with as many lines as the student's cell.
        optional: Lines of statements that nothing needs: where one of them raises an error, the others run all the same.
    """

    cell: int | None
    source: str
    optional: tuple[int, ...] = ()


@dataclass(frozen=True)
class Chosen:
    """A unit in the slice.

    Attributes:
        whole: With the training inside it too, because an entry point comes out of that.
        optional: Chosen for setting up a library, or for what such a set-up needs, and not by anything's demand.
    """

    unit: Unit
    whole: bool
    optional: bool = False

    @property
    def pruned(self) -> tuple[ast.stmt, ...]:
        """Statements inside that are replaced by `pass`."""
        return () if self.whole else self.unit.pruned


def render(cells: Sequence[SourceCell], chosen: Iterable[Chosen]) -> tuple[SlicedCell, ...]:
    """The text of every cell that holds a chosen unit."""
    kept: dict[int, list[str]] = {}
    sources: dict[int, list[str]] = {}
    optional: dict[int, list[int]] = {}
    for choice in chosen:
        unit = choice.unit
        if unit.position not in kept:
            sources[unit.position] = cells[unit.position].source.split("\n")
            kept[unit.position] = [""] * len(sources[unit.position])
        source, lines = sources[unit.position], kept[unit.position]
        if choice.optional:
            optional.setdefault(unit.position, []).extend(range(unit.first, unit.last + 1))
        lines[unit.first - 1 : unit.last] = source[unit.first - 1 : unit.last]
        for statement in choice.pruned:
            line = source[statement.lineno - 1]
            lines[statement.lineno - 1] = line[: len(line) - len(line.lstrip())] + "pass"
            for number in range(statement.lineno, last_line(statement)):
                lines[number] = ""
    return tuple(
        SlicedCell(cells[position].number, "\n".join(lines), tuple(optional.get(position, ())))
        for position, lines in sorted(kept.items())
    )


def digest(chosen: Iterable[Chosen], *more: str) -> str:
    """A digest of what chosen units say to Python, whatever their layout, comments and places.

    Docstrings count: code can run what it reads there, under names that nobody finds by looking for `__doc__`.
    """
    sha = hashlib.sha256()
    for text in more:
        sha.update(text.encode("utf-8", "backslashreplace") + b"\0")
    for choice in chosen:
        for text in choice.unit.whole_code if choice.whole else choice.unit.code:
            sha.update(text.encode("utf-8", "backslashreplace") + b"\n")
    return sha.hexdigest()

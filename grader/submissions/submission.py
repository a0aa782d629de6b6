"""What a submission is once it is read: cells of source, what was dropped from them, what does not parse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["ipynb", "py", "percent"]


@dataclass(frozen=True)
class SyntaxProblem:
    """Why a cell is not Python. It costs only the tasks that need the cell.

    Attributes:
        message: Python's own words, such as `'(' was never closed`.
        cell: Number of the cell among all cells, from 1; None in a plain `.py`.
        line: Line within the cell (the file, in a plain `.py`), from 1; None where Python names none.
        text: The line itself, stripped and clipped.
    """

    message: str
    cell: int | None
    line: int | None
    text: str


@dataclass(frozen=True)
class DroppedLine:
    """A magic or shell line that is not Python and was left out. Lines after it keep their numbers."""

    cell: int | None
    line: int
    text: str


@dataclass(frozen=True)
class SourceCell:
    """One code cell.

    Attributes:
        number: Place among all cells, markdown included, from 1; None in a plain `.py`.
        source: Python text after magics were blanked, lines ending in a newline character only.
        error: Why it does not parse, or None.
        dropped: Magic and shell lines that were left out.
    """

    number: int | None
    source: str
    error: SyntaxProblem | None = None
    dropped: tuple[DroppedLine, ...] = ()


@dataclass(frozen=True)
class Submission:
    """The source of one file handed in. Outputs, tags and other metadata are not in it.

    Attributes:
        file: The file's name as given, unprintable characters escaped. A label, never a path.
        sha256: Digest of the raw bytes, hexadecimal.
        data: The raw bytes.
        kind: `ipynb`, `py`, or `percent` for a `.py` with `# %%` markers.
        cells: Code cells in file order. A plain `.py` is one cell; where it does not parse, its broken blocks are cells of their own
            before the one that holds the rest.
    """

    file: str
    sha256: str
    data: bytes
    kind: Kind
    cells: tuple[SourceCell, ...]

    @property
    def dropped(self) -> tuple[DroppedLine, ...]:
        """Every line that was left out, in file order."""
        return tuple(line for cell in self.cells for line in cell.dropped)

"""Reading CSV files with the columns of Sign-MNIST: a label, then 784 gray levels."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO

import numpy as np
from PIL import Image

from grader.data.imports.opening import Entry
from grader.data.letters import LETTERS, SIDE

_COLUMNS = ["label", *(f"pixel{number}" for number in range(1, SIDE * SIDE + 1))]


@dataclass(frozen=True)
class Row:
    """One line of a table.

    Attributes:
        line: Its number in the file, the header being 1.
        letter: Its class, None where the line cannot be used.
        png: The image, empty where the line cannot be used.
    """

    line: int
    letter: str | None
    png: bytes = b""


def is_table(entry: Entry, limit: int) -> bool:
    """Tell whether a file's first line is the header `label,pixel1,...,pixel784`.

    Raises:
        UsageError: The file cannot be read.
    """
    header = next(entry.lines(limit), b"").decode("utf-8-sig", "replace")
    return [name.strip().strip('"').lower() for name in header.split(",")] == _COLUMNS


def rows(entry: Entry, limit: int, passed: Callable[[int], None]) -> Iterator[Row]:
    """Hand out the lines below the header, empty ones left out.

    Args:
        entry: A file for which `is_table` holds.
        limit: Bytes it may have.
        passed: Called with the bytes of every line.

    Raises:
        UsageError: The file cannot be read or is larger than `limit`.
    """
    for number, line in enumerate(entry.lines(limit), 1):
        passed(len(line))
        if number > 1 and line.strip():
            yield _row(number, line)


def _row(number: int, line: bytes) -> Row:
    try:
        values = np.array(line.split(b","), np.float64)
    except ValueError:
        return Row(number, None)
    usable = len(values) == len(_COLUMNS) and bool((values == np.rint(values)).all())
    if not usable or values[1:].min() < 0 or values[1:].max() > 255 or not 0 <= values[0] <= 24:
        return Row(number, None)
    letter = chr(ord("A") + int(values[0]))
    if letter not in LETTERS:
        return Row(number, None)
    stream = BytesIO()
    Image.fromarray(values[1:].astype(np.uint8).reshape(SIDE, SIDE)).save(stream, "PNG")
    return Row(number, letter, stream.getvalue())

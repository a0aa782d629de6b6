"""A CSV file of somebody else, read and written so that only what is filled in differs."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from pathlib import Path

from grader.errors import UsageError

LARGEST = 32 << 20
"""Bytes."""
MARK = "\ufeff"


@dataclass
class Sheet:
    """A table of text.

    Attributes:
        name: of the file, for messages.
        header: the first row.
        rows: the others, each as long as the header.
        delimiter: between cells, as it was found.
        marked: begins with a byte order mark, without which some spreadsheets take UTF-8 for something else.
    """

    name: str
    header: list[str]
    rows: list[list[str]] = field(default_factory=list)
    delimiter: str = ","
    marked: bool = False

    def column(self, *names: str) -> int | None:
        """Index of the first column with one of these names, whatever their case; None where there is none."""
        wanted = {name.casefold() for name in names}
        return next((index for index, name in enumerate(self.header) if name.strip().casefold() in wanted), None)

    def cell(self, row: list[str], *names: str) -> str:
        """The value of a column by name; "" where there is none."""
        index = self.column(*names)
        return "" if index is None else row[index].strip()

    def encoded(self) -> bytes:
        """As CSV in UTF-8, with the delimiter and mark that it had."""
        text = io.StringIO(newline="")
        writer = csv.writer(text, delimiter=self.delimiter)
        writer.writerows([self.header, *self.rows])
        return ((MARK if self.marked else "") + text.getvalue()).encode()


def read_sheet(path: Path) -> Sheet:
    """Read a CSV file whose first row names the columns.

    Raises:
        UsageError: it cannot be read, is too large, or is no such file.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise UsageError(f"{path} has more than {LARGEST >> 20} MB; no class is so large.")
        text = path.read_bytes().decode()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not UTF-8 (byte {error.start}); export it again as CSV.") from error
    marked = text.startswith(MARK)
    text = text.removeprefix(MARK)
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    try:
        header, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    except (csv.Error, ValueError) as error:
        raise UsageError(f"{path} is no CSV file with a row of names ({error}).") from error
    width = len(header)
    for row in rows:
        if len(row) > width:
            raise UsageError(f"{path}: a row has {len(row)} cells and the first row {width}.")
        row.extend([""] * (width - len(row)))
    return Sheet(str(path), header, rows, delimiter, marked)

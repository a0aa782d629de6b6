"""Which formats there are, and writing one of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from grader.errors import UsageError
from grader.gradebook.exports.base import Export, Exported
from grader.gradebook.exports.canvas import canvas
from grader.gradebook.exports.moodle import moodle
from grader.gradebook.exports.parquet import parquet
from grader.gradebook.exports.reports import gradescope, junit
from grader.gradebook.exports.tables import json_document, table
from grader.reports.files import write_atomic


@dataclass(frozen=True)
class Format:
    """One way to export grades.

    Attributes:
        export: makes the files.
        suffix: of a file that is taken for this format where none is named; "" where none is.
        fills: can fill in a table of the platform.
        named: is of no use without names.
        folder: writes a folder.
    """

    export: Callable[[Export], Exported]
    suffix: str = ""
    fills: bool = False
    named: bool = False
    folder: bool = False


FORMATS: Mapping[str, Format] = {
    "csv": Format(table, ".csv"),
    "json": Format(json_document, ".json"),
    "canvas": Format(canvas, fills=True, named=True),
    "moodle": Format(moodle, fills=True, named=True),
    "gradescope": Format(gradescope, folder=True),
    "junit": Format(junit, ".xml"),
    "parquet": Format(parquet, ".parquet"),
}


def format_of(name: str | None, path: Path) -> str:
    """The name of the format: as it was said, else by the suffix of the file, else csv."""
    if name is not None:
        return name
    return next((one for one, form in FORMATS.items() if form.suffix and form.suffix == path.suffix.lower()), "csv")


def write_export(path: Path, name: str, export: Export) -> Exported:
    """Write grades in the format of this name; files are replaced whole.

    Raises:
        UsageError: the format cannot do what is asked, or the file or folder cannot be written.
    """
    form = FORMATS[name]
    if (export.into is not None or export.column is not None) and not form.fills:
        able = " and ".join(one for one, other in FORMATS.items() if other.fills)
        raise UsageError(f"{name} fills no table of a platform; --into and --column are for {able}.")
    if export.column is not None and export.into is None:
        raise UsageError("--column names a column of the table that --into names; give both.")
    if export.anonymous and form.named:
        raise UsageError(f"{name} finds students by their names; leave out --anonymous.")
    if form.folder and path.exists() and not path.is_dir():
        raise UsageError(f"{path} is a file; {name} needs a folder, with a file for each submission.")
    if not form.folder and path.is_dir():
        raise UsageError(f"{path} is a folder; name a file.")
    exported = form.export(export)
    try:
        for relative, data in exported.files:
            write_atomic(path / relative if relative else path, data)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}.") from error
    return exported

"""Grades in the formats of other programs. `FORMATS` lists them; a format is a function from an `Export` to files."""

from grader.gradebook.exports.base import Export, Exported
from grader.gradebook.exports.formats import FORMATS, Format, write_export
from grader.gradebook.exports.parquet import frame
from grader.gradebook.exports.sheet import Sheet, read_sheet

__all__ = ["FORMATS", "Export", "Exported", "Format", "Sheet", "frame", "read_sheet", "write_export"]

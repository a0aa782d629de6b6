"""Grades as CSV that is safe to open in a spreadsheet, and as JSON."""

from __future__ import annotations

from grader.gradebook.exporting import as_csv, as_json, document
from grader.gradebook.exports.base import Export, Exported


def table(export: Export) -> Exported:
    """One line for each grade, with every step between raw and final score."""
    grades = list(export.grades())
    return Exported([("", as_csv(grades, anonymous=export.anonymous).encode())], len(grades))


def json_document(export: Export) -> Exported:
    """Assignments with their policies and grades."""
    data = as_json(document(export.graded, anonymous=export.anonymous)).encode() + b"\n"
    return Exported([("", data)], sum(1 for _ in export.grades()))

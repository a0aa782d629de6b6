"""Grades as a data frame, and as Parquet: numbers are numbers there, times are times, and unknown is null."""

from __future__ import annotations

import io
from collections.abc import Iterable
from importlib import import_module
from typing import TYPE_CHECKING

from grader.errors import UsageError
from grader.gradebook.exporting import COLUMNS
from grader.gradebook.exports.base import Export, Exported
from grader.gradebook.policy import Grade
from grader.reports.text import encodable

if TYPE_CHECKING:
    import pandas as pd

NEEDS = "Parquet needs more packages: pip install 'cnn-grader[parquet]'"
TYPES = {
    "student": "string", "assignment": "string", "attempt": "Int64", "attempts": "int64",
    "handed_in": "datetime64[us, UTC]", "raw": "Float64", "late_days": "int64", "late_deduction": "float64",
    "adjustment": "float64", "final": "Float64", "max_score": "Float64", "needs_review": "bool",
}  # fmt: skip


def parquet(export: Export) -> Exported:
    """One row for each grade, in the columns of the CSV.

    Raises:
        UsageError: pandas or pyarrow is not installed.
    """
    try:
        import_module("pyarrow")  # what pandas writes with
    except ImportError as error:
        raise UsageError(NEEDS) from error
    table = frame(export.grades(), anonymous=export.anonymous)
    data = io.BytesIO()
    table.to_parquet(data, engine="pyarrow", index=False)
    return Exported([("", data.getvalue())], len(table))


def frame(grades: Iterable[Grade], *, anonymous: bool = False) -> pd.DataFrame:
    """Grades as a data frame, one row each; what is unknown is missing, never zero.

    Args:
        grades: as of `Gradebook.grades`.
        anonymous: pseudonymous ids in place of names.

    Raises:
        UsageError: pandas is not installed.
    """
    try:
        import pandas as pd
    except ImportError as error:
        raise UsageError(NEEDS) from error
    rows = [
        (
            encodable(grade.pseudonym if anonymous else grade.label),
            encodable(grade.assignment),
            None if grade.attempt is None else grade.attempt.number,
            grade.attempts,
            None if grade.attempt is None else grade.attempt.handed_in,
            grade.raw,
            grade.late_days,
            grade.late_deduction,
            grade.adjustment,
            grade.final,
            grade.max_score,
            grade.needs_review,
        )
        for grade in grades
    ]
    table = pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)
    table["handed_in"] = pd.to_datetime(table["handed_in"], utc=True)
    return table.astype(TYPES)

"""`grades.csv`: one line per submission, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from pathlib import Path

from grader.reports.files import write_atomic
from grader.reports.index import IndexRow
from grader.reports.text import safe_text

GRADES = "grades.csv"
FIRST_COLUMNS = ("file", "student", "time", "sha256", "status", "score", "max_score")
LAST_COLUMNS = ("fix_first", "needs_review", "report")

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
# The last four are the full-width forms of the first four, which spreadsheets take for them.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def write_grades_csv(rows: Sequence[IndexRow], out: Path) -> Path:
    """Write `grades.csv` into the folder `out` and return its path.

    Columns are file, student and time of handing in (empty where unknown), sha256, status, score, max_score, one per task (its score), fix_first, needs_review, report.
    An ungraded or unusable submission has empty scores, never a zero.
    """
    tasks = tuple(dict.fromkeys(task.name for row in rows for task in row.tasks))
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([*FIRST_COLUMNS, *(_task_column(name) for name in tasks), *LAST_COLUMNS])
    for row in sorted(rows, key=lambda one: (one.file.casefold(), one.file)):
        graded = row.status == "graded"
        scores = {task.name: task.score for task in row.tasks} if graded else {}
        writer.writerow(
            [
                cell(row.file),
                cell(row.student),
                cell(row.time),
                cell(row.sha256 or ""),
                row.status,
                _number(row.score) if graded else "",
                _number(row.max_score),
                *(_number(scores[name]) if name in scores else "" for name in tasks),
                cell(row.fix_first or ""),
                "yes" if row.needs_review else "no",
                cell(row.report),
            ]
        )
    return write_atomic(out / GRADES, text.getvalue().encode())


def cell(text: str) -> str:
    """`text` as a cell that no spreadsheet takes for a formula, on one line, without control characters."""
    start = text.lstrip(" \xa0")[:1]
    clean = safe_text(_CONTROL.sub("", text), limit=1_000)
    return f"'{clean}" if start in _FORMULA or clean.startswith(_FORMULA) else clean


def _task_column(name: str) -> str:
    return cell(f"task:{name}" if name in (*FIRST_COLUMNS, *LAST_COLUMNS) else name)


def _number(value: float) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".")

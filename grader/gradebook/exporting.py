"""Grades as plain data, CSV and JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from grader.gradebook.policy import Grade
from grader.gradebook.reading import Assignment, History
from grader.reports.grades import cell

SCHEMA = "grader-gradebook/1"
COLUMNS = (
    "student", "assignment", "attempt", "attempts", "handed_in", "raw", "late_days", "late_deduction", "adjustment",
    "final", "max_score", "needs_review",
)  # fmt: skip


def as_csv(grades: Sequence[Grade], *, anonymous: bool = False) -> str:
    """One line for each grade. No score is an empty cell, never a zero."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for grade in grades:
        writer.writerow(
            [
                cell(grade.pseudonym if anonymous else grade.label),
                cell(grade.assignment),
                "" if grade.attempt is None else grade.attempt.number,
                grade.attempts,
                "" if grade.attempt is None else time_text(grade.attempt.handed_in),
                _number(grade.raw),
                grade.late_days,
                _number(grade.late_deduction),
                _number(grade.adjustment),
                _number(grade.final),
                _number(grade.max_score),
                "yes" if grade.needs_review else "no",
            ]
        )
    return text.getvalue()


def document(
    graded: Sequence[tuple[Assignment, Sequence[History]]], *, anonymous: bool = False, history: bool = False
) -> dict[str, Any]:
    """Assignments with their grades as plain JSON types, times as ISO 8601 in UTC.

    Args:
        anonymous: no names.
        history: attempts, reports and adjustments, too.
    """
    return {
        "schema": SCHEMA,
        "assignments": [
            {
                "name": assignment.name,
                "exercise": assignment.exercise,
                "rule": assignment.rule,
                "late": policy_json(assignment),
                "grades": [grade_json(one, anonymous=anonymous, history=history) for one in histories],
            }
            for assignment, histories in graded
        ],
    }


def policy_json(assignment: Assignment) -> dict[str, Any]:
    """A late policy as plain JSON types."""
    late = assignment.late
    return {
        "due": time_text(late.due) or None,
        "grace_minutes": late.grace.total_seconds() / 60,
        "percent_per_day": late.percent_per_day,
        "at_most": late.at_most,
    }


def grade_json(one: History, *, anonymous: bool = False, history: bool = False) -> dict[str, Any]:
    """One grade as plain JSON types."""
    grade = asdict(one.grade)
    if anonymous:
        grade["student"] = None
        if grade["attempt"]:
            grade["attempt"]["file"] = ""
    if history:
        grade["history"] = [asdict(attempt) for attempt in one.attempts]
        grade["adjustments"] = [asdict(adjustment) for adjustment in one.adjustments]
    return grade


def as_json(value: Any) -> str:
    """Indented JSON; times become text."""
    return json.dumps(value, indent=2, ensure_ascii=False, default=time_text)


def time_text(time: datetime | None) -> str:
    """A time as ISO 8601; nothing where it is unknown."""
    return "" if time is None else time.isoformat()


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}".rstrip("0").rstrip(".")

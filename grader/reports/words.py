"""Statuses and numbers in words that a student understands."""

from __future__ import annotations

import math
from collections.abc import Mapping

from grader.results import Isolation, ReportStatus, Status

STATUS: Mapping[Status, str] = {
    "passed": "passed",
    "failed": "to fix",
    "not_attempted": "not attempted yet",
    "blocked": "waiting",
    "student_error": "stopped with an error",
    "timeout": "ran too long",
    "memory": "used too much memory",
    "output": "printed too much",
    "grader_fault": "our fault, not scored",
}

TONE: Mapping[Status, str] = {
    "passed": "good",
    "failed": "bad",
    "not_attempted": "open",
    "blocked": "open",
    "student_error": "bad",
    "timeout": "bad",
    "memory": "bad",
    "output": "bad",
    "grader_fault": "ours",
}
"""The CSS class of a status: four colours for nine words."""

REPORT_STATUS: Mapping[ReportStatus, str] = {
    "graded": "graded",
    "unusable": "could not be read",
    "ungraded": "not graded: our fault",
}

ISOLATION: Mapping[Isolation, str] = {
    "namespaces": "sandboxed, forked from a warm process",
    "cold": "sandboxed, a fresh Python for every task",
    "unsafe": "no sandbox: meant for your own code only",
}


def points(value: float) -> str:
    """`7.0` as `7`, `7.25` as `7.25`; what is no number as a dash."""
    if not math.isfinite(value):
        return "–"
    return f"{value:.2f}".rstrip("0").rstrip(".") if value % 1 else f"{value:.0f}"


def seconds(value: float) -> str:
    """`0.42` as `0.4 s`, `75` as `1 min 15 s`."""
    if not math.isfinite(value) or value < 0:
        return "–"
    if value < 60:
        return f"{value:.1f} s"
    whole = round(value)
    return f"{whole // 60} min {whole % 60} s"


def count(number: int, noun: str) -> str:
    """`1 check`, `2 checks`."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def fraction(value: float, whole: float) -> float:
    """`value / whole` between 0 and 1, 0 where that is no number."""
    if not (math.isfinite(value) and math.isfinite(whole)) or whole <= 0:
        return 0.0
    return min(1.0, max(0.0, value / whole))


def grade_steps(
    *, raw: float | None, late_days: int, late_deduction: float, adjustment: float, max_score: float | None
) -> str:
    """How a grade came about, in one line of plain words."""
    parts = ["nothing was graded" if raw is None else f"{points(raw)} of {points(max_score or 0)} points"]
    if late_deduction:
        parts.append(f"{points(late_deduction)} off for {count(late_days, 'day')} late")
    if adjustment:
        parts.append(f"adjusted by {points(adjustment)}")
    return "; ".join(parts)

"""Grades and their histories as tables for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from grader.cli.console import plain
from grader.gradebook.policy import Grade
from grader.gradebook.reading import Assignment, History
from grader.reports.words import REPORT_STATUS, points


def policy_line(assignment: Assignment) -> Text:
    """An assignment and its rules in one line."""
    late = assignment.late
    parts = [f"the {assignment.rule} attempt counts"]
    if late.due is None:
        parts.append("nothing is late")
    else:
        parts.append(f"due {moment(late.due)}")
        if late.grace:
            parts.append(f"grace {late.grace.total_seconds() / 60:g} min")
        parts.append(f"{late.percent_per_day:g}% off per day, at most {late.at_most:g}%")
    of = "" if assignment.exercise == assignment.name else f" ({assignment.exercise})"
    return Text.assemble(plain(assignment.name + of, "bold"), plain(": " + ", ".join(parts)))


def grade_table(grades: Sequence[Grade]) -> Table:
    """One line for each grade, its steps from left to right."""
    table = Table(box=SIMPLE_HEAD)
    table.add_column("student", overflow="fold")
    table.add_column("attempt")
    for heading in ("raw", "late", "adjusted", "final"):
        table.add_column(heading, justify="right")
    table.add_column("")
    for grade in grades:
        attempt = grade.attempt
        counted = "–" if attempt is None else f"{attempt.number} of {grade.attempts}"
        of = "" if grade.max_score is None else f" of {points(grade.max_score)}"
        table.add_row(
            plain(grade.label),
            counted,
            optional(grade.raw),
            f"−{points(grade.late_deduction)} ({grade.late_days} d)" if grade.late_days else "",
            signed(grade.adjustment) if grade.adjustment else "",
            Text(optional(grade.final) + of, "bold"),
            remark(grade),
        )
    return table


def history_tables(one: History) -> Iterator[Table]:
    """The attempts of a grade with their reports, then its adjustments."""
    table = Table(title=plain(one.grade.label), title_justify="left", box=SIMPLE_HEAD)
    for heading in ("attempt", "file", "handed in", "kept"):
        table.add_column(heading, overflow="fold")
    table.add_column("score", justify="right")
    for heading in ("", "graded", "by", "exercise", "seed"):
        table.add_column(heading, overflow="fold")
    for attempt in one.attempts:
        first: tuple[str | Text, ...] = (
            str(attempt.attempt.number),
            plain(attempt.attempt.file),
            moment(attempt.attempt.handed_in),
            "yes" if attempt.kept else "no",
        )
        for report in attempt.reports:
            graded = report.status == "graded"
            what = "current" if report.current else "" if graded else REPORT_STATUS[report.status]
            if report.isolation == "unsafe":
                what += " unsafe"
            table.add_row(
                *first,
                f"{points(report.score)} of {points(report.max_score)}" if graded else "–",
                what,
                moment(report.graded_at),
                plain(f"{report.graded_by}, grader {report.grader_version}"),
                plain(f"{report.exercise_version} {report.params_digest[:8]}"),
                plain(report.seed[:8]),
            )
            first = ("", "", "", "")
    yield table
    if one.adjustments:
        table = Table(box=SIMPLE_HEAD)
        table.add_column("adjustment", justify="right")
        for heading in ("reason", "by", "on"):
            table.add_column(heading, overflow="fold")
        for adjustment in one.adjustments:
            value = signed(adjustment.points) if adjustment.kind == "add" else f"= {points(adjustment.points)}"
            table.add_row(value, plain(adjustment.reason), plain(adjustment.author), moment(adjustment.made))
        yield table


def remark(grade: Grade) -> Text:
    """What somebody should know of a grade beside its numbers."""
    if grade.final is None:
        return Text("nothing graded", "magenta")
    if grade.attempt is not None and grade.attempt.isolation == "unsafe":
        return Text("unsafe", "bold red")
    return Text("to review", "yellow") if grade.needs_review else Text("")


def moment(time: datetime | None) -> str:
    """A time in UTC, to the minute."""
    return "unknown" if time is None else f"{time:%Y-%m-%d %H:%M} UTC"


def optional(value: float | None) -> str:
    """Points, or a dash where there are none."""
    return "–" if value is None else points(value)


def signed(value: float) -> str:
    """Points with their sign."""
    return f"+{points(value)}" if value > 0 else f"−{points(-value)}" if value < 0 else "0"

"""Grades and their histories as tables for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from grader.cli.console import plain
from grader.gradebook.policy import Grade
from grader.gradebook.reading import Assignment, History, ReportLine
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


def history_lines(one: History) -> Iterator[Text]:
    """The attempts of a grade with their reports, then its adjustments, in lines that fit any width."""
    yield plain(one.grade.label, "bold")
    for history in one.attempts:
        attempt = history.attempt
        kept = "kept" if history.kept else "not kept"
        file = attempt.file or "forgotten"
        line = f"attempt {attempt.number}: {file}, handed in {moment(attempt.handed_in)}, bytes {kept}"
        yield Text.assemble("  ", plain(line))
        for report in history.reports:
            yield Text.assemble("    ", plain(report_line(report), "" if report.current else "dim"))
    for adjustment in one.adjustments:
        value = signed(adjustment.points) if adjustment.kind == "add" else f"= {points(adjustment.points)}"
        yield Text.assemble(
            "  ", plain(f"{value}: {adjustment.reason} ({adjustment.author}, {moment(adjustment.made)})")
        )


def report_line(report: ReportLine) -> str:
    """A report in one line, with where it comes from."""
    graded = report.status == "graded"
    result = f"{points(report.score)} of {points(report.max_score)}" if graded else REPORT_STATUS[report.status]
    parts = [
        f"{moment(report.graded_at)} by {report.graded_by}",
        f"grader {report.grader_version}",
        f"exercise {report.exercise_version} {report.params_digest[:8]}",
        f"seed {report.seed[:8]}",
    ]
    if report.answered:
        parts.append("from an earlier grading of the same code")
    if report.isolation == "unsafe":
        parts.append("unsafe")
    return f"{result}{' (current)' if report.current else ''}: {', '.join(parts)}"


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

"""Reports and batches as tables for a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.box import ROUNDED, SIMPLE_HEAD
from rich.console import Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from grader.batch.outcome import BatchOutcome, BatchRow
from grader.cli.console import last_line, plain
from grader.reports.words import STATUS, count, points
from grader.results import Report, Status

COLOURS: dict[Status, str] = {
    "passed": "green",
    "failed": "red",
    "not_attempted": "yellow",
    "blocked": "dim",
    "student_error": "red",
    "timeout": "red",
    "memory": "red",
    "output": "red",
    "grader_fault": "magenta",
}

LONGEST_TABLE = 60
"""Rows of a batch that a person still reads in a terminal; the index has them all."""


def task_table(report: Report) -> Table:
    """One line for each task."""
    table = Table(box=SIMPLE_HEAD)
    table.add_column("task", overflow="fold")
    table.add_column("status")
    table.add_column("points", justify="right")
    for task in report.tasks:
        status = Text(STATUS[task.status], COLOURS[task.status])
        table.add_row(plain(task.title or task.name), status, f"{points(task.score)} of {points(task.max_score)}")
    return table


def fix_first_panel(report: Report) -> Panel | None:
    """The finding whose cause to mend first, or None where there is none."""
    if report.fix_first is None:
        return None
    try:
        check = report.check(report.fix_first)
    except KeyError:
        return None
    parts: list[Text] = [plain(check.title, "bold")]
    labelled = {
        "where": str(check.where or ""),
        "seen": check.seen,
        "expected": check.expected,
        "why": check.why,
        "hint": check.hint,
    }
    for name, value in labelled.items():
        if value:
            parts.append(Text.assemble((f"{name}: ", "dim"), plain(value, lines=True)))
    return Panel(Group(*parts), title=Text(f"fix first: {check.id}"), title_align="left", box=ROUNDED, expand=False)


def score_line(report: Report) -> Text:
    """The score of a graded report."""
    line = Text(f"Score: {points(report.score)} of {points(report.max_score)}", style="bold")
    if report.isolation == "unsafe":
        line.append("  (unsafe: graded without isolation)", style="bold red")
    if report.needs_review:
        line.append("  (an instructor should look at this one)", style="yellow")
    return line


def batch_table(outcome: BatchOutcome) -> Table:
    """One line for each submission; of a long batch, those that need somebody."""
    rows: Sequence[BatchRow] = outcome.rows
    if len(rows) > LONGEST_TABLE:
        rows = [row for row in rows if row.status != "graded" or row.needs_review][:LONGEST_TABLE]
    left_out = len(outcome.rows) - len(rows)
    caption = f"{left_out} more in the index; shown are those that need a look" if left_out else None
    table = Table(box=SIMPLE_HEAD, caption=caption, caption_justify="left")
    table.add_column("file", overflow="fold")
    table.add_column("score", justify="right")
    table.add_column("status")
    table.add_column("fix first", overflow="fold")
    for row in rows:
        score = f"{points(row.score)} of {points(row.max_score)}" if row.status == "graded" else "–"
        first = plain(row.fix_first or "") if row.status == "graded" else plain(last_line(row.message))
        table.add_row(plain(row.file), score, row_status(row), first)
    return table


def row_status(row: BatchRow) -> Text:
    """A row's status in a word."""
    if row.status != "graded":
        return Text(row.status, "red" if row.status == "unusable" else "magenta")
    return Text("to review", "yellow") if row.needs_review else Text("graded", "green")


def batch_summary(outcome: BatchOutcome) -> Text:
    """How many of each, in one line."""
    parts = [f"{count(len(outcome.rows), 'submission')}: {outcome.count('graded')} graded"]
    resumed = sum(row.resumed for row in outcome.rows)
    answered = sum(row.answered and not row.resumed for row in outcome.rows)
    notes = [f"{resumed} by an earlier run"] if resumed else []
    if answered:
        notes.append(f"{answered} from an earlier grading of the same code")
    if notes:
        parts[0] += f" ({', '.join(notes)})"
    for status in ("unusable", "ungraded"):
        if number := outcome.count(status):
            parts.append(f"{number} {status}")
    if outcome.remaining:
        parts.append(
            f"{outcome.remaining} left; run the same command to go on"
            if outcome.interrupted
            else f"{outcome.remaining} left out by --only, --retry or --limit"
        )
    if late := sum(row.late for row in outcome.rows):
        parts.append(f"{late} late")
    if outcome.ignored:
        parts.append(f"{count(len(outcome.ignored), 'other file')} ignored")
    return Text(", ".join(parts) + ".", style="bold")

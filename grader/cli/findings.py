"""The findings of one grading as they come: on a terminal, or as JSON for machines, one object a line."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, TextIO

from rich.box import SIMPLE_HEAD
from rich.console import Group
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from grader.cli.console import plain
from grader.cli.events import EventLines
from grader.cli.tables import COLOURS
from grader.reports.words import STATUS

if TYPE_CHECKING:
    from grader.results import CheckResult, Report

SCHEMA = "grader-grade-events/1"
LOSSES_SHOWN = 8


class LiveFindings:
    """What is at work, what passed, and the checks that did not, in the order in which they came."""

    def __init__(self) -> None:
        self._results: dict[str, CheckResult] = {}
        self._spinner = Spinner("dots", plain("starting the sandbox"))

    def stage(self, name: str) -> None:
        """Name it beside the spinner."""
        self._spinner.update(text=plain(name))

    def found(self, result: CheckResult) -> None:
        """Keep the last word on each check."""
        self._results[result.id] = result

    def renderable(self) -> Group:
        """What stands on the terminal now."""
        lost = [one for one in self._results.values() if one.status != "passed"]
        lines: list[Any] = []
        if lost:
            table = Table(box=SIMPLE_HEAD, show_header=False)
            for one in lost[:LOSSES_SHOWN]:
                table.add_row(Text(STATUS[one.status], COLOURS[one.status]), plain(one.title))
            lines.append(table)
        if len(lost) > LOSSES_SHOWN:
            lines.append(plain(f"and {len(lost) - LOSSES_SHOWN} more", "dim"))
        if self._results:
            lines.append(plain(f"{len(self._results) - len(lost)} of {len(self._results)} checks passed so far", "dim"))
        return Group(*lines, self._spinner)


class FindingLines:
    """Stages and findings as lines of JSON, and the report in the last one."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._lines = EventLines(stream if stream is not None else sys.stdout)
        self._lines.say("started", schema=SCHEMA)

    def stage(self, name: str) -> None:
        """What is run now."""
        self._lines.say("stage", name=name)

    def found(self, result: CheckResult) -> None:
        """One finding; the last word on a check counts."""
        import msgspec

        self._lines.say("finding", **msgspec.to_builtins(result))

    def done(self, report: Report) -> None:
        """How it ended."""
        from grader.results import plain as plain_report

        self._lines.say("done", report=plain_report(report))

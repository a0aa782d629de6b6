"""How a batch shows that it is getting on: a live display on a terminal, else one line for each submission."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console, Group
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TimeRemainingColumn
from rich.text import Text

from grader.batch.events import BatchEvents
from grader.batch.outcome import BatchRow
from grader.cli.console import last_line, plain
from grader.reports.words import count, points

RATE_WINDOW_S = 600.0
"""Submissions take seconds each, so a rate needs minutes to settle."""

NAMES_SHOWN = 4
FAILURES_SHOWN = 5


@contextmanager
def shown_progress(console: Console) -> Iterator[BatchEvents]:
    """Events shown on `console` while the block runs."""
    if not console.is_terminal:
        yield LogLines(console)
        return
    display = LiveDisplay(console)
    with Live(get_renderable=display.renderable, console=console, refresh_per_second=4, transient=True):
        yield display


class LogLines:
    """Events as plain lines, for a log file."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._total = 0
        self._done = 0

    def planned(self, total: int, done: int, jobs: int) -> None:
        """Say what lies ahead."""
        self._total, self._done = total, done
        self._line(f"{count(total, 'submission')}, {done} of them done or unusable; {jobs} at a time")

    def started(self, file: str) -> None:
        """Nothing: a line at the end of each submission is enough."""

    def retried(self, file: str, reason: str) -> None:
        """Say what went wrong."""
        self._line(f"{file}: {last_line(reason)}; trying once more")

    def finished(self, row: BatchRow) -> None:
        """Say what came of it."""
        self._done += 1
        self._line(f"[{self._done}/{self._total}] {row.file}: {result_words(row)}")

    def _line(self, text: str) -> None:
        self._console.print(plain(text), soft_wrap=True)


class LiveDisplay:
    """Events as a bar with rate and time left, the names at work, and what failed so far."""

    def __init__(self, console: Console) -> None:
        self._progress = Progress(
            BarColumn(),
            MofNCompleteColumn(),
            RateColumn(),
            TimeRemainingColumn(),
            console=console,
            speed_estimate_period=RATE_WINDOW_S,
        )
        self._task = self._progress.add_task("grading", total=None)
        self._running: list[str] = []
        self._failures: list[BatchRow] = []

    def renderable(self) -> Group:
        """What stands on the terminal now."""
        names = ", ".join(self._running[:NAMES_SHOWN])
        more = len(self._running) - NAMES_SHOWN
        lines = [plain(f"at work: {names}" + (f" and {more} more" if more > 0 else ""), "dim")]
        if self._failures:
            lines.append(Text(f"failures so far: {len(self._failures)}", style="red"))
            lines += [plain(f"  {row.file}: {result_words(row)}", "red") for row in self._failures[-FAILURES_SHOWN:]]
        return Group(self._progress.get_renderable(), *lines)

    def planned(self, total: int, done: int, jobs: int) -> None:  # noqa: ARG002  # the bar has no place for it
        """Set the length of the bar. What was done before does not count into the rate."""
        self._progress.reset(self._task, total=total, completed=done)

    def started(self, file: str) -> None:
        """Show the name."""
        self._running.append(file)

    def retried(self, file: str, reason: str) -> None:  # noqa: ARG002  # the row at the end tells
        """The name goes until its next start."""
        self._drop(file)

    def finished(self, row: BatchRow) -> None:
        """Move the bar."""
        self._drop(row.file)
        if row.status != "graded":
            self._failures.append(row)
        self._progress.advance(self._task)

    def _drop(self, file: str) -> None:
        if file in self._running:
            self._running.remove(file)


class RateColumn(ProgressColumn):
    """Submissions a minute."""

    def render(self, task: Task) -> Text:
        """Empty until there is a rate."""
        return Text(f"{task.speed * 60:.1f}/min" if task.speed else "", style="dim")


def result_words(row: BatchRow) -> str:
    """What came of one submission, in few words."""
    if row.status == "graded":
        return f"{points(row.score)} of {points(row.max_score)}"
    return f"{row.status}: {last_line(row.message)}"

"""How a batch shows that it is getting on: a live display on a terminal, else one line for each submission."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
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

STATUS_S = 60.0
"""How often a log says how far it is."""
LONG_LOOK = 1_000
"""From so many submissions on it takes a while to find out which are done, and a log says so."""

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
    """Events as plain lines, for a log file: one for each submission, and every minute one that says how far it is.

    Args:
        clock: seconds that only grow.
    """

    def __init__(self, console: Console, clock: Callable[[], float] = time.monotonic) -> None:
        self._console = console
        self._clock = clock
        self._total = 0
        self._done = 0
        self._graded = 0
        self._failures = 0
        self._began = self._said = clock()

    def collected(self, total: int, layout: str, notes: Sequence[str]) -> None:
        """Say what was recognised, and what the user should know."""
        for line in collected_lines(layout, notes):
            self._line(line)
        if total >= LONG_LOOK:
            self._line(f"{count(total, 'submission')} found; looking which of them are done")

    def settled(self, row: BatchRow) -> None:
        """Count what cannot be used."""
        self._failures += row.status != "graded"

    def planned(self, total: int, done: int, jobs: int) -> None:
        """Say what lies ahead."""
        self._total, self._done = total, done
        self._began = self._said = self._clock()
        self._line(f"{count(total, 'submission')}, {done} of them done or unusable; {jobs} at a time")

    def started(self, file: str) -> None:
        """Nothing: a line at the end of each submission is enough."""

    def retried(self, file: str, reason: str) -> None:
        """Say what went wrong."""
        self._line(f"{file}: {last_line(reason)}; trying once more")

    def finished(self, row: BatchRow) -> None:
        """Say what came of it."""
        self._done += 1
        self._graded += 1
        self._failures += row.status != "graded"
        self._line(f"[{self._done}/{self._total}] {row.file}: {result_words(row)}")
        if self._clock() - self._said >= STATUS_S and self._done < self._total:
            self._said = self._clock()
            self._line(self._status())

    def _status(self) -> str:
        """What was done before does not count into the rate."""
        rate = self._graded / (self._said - self._began)
        left = duration((self._total - self._done) / rate)
        failures = f"; {self._failures:,} not graded" if self._failures else ""
        return f"{self._done:,} of {self._total:,} done, {60 * rate:.1f} a minute, {left} left{failures}"

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
        self._console = console
        self._running: list[str] = []
        self._failed = 0
        self._failures: deque[BatchRow] = deque(maxlen=FAILURES_SHOWN)

    def renderable(self) -> Group:
        """What stands on the terminal now."""
        names = ", ".join(self._running[:NAMES_SHOWN])
        more = len(self._running) - NAMES_SHOWN
        lines = [plain(f"at work: {names}" + (f" and {more} more" if more > 0 else ""), "dim")]
        if self._failures:
            lines.append(Text(f"failures so far: {self._failed:,}", style="red"))
            lines += [plain(f"  {row.file}: {result_words(row)}", "red") for row in self._failures]
        return Group(self._progress.get_renderable(), *lines)

    def collected(self, total: int, layout: str, notes: Sequence[str]) -> None:
        """Say above the bar what was recognised, and what the user should know."""
        for line in collected_lines(layout, notes):
            self._console.print(plain(line), soft_wrap=True)
        self._progress.reset(self._task, total=None, description=f"looking through {count(total, 'submission')}")

    def settled(self, row: BatchRow) -> None:
        """Count what cannot be used."""
        self._failed_if_not_graded(row)

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
        self._failed_if_not_graded(row)
        self._progress.advance(self._task)

    def _failed_if_not_graded(self, row: BatchRow) -> None:
        if row.status != "graded":
            self._failed += 1
            self._failures.append(row)

    def _drop(self, file: str) -> None:
        if file in self._running:
            self._running.remove(file)


class RateColumn(ProgressColumn):
    """Submissions a minute."""

    def render(self, task: Task) -> Text:
        """Empty until there is a rate."""
        return Text(f"{task.speed * 60:.1f}/min" if task.speed else "", style="dim")


def collected_lines(layout: str, notes: Sequence[str]) -> list[str]:
    """What to say of a collection: the platform that it comes from, and notes."""
    from grader.batch.layouts.known import PLAIN

    return ([] if layout in PLAIN else [f"laid out as by {layout}"]) + [*notes]


def duration(seconds: float) -> str:
    """A time for people: the two largest units."""
    minutes = round(seconds / 60)
    if minutes < 1:
        return "less than a minute"
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {minutes} min"
    return f"{hours // 24} days {hours % 24} h"


def result_words(row: BatchRow) -> str:
    """What came of one submission, in few words."""
    if row.status == "graded":
        return f"{points(row.score)} of {points(row.max_score)}"
    return f"{row.status}: {last_line(row.message)}"

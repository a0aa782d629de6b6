"""What a batch tells while it runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from grader.batch.outcome import BatchRow


class BatchEvents(Protocol):
    """Callbacks in the parent process, one at a time. They show; they decide nothing."""

    def collected(self, total: int, layout: str, notes: Sequence[str]) -> None:
        """`total` submissions were found, laid out like this; the notes are for the user. What is done is looked up next."""

    def planned(self, total: int, done: int, jobs: int) -> None:
        """`total` submissions are to have a row, `done` of them need no grading now, `jobs` run side by side."""

    def settled(self, row: BatchRow) -> None:
        """This submission has its row without being graded now: it is done, or cannot be used. After `planned`."""

    def started(self, file: str) -> None:
        """A worker took this submission."""

    def retried(self, file: str, reason: str) -> None:
        """A fault of ours hit this submission; it gets its one further try."""

    def finished(self, row: BatchRow) -> None:
        """This submission has its final row: graded, unusable or ungraded."""


class Silent:
    """Events that go nowhere."""

    def collected(self, total: int, layout: str, notes: Sequence[str]) -> None:
        """Nothing is shown."""

    def settled(self, row: BatchRow) -> None:
        """Nothing is shown."""

    def planned(self, total: int, done: int, jobs: int) -> None:
        """Nothing is shown."""

    def started(self, file: str) -> None:
        """Nothing is shown."""

    def retried(self, file: str, reason: str) -> None:
        """Nothing is shown."""

    def finished(self, row: BatchRow) -> None:
        """Nothing is shown."""

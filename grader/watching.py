"""Who is told how a grading gets on, while it does."""

from __future__ import annotations

from typing import Protocol

from grader.results import CheckResult


class Watcher(Protocol):
    """Told what one grading is at, and each finding as soon as it is there: those that need no training come before the training."""

    def stage(self, name: str) -> None:
        """The code of this task is run now; `train` is the grader's training."""

    def found(self, result: CheckResult) -> None:
        """A finding.

        The same check may be told again, and the last word counts: what comes later can overthrow a check that had passed, and a
        grading that a fault of ours ended begins anew.
        """


class Unwatched:
    """Nobody is told."""

    def stage(self, name: str) -> None:
        """Nothing."""

    def found(self, result: CheckResult) -> None:
        """Nothing."""

"""The warm zygote that grading sessions fork their cells from, one after another."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from grader.errors import UsageError
from grader.exercises import exercise_names
from grader.grading.broker import EXAMINER_ENTRY, STUDENT_ENTRY, TRAINER_ENTRY
from grader.paths import hidden_tests_dir
from grader.results import Isolation
from grader.sandbox import Zygote

PRELOAD = ("grader.grading.warm",)
ENTRIES = (STUDENT_ENTRY, EXAMINER_ENTRY, TRAINER_ENTRY)


class WarmZygote:
    """A zygote with the libraries of every cell, started on first use and replaced where it has died.

    Args:
        isolation: of its cells.
        hidden: folders that no cell may see; by default the hidden tests of every exercise.
    """

    def __init__(self, isolation: Isolation = "namespaces", hidden: Sequence[Path] | None = None) -> None:
        self.isolation: Isolation = isolation
        self._hidden = hidden
        self._zygote: Zygote | None = None

    def get(self) -> Zygote:
        """The zygote. Nothing of any exercise is in it."""
        if self._zygote is not None and not self._zygote.alive():
            self.close()
        if self._zygote is None:
            hidden = self._hidden if self._hidden is not None else tuple(_every_hidden_test())
            self._zygote = Zygote(isolation=self.isolation, preload=PRELOAD, entries=ENTRIES, hidden=hidden)
        return self._zygote

    def close(self) -> None:
        """End the zygote and all its cells; the next `get` starts another."""
        if self._zygote is not None:
            self._zygote.close()
            self._zygote = None


def _every_hidden_test() -> Iterator[Path]:
    for name in exercise_names():
        with contextlib.suppress(UsageError):  # an exercise in the making has none yet
            yield hidden_tests_dir(name)

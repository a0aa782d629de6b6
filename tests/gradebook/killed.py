"""Records reports in processes that are killed with SIGKILL: `killed.py statements|moments URL`.

Prints how many were killed before the first that came to its end. Nothing here opens a database but the processes that
are killed, so that a fork copies no connection.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count

from sqlalchemy import Engine, event

from grader.gradebook import Gradebook
from tests.gradebook.samples import handed_in, report

START = datetime(2026, 3, 1, tzinfo=UTC)
KILLS = 25
SEED = 20260301


@dataclass(frozen=True)
class Step:
    """One report to record."""

    name: str
    attempt: int
    grading: int
    score: float

    def record(self, book: Gradebook) -> None:
        """Into this gradebook."""
        data = f"x = {self.name!r}, {self.attempt}\n".encode()
        file = f"{self.name}/attempt {self.attempt}.py"
        submission = handed_in(self.name, data=data, file=file, time=START + timedelta(days=self.attempt))
        key = f"{self.name[:3]}-{self.attempt}-{self.grading}"
        graded_at = START + timedelta(days=7 + self.grading)
        book.record(submission, report(self.score, data=data, file=file, key=key), graded_at=graded_at)


STEPS = (Step("Ada", 0, 0, 8.0), Step("Ada", 0, 1, 9.0), Step("Ada", 1, 0, 6.0), Step("Bob", 0, 0, 7.0))
"""A first report, a regrade, a second attempt, another student."""


def work(url: str, steps: Sequence[Step] = STEPS) -> None:
    """Open the gradebook and record."""
    with Gradebook.open(url, clock=lambda: START) as book:
        for step in steps:
            step.record(book)


def dies_at(number: int, url: str, steps: Sequence[Step]) -> None:
    """The work until its statement or commit of this number."""
    numbers = count(1)

    def die(*_arguments: object) -> None:
        if next(numbers) == number:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "after_cursor_execute", die)
    event.listen(Engine, "commit", die)
    work(url, steps)


def process(target: Callable[[], None]) -> int:
    """A child that does this and ends; returns its id."""
    child = os.fork()
    if child == 0:
        try:
            target()
            os._exit(0)
        finally:
            os._exit(1)
    return child


def ended_well(child: int) -> bool:
    """Whether a child came to its end; False where it was killed."""
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in (0, -signal.SIGKILL), code
    return code == 0


def at_every_statement(url: str) -> int:
    """A process for each statement and commit: of making the tables, then of each report."""
    killed = 0
    for steps in ((), *((step,) for step in STEPS)):
        for number in count(1):
            if ended_well(process(partial(dies_at, number, url, steps))):
                break
            killed += 1
    return killed


def at_random_moments(url: str) -> int:
    """Processes that are killed from outside, anywhere between two instructions."""
    moments = random.Random(SEED)
    killed = 0
    longest = 0.02
    while killed < KILLS:
        child = process(partial(work, url))
        time.sleep(moments.uniform(0, longest))
        os.kill(child, signal.SIGKILL)
        killed += not ended_well(child)
        longest = min(longest * 1.2, 0.3)
    while not ended_well(process(partial(work, url))):
        pass
    return killed


if __name__ == "__main__":
    ways = {"statements": at_every_statement, "moments": at_random_moments}
    sys.stdout.write(f"{ways[sys.argv[1]](sys.argv[2])}\n")

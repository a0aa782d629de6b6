"""Putting the reports of a batch into the gradebook, each as soon as it lies in its place.

Imported only where a gradebook is named: it brings SQLAlchemy along. It is open in the process that hands out the work,
never in a worker, and student code runs below workers alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path

from grader.batch.collect import Candidate
from grader.batch.layouts.base import Account
from grader.batch.outcome import NotRecorded
from grader.batch.worker import describe
from grader.errors import GradebookFault, GradebookUnavailable, UsageError
from grader.gradebook import Gradebook, HandedIn
from grader.gradebook.importing import default_student, read_report
from grader.submissions.files import bytes_if

CHUNK = 256
"""Reports of earlier runs that are looked up at once."""
TRIES = 3
"""Failures of the database in a row after which it is left alone: one that is gone would cost its timeout each time."""


class Booking:
    """Records what a batch finishes. What cannot be recorded is put down and stops no grading.

    Args:
        assignment: under which all of it is recorded, also its name in the gradebook.
        out: holds a folder with a report for each submission.
        root: the folder of submissions, beyond which no link is followed.
        beside: all candidates of the run, to know which of them are called alike.

    Attributes:
        new: how many reports were not there before.
        not_recorded: what is missing in the gradebook now.
    """

    def __init__(
        self, book: Gradebook, assignment: str, *, out: Path, root: Path | None, beside: Iterable[Candidate] = ()
    ) -> None:
        self.book = book
        self.assignment = assignment
        self.out = out
        self.root = root
        self.new = 0
        self.not_recorded: list[NotRecorded] = []
        self._failed = 0
        self._shared = shared_names(beside)

    def record(self, candidate: Candidate) -> None:
        """Record the report of a submission in a transaction of its own, with whose it is, when and its bytes."""
        if self._failed >= TRIES:
            self._missing(candidate, "the gradebook could not be written before.", ours=False)
            return
        try:
            report, graded_at = read_report(self.out / candidate.report / "report.json")
            handed_in = HandedIn(
                student=named(candidate),
                file=candidate.file,
                data=bytes_if(candidate.path, report.submission.sha256, root=self.root),
                time=time_of(candidate),
                attempt=candidate.attempt,
                account=candidate.account,
                shared=named(candidate) in self._shared,
            )
            recorded = self.book.record(handed_in, report, assignment=self.assignment, graded_at=graded_at)
        except GradebookUnavailable as error:
            self._failed += 1
            self._missing(candidate, str(error), ours=False)
        except GradebookFault as error:
            self._failed += 1
            self._missing(candidate, str(error), ours=True)
        except UsageError as error:  # of this report alone: the database is as good as before
            self._missing(candidate, str(error), ours=False)
        except Exception as error:  # noqa: BLE001  # the report is on disk; the next run records it
            self._missing(candidate, describe(error), ours=True)
        else:
            self.new += recorded.new
            self._failed = 0

    def record_missing(self, candidates: Iterable[Candidate]) -> None:
        """Record the reports of earlier runs that are not in the gradebook, as where one was killed on the way."""
        for chunk in chunks(candidates, CHUNK):
            digests = {one.report: self._digest(one) for one in chunk}
            try:
                there = self.book.recorded(digests.values(), assignment=self.assignment)
            except Exception:  # noqa: BLE001  # recording meets it again, and says so
                there = frozenset()
            for one in chunk:
                if (digests[one.report], one.account or named(one), time_of(one)) not in there:
                    self.record(one)

    def _digest(self, candidate: Candidate) -> str:
        try:
            with (self.out / candidate.report / "report.json").open("rb") as report:
                return hashlib.file_digest(report, "sha256").hexdigest()
        except OSError:
            return ""

    def _missing(self, candidate: Candidate, reason: str, *, ours: bool) -> None:
        self.not_recorded.append(NotRecorded(candidate.file, reason, ours=ours))


def named(candidate: Candidate) -> str:
    """Who handed it in, as the platform says or, where it does not, as importing the folder later would say."""
    return candidate.student or default_student(candidate.file)


def shared_names(candidates: Iterable[Candidate]) -> frozenset[str]:
    """Names under which more than one account hands in."""
    accounts: dict[str, Account] = {}
    return frozenset(
        one.student
        for one in candidates
        if one.account is not None and accounts.setdefault(one.student, one.account) != one.account
    )


def time_of(candidate: Candidate) -> datetime | None:
    """When it was handed in, aware."""
    return None if candidate.submitted is None else datetime.fromisoformat(candidate.submitted)


def chunks(candidates: Iterable[Candidate], size: int) -> Iterator[list[Candidate]]:
    """Lists of at most `size`."""
    iterator = iter(candidates)
    while chunk := list(islice(iterator, size)):
        yield chunk

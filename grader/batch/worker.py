"""What runs in a worker: one warm session, kept from submission to submission, and a second try after a fault."""

from __future__ import annotations

import atexit
import os
import threading
import traceback
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Self

import msgspec

from grader.batch.earlier import Earlier
from grader.batch.engine import Engine, Graded, Kept, Plan, Session
from grader.batch.outcome import BatchRow
from grader.batch.unmarked import unmarked_report
from grader.errors import IsolationUnavailable, UnusableSubmission
from grader.results import Exhibit, Isolation, Report
from grader.watching import Watcher

FAULT_LOG = "fault.log"
TRIES = 2
"""A grader fault is tried once more, in a session that has seen nothing."""


@dataclass(frozen=True)
class Job:
    """One submission to grade.

    Attributes:
        file: label for people.
        root: the folder of submissions, beyond which no link is followed.
        out: the folder that gets the report; None writes none.
        folder: the name of `out`, as the row carries it.
        earlier: a grading of the same code, to answer with where that can be done.
    """

    file: str
    path: Path
    root: Path | None
    out: Path | None
    folder: str
    earlier: Earlier | None = field(default=None, kw_only=True)


@dataclass(frozen=True)
class JobResult:
    """What a worker hands back; the report itself is on disk.

    Attributes:
        row: the submission's line; None when the run cannot go on.
        refused: why no submission can be graded here (no isolation); empty otherwise.
    """

    row: BatchRow | None
    refused: str = ""


@dataclass(frozen=True)
class Found:
    """What grading a submission gave.

    Attributes:
        exhibits: pictures for the HTML report.
        fault: details of a fault of ours, for no student's eyes; empty where there was none.
    """

    report: Report
    exhibits: tuple[Exhibit, ...] = ()
    fault: str = ""


class Worker:
    """Grades one submission after another in one session; a context manager.

    Args:
        kept: shared with other workers of this process and closed by its owner; without it the worker has its own.
    """

    def __init__(self, engine: Engine, plan: Plan, kept: Kept | None = None) -> None:
        self.engine = engine
        self.plan = plan
        self._kept = Kept() if kept is None else kept
        self._own = kept is None
        self._stack = ExitStack()
        self._session: Session | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def close(self) -> None:
        """End the session; the next `grade` opens a fresh one."""
        self._session = None
        try:
            self._stack.close()
        finally:
            if self._own:
                self._kept.close()

    def grade(self, job: Job, watcher: Watcher | None = None) -> Found:
        """Grade and write the report. A fault of ours gives an `ungraded` report after its second try.

        Raises:
            IsolationUnavailable: nothing can be graded on this machine.
        """
        if (answered := answer(self.engine, self.plan, job)) is not None:
            return answered
        for last in (*(False,) * (TRIES - 1), True):
            try:
                graded = self._attempt(job, watcher)
                if graded.report.status != "ungraded" or last:
                    found = Found(labelled(graded.report, job.file), graded.exhibits, graded.fault)
                    write_found(self.engine, self.plan, job, found)
                    return found
                self._discard()
            except IsolationUnavailable:
                self._discard()
                raise
            except UnusableSubmission as error:
                return Found(write_unmarked(self.engine, self.plan, job, "unusable", str(error)))
            except Exception as error:  # noqa: BLE001  # unforeseen means ours, never the student's
                self._discard()
                if last:
                    report = write_unmarked(self.engine, self.plan, job, "ungraded", fault_message(describe(error)))
                    details = "".join(traceback.format_exception(error))
                    if job.out is not None:
                        write_fault(job.out, details)
                    return Found(report, fault=details)
            finally:
                if self.plan.isolation == "cold":
                    self._discard()
        raise AssertionError("the last try returns or raises")

    def _attempt(self, job: Job, watcher: Watcher | None) -> Graded:
        if self._session is None:
            self._session = self._stack.enter_context(self.engine.open(self.plan, self._kept))
        return self._session.grade(job.path, root=job.root, watcher=watcher)

    def _discard(self) -> None:
        """Close a session that may be broken; what it raises on the way out says nothing new."""
        for end in (self.close, self._kept.close):
            try:
                end()
            except Exception:  # noqa: BLE001  # the session is given up in any case
                self._stack = ExitStack()


def answer(engine: Engine, plan: Plan, job: Job) -> Found | None:
    """Answer from the job's earlier grading, report written; None where there is none or the submission has to be graded."""
    if job.earlier is None:
        return None
    try:
        report = engine.answered(plan, job.earlier, job.path, job.root)
        if report is None:
            return None
        found = Found(labelled(report, job.file))
        write_found(engine, plan, job, found)
    except Exception:  # noqa: BLE001  # a shortcut that fails: grading meets the cause again and puts it on record
        return None
    return found


def write_unmarked(
    engine: Engine, plan: Plan, job: Job, status: Literal["unusable", "ungraded"], message: str
) -> Report:
    """A report without a mark, written where the job says."""
    exercise = engine.exercise(plan.exercise, plan.params_file)
    report = unmarked_report(exercise, plan, file=job.file, path=job.path, status=status, message=message)
    if job.out is not None:
        engine.write(plan, report, (), job.out)
    return report


def write_found(engine: Engine, plan: Plan, job: Job, found: Found) -> None:
    """Write what was found where the job says, if it says so."""
    if job.out is not None:
        engine.write(plan, found.report, found.exhibits, job.out)
        write_fault(job.out, found.fault)


def write_fault(out: Path, details: str) -> None:
    """Keep the details of a fault of ours beside the report, for the owner of the folder alone; without any, none of before."""
    path = out / FAULT_LOG
    path.unlink(missing_ok=True)
    if details:
        with open(path, "x", encoding="utf-8", errors="backslashreplace", opener=_private) as log:
            log.write(details)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def labelled(report: Report, file: str) -> Report:
    """The report under the label that tells this file from one of the same name in another folder."""
    return msgspec.structs.replace(report, submission=msgspec.structs.replace(report.submission, file=file))


def fault_message(reason: str) -> str:
    """What a report says of a fault of ours, in one line."""
    return f"A fault of the grader, not of this submission: {reason.rstrip('.')}."


def describe(error: BaseException) -> str:
    """An exception as one line."""
    return " ".join(f"{type(error).__name__}: {error}".split())


class Keeper:
    """Keeps one warm worker for its process. Threads take turns: a session grades one submission at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept = Kept()
        self._worker: Worker | None = None

    def grade(self, engine: Engine, plan: Plan, job: Job) -> Found:
        """Grade with the worker that is there; another engine or plan gets a new one."""
        with self._lock:
            if self._worker is None or (self._worker.engine, self._worker.plan) != (engine, plan):
                before = self._worker
                self._end_session()
                if before is not None and not _alike(before.plan, plan):
                    # Little of it serves another exercise, and a warm zygote takes half a gigabyte.
                    self._kept.close()
                self._worker = Worker(engine, plan, self._kept)
            return self._worker.grade(job)

    def warm(self, engine: Engine, exercise: str, params_file: Path | None, isolation: Isolation) -> None:
        """Start what every submission of this exercise needs, before the first one comes."""
        with self._lock:
            engine.warm(exercise, params_file, isolation, self._kept)

    def close(self, *, wait: bool = True) -> bool:
        """End the warm session, if there is one, and what it would have handed on.

        Args:
            wait: until a submission that is being graded now is done; else nothing is ended then, and False returned.
        """
        if not self._lock.acquire(blocking=wait):
            return False
        try:
            self._end_session()
        finally:
            self._kept.close()
            self._lock.release()
        return True

    def _end_session(self) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.close()


def _alike(one: Plan, other: Plan) -> bool:
    return (one.exercise, one.isolation) == (other.exercise, other.isolation)


_keeper = Keeper()
atexit.register(_keeper.close)


def grade_job(engine: Engine, plan: Plan, job: Job) -> JobResult:
    """The function that executors run; its process keeps the session warm until `close_worker` or its exit."""
    try:
        return JobResult(BatchRow.of(job.file, job.folder, find(engine, plan, job).report))
    except IsolationUnavailable as error:
        return JobResult(None, refused=str(error))


def find(engine: Engine, plan: Plan, job: Job) -> Found:
    """Grade in the warm session of this process.

    Raises:
        IsolationUnavailable: nothing can be graded on this machine.
    """
    return _keeper.grade(engine, plan, job)


def warm_worker(engine: Engine, exercise: str, params_file: Path | None, isolation: Isolation) -> None:
    """Start what every submission of this exercise needs in this process."""
    _keeper.warm(engine, exercise, params_file, isolation)


def close_worker(*, wait: bool = True) -> bool:
    """End this process's warm session, if it has one; False where it is at work and `wait` is off."""
    return _keeper.close(wait=wait)

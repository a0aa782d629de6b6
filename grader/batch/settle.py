"""What needs no grading: rows for submissions that are done or cannot be read, found before any session starts.

To know that a submission is done, it has to be read, sliced and digested, which takes tens of milliseconds. So a large
batch does this in the executor's processes, a chunk at a time, and the parent keeps a row of each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Literal

from grader.batch.engine import Engine, Plan
from grader.batch.outcome import BatchRow
from grader.batch.resume import finished_report
from grader.batch.worker import Job, write_unmarked
from grader.errors import UnusableSubmission
from grader.results import Report, from_json

CHUNK = 64
FEW = 4 * CHUNK
"""As many are settled in the parent itself: starting processes would take longer."""

Wish = Literal["grade", "retry", "force", "keep"]
"""What is wanted of a submission: its grade, its grade if it is ungraded, a new grade in any case, what there is."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One submission to settle.

    Attributes:
        problem: why it cannot be graded, as far as its name tells.
    """

    job: Job
    wish: Wish
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of it: a row, or the need to grade it, or neither where it is left for another run.

    Attributes:
        key: digest of all that decides its grade; "" where it is unknown or plays no part.
    """

    job: Job
    row: BatchRow | None = None
    pending: bool = False
    key: str = ""


def settle_chunk(engine: Engine, plan: Plan, asks: Sequence[Ask]) -> list[Settled]:
    """Settle one submission after another; runs in the parent or in a worker."""
    key_of = engine.keys(plan)
    return [_settle(engine, plan, key_of, ask) for ask in asks]


def _settle(engine: Engine, plan: Plan, key_of: Callable[[Path, Path | None], str], ask: Ask) -> Settled:
    job = ask.job
    assert job.out is not None
    try:
        if ask.problem:
            raise UnusableSubmission(job.file, ask.problem)
        key = key_of(job.path, job.root)
    except UnusableSubmission as error:
        if ask.wish in {"grade", "force"}:
            return Settled(job, row_of(job, write_unmarked(engine, plan, job, "unusable", str(error)), resumed=False))
        return _left(job, "unusable")
    except Exception:  # noqa: BLE001  # a fault of ours: the worker meets it again and puts it on record
        key = ""
    if ask.wish != "force" and (report := finished_report(job.out, key, plan)):
        return Settled(job, row_of(job, report), key=key)
    if ask.wish in {"grade", "force"} or (ask.wish == "retry" and status_of(job.out) == "ungraded"):
        return Settled(job, pending=True, key=key)
    return _left(job, "ungraded")


def _left(job: Job, status: str) -> Settled:
    """A submission that is not graded now: its report without a mark stays true, any other one may be stale."""
    assert job.out is not None
    report = report_in(job.out)
    return Settled(job, row_of(job, report) if report is not None and report.status == status else None)


def row_of(job: Job, report: Report, *, resumed: bool = True) -> BatchRow:
    """The row of a submission that was not graded by this run."""
    return BatchRow.of(job.file, job.folder, report, resumed=resumed)


def report_in(out: Path) -> Report | None:
    """The report in a folder, whatever it says; None where there is none that can be read."""
    try:
        return from_json((out / "report.json").read_bytes())
    except (OSError, ValueError):
        return None


def status_of(out: Path) -> str:
    """The status in the folder's report; "" where there is none."""
    report = report_in(out)
    return report.status if report is not None else ""


def settle_all(
    engine: Engine, plan: Plan, asks: Iterable[Ask], *, total: int, width: int, open_executor: Callable[[int], Executor]
) -> Iterator[Settled]:
    """Settle all; a large number of them in an executor, `width` chunks at a time, in the order in which they are done."""
    chunks = batches(asks, CHUNK)
    if total <= FEW:
        for chunk in chunks:
            yield from settle_chunk(engine, plan, chunk)
        return
    task = partial(settle_chunk, engine, plan)
    executor = open_executor(width)
    running: dict[Future[list[Settled]], tuple[list[Ask], Executor]] = {}
    try:
        while True:
            for chunk in islice(chunks, 2 * width - len(running)):
                try:
                    future = executor.submit(task, chunk)
                except BrokenExecutor:
                    executor = _renewed(executor, open_executor, width)
                    future = executor.submit(task, chunk)
                running[future] = chunk, executor
            if not running:
                break
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                chunk, its_executor = running.pop(future)
                try:
                    yield from future.result()
                except BrokenExecutor:
                    if its_executor is executor:
                        executor = _renewed(executor, open_executor, width)
                    yield from (unsettled(ask) for ask in chunk)
    except BaseException:
        executor.shutdown(wait=False, cancel_futures=True)
        raise
    executor.shutdown()


def unsettled(ask: Ask) -> Settled:
    """A submission in whose chunk a process died. It is graded by itself, where whatever ends a process ends one submission."""
    return Settled(ask.job, pending=ask.wish in {"grade", "force"})


def _renewed(executor: Executor, open_executor: Callable[[int], Executor], width: int) -> Executor:
    executor.shutdown(wait=False)
    return open_executor(width)


def batches(asks: Iterable[Ask], size: int) -> Iterator[list[Ask]]:
    """Lists of at most `size`."""
    iterator = iter(asks)
    while chunk := list(islice(iterator, size)):
        yield chunk

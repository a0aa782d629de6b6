"""What a schedule does with executors that are not processes of this machine."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from grader.batch import BatchRow, Silent
from grader.batch.schedule import Schedule
from grader.batch.testing import SerialExecutor, toy_report
from grader.batch.worker import Job, JobResult
from grader.errors import ClusterUnavailable, WorkerDiffers, WorkersLost


def job(name: str) -> Job:
    return Job(name, Path(name), None, None, name)


def row(name: str, message: str = "") -> BatchRow:
    return BatchRow.of(name, name, toy_report(name, message=message))


def scheduled(
    task: Callable[[Job], JobResult], names: str, **options: object
) -> tuple[list[tuple[str, str]], Schedule[Job]]:
    """Run jobs of one letter each; returns file and message of each row."""
    rows: list[tuple[str, str]] = []
    schedule = Schedule(
        task,
        open_executor=options.pop("open_executor", SerialExecutor),  # type: ignore[arg-type]
        width=2,
        events=Silent(),
        finish=lambda _job, one: rows.append((one.file, one.message)),
        give_up=lambda one, reason: row(one.file, reason),
        **options,  # type: ignore[arg-type]
    )
    schedule.run(job(name) for name in names)
    return rows, schedule


def test_a_job_that_was_tried_often_elsewhere_is_not_tried_again() -> None:
    tries: list[str] = []

    def task(one: Job) -> JobResult:
        tries.append(one.file)
        if one.file == "a":
            raise WorkersLost("4 workers died")
        return JobResult(row(one.file))

    rows, _ = scheduled(task, "abc")
    assert sorted(rows) == [("a", "4 workers died"), ("b", ""), ("c", "")]
    assert sorted(tries) == ["a", "b", "c"]


@pytest.mark.parametrize("error", [ClusterUnavailable("the scheduler has gone"), WorkerDiffers("worker lab-3 differs")])
def test_what_no_other_job_would_escape_ends_the_run(error: Exception) -> None:
    """No submission is left ungraded for it: the next run grades what this one did not."""

    def task(one: Job) -> JobResult:
        raise error

    with pytest.raises(type(error), match=str(error)):
        scheduled(task, "abc")


def test_room_that_grows_is_used_before_anything_ends() -> None:
    """A worker that joins while others are at work is not left idle."""
    both = threading.Barrier(2, timeout=60)

    def task(one: Job) -> JobResult:
        both.wait()  # Alone it would never end.
        return JobResult(row(one.file))

    asked: list[int] = []

    def room() -> int:
        asked.append(0)
        return min(len(asked), 2)

    rows, _ = scheduled(task, "ab", open_executor=ThreadPoolExecutor, room=room)
    assert sorted(rows) == [("a", ""), ("b", "")]


def test_room_that_grows_is_used() -> None:
    """Workers that join during the run get submissions with the next one that ends."""
    room, most = 1, 0
    under_way: list[str] = []

    class Counting(ThreadPoolExecutor):
        def submit(self, fn, /, *args, **kwargs):
            nonlocal most
            under_way.append(args[0].file)
            most = max(most, len(under_way))
            return super().submit(fn, *args, **kwargs)

    def finish(one: Job, _row: BatchRow) -> None:
        nonlocal room
        under_way.remove(one.file)
        room = 3

    schedule: Schedule[Job] = Schedule(
        lambda one: JobResult(row(one.file)),
        open_executor=lambda width: Counting(8),
        width=1,
        room=lambda: room,
        events=Silent(),
        finish=finish,
        give_up=lambda one, reason: row(one.file, reason),
    )
    schedule.run(job(name) for name in "abcdefg")
    assert most == 3
    assert under_way == []

"""What must not grow with the number of submissions, and what a parent that is killed leaves behind."""

from __future__ import annotations

import os
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, replace
from pathlib import Path

from grader.batch import BatchRow, GradingEngine, Plan, Silent, grade_folder
from grader.batch.schedule import Schedule
from grader.batch.testing import ScriptedEngine, SerialExecutor
from grader.batch.worker import Job, JobResult
from grader.reports import IndexRow
from grader.results import Report
from tests.reports.samples import typical

ROOT = Path(__file__).parents[2]
REPORT_BYTES = 60_000


@dataclass(frozen=True)
class Wordy(ScriptedEngine):
    """Writes reports of real size, and the overviews as grading does."""

    def write(self, plan: Plan, report: Report, exhibits: Sequence[object], out: Path) -> None:
        found = typical()
        super().write(
            plan, replace_fields(found, report, output={"task": f"{report.submission.file} " * 4000}), (), out
        )

    def write_overviews(self, rows: Sequence[BatchRow], out: Path) -> tuple[Path, Path]:
        return GradingEngine().write_overviews(rows, out)


def replace_fields(found: Report, report: Report, **changes: object) -> Report:
    import msgspec

    return msgspec.structs.replace(
        found, submission=report.submission, key=report.key, seed=report.seed, isolation=report.isolation, **changes
    )


def peak(tmp_path: Path, number: int) -> int:
    """Bytes that grading so many submissions in this process takes at most."""
    folder = tmp_path / f"in-{number}"
    folder.mkdir()
    for index in range(number):
        (folder / f"s{index:04}.py").write_text("pass")
    engine = Wordy(tmp_path / f"log-{number}")
    tracemalloc.start()
    try:
        outcome = grade_folder(
            "toy", folder, tmp_path / f"out-{number}", jobs=1, engine=engine, open_executor=SerialExecutor
        )
        assert outcome.count("graded") == number
        assert (tmp_path / f"out-{number}" / "s0000.py" / "report.json").stat().st_size > REPORT_BYTES / 2
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_parent_keeps_a_small_row_of_each_submission(tmp_path: Path) -> None:
    """A report has tens of kilobytes; what is kept of it does not."""
    peak(tmp_path, 20)
    few, many = peak(tmp_path, 60), peak(tmp_path, 360)
    assert (many - few) / 300 < REPORT_BYTES / 6


def test_rows_of_the_overview_share_what_reports_have_in_common() -> None:
    one, other = (IndexRow.from_report(typical(), name) for name in "ab")
    assert [*map(id, one.tasks)] == [*map(id, other.tasks)]
    assert [*map(id, one.missed)] == [*map(id, other.missed)]
    assert one.tasks
    assert one.missed


def test_jobs_are_taken_as_workers_get_free() -> None:
    """Neither the jobs nor what the executor holds of them pile up."""

    class Counting(Executor):
        def __init__(self) -> None:
            self.flying: list[Future[JobResult]] = []
            self.most = 0

        def submit(self, fn: Callable[..., JobResult], /, *args: object, **kwargs: object) -> Future[JobResult]:
            future: Future[JobResult] = Future()
            self.flying.append(future)
            self.most = max(self.most, len(self.flying))
            while len(self.flying) > (0 if taken == 50 else 2):
                self.flying.pop(0).set_result(JobResult(row))
            return future

    taken = 0
    row = BatchRow("a", "a", "graded", 1.0, 1.0, None, needs_review=False, message="")

    def jobs() -> Iterator[Job]:
        nonlocal taken
        for index in range(50):
            taken += 1
            assert taken <= len(finished) + 3
            yield Job(str(index), Path(), None, None, str(index))

    finished: list[Job] = []
    executor = Counting()
    Schedule(
        lambda job: JobResult(row), open_executor=lambda width: executor, width=3, events=Silent(),
        finish=lambda job, row: finished.append(job), give_up=lambda job, reason: replace(row, message=reason),
    ).run(jobs())  # fmt: skip
    assert len(finished) == 50
    assert executor.most == 3


def test_parent_killed_at_random_loses_nothing_and_grades_nothing_twice() -> None:
    """The benchmark itself, small: it fails where a report is missing or was finished twice."""
    result = subprocess.run(
        [sys.executable, "benchmarks/orchestration.py", "--counts", "10", "--killed", "60", "--kills", "3"],
        cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    assert "60 reports, 60 graded," in result.stdout
    assert "0 finished twice" in result.stdout

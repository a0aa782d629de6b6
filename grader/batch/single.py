"""Grade one submission, as the command line and the Python API do."""

from __future__ import annotations

import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from grader.batch.engine import Engine, GradingEngine, Plan
from grader.batch.folders import made_folder
from grader.batch.pool import default_jobs
from grader.batch.worker import Job, Worker
from grader.errors import UsageError
from grader.results import Isolation, Report
from grader.watching import Watcher

if TYPE_CHECKING:
    from grader.grading import AssignmentSeed


AHEAD = 4
"""Cells at most that run before they are asked for: the longest chain of those that wait for each other leaves no more to do beside it."""


@dataclass(frozen=True)
class Single:
    """A report and where its files lie; `out` is None where none were written."""

    report: Report
    out: Path | None


def grade_file(
    exercise_name: str,
    file: Path,
    *,
    out: Path | None = None,
    seed: int | None = None,
    params_file: Path | None = None,
    isolation: Isolation = "namespaces",
    watcher: Watcher | None = None,
    engine: Engine | None = None,
    assignment_seed: AssignmentSeed | None = None,
) -> Single:
    """Grade `file`; a fault of ours is tried once more and then leaves the report `ungraded`.

    Args:
        out: folder for the report; None writes nothing.
        seed: for tests; by default that of the assignment in `out`, or a random one without `out`.
        params_file: an overlay over the exercise's params.
        watcher: told each stage and each finding.
        engine: how to grade; for tests and other graders.
        assignment_seed: the seed itself, where it is at hand; `seed` and the one in `out` are then left alone.

    Raises:
        UsageError: an exercise, folder or number that cannot be.
        IsolationUnavailable: this machine cannot isolate student code as asked.
    """
    # Somebody waits for this one alone: what the machine has beside it may be put to use.
    engine = engine or GradingEngine(ahead=default_jobs(AHEAD))
    engine.exercise(exercise_name, params_file)
    try:
        kind = file.stat().st_mode
    except OSError as error:
        what = "does not exist" if isinstance(error, FileNotFoundError) else f"cannot be read: {error.strerror}"
        raise UsageError(f"{file} {what}.") from error
    if stat.S_ISDIR(kind):
        raise UsageError(f"{file} is a folder; grade a folder with `grader batch {exercise_name} {file} --out DIR`.")
    if out is not None:
        made_folder(out)
    plan = Plan(exercise_name, params_file, assignment_seed or engine.seed(out, seed), isolation)
    job = Job(file.name, file, None, out, out.name if out is not None else "")
    with Worker(engine, plan) as worker:
        return Single(worker.grade(job, watcher).report, out)

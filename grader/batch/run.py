"""Grade a folder of submissions."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from functools import partial
from pathlib import Path

from grader.batch.collect import Collection, collect
from grader.batch.engine import Engine, GradingEngine, Plan
from grader.batch.events import BatchEvents, Silent
from grader.batch.folders import made_folder
from grader.batch.lock import locked
from grader.batch.outcome import BatchOutcome, BatchRow
from grader.batch.pool import WorkerPool, default_jobs
from grader.batch.resume import finished_report
from grader.batch.schedule import Schedule
from grader.batch.worker import Job, close_worker, fault_message, grade_job, write_unmarked
from grader.errors import GraderFault, UnusableSubmission, UsageError
from grader.results import Isolation


def grade_folder(
    exercise_name: str,
    folder: Path,
    out: Path,
    *,
    jobs: int | None = None,
    seed: int | None = None,
    params_file: Path | None = None,
    isolation: Isolation = "namespaces",
    events: BatchEvents | None = None,
    engine: Engine | None = None,
    open_executor: Callable[[int], Executor] = WorkerPool,
) -> BatchOutcome:
    """Grade every submission in `folder` and write reports, `index.html` and `grades.csv` into `out`.

    What an earlier run finished under the same code, exercise, params and seed is taken over. Ctrl-C stops the
    workers and keeps what is done. Called from a script, put the call under `if __name__ == "__main__":`, since
    worker processes import that script.

    Args:
        jobs: submissions side by side; by default as many as cores and memory allow.
        seed: for tests; by default the assignment's own, made once in `out`.
        params_file: an overlay over the exercise's params.
        events: told what happens, in this process.
        engine: how to grade; for tests and other graders.
        open_executor: makes an executor for so many jobs at a time, for example over a cluster. Its workers need
            `out` on a file system that they share with this process.

    Raises:
        UsageError: an exercise, folder or number that cannot be.
        IsolationUnavailable: this machine cannot isolate student code as asked; nothing was graded.
    """
    engine = engine or GradingEngine()
    events = events or Silent()
    if jobs is not None and jobs < 1:
        raise UsageError(f"`jobs` (={jobs}) must be at least 1.")
    engine.exercise(exercise_name, params_file)
    if out.resolve() == folder.resolve():
        raise UsageError(f"{out} is the folder of submissions itself; give the reports a folder of their own.")
    collection = collect(folder, without=out)
    if not collection.candidates:
        raise UsageError(f"{folder} holds no submission: no .ipynb or .py file in it or one level below.")
    made_folder(out)
    with locked(out):
        plan = Plan(exercise_name, params_file, engine.seed(out, seed), isolation)
        batch = Batch(engine, plan, events, collection, folder.resolve(), out)
        return batch.run(jobs, open_executor)


class Batch:
    """One run over a collection; holds the rows as they come in."""

    def __init__(
        self, engine: Engine, plan: Plan, events: BatchEvents, collection: Collection, root: Path, out: Path
    ) -> None:
        self.engine = engine
        self.plan = plan
        self.events = events
        self.collection = collection
        self.root = root
        self.out = out
        self.rows: dict[str, BatchRow] = {}

    def run(self, jobs: int | None, open_executor: Callable[[int], Executor]) -> BatchOutcome:
        """Grade what is left to grade, then write the overviews.

        Raises:
            GraderFault: the output folder takes no more, as where the disk is full.
        """
        try:
            return self._run(jobs, open_executor)
        except OSError as error:
            raise GraderFault(
                f"{self.out} cannot be written ({error.strerror or error}). What is graded is kept: make room, then run this again."
            ) from error

    def _run(self, jobs: int | None, open_executor: Callable[[int], Executor]) -> BatchOutcome:
        interrupted = False
        try:
            pending = self._settle_without_grading()
            width = min(jobs, len(pending) or 1) if jobs is not None else default_jobs(len(pending))
            self.events.planned(len(self.collection.candidates), len(self.rows), width)
            if pending:
                self._schedule(width, open_executor).run(pending)
        except KeyboardInterrupt:
            interrupted = True
        finally:
            # Of use where the executor ran jobs in this very process.
            close_worker()
        return self._outcome(interrupted=interrupted)

    def _settle_without_grading(self) -> list[Job]:
        """Rows for what is done or cannot be read; jobs for the rest."""
        key_of = self.engine.keys(self.plan)
        pending = []
        for candidate in self.collection.candidates:
            out = self.out / candidate.report
            job = Job(candidate.file, candidate.path, self.root, out, candidate.report)
            try:
                if candidate.problem:
                    raise UnusableSubmission(candidate.file, candidate.problem)
                key = key_of(candidate.path, self.root)
            except UnusableSubmission as error:
                unusable = write_unmarked(self.engine, self.plan, job, "unusable", str(error))
                self.rows[job.folder] = BatchRow.of(job.file, job.folder, unusable)
                continue
            except Exception:  # noqa: BLE001  # a fault of ours: the worker meets it again and puts it on record
                key = ""
            if report := finished_report(out, key, self.plan):
                self.rows[job.folder] = BatchRow.of(job.file, job.folder, report, resumed=True)
            else:
                pending.append(job)
        return pending

    def _schedule(self, width: int, open_executor: Callable[[int], Executor]) -> Schedule[Job]:
        def finish(job: Job, row: BatchRow) -> None:
            self.rows[job.folder] = row
            self.events.finished(row)

        def give_up(job: Job, reason: str) -> BatchRow:
            report = write_unmarked(self.engine, self.plan, job, "ungraded", fault_message(reason))
            return BatchRow.of(job.file, job.folder, report)

        return Schedule(
            partial(grade_job, self.engine, self.plan),
            open_executor=open_executor,
            width=width,
            events=self.events,
            finish=finish,
            give_up=give_up,
        )

    def _outcome(self, *, interrupted: bool) -> BatchOutcome:
        candidates = self.collection.candidates
        rows = tuple(self.rows[one.report] for one in candidates if one.report in self.rows)
        index, grades = self.engine.write_overviews(rows, self.out)
        return BatchOutcome(
            exercise=self.plan.exercise,
            out=self.out,
            index=index,
            grades=grades,
            rows=rows,
            ignored=self.collection.ignored,
            interrupted=interrupted,
            remaining=len(candidates) - len(rows),
        )

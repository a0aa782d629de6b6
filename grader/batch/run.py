"""Grade a folder of submissions."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor
from contextlib import AbstractContextManager, ExitStack, closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from grader.batch.answers import Answers
from grader.batch.collect import STORE, Candidate, Choices, Collection, collect
from grader.batch.engine import Engine, GradingEngine, Plan
from grader.batch.events import BatchEvents, Silent
from grader.batch.folders import made_folder
from grader.batch.layouts import LAYOUTS
from grader.batch.lock import locked
from grader.batch.outcome import BatchOutcome, BatchRow
from grader.batch.place import Place
from grader.batch.pool import WorkerPool, default_jobs
from grader.batch.schedule import Schedule
from grader.batch.selection import Selection
from grader.batch.settle import Ask, Wish, settle_all
from grader.batch.worker import Job, close_worker, fault_message, grade_job, write_unmarked
from grader.errors import ClusterUnavailable, GraderFault, UnusableSubmission, UsageError
from grader.results import Isolation

if TYPE_CHECKING:
    from grader.batch.booking import Booking
    from grader.gradebook import Gradebook


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
    place: Place | None = None,
    choices: Choices | None = None,
    selection: Selection | None = None,
    gradebook: Gradebook | Callable[[], AbstractContextManager[Gradebook]] | None = None,
) -> BatchOutcome:
    """Grade every submission in `folder` and write reports, `index.html` and `grades.csv` into `out`.

    `folder` may also be a zip; its submissions are laid into a folder below `out` that other users cannot read.

    What an earlier run finished under the same code, exercise, params and seed is taken over. Ctrl-C stops the
    workers and keeps what is done. Called from a script, put the call under `if __name__ == "__main__":`, since
    worker processes import that script.

    Args:
        jobs: submissions side by side; by default as many as cores and memory allow.
        seed: for tests; by default the assignment's own, made once in `out`.
        params_file: an overlay over the exercise's params.
        events: told what happens, in this process.
        engine: how to grade; for tests and other graders.
        open_executor: makes an executor for so many jobs at a time. Its workers read the submissions and write the reports,
            so they share this machine's files.
        place: machines that grade in its stead and share nothing, such as a `grader.cluster.Cluster`.
        choices: how the folder is laid out and which files count, where that is not to be recognised.
        selection: which submissions to grade now; by default all that are not finished.
        gradebook: gets every report as soon as it is there, and those of earlier runs that it lacks. What opens one is
            called when all else is found to be right, so that a slip makes none.

    Raises:
        UsageError: an exercise, folder, choice or number that cannot be.
        IsolationUnavailable: this machine cannot isolate student code as asked; nothing was graded.
        ClusterUnavailable: `place` cannot be reached, or went away; what is graded is kept.
        WorkerDiffers: a machine of `place` would grade with something else; what is graded is kept.
    """
    engine = engine or GradingEngine()
    events = events or Silent()
    choices = choices or Choices()
    selection = selection or Selection()
    if jobs is not None and jobs < 1:
        raise UsageError(f"`jobs` (={jobs}) must be at least 1.")
    assignment = engine.exercise(exercise_name, params_file).name
    if out.resolve() == folder.resolve():
        raise UsageError(f"{out} is the folder of submissions itself; give the reports a folder of their own.")
    collection = collect(folder, without=out, choices=choices, store=out.resolve() / STORE)
    with closing(collection.source), ExitStack() as opened:
        if not collection.candidates:
            raise UsageError(f"{folder} holds no {LAYOUTS[collection.layout].expects}.")
        selection.check(collection.candidates)
        book = opened.enter_context(gradebook()) if callable(gradebook) else gradebook
        made_folder(out)
        with locked(out):
            plan = Plan(exercise_name, params_file, engine.seed(out, seed), isolation)
            booking = None
            if book is not None:
                from grader.batch.booking import Booking

                booking = Booking(book, assignment, out=out, root=collection.source.root, beside=collection.candidates)
            return Batch(engine, plan, events, collection, selection, out, booking, place).run(jobs, open_executor)


class Batch:
    """One run over a collection; holds the rows as they come in."""

    def __init__(
        self,
        engine: Engine,
        plan: Plan,
        events: BatchEvents,
        collection: Collection,
        selection: Selection,
        out: Path,
        booking: Booking | None = None,
        place: Place | None = None,
    ) -> None:
        self.engine = engine
        self.plan = plan
        self.events = events
        self.collection = collection
        self.selection = selection
        self.out = out
        self.booking = booking
        self.place = place
        self.by_report = {one.report: one for one in collection.candidates}
        self.rows: dict[str, BatchRow] = {}
        self.answers = Answers(
            self.by_report,
            out=out,
            root=collection.source.root,
            unsafe=plan.isolation == "unsafe",
            book=booking.book if booking is not None else None,
        )

    def run(self, jobs: int | None, open_executor: Callable[[int], Executor]) -> BatchOutcome:
        """Grade what is left to grade, then write the overviews.

        Raises:
            GraderFault: the output folder takes no more, as where the disk is full.
        """
        try:
            return self._run(jobs, open_executor)
        except ClusterUnavailable:
            raise
        except OSError as error:
            raise GraderFault(
                f"{self.out} cannot be written ({error.strerror or error}). What is graded is kept: make room, then run this again."
            ) from error

    def _run(self, jobs: int | None, open_executor: Callable[[int], Executor]) -> BatchOutcome:
        interrupted = False
        total = len(self.collection.candidates)
        try:
            self.events.collected(total, self.collection.layout, self.collection.notes)
            pending = self._settle_without_grading(jobs or default_jobs(total), open_executor)
            width = self._width(jobs, len(pending))
            self.events.planned(len(self.rows) + len(pending), len(self.rows), width)
            for row in self.rows.values():
                self.events.settled(row)
            if self.booking is not None:
                self.booking.record_missing(self.by_report[name] for name in self.rows)
            for together in self.answers.rounds(pending):
                if together:
                    self._schedule(jobs, min(width, len(together)), open_executor).run(self._jobs(together))
        except KeyboardInterrupt:
            interrupted = True
        finally:
            # Of use where the executor ran jobs in this very process.
            close_worker()
        return self._outcome(interrupted=interrupted)

    def _settle_without_grading(self, width: int, open_executor: Callable[[int], Executor]) -> list[Candidate]:
        """Rows for what is done or cannot be read; the candidates that are to be graded now, in their order."""
        candidates = self.collection.candidates
        pending: set[str] = set()
        try:
            for settled in settle_all(
                self.engine, self.plan, self._asks(), total=len(candidates), width=width, open_executor=open_executor
            ):
                if settled.row is not None:
                    self._take(settled.row)
                    self.answers.graded(settled.job.folder, settled.key)
                elif settled.pending:
                    pending.add(settled.job.folder)
                    # Who asks for a new grade gets one.
                    self.answers.wanted(settled.job.folder, "" if self.selection.force else settled.key)
        finally:
            # What a zip lists is no longer needed, and is large.
            self.collection.source.close()
        return [one for one in candidates if one.report in pending][: self.selection.limit]

    def _asks(self) -> Iterator[Ask]:
        """What is to be found out of each candidate, its file being laid in its place first."""
        wanted: Wish = "retry" if self.selection.retry else "force" if self.selection.force else "grade"
        for candidate in self.collection.candidates:
            wish = wanted if self.selection.takes(candidate) else "keep"
            problem = candidate.problem
            known = (self.out / candidate.report / "report.json").exists()
            if not known and wish in {"retry", "keep"}:
                continue
            if not problem:
                try:
                    self.collection.source.fetch(candidate.report)
                except UnusableSubmission as error:
                    problem = f"{error.reason} {error.advice}"
            yield Ask(self._job(candidate), wish, problem)

    def _job(self, candidate: Candidate) -> Job:
        root, out = self.collection.source.root, self.out / candidate.report
        return Job(candidate.file, candidate.path, root, out, candidate.report)

    def _jobs(self, pending: Iterable[Candidate]) -> Iterator[Job]:
        """One after another as workers get free, so that few of the earlier reports are held at a time."""
        return (replace(self._job(one), earlier=earlier) for one, earlier in self.answers.of(pending))

    def _take(self, row: BatchRow) -> BatchRow:
        whole = row.of_candidate(self.by_report[row.report])
        self.rows[row.report] = whole
        return whole

    def _width(self, jobs: int | None, pending: int) -> int:
        if jobs is None and self.place is None:
            return default_jobs(pending)
        room = self.place.room() if self.place is not None else pending
        return max(1, min(jobs or room, room, pending))

    def _schedule(self, jobs: int | None, width: int, open_executor: Callable[[int], Executor]) -> Schedule[Job]:
        def finish(job: Job, row: BatchRow) -> None:  # noqa: ARG001  # a row says whose it is
            whole = self._take(row)
            if row.status == "graded":
                self.answers.graded(row.report)
            if self.booking is not None:
                self.booking.record(self.by_report[row.report])
            self.events.finished(whole)

        def give_up(job: Job, reason: str) -> BatchRow:
            report = write_unmarked(self.engine, self.plan, job, "ungraded", fault_message(reason))
            return BatchRow.of(job.file, job.folder, report)

        place = self.place
        task = place.task(self.engine, self.plan) if place is not None else partial(grade_job, self.engine, self.plan)
        return Schedule(
            task,
            open_executor=place.open if place is not None else open_executor,
            width=width,
            room=(lambda: min(jobs or sys.maxsize, place.room())) if place is not None else None,
            events=self.events,
            finish=finish,
            give_up=give_up,
        )

    def _outcome(self, *, interrupted: bool) -> BatchOutcome:
        candidates = self.collection.candidates
        rows = tuple(self.rows[one.report] for one in candidates if one.report in self.rows)
        index, grades = self.engine.write_overviews(rows, self.out)
        booking = self.booking
        return BatchOutcome(
            exercise=self.plan.exercise,
            out=self.out,
            index=index,
            grades=grades,
            rows=rows,
            ignored=self.collection.ignored,
            layout=self.collection.layout,
            notes=self.collection.notes,
            interrupted=interrupted,
            remaining=len(candidates) - len(rows),
            gradebook=booking.book.name if booking is not None else "",
            recorded=booking.new if booking is not None else 0,
            not_recorded=tuple(booking.not_recorded) if booking is not None else (),
        )

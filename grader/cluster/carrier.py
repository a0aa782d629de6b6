"""The way of one submission: to a worker as a parcel, and its report home."""

from __future__ import annotations

from collections.abc import Callable

from grader.batch.engine import Engine, Plan
from grader.batch.outcome import BatchRow
from grader.batch.worker import (
    Found,
    Job,
    JobResult,
    answer,
    describe,
    fault_message,
    labelled,
    write_fault,
    write_found,
    write_unmarked,
)
from grader.cluster.parcel import Answer, Order, Parcel
from grader.errors import GraderFault, UnusableSubmission, WorkerDiffers
from grader.results import Report
from grader.submissions import DEFAULT_LIMITS
from grader.submissions.files import read_bytes


class Carrier:
    """Carries one submission after another. Threads share it.

    Args:
        ask: gives a parcel to a worker and waits for the answer, as `Cluster.ask`.
        order: what goes with each of them.
    """

    def __init__(self, ask: Callable[[bytes], Answer], engine: Engine, plan: Plan, order: Order) -> None:
        self._ask = ask
        self._engine = engine
        self._plan = plan
        self._order = order

    def __call__(self, job: Job) -> JobResult:
        """As `grade_job`, but elsewhere. The report is written here, by the same code.

        Raises:
            WorkerDiffers: the worker that got it would grade with something else, and did not.
            WorkersLost, ClusterUnavailable: as `Cluster.ask`.
            GraderFault: the worker could not grade, or its answer is not of this submission.
        """
        if (known := answer(self._engine, self._plan, job)) is not None:
            return _row(job, known.report)
        try:
            data = _read(job)
        except UnusableSubmission as error:
            return _row(job, write_unmarked(self._engine, self._plan, job, "unusable", str(error)))
        sent = self._ask(Parcel(self._order, job.path.name, data).to_bytes())
        refuse_differing(sent)
        if sent.refused:
            return JobResult(None, refused=f"worker {sent.worker}: {sent.refused}")
        found = sent.found
        if found is None:
            raise GraderFault(f"worker {sent.worker}: {sent.fault or 'sent no report'}")
        report = found.report
        if (report.exercise.name, report.seed, report.isolation) != (
            self._plan.exercise,
            self._plan.seed.digest,
            self._plan.isolation,
        ):
            raise GraderFault(f"worker {sent.worker} sent the report of another run")
        whole = labelled(report, job.file)
        try:
            write_found(self._engine, self._plan, job, Found(whole, found.exhibits, found.fault))
        except OSError:
            raise
        except Exception as error:  # noqa: BLE001  # a page that cannot be drawn is ours, and grading again would not draw it
            whole = write_unmarked(self._engine, self._plan, job, "ungraded", fault_message(describe(error)))
            if job.out is not None:
                write_fault(job.out, describe(error))
        return _row(job, whole)


def refuse_differing(answer: Answer) -> None:
    """See that a worker has what this machine has.

    Raises:
        WorkerDiffers: it has not; one line that names the worker and what differs.
    """
    if answer.differs:
        raise WorkerDiffers(f"worker {answer.worker} {answer.differs.rstrip('.')}. It has graded nothing of this.")


def _read(job: Job) -> bytes:
    suffix = job.path.suffix.lower()
    limit = DEFAULT_LIMITS.notebook_bytes if suffix == ".ipynb" else DEFAULT_LIMITS.source_bytes
    return read_bytes(job.path, limit=limit, root=job.root)


def _row(job: Job, report: Report) -> JobResult:
    return JobResult(BatchRow.of(job.file, job.folder, report))

"""Keeps an executor busy, and finds the submission that takes workers down."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from itertools import islice
from typing import Generic, TypeVar

from grader.batch.events import BatchEvents
from grader.batch.outcome import BatchRow
from grader.batch.worker import TRIES, Job, JobResult, describe
from grader.errors import ClusterUnavailable, IsolationUnavailable, WorkerDiffers, WorkersLost

J = TypeVar("J", bound=Job)
LOOK_S = 1.0
"""Seconds after which room that changes is looked at again, though nothing has ended."""
DIED = "the worker process that graded it died"


class Schedule(Generic[J]):
    """Runs jobs on an executor, at most `width` at a time, so that few are lost when a worker dies.

    An executor cannot say which of the jobs in flight broke it. Each of them is run again, alone, in a fresh
    executor: the one at fault shows itself and the others get their result. A job is given up on its second fault
    that was certainly its own.

    Args:
        task: grades one job; crosses to the executor's processes.
        open_executor: makes an executor for so many jobs at a time.
        room: how many jobs at a time, where that changes during the run; by default always `width`.
        finish: gets the row of each job that is done.
        give_up: makes the row of a job that failed twice, from the job and the reason.
    """

    def __init__(
        self,
        task: Callable[[J], JobResult],
        *,
        open_executor: Callable[[int], Executor],
        width: int,
        room: Callable[[], int] | None = None,
        events: BatchEvents,
        finish: Callable[[J, BatchRow], None],
        give_up: Callable[[J, str], BatchRow],
    ) -> None:
        self.task = task
        self.open_executor = open_executor
        self.width = width
        self.room = room or (lambda: width)
        self._patience_s = None if room is None else LOOK_S
        self.events = events
        self.finish = finish
        self.give_up = give_up
        self._waiting: Iterator[J] = iter(())
        self._suspects: deque[J] = deque()
        self._suspected: set[J] = set()
        self._faults: Counter[J] = Counter()
        self._running: dict[Future[JobResult], tuple[J, Executor]] = {}

    def run(self, jobs: Iterable[J]) -> None:
        """Until every job has its row. Whatever is raised on the way, no worker is left running.

        Jobs are taken one by one, as workers get free.

        Raises:
            IsolationUnavailable: a worker found that nothing can be graded here.
            ClusterUnavailable: the machines that grade went away.
            WorkerDiffers: one of them would grade with something else.
        """
        self._waiting = iter(jobs)
        self._executor = self.open_executor(self.width)
        try:
            while True:
                self._fill()
                if not self._running:
                    break
                done, _ = wait(self._running, timeout=self._patience_s, return_when=FIRST_COMPLETED)
                for future in done:
                    self._settle(future)
        except BaseException:
            self._executor.shutdown(wait=False, cancel_futures=True)
            self._harvest()
            raise
        self._executor.shutdown()

    def _fill(self) -> None:
        if self._suspects:
            if not self._running:
                self._start(self._suspects.popleft())
        elif not any(job in self._suspected for job, _ in self._running.values()):
            for job in islice(self._waiting, max(0, self.room() - len(self._running))):
                self._start(job)

    def _start(self, job: J) -> None:
        self.events.started(job.file)
        try:
            future = self._executor.submit(self.task, job)
        except BrokenExecutor:
            # It broke after the last job ended; the jobs that it lost arrive through their futures.
            self._renew()
            future = self._executor.submit(self.task, job)
        self._running[future] = (job, self._executor)

    def _settle(self, future: Future[JobResult]) -> None:
        job, executor = self._running.pop(future)
        try:
            result = future.result()
        except BrokenExecutor:
            if executor is self._executor:
                self._renew()
            self._failed(job, DIED, certain=self.width == 1 or job in self._suspected)
            return
        except WorkersLost as error:
            # Where it ran has tried often enough, and elsewhere there is none.
            self.finish(job, self.give_up(job, str(error)))
            return
        except (ClusterUnavailable, WorkerDiffers):
            raise
        except Exception as error:  # noqa: BLE001  # whatever a worker raised is a fault of ours
            self._failed(job, describe(error), certain=True)
            return
        if result.row is None:
            raise IsolationUnavailable(result.refused)
        self.finish(job, result.row)

    def _harvest(self) -> None:
        """Take the rows of jobs that ended between the last look and the stop; their reports are written."""
        for future, (job, _) in self._running.items():
            if future.done() and not future.cancelled() and future.exception() is None:
                row = future.result().row
                if row is not None:
                    self.finish(job, row)

    def _failed(self, job: J, reason: str, *, certain: bool) -> None:
        self._faults[job] += certain
        if self._faults[job] >= TRIES:
            self.finish(job, self.give_up(job, reason))
        else:
            self._suspected.add(job)
            self._suspects.append(job)
            self.events.retried(job.file, reason)

    def _renew(self) -> None:
        self._executor.shutdown(wait=False)
        self._executor = self.open_executor(self.width)

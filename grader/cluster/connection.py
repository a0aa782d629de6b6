"""The side that hands out submissions: a `Place` for batch, made of a scheduler and whatever workers it has."""

from __future__ import annotations

import logging
import threading
import time
import warnings
from collections.abc import Callable
from concurrent.futures import CancelledError, ThreadPoolExecutor
from types import TracebackType
from typing import TYPE_CHECKING, Self
from uuid import uuid4

from grader.batch.engine import Engine, Plan
from grader.batch.worker import (
    Job,
    JobResult,
    describe,
)
from grader.cluster import host
from grader.cluster.address import checked_address, is_open_to_others
from grader.cluster.carrier import Carrier, refuse_differing
from grader.cluster.parcel import Answer, Order, Parcel
from grader.errors import (
    ClusterUnavailable,
    GraderFault,
    IsolationUnavailable,
    UsageError,
    WireError,
    WorkerDiffers,
    WorkersLost,
)

if TYPE_CHECKING:
    from distributed import Client, Future

CONNECT_S = 15.0
MOST_WORKERS = 1024
"""Submissions under way at a time. Threads are made as they are needed."""
_CLOSE_S = 5.0
_LOOK_S = 1.0
"""Seconds for which the number of workers is taken as known."""
_WAIT_S = 0.5
_DESERTED_S = 10.0
"""Seconds without any worker until a run says so: one whose process died is back after two or three."""
_MISSING = "grading on a cluster needs Dask, which is not installed: pip install 'cnn-grader[cluster]', here and on every worker."


class Cluster:
    """The workers of one scheduler; a context manager. Workers may come and go while it is open.

    Args:
        address: `tcp://…` or `tls://…` of the scheduler, or the file that it was told to write with `--scheduler-file`.
            Certificates for `tls://` come from Dask's own configuration.
        say: told what a person should know, one line at a time.

    Raises:
        UsageError: Dask is missing, or the address is none.
        ClusterUnavailable: no scheduler answers.
    """

    def __init__(self, address: str, *, say: Callable[[str], None] | None = None) -> None:
        self.address = checked_address(address)
        self._say = say or _say_nothing
        self._lock = threading.Lock()
        self._asked: set[Future[bytes]] = set()
        self._given_up = False
        self._counted = (0.0, 0)
        self._deserted_since: float | None = None
        self._client = self._connected()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Leave the scheduler; what was not collected is given up there."""
        self.give_up()
        self._client.close(timeout=_CLOSE_S)

    def room(self) -> int:
        """The number of workers, from 1 to `MOST_WORKERS`: without any, a submission waits at the scheduler for the first.

        Raises:
            ClusterUnavailable: the scheduler has gone.
        """
        when, count = self._counted
        if time.monotonic() - when > _LOOK_S:
            count = self.count()
            self._counted = time.monotonic(), count
            self._tell_where_deserted(count)
        return max(1, min(count, MOST_WORKERS))

    def _tell_where_deserted(self, count: int) -> None:
        """Say once that no worker is left, and once more for each time that they come and go."""
        if count:
            self._deserted_since = None
        elif self._deserted_since is None:
            self._deserted_since = time.monotonic()
        elif time.monotonic() - self._deserted_since > _DESERTED_S:
            self._deserted_since = float("inf")  # told
            self._say(
                f"no worker is left at {self.address}; nothing is lost: start one with `grader worker {self.address}`"
            )

    def count(self) -> int:
        """The workers that the scheduler has at this moment.

        Raises:
            ClusterUnavailable: the scheduler has gone.
        """
        try:
            return len(self._client.nthreads())
        except Exception as error:
            raise self._gone() from error

    def task(self, engine: Engine, plan: Plan) -> Callable[[Job], JobResult]:
        """A function for the threads of `open`: sends a submission, waits for its report and writes it.

        Waits for the first worker, then asks all of them what they have.

        Raises:
            WorkerDiffers: a worker would grade with something else than this machine has.
            IsolationUnavailable: a worker can grade nothing.
            ClusterUnavailable: the scheduler has gone.
            UsageError: the plan asks for no isolation.
        """
        if plan.isolation == "unsafe":
            raise UsageError(
                "student code is never run without isolation on a cluster; leave --unsafe or --scheduler out."
            )
        order = Order.of(plan, host.versions(engine, plan))
        self._check(order)
        return Carrier(self.ask, engine, plan, order)

    def open(self, width: int) -> ThreadPoolExecutor:
        """Threads that each carry one submission, as many as there may ever be workers; they wait and hold little."""
        with self._lock:
            self._given_up = False
        return _Carriers(self, max(width, MOST_WORKERS))

    def ask(self, raw: bytes) -> Answer:
        """Give a parcel to any worker and wait for the answer.

        Raises:
            WorkersLost: worker after worker died over it.
            ClusterUnavailable: the scheduler has gone.
            WorkerDiffers: a worker has no such grader at all.
            CancelledError: given up meanwhile.
        """
        from distributed import KilledWorker

        future: Future[bytes] | None = None
        try:
            with self._lock:
                if self._given_up:
                    raise CancelledError
                # Never pure: equal bytes of two students are two submissions, each with its report.
                future = self._client.submit(host.grade, raw, key=f"grade-{uuid4().hex}", pure=False)
                self._asked.add(future)
            return Answer.from_bytes(future.result())
        except KilledWorker as error:
            count = error.allowed_failures + 1
            raise WorkersLost(f"{count} workers, one after another, died while they graded it") from error
        except (ImportError, AttributeError) as error:
            raise WorkerDiffers(
                f"a worker has no such grader ({describe(error)}): install there what is here."
            ) from error
        except WireError as error:
            raise GraderFault(f"a worker's answer cannot be read: {error}") from error
        except Exception as error:
            if self._given_up:
                raise CancelledError from error
            if isinstance(error, CancelledError | OSError) or self._client.status != "running":
                raise self._gone() from error
            raise
        finally:
            with self._lock:
                if future is not None:
                    self._asked.discard(future)
                    future.release()

    def give_up(self) -> None:
        """Take back what no worker has begun, and wait for nothing any more."""
        with self._lock:
            self._given_up = True
            asked = list(self._asked)
        if asked and self._client.status == "running":
            try:
                self._client.cancel(asked, force=True)
            except Exception:  # noqa: BLE001  # the scheduler has gone, and its queue with it
                return

    def _check(self, order: Order) -> None:
        if not self.count():
            self._say(f"waiting for a worker at {self.address}: start one with `grader worker {self.address}`")
            while not self.count():
                time.sleep(_WAIT_S)
        raw = Parcel(order).to_bytes()
        try:
            answers = self._client.run(host.look, raw, on_error="return")
        except OSError as error:
            raise self._gone() from error
        for address, answer in sorted(answers.items()):
            if isinstance(answer, OSError):
                continue  # It ended between two questions.
            if isinstance(answer, Exception):
                raise WorkerDiffers(f"worker {address} cannot grade: {describe(answer)}. Install there what is here.")
            told = Answer.from_bytes(answer)
            if told.fault:
                raise GraderFault(f"worker {told.worker} cannot tell what it has: {told.fault}.")
            refuse_differing(told)
            if told.refused:
                raise IsolationUnavailable(f"worker {told.worker}: {told.refused}")

    def _gone(self) -> ClusterUnavailable:
        return ClusterUnavailable(
            f"the scheduler at {self.address} has gone. What is graded is kept: start it again, then run the same command."
        )

    def _connected(self) -> Client:
        try:
            import dask
            from distributed import Client
        except ImportError as error:
            raise UsageError(_MISSING) from error
        # A parcel is as large as its submission, and that is meant.
        dask.config.set({"distributed.admin.large-graph-warning-threshold": "1GB"})
        if is_open_to_others(self.address):
            self._say(
                "the assignment's secret seed and the submissions travel unencrypted to "
                f"{self.address}; docs/cluster.md shows how to use tls://."
            )
        try:
            with warnings.catch_warnings():
                # That versions differ is for the workers to say, in one line.
                warnings.simplefilter("ignore")
                return Client(self.address, timeout=CONNECT_S, set_as_default=False, name="grader")
        except (OSError, ValueError, TypeError, RuntimeError) as error:
            raise ClusterUnavailable(
                f"no scheduler answers at {self.address} ({describe(error)}): start one with `dask scheduler`, "
                "see docs/cluster.md."
            ) from error


class _Carriers(ThreadPoolExecutor):
    """The driver's threads. Shut down without waiting, they let go of what they wait for."""

    def __init__(self, cluster: Cluster, width: int) -> None:
        super().__init__(width, thread_name_prefix="carrier")
        self._cluster = cluster

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """As `Executor.shutdown`. Neither waiting nor finishing means to give up what runs, too."""
        super().shutdown(wait=False, cancel_futures=cancel_futures)
        if cancel_futures and not wait:
            self._cluster.give_up()
        # A report that is being written is written whole.
        super().shutdown(wait=True)


def quiet() -> None:
    """Keep Dask's log lines to itself: what a person has to know of them is raised as one line."""
    try:
        import distributed  # noqa: F401  # sets its loggers up
    except ImportError:
        return
    for name in (*logging.root.manager.loggerDict, "distributed"):
        if name.partition(".")[0] in {"distributed", "tornado"}:
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)


def _say_nothing(line: str) -> None:
    """For callers from a script, who are told by what is raised."""

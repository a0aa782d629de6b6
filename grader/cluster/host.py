"""The side of a worker: takes a parcel, compares what it has with what was asked for, grades, and answers.

`look` and `grade` are what Dask calls, by name. Whatever happens, they return an answer: an exception would be pickled.
"""

from __future__ import annotations

import atexit
import hashlib
import os
import tempfile
import threading
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from grader.batch.engine import Engine, GradingEngine, Plan
from grader.batch.worker import Found, Job, close_worker, describe, find, warm_worker
from grader.cluster.parcel import Answer, Order, Parcel, plain_name
from grader.errors import IsolationUnavailable, UsageError

if TYPE_CHECKING:
    from distributed import Worker


class _Circumstances(TypedDict):
    worker: str
    threads: int
    folder: str


class Host:
    """What one worker process grades with.

    Args:
        engine: how to grade.

    Attributes:
        problem: why nothing can be graded here, found before any submission came; empty where nothing is in the way.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.problem = ""
        self._lock = threading.Lock()
        self._overlays: dict[str, Path] = {}

    def look(self, raw: bytes, *, worker: str, threads: int, folder: str | None = None) -> bytes:
        """Whether this worker would grade such a parcel, as an answer."""
        return self._answered(raw, worker, threads, folder, grading=False)

    def grade(self, raw: bytes, *, worker: str, threads: int, folder: str | None = None) -> bytes:
        """Grade a parcel; the answer.

        Args:
            worker: this worker's name.
            threads: how many tasks Dask may run in this process at a time.
            folder: for files that end with the worker, closed to other users.
        """
        return self._answered(raw, worker, threads, folder, grading=True)

    def _answered(self, raw: bytes, worker: str, threads: int, folder: str | None, *, grading: bool) -> bytes:
        try:
            return self._answer(Parcel.from_bytes(raw), worker, threads, folder, grading=grading).to_bytes()
        except IsolationUnavailable as error:
            return Answer(worker, refused=str(error)).to_bytes()
        except Exception as error:  # noqa: BLE001  # a fault of ours, told in words and tried again elsewhere
            return Answer(worker, fault=describe(error)).to_bytes()

    def _answer(self, parcel: Parcel, worker: str, threads: int, folder: str | None, *, grading: bool) -> Answer:
        order = parcel.order
        if self.problem:
            return Answer(worker, refused=self.problem)
        if threads != 1:
            return Answer(
                worker,
                differs=f"runs {threads} threads, but a process grades one submission at a time: start it with "
                "`grader worker`, or with `dask worker --nthreads 1`",
            )
        if order.isolation == "unsafe":
            return Answer(worker, differs="runs no student code without isolation")
        plan = order.plan(self._overlay(order, folder))
        try:
            differs = difference(versions(self.engine, plan), order.versions)
        except UsageError as error:
            differs = f"cannot grade this: {error}"
        if differs or not grading:
            return Answer(worker, differs=differs)
        return Answer(worker, found=self._found(plan, parcel, folder))

    def _found(self, plan: Plan, parcel: Parcel, folder: str | None) -> Found:
        # Nobody else on this machine may read what a student handed in.
        with tempfile.TemporaryDirectory(prefix="submission-", dir=folder) as place:
            file = Path(place) / plain_name(parcel.file)
            file.write_bytes(parcel.data)
            return find(self.engine, plan, Job(file.name, file, file.parent, None, ""))

    def _overlay(self, order: Order, folder: str | None) -> Path | None:
        """The overlay's file here: always the same for the same overlay, so that a session is kept."""
        overlay = order.overlay
        if overlay is None:
            return None
        if overlay.text is None:
            return Path(overlay.name)
        name = plain_name(overlay.name)
        with self._lock:
            known = hashlib.sha256(name.encode() + b"\0" + overlay.text).hexdigest()
            if known not in self._overlays:
                path = Path(tempfile.mkdtemp(prefix="overlay-", dir=folder)) / name
                path.write_bytes(overlay.text)
                self._overlays[known] = path
            return self._overlays[known]


def versions(engine: Engine, plan: Plan) -> dict[str, str]:
    """What two machines that grade for one run must have alike, by name.

    Raises:
        UsageError: the exercise is not on this machine, or not as the plan asks.
    """
    return {**engine.versions(plan), "distributed": metadata.version("distributed")}


def difference(here: Mapping[str, str], wanted: Mapping[str, str]) -> str:
    """What a worker has otherwise than it is wanted, for a sentence that begins with its name; "" where there is nothing."""
    names = [
        name for name in (*wanted, *(name for name in here if name not in wanted)) if here.get(name) != wanted.get(name)
    ]
    if not names:
        return ""
    told = ", ".join(f"{name} ({here.get(name, 'none')} there, {wanted.get(name, 'none')} here)" for name in names)
    return f"differs in {told}: install there what is installed here"


_host = Host(GradingEngine())


def serve(engine: Engine) -> None:
    """Let this process grade with another engine; for tests and other graders."""
    global _host  # noqa: PLW0603  # one process, one host, as Dask's own worker
    _host = Host(engine)


def refuse(problem: str) -> None:
    """Answer every parcel with this problem from now on."""
    _host.problem = problem


def look(raw: bytes, dask_worker: Worker | None = None) -> bytes:
    """`Host.look` of this process; Dask gives the worker."""
    return _host.look(raw, **_circumstances(dask_worker))


def grade(raw: bytes) -> bytes:
    """`Host.grade` of this process, as a task."""
    from distributed import get_worker

    return _host.grade(raw, **_circumstances(get_worker()))


def _circumstances(worker: Worker | None) -> _Circumstances:
    from distributed import get_worker

    worker = worker or get_worker()
    return {
        "worker": f"{worker.name} ({worker.address})" if str(worker.name) != worker.address else worker.address,
        "threads": worker.state.nthreads,
        "folder": worker.local_directory,
    }


def warm(exercise: str, params_file: Path | None = None) -> None:
    """Start this process's zygote for an exercise.

    Raises:
        UsageError: there is no such exercise.
    """
    warm_worker(_host.engine, exercise, params_file, "namespaces")


def end() -> None:
    """End session and zygote of this process, or let the process end without waiting for a submission at work.

    The zygote ends with the process in any case: the kernel sees to it.
    """
    if not close_worker(wait=False):
        # Runs before what the session has registered, which would wait for the submission.
        atexit.register(os._exit, 0)

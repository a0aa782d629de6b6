"""A stand-in for tests and benchmarks of clusters: an engine that grades by words, and a preload that serves it.

GRADER_STUB_LOG=FILE grader worker ADDRESS -- --preload grader.cluster.testing
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from grader.batch.engine import Kept, Plan, Session
from grader.batch.testing import ScriptedEngine, ScriptedGraded, ScriptedSession
from grader.cluster import host
from grader.grading import AssignmentSeed
from grader.results import Exhibit, Report, SubmissionRef
from grader.watching import Watcher

if TYPE_CHECKING:
    from distributed import Nanny, Worker

PNG = b"\x89PNG \x00 not really"
_POLL_S = 0.02
_PATIENCE_S = 120.0


@dataclass(frozen=True)
class ClusterStub(ScriptedEngine):
    """A `ScriptedEngine` with seeds and reports as real as a cluster asks for; `die` ends the worker's process.

    One word more than a `ScriptedEngine` knows: `hold` notes its process id as `hold PID`, and is a `pass` once the file
    `release` lies beside the log. `wait N` takes N milliseconds, of no core.
    """

    processes: bool = True

    def seed(self, out: Path | None, number: int | None) -> AssignmentSeed:
        """That of the folder, as the grader's own."""
        return (
            AssignmentSeed.for_folder(out) if out is not None and number is None else AssignmentSeed.fixed(number or 0)
        )

    @contextmanager
    def open(self, plan: Plan, kept: Kept) -> Iterator[Session]:
        """A session that does as the file says."""
        self.note(f"open {os.getpid()}")
        yield ClusterStubSession(self, plan)
        self.note(f"close {os.getpid()}")

    def write(self, plan: Plan, report: Report, exhibits: Sequence[Exhibit], out: Path) -> None:
        """Each picture as a file, and `report.json`."""
        out.mkdir(parents=True, exist_ok=True)
        for one in exhibits:
            (out / f"{one.name}.png").write_bytes(one.png)
        super().write(plan, report, exhibits, out)


class ClusterStubSession(ScriptedSession):
    """One session of a `ClusterStub`."""

    def grade(self, file: Path, *, root: Path | None = None, watcher: Watcher | None = None) -> ScriptedGraded:
        """Do as the file says, and tell what real reports tell of seed and bytes."""
        word, _, number = file.read_text(errors="replace").strip().partition(" ")
        if word == "hold":
            self.engine.note(f"hold {os.getpid()}")
            until = time.monotonic() + _PATIENCE_S
            while not (self.engine.log.parent / "release").exists() and time.monotonic() < until:
                time.sleep(_POLL_S)
        if word == "wait":
            time.sleep(int(number.split()[0]) / 1000)
        if word == "die":
            _await_nanny()
        graded = super().grade(file, root=root, watcher=watcher)
        report = msgspec.structs.replace(
            graded.report,
            seed=self.plan.seed.digest,
            isolation=self.plan.isolation,
            submission=SubmissionRef(file=file.name, sha256=hashlib.sha256(file.read_bytes()).hexdigest()),
        )
        return ScriptedGraded(report, (Exhibit(name="journey", title="A journey", caption="", png=PNG),), graded.fault)


def _await_nanny() -> None:
    """Return once this worker's nanny, where it has one, knows that the worker has begun.

    One that dies earlier, in the first tenth of a second, did not start at all in the eyes of a nanny: it gives up, and its
    whole `dask worker` with it. No real grading is as fast.
    """
    from distributed import get_worker
    from distributed.protocol.pickle import dumps
    from distributed.utils import sync

    worker = get_worker()
    if worker.nanny is None:
        return

    async def begun() -> bool:
        answer = await worker.rpc(str(worker.nanny)).run(function=dumps(_has_begun))
        return bool(answer["result"])

    until = time.monotonic() + _PATIENCE_S
    while not sync(worker.loop, begun) and time.monotonic() < until:
        time.sleep(_POLL_S)


def _has_begun(dask_worker: Nanny) -> bool:
    return dask_worker.process is not None and dask_worker.process.status.name == "running"


def dask_setup(worker: Worker) -> None:
    """Let this worker grade by words, into the log and as the version that the environment names."""
    host.serve(ClusterStub(Path(os.environ["GRADER_STUB_LOG"]), version=os.environ.get("GRADER_STUB_VERSION", "1")))

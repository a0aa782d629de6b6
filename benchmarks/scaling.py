"""What a second worker brings: the same submissions over one and over two workers, on this machine and over Dask.

    .venv/bin/python benchmarks/scaling.py [--count N] [--stub MILLISECONDS] [--most RATIO]

Four batches, one after the other, of N differing variants of the week 1 reference, nothing cached, one seed for all. Workers
are up and warm before the clock starts; it stops with the last report. Dask runs here, on loopback: a scheduler and workers as
`grader worker` starts them. With `--stub` each submission waits for so many milliseconds: a look at the orchestration
alone, which needs no core.

The run fails (exit 1) where a submission is not graded in full, or where two workers take more than RATIO (0.6) of the wall
time of one. Without `--stub` that takes two free cores.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from throughput import EXERCISE, SEED, variants

from grader.batch import BatchRow, Engine, GradingEngine, Silent, grade_folder
from grader.batch.pool import WorkerPool
from grader.batch.worker import warm_worker
from grader.cluster import Cluster
from grader.cluster.connection import quiet
from grader.cluster.testing import ClusterStub

TARGET = 0.6
PATIENCE_S = 300.0


class Clock(Silent):
    """From the moment when the executor is there to the last report."""

    def __init__(self) -> None:
        self.began = self.ended = 0.0

    def start(self) -> None:
        self.began = self.ended = time.monotonic()

    def finished(self, row: BatchRow) -> None:  # noqa: ARG002  # theirs
        self.ended = time.monotonic()

    @property
    def seconds(self) -> float:
        return self.ended - self.began


class ClockedCluster(Cluster):
    """A cluster that starts a clock when it is used."""

    clock: Clock

    def open(self, width: int) -> ThreadPoolExecutor:
        pool = super().open(width)
        self.clock.start()
        return pool


def warm_and_meet(engine: Engine, exercise: str, folder: Path, width: int) -> None:
    """Warm this worker, then wait for the others, so that none warms two times and another never."""
    warm_worker(engine, exercise, None, "namespaces")
    (folder / str(os.getpid())).touch()
    while len(list(folder.iterdir())) < width:
        time.sleep(0.05)


def local(engine: Engine, exercise: str, submissions: Path, home: Path, workers: int) -> float:
    """Seconds with worker processes of this machine."""
    clock, met = Clock(), home / "met"
    met.mkdir()

    def opened(width: int) -> WorkerPool:
        pool = WorkerPool(width)
        for ready in [pool.submit(warm_and_meet, engine, exercise, met, width) for _ in range(width)]:
            ready.result()
        clock.start()
        return pool

    return graded(engine, exercise, submissions, home, clock, jobs=workers, open_executor=opened)


def dask(engine: Engine, exercise: str, submissions: Path, home: Path, workers: int) -> float:
    """Seconds with workers of a scheduler on loopback."""
    quiet()
    with (
        scheduler(home) as address,
        started([*worker_command(address, engine, exercise, workers)], home, engine),
        ClockedCluster(str(address)) as cluster,
    ):
        cluster.clock = Clock()
        until(lambda: cluster.count() >= workers)
        return graded(engine, exercise, submissions, home, cluster.clock, place=cluster)


def worker_command(address: Path, engine: Engine, exercise: str, workers: int) -> Iterator[str]:
    """`grader worker`, with the engine that this benchmark uses."""
    yield from (sys.executable, "-m", "grader", "worker", str(address), "--jobs", str(workers))
    if isinstance(engine, ClusterStub):
        yield from ("--", "--preload", "grader.cluster.testing")
    else:
        yield from ("--warm", exercise)


@contextmanager
def scheduler(home: Path) -> Iterator[Path]:
    """A scheduler; yields the file that names it."""
    file = home / "scheduler.json"
    command = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0"]
    with started([*command, "--no-dashboard", "--scheduler-file", str(file)], home):
        until(lambda: file.exists() and file.read_bytes().endswith(b"}"))
        yield file


@contextmanager
def started(command: list[str], home: Path, engine: Engine | None = None) -> Iterator[None]:
    """A process while the block runs."""
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
    if isinstance(engine, ClusterStub):
        environment["GRADER_STUB_LOG"] = str(engine.log)
    with (home / "log").open("a") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env=environment)
        try:
            yield
        finally:
            process.terminate()
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not condition():
        if time.monotonic() > end:
            raise SystemExit("the cluster did not come up")
        time.sleep(0.1)


def graded(engine: Engine, exercise: str, submissions: Path, home: Path, clock: Clock, **how: Any) -> float:
    """One batch; the seconds on its clock."""
    outcome = grade_folder(exercise, submissions, home / "out", seed=SEED, engine=engine, events=clock, **how)
    for row in outcome.rows:
        if row.status != "graded" or row.score != row.max_score:
            raise SystemExit(f"{row.file} got {row.score:g} of {row.max_score:g}, {row.status}: {row.message}")
    return clock.seconds


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=16, metavar="N", help="submissions (16)")
    parser.add_argument("--stub", type=int, metavar="MS", help="stubbed submissions that wait so many ms each")
    parser.add_argument("--most", type=float, default=TARGET, metavar="RATIO", help="two workers over one (0.6)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="grader-scaling-") as name:
        home = Path(name)
        submissions = home / "in"
        submissions.mkdir()
        if options.stub is None:
            engine, exercise = GradingEngine(), EXERCISE
            variants(submissions, options.count)
        else:
            engine, exercise = ClusterStub(home / "stub.log"), "toy"
            for number in range(options.count):
                (submissions / f"s{number}.py").write_text(f"wait {options.stub} {number}")
        print(f"{options.count} submissions, {'stubbed' if options.stub is not None else exercise}")
        print("| engine | workers | wall s | s each | over one worker |")
        print("|---|---:|---:|---:|---:|")
        worst = 0.0
        for label, run in (("local", local), ("Dask", dask)):
            one = 0.0
            for workers in (1, 2):
                place = home / f"{label}-{workers}"
                place.mkdir()
                seconds = run(engine, exercise, submissions, place, workers)
                one = one or seconds
                ratio = f"{seconds / one:.2f}" if workers > 1 else ""
                worst = max(worst, seconds / one) if workers > 1 else worst
                row = f"| {label} | {workers} | {seconds:.2f} | {seconds / options.count:.2f} | {ratio} |"
                print(row, flush=True)
    return 0 if worst <= options.most else 1


if __name__ == "__main__":
    sys.exit(main())

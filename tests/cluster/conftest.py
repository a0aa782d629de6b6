"""A cluster on loopback: a scheduler, workers as `grader worker` starts them, and `grader batch` beside them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

import grader

ROOT = Path(grader.__file__).parents[1]
PATIENCE_S = 180.0
"""After so long a test ends instead of hanging; no test depends on the time it takes."""
END_S = 60.0


@dataclass
class Ended:
    """A `grader batch` that has ended."""

    code: int
    out: str
    err: str

    @property
    def rows(self) -> dict[str, dict[str, Any]]:
        """Rows of `--json` by file."""
        return {row["file"]: row for row in json.loads(self.out)["rows"]}

    @property
    def complaints(self) -> list[str]:
        """What the grader itself said on standard error, besides progress."""
        return [line for line in self.err.splitlines() if line.startswith("grader: ")]


@dataclass
class Loopback:
    """Processes of one cluster in a folder of their own; all end with the test."""

    folder: Path
    stack: ExitStack
    scheduler: subprocess.Popen[str] | None = None
    workers: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def log(self) -> Path:
        """What the stub notes, in every worker."""
        return self.folder / "log"

    @property
    def address_file(self) -> Path:
        return self.folder / "scheduler.json"

    @property
    def out(self) -> Path:
        return self.folder / "out"

    def noted(self) -> list[str]:
        return self.log.read_text().splitlines() if self.log.exists() else []

    def release(self) -> None:
        """Let every submission that holds go on."""
        (self.folder / "release").touch()

    def start_scheduler(self) -> None:
        self.address_file.unlink(missing_ok=True)
        command = [
            sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0",
            "--no-dashboard", "--scheduler-file", str(self.address_file),
        ]  # fmt: skip
        self.scheduler = self.started(command, "scheduler")
        until(lambda: self.address_file.exists() and self.address_file.read_bytes().endswith(b"}"))

    def start_worker(self, *options: str, version: str = "1", jobs: int = 1) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "grader", "worker", str(self.address_file), "--jobs", str(jobs)]
        command += ["--", "--preload", "grader.cluster.testing", *options]
        worker = self.started(command, f"worker-{len(self.workers)}", GRADER_STUB_VERSION=version)
        self.workers.append(worker)
        return worker

    def started(self, command: list[str], name: str, **environment: str) -> subprocess.Popen[str]:
        with (self.folder / f"{name}.log").open("w") as log:
            process = subprocess.Popen(
                command, cwd=self.folder, stdout=log, stderr=log, text=True, env=self.environment() | environment,
            )  # fmt: skip
        self.stack.callback(ended, process)
        return process

    def environment(self) -> dict[str, str]:
        return os.environ | {
            "PYTHONPATH": str(ROOT),
            "COLUMNS": "200",
            "NO_COLOR": "1",
            "GRADER_STUB_LOG": str(self.log),
            "DASK_TEMPORARY_DIRECTORY": str(self.folder / "scratch"),
        }

    def batch(self, folder: Path, *options: str, cluster: bool = True) -> subprocess.Popen[str]:
        """`grader batch toy` in a process of its own, over the cluster or on this machine."""
        command = [
            sys.executable,
            str(Path(__file__).with_name("driver.py")),
            str(self.log),
            "batch",
            "toy",
            str(folder),
        ]
        command += ["--out", str(self.out), "--json", *options]
        if cluster:
            command += ["--scheduler", str(self.address_file)]
        process = subprocess.Popen(
            command, cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=self.environment(),
            errors="surrogateescape",
        )  # fmt: skip
        self.stack.callback(ended, process)
        return process

    def graded(self, folder: Path, *options: str, cluster: bool = True) -> Ended:
        """The same, to its end."""
        return self.end_of(self.batch(folder, *options, cluster=cluster))

    def end_of(self, process: subprocess.Popen[str]) -> Ended:
        out, err = process.communicate(timeout=PATIENCE_S)
        return Ended(process.returncode, out, err)

    def holding(self, count: int) -> list[int]:
        """Process ids of workers that hold a submission, once there are so many."""
        until(lambda: len(self._held()) >= count)
        return self._held()

    def _held(self) -> list[int]:
        return [int(line.split()[1]) for line in self.noted() if line.startswith("hold ")]

    def hand_in(self, **files: str) -> Path:
        """Submissions, `name=words`; returns their folder."""
        folder = self.folder / "submissions"
        folder.mkdir(exist_ok=True)
        for name, words in files.items():
            (folder / f"{name}.py").write_text(words)
        return folder


def until(condition: Callable[[], bool]) -> None:
    """Wait for it; a test that waits too long fails."""
    end = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < end, "nothing happened"
        time.sleep(0.05)


def ended(process: subprocess.Popen[str]) -> None:
    """End a process and wait for it."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(END_S)
        except subprocess.TimeoutExpired:
            process.kill()
    for stream in (process.stdout, process.stderr):
        if stream is not None:
            stream.close()
    process.wait()


@pytest.fixture
def loopback(tmp_path: Path) -> Iterator[Loopback]:
    """A scheduler on loopback, no worker yet."""
    with ExitStack() as stack:
        cluster = Loopback(tmp_path, stack)
        cluster.start_scheduler()
        yield cluster
        # A scheduler goes last, or its workers would look for it first.
        if cluster.scheduler is not None and cluster.scheduler.poll() is None:
            for worker in cluster.workers:
                ended(worker)

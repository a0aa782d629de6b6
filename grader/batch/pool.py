"""The default executor: local processes, each with its own warm session; and how many of them."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing.connection import wait
from multiprocessing.context import SpawnContext, SpawnProcess
from multiprocessing.process import parent_process
from pathlib import Path
from types import FrameType
from typing import Any, ParamSpec, TypeVar

from grader.batch.worker import close_worker

P = ParamSpec("P")
T = TypeVar("T")

MEMORY_PER_JOB = 2_500_000_000
"""Bytes. Two warm zygotes, an examiner and a training cell side by side."""

TERMINATED = 128 + signal.SIGTERM

GRACE_S = 10.0
"""How long a worker may take to close its session before it is killed."""


def default_jobs(pending: int) -> int:
    """Workers to start: one per usable core, as memory allows, no more than there is work; at least 1."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    limits = [cores, pending]
    memory = available_memory()
    if memory is not None:
        limits.append(memory // MEMORY_PER_JOB)
    return max(1, min(limits))


def available_memory(root: Path = Path("/")) -> int | None:
    """Bytes that new processes may take, by the machine and by the control group; None where neither tells."""
    known = [value for value in (_machine_memory(root), _group_memory(root)) if value is not None]
    return min(known, default=None)


def _machine_memory(root: Path) -> int | None:
    try:
        for line in (root / "proc/meminfo").read_text().splitlines():
            name, _, value = line.partition(":")
            if name == "MemAvailable":
                return int(value.split()[0]) * 1024
    except (OSError, ValueError, IndexError):
        pass
    return None


def _group_memory(root: Path) -> int | None:
    folder = root / "sys/fs/cgroup"
    try:
        limit = (folder / "memory.max").read_text().strip()
        used = (folder / "memory.current").read_text().strip()
        return None if limit == "max" else max(0, int(limit) - int(used))
    except (OSError, ValueError):
        return None


class _TrackingContext(SpawnContext):
    """Starts processes afresh, so that no thread or lock of ours is copied, and remembers them."""

    def __init__(self) -> None:
        super().__init__()
        self.started: list[SpawnProcess] = []

    def Process(self, *args: Any, **kwargs: Any) -> SpawnProcess:  # type: ignore[override]  # noqa: N802  # theirs
        """A process that is not started yet, where the base class holds the class itself."""
        process = SpawnProcess(*args, **kwargs)
        self.started.append(process)
        return process


class WorkerPool(ProcessPoolExecutor):
    """A process pool that can also be left in the middle of its work."""

    def __init__(self, jobs: int) -> None:
        self._context = _TrackingContext()
        super().__init__(jobs, mp_context=self._context, initializer=start_worker)

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """As `Executor.submit`."""
        return super().submit(_call, fn, args, kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """As `Executor.shutdown`. Neither waiting nor finishing means to stop what runs now, too."""
        super().shutdown(wait=wait, cancel_futures=cancel_futures)
        if cancel_futures and not wait:
            self._stop()

    def _stop(self) -> None:
        alive = {process.sentinel: process for process in self._context.started if process.is_alive()}
        for process in alive.values():
            process.terminate()
        waiting: list[Any] = list(alive)
        while waiting:
            ended = wait(waiting, timeout=GRACE_S)
            if not ended:
                for sentinel in waiting:
                    alive[sentinel].kill()
                break
            waiting = [sentinel for sentinel in waiting if sentinel not in ended]


def start_worker() -> None:
    """Set up a worker process: Ctrl-C is the parent's to handle, and the worker ends when the parent is gone."""
    if sys.platform == "linux":
        from grader.sandbox.syscalls import name_process

        name_process("grader-worker")
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _leave)
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), name="parent-watch", daemon=True).start()


def _leave(_signal: int, _frame: FrameType | None) -> None:
    """Unwind once, so that the session's context managers end its processes."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sys.exit(TERMINATED)


def _call(fn: Callable[..., T], args: tuple[Any, ...], kwargs: dict[str, Any]) -> T:
    try:
        return fn(*args, **kwargs)
    except SystemExit:
        # The pool would hand it to a parent that no longer listens, and wait for its next job.
        close_worker()
        os._exit(TERMINATED)


def _end_with(parent: multiprocessing.process.BaseProcess) -> None:
    parent.join()
    # Through the handler above, on the main thread: the session is closed on the way out.
    os.kill(os.getpid(), signal.SIGTERM)

"""One thread per process that starts zygotes, drains output and holds every cell to its limits. Linux only."""

from __future__ import annotations

import contextlib
import os
import select
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import Protocol, TypeVar

_T = TypeVar("_T")
TICK_S = 0.05


class Watched(Protocol):
    """What the watchdog knows of a cell. Its methods are called on the watchdog's thread only."""

    def descriptors(self) -> list[int]:
        """What to poll: the output pipe while it is open, the first process until it has ended."""
        ...

    def on_ready(self, fd: int) -> None:
        """One of the descriptors is readable."""
        ...

    def on_tick(self, now: float) -> None:
        """Compare use with the limits. `now` is `time.monotonic()`."""
        ...

    def on_error(self, error: Exception) -> None:
        """One of the others raised: the cell is no longer held to its limits and has to end."""
        ...


class Watchdog:
    """Polls the cells of this process. Get it by `Watchdog.of_this_process`."""

    _lock = threading.Lock()
    _instance: Watchdog | None = None
    _owner: int = 0

    def __init__(self) -> None:
        self._cells: list[Watched] = []
        self._jobs: list[Callable[[], None]] = []
        self._jobs_lock = threading.Lock()
        self._wake_read, self._wake_write = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        threading.Thread(target=self._run, name="sandbox-watchdog", daemon=True).start()

    @classmethod
    def of_this_process(cls) -> Watchdog:
        """The one watchdog; a process forked from another gets its own, for threads do not pass a fork."""
        with cls._lock:
            if cls._instance is None or cls._owner != os.getpid():
                cls._instance = cls()
                cls._owner = os.getpid()
            return cls._instance

    def call(self, job: Callable[[], _T]) -> _T:
        """Run `job` on the watchdog's thread and hand back what it returns or raises.

        A zygote is started here because the kernel's parent-death signal follows the thread that forked, and
        this one lasts as long as the process.
        """
        future: Future[_T] = Future()

        def run() -> None:
            try:
                future.set_result(job())
            except BaseException as error:  # noqa: BLE001 - raised again in the caller's thread
                future.set_exception(error)

        with self._jobs_lock:
            self._jobs.append(run)
        os.write(self._wake_write, b"1")
        return future.result()

    def watch(self, cell: Watched) -> None:
        """Look after `cell` until it has no descriptors left."""
        self.call(lambda: self._cells.append(cell))

    def _run(self) -> None:
        next_tick = time.monotonic()
        while True:
            owners: dict[int, Watched] = {}
            poller = select.poll()
            poller.register(self._wake_read, select.POLLIN)
            for cell in self._cells:
                for fd in cell.descriptors():
                    owners[fd] = cell
                    poller.register(fd, select.POLLIN)
            wait_ms = max(0.0, next_tick - time.monotonic()) * 1000 if owners else None
            for fd, _ in poller.poll(wait_ms):
                if fd == self._wake_read:
                    self._run_jobs()
                else:
                    self._guarded(owners[fd], partial(owners[fd].on_ready, fd))
            now = time.monotonic()
            if now >= next_tick:
                next_tick = now + TICK_S
                for cell in self._cells:
                    self._guarded(cell, partial(cell.on_tick, now))
            self._cells = [cell for cell in self._cells if cell.descriptors()]

    @staticmethod
    def _guarded(cell: Watched, step: Callable[[], None]) -> None:
        """One cell's trouble must not end the thread that watches all others."""
        try:
            step()
        except Exception as error:  # noqa: BLE001 - handed to the cell, which raises it in its owner's thread
            cell.on_error(error)

    def _run_jobs(self) -> None:
        with contextlib.suppress(BlockingIOError):
            os.read(self._wake_read, 4096)
        with self._jobs_lock:
            jobs, self._jobs = self._jobs, []
        for job in jobs:
            job()

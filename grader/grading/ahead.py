"""Cells that run before their answers are asked for, beside what the examiner is doing meanwhile."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

from grader.grading.remembered import Answer

Work = Callable[[], Answer]


class Ahead:
    """Answers that were begun early, by the digest of all that decides them.

    What is begun and never asked for ends with `close`, unseen: neither its answer nor its failure is of any effect.

    Args:
        most: cells at a time; 0 begins none.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._pool = ThreadPoolExecutor(most, thread_name_prefix="ahead") if most > 0 else None
        self._begun: dict[str, Future[Answer]] = {}
        self._kills: set[Callable[[], None]] = set()
        self._lock = threading.Lock()
        self.closed = False

    def begin(self, digest: str, work: Work) -> None:
        """Let `work` run once there is room, unless it was begun before."""
        if self._pool is not None and digest not in self._begun:
            self._begun[digest] = self._pool.submit(work)

    def take(self, digest: str, work: Work) -> Answer:
        """The answer that was begun, or that of `work` now where none was, or it still waits for room.

        Raises:
            GradingError: whatever the work raised.
        """
        future = self._begun.get(digest)
        if future is None or future.cancel():
            return work()
        return future.result()

    @contextlib.contextmanager
    def running(self, kill: Callable[[], None]) -> Iterator[None]:
        """While open, `close` ends a cell by calling its `kill`; after `close` it ends at once."""
        with self._lock:
            self._kills.add(kill)
            if self.closed:
                kill()
        try:
            yield
        finally:
            with self._lock:
                self._kills.discard(kill)

    def close(self) -> None:
        """End all that still runs, and begin nothing more."""
        with self._lock:
            self.closed = True
            for kill in self._kills:
                kill()
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)

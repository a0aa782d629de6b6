"""Draw many images over the cores of this machine.

The workers are plain `python -m grader.data.draw_worker` processes fed through pipes, not `multiprocessing` ones: those
import the caller's main script again, and a student's script has no `if __name__ == "__main__"` around its first line.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from grader.data.cache import pack, unpack
from grader.data.sources import child_generator, source

Progress = Callable[[int, int], None]
"""Called with (images done, images in all)."""

_CHUNK = 20
_WORTH_A_PROCESS = 80


@dataclass(frozen=True)
class Order:
    """One image to draw: its class, and the path that picks its generator."""

    kind: str
    path: tuple[str | int, ...]


def draw_images(
    name: str,
    seed: bytes,
    orders: Sequence[Order],
    *,
    workers: int | None = None,
    progress: Progress | None = None,
) -> tuple[bytes, ...]:
    """Draw the ordered images as bytes of files, in order; the outcome does not depend on `workers`.

    Args:
        name: A data set, see `source_names`.
        seed: The seed all the generators descend from. It reaches workers by pipe, never by argument.
        orders: What to draw.
        workers: Processes; None takes one per core, 0 or 1 draws in this process, as few images always do.
        progress: Told after each batch of images; called from one thread at a time.

    Raises:
        UsageError: There is no data set of that name.
    """
    source(name)
    count = min(_cores() if workers is None else workers, len(orders) // (_WORTH_A_PROCESS // 2))
    tell = _Counter(len(orders), progress)
    if count < 2 or not sys.executable:
        return tuple(file for chunk in draw_in_chunks(name, seed, orders) for file in tell.passed(chunk))
    shares = [orders[place::count] for place in range(count)]
    with ThreadPoolExecutor(count) as threads:
        drawn = list(threads.map(lambda share: _draw_elsewhere(name, seed, share, tell), shares))
    return tuple(drawn[place % count][place // count] for place in range(len(orders)))


def draw_in_chunks(name: str, seed: bytes, orders: Sequence[Order]) -> Iterator[tuple[bytes, ...]]:
    """Draw in this process, handing out a few images at a time."""
    drawable = source(name)
    for start in range(0, len(orders), _CHUNK):
        yield tuple(
            drawable.draw(order.kind, child_generator(seed, *order.path)) for order in orders[start : start + _CHUNK]
        )


def read_chunk(stream: IO[bytes]) -> tuple[bytes, ...] | None:
    """Read one batch that `write_chunk` wrote; None at the end of the stream or where it breaks off."""
    header = stream.read(8)
    size = int.from_bytes(header, "big")
    data = stream.read(size)
    return unpack(data) if len(header) == 8 and len(data) == size else None


def write_chunk(stream: IO[bytes], chunk: Sequence[bytes]) -> None:
    """Write one batch of images to a pipe."""
    data = pack(chunk)
    stream.write(len(data).to_bytes(8, "big") + data)
    stream.flush()


def _draw_elsewhere(name: str, seed: bytes, orders: Sequence[Order], tell: _Counter) -> list[bytes]:
    """Draw in a worker process; what it could not deliver (it may not start in a sandbox) is drawn here."""
    package_parent = str(Path(__file__).resolve().parents[2])
    search = os.pathsep.join(filter(None, [package_parent, os.environ.get("PYTHONPATH", "")]))
    drawn: list[bytes] = []
    request = {"name": name, "seed": seed.hex(), "orders": [[order.kind, *order.path] for order in orders]}
    try:
        with subprocess.Popen(
            [sys.executable, "-P", "-m", "grader.data.draw_worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": search},
        ) as worker:
            assert worker.stdin is not None
            assert worker.stdout is not None
            try:
                worker.stdin.write(json.dumps(request).encode())
                worker.stdin.close()
                while (chunk := read_chunk(worker.stdout)) is not None:
                    drawn += tell.passed(chunk)
            finally:
                worker.kill()
    except (OSError, ValueError):
        pass
    for chunk in draw_in_chunks(name, seed, orders[len(drawn) :]):
        drawn += tell.passed(chunk)
    return drawn


class _Counter:
    """Adds up what several threads have drawn and tells the caller."""

    def __init__(self, total: int, progress: Progress | None) -> None:
        self._total = total
        self._progress = progress
        self._done = 0
        self._lock = threading.Lock()

    def passed(self, chunk: tuple[bytes, ...]) -> tuple[bytes, ...]:
        with self._lock:
            self._done += len(chunk)
            if self._progress is not None:
                self._progress(self._done, self._total)
        return chunk


def _cores() -> int:
    """Return the cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1

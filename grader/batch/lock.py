"""One batch at a time in an output folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from grader.errors import UsageError

LOCK_FILE = ".grader.lock"


@contextmanager
def locked(out: Path) -> Iterator[None]:
    """Hold `out` for this process while the block runs.

    The kernel gives the lock back when the process ends, however it ends, so a crash leaves nothing to clean up.
    Where there is no `flock` (Windows) nothing is locked.

    Raises:
        UsageError: another process holds it, or the folder cannot be written.
    """
    try:
        descriptor = os.open(out / LOCK_FILE, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
    except OSError as error:
        raise UsageError(f"{out} cannot be written: {error.strerror}.") from error
    try:
        _lock(descriptor, out)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int, out: Path) -> None:
    try:
        import fcntl
    except ImportError:
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise UsageError(
            f"Another batch is writing to {out}; wait until it ends, or give this one a folder of its own with --out."
        ) from error

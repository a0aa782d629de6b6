"""The last step before student code: a fresh random state, the entry, and an exit that runs no more code."""

from __future__ import annotations

import contextlib
import gc
import os
import random
import socket
import sys
import traceback
from collections.abc import Callable
from typing import Any, NoReturn

UNCAUGHT_EXIT = 70
Entry = Callable[[socket.socket], Any]


def fresh_interpreter_state() -> None:
    """Streams on this process's own descriptors, and a garbage collector and random state of its own."""
    gc.enable()
    for number, name in ((1, "stdout"), (2, "stderr")):
        # By line, so that what was printed before a crash is kept.
        stream = open(number, "w", buffering=1, encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
    reseed()


def collect_garbage_seldom() -> None:
    """For cells of ours, which live for seconds and make hundreds of thousands of objects.

    Looking for cycles in them again and again takes a twelfth of an examiner's time over a MobileNetV2.
    """
    gc.set_threshold(200_000, 20, 100)


def reseed() -> None:
    """Undo the random state shared by all forks of one zygote.

    The layout of the address space stays shared: it was drawn when the zygote started.
    """
    random.seed(os.urandom(32))
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        numpy.random.seed(int.from_bytes(os.urandom(4), "little"))


def run_entry(entry: Entry, wire: int) -> NoReturn:
    """Call `entry` with the wire's socket and end the process with its outcome.

    Ends by `os._exit`: neither `atexit` handlers nor threads that student code left behind get a turn.
    """
    code = 0
    try:
        with socket.socket(fileno=wire) as sock:
            entry(sock)
    except SystemExit as leaving:
        code = _exit_code(leaving.code)
    except BaseException:  # noqa: BLE001 - student code may raise anything
        code = UNCAUGHT_EXIT
        with contextlib.suppress(BaseException):
            os.write(2, traceback.format_exc().encode("utf-8", "backslashreplace"))
    for stream in (sys.stdout, sys.stderr):
        # Student code may have replaced them by anything.
        with contextlib.suppress(BaseException):
            stream.flush()
    os._exit(code)


def _exit_code(value: object) -> int:
    if value is None:
        return 0
    if type(value) is int:
        return value & 0xFF
    with contextlib.suppress(BaseException):
        os.write(2, f"{value}\n".encode("utf-8", "backslashreplace"))
    return 1

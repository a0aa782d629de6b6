"""A cell without walls, for machines that offer none: limits and a reaper, no isolation. Linux only.

Used only where the caller asks for isolation `unsafe`. Student code can read whatever the grader's user can.
"""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Sequence
from typing import NoReturn

from grader.sandbox import control, limits, syscalls
from grader.sandbox.cell_main import Entry, fresh_interpreter_state, run_entry
from grader.sandbox.control import SpawnRequest
from grader.sandbox.layout import CONTROL_FD, STATUS_FD
from grader.sandbox.measure import descendants
from grader.sandbox.namespaces import open_wire, reap_until, reporting, take_descriptors


def supervise(request: SpawnRequest, entry: Entry, descriptors: Sequence[int]) -> NoReturn:
    """Run as the first process, which outlives the cell and ends all that the cell left behind."""
    parent = os.getppid()
    take_descriptors(descriptors)
    reporting(lambda: _first(request, entry, parent))


def _first(request: SpawnRequest, entry: Entry, parent: int) -> None:
    # Blocked, so that a kill arriving early waits for the handler.
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
    syscalls.die_with_parent()
    if os.getppid() != parent:
        return
    os.setsid()
    status = socket.socket(fileno=STATUS_FD)
    open_wire(status)
    # Orphans come to this process instead of escaping to the machine's first.
    syscalls.prctl(syscalls.PR_SET_CHILD_SUBREAPER, 1)
    pid = os.fork()
    if pid == 0:
        reporting(lambda: _last(request, entry))
    for fd in (0, 1, 2, CONTROL_FD):
        os.close(fd)
    signal.signal(signal.SIGTERM, lambda *_: _end())
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTERM])
    ended = reap_until(pid)
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
    _end_all()
    control.send(status, ended)
    status.close()


def _last(request: SpawnRequest, entry: Entry) -> None:
    syscalls.die_with_parent()
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTERM])
    os.setsid()
    os.umask(0o022)
    os.chdir(request.folder)
    os.environ["HOME"] = os.environ["TMPDIR"] = request.folder
    limits.apply(request.policy)
    fresh_interpreter_state()
    with socket.socket(fileno=STATUS_FD) as status:
        control.send(status, {"kind": "running"})
    run_entry(entry, CONTROL_FD)


def _end() -> NoReturn:
    _end_all()
    os._exit(0)


def _end_all() -> None:
    """Kill every descendant, again and again until none is left."""
    while True:
        for pid in descendants(os.getpid())[1:]:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return

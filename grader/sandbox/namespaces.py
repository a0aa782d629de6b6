"""The three processes of an isolated cell, each step in the only order that works. Linux only.

first   in the zygote's pid namespace: makes the namespaces, waits. Reaped by the zygote.
init    process 1 of the new pid namespace: mounts, reaps, reports how the last one ended.
        When it ends, the kernel ends whatever is left in the namespace.
last    gives up every right, then runs the entry.
"""

from __future__ import annotations

import json
import os
import select
import socket
import traceback
from collections.abc import Callable, Sequence
from typing import NoReturn

from grader.sandbox import control, landlock, limits, seccomp, syscalls
from grader.sandbox.cell_main import Entry, fresh_interpreter_state, run_entry
from grader.sandbox.control import SpawnRequest
from grader.sandbox.layout import CELL, CONTROL_FD, DEVICES, FAULT_EXIT, HOST_NAME, MOVED, STATUS_FD, WORK
from grader.sandbox.policy import CellPolicy
from grader.sandbox.syscalls import MS_BIND, MS_NODEV, MS_NOEXEC, MS_NOSUID, MS_PRIVATE, MS_REC, mount

_NEW_NAMESPACES = (
    syscalls.CLONE_NEWUSER
    | syscalls.CLONE_NEWPID
    | syscalls.CLONE_NEWNS
    | syscalls.CLONE_NEWNET
    | syscalls.CLONE_NEWIPC
    | syscalls.CLONE_NEWUTS
    | syscalls.CLONE_NEWCGROUP
)
_SAFE = MS_NOSUID | MS_NODEV | MS_NOEXEC
LISTED_BYTES = 48_000
"""Of the names and sizes of the files in a folder, as they cross to the parent."""


def supervise(request: SpawnRequest, entry: Entry, descriptors: Sequence[int], inner: Sequence[str]) -> NoReturn:
    """Run as the first process. `inner` are the folders shown to the cell besides the system's own."""
    parent = os.getppid()
    take_descriptors(descriptors)
    reporting(lambda: _first(request, entry, inner, parent))


def take_descriptors(descriptors: Sequence[int]) -> None:
    """Output and status become 1 with 2, and 4; stdin is empty, the wire's place is kept; all else is closed."""
    output, status = descriptors
    null = os.open("/dev/null", os.O_RDONLY | os.O_CLOEXEC)
    syscalls.keep_descriptors([null, output, output, null, status])


def open_wire(status: socket.socket) -> None:
    """Make the wire and send the parent its end.

    Here and not in the parent: a socket belongs for ever to the network that it was made in, with its interfaces and its
    abstract names, and whoever holds it can ask for them.
    """
    ours, theirs = socket.socketpair()
    os.dup2(theirs.fileno(), CONTROL_FD, inheritable=False)
    control.send(status, {"kind": "wire"}, [ours.fileno()])
    ours.close()
    theirs.close()


def reporting(step: Callable[[], None]) -> NoReturn:
    """Run one process's part; what goes wrong is reported to the parent as a fault of ours."""
    try:
        step()
    except BaseException:  # noqa: BLE001 - nothing of the zygote above may go on in this fork
        with socket.socket(fileno=STATUS_FD) as status:
            control.send(status, {"kind": "fault", "fault": traceback.format_exc()})
        os._exit(FAULT_EXIT)
    os._exit(0)


def _first(request: SpawnRequest, entry: Entry, inner: Sequence[str], parent: int) -> None:
    user, group = os.getuid(), os.getgid()
    syscalls.unshare(_NEW_NAMESPACES)
    for name, content in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
        _write(f"/proc/self/{name}", content)
    syscalls.die_with_parent()
    if os.getppid() != parent:
        return
    status = socket.socket(fileno=STATUS_FD)
    open_wire(status)
    alive_read, alive_write = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(alive_write)
        reporting(lambda: _init(request, entry, inner, alive_read))
    syscalls.prctl(syscalls.PR_SET_DUMPABLE, 0)
    # The parent kills by this one: when it is gone, so is all that was in its namespace.
    pidfd = os.pidfd_open(pid)
    control.send(status, {"kind": "init"}, [pidfd])
    for fd in (0, 1, 2, CONTROL_FD, alive_read, pidfd):
        os.close(fd)
    os.waitpid(pid, 0)
    if request.listed:
        # In the mount namespace of the cell, with nobody left in it who could change or hide anything.
        control.send(status, {"kind": "files", "files": listing(f"{WORK}/{request.listed}")})
    status.close()


def _init(request: SpawnRequest, entry: Entry, inner: Sequence[str], alive: int) -> None:
    syscalls.die_with_parent()
    poller = select.poll()
    poller.register(alive, 0)
    if poller.poll(0):
        # The first process ended before the line above took effect.
        return
    os.close(alive)
    _mount_all(request.policy, inner)
    socket.sethostname(HOST_NAME)
    _write("/proc/self/oom_score_adj", "1000")
    syscalls.prctl(syscalls.PR_SET_DUMPABLE, 0)
    pid = os.fork()
    if pid == 0:
        reporting(lambda: _last(request.policy, entry))
    for fd in (0, 1, 2, CONTROL_FD):
        os.close(fd)
    ended = reap_until(pid)
    with socket.socket(fileno=STATUS_FD) as status:
        control.send(status, ended)


def listing(folder: str) -> dict[str, int]:
    """Size in bytes of each file directly in `folder`, as many as fit into one message; empty where it is no folder any more."""
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return {}
    sizes: dict[str, int] = {}
    room = LISTED_BYTES
    try:
        with os.scandir(descriptor) as found:
            for entry in found:
                room -= len(json.dumps(entry.name)) + 24
                if room < 0:
                    break
                if entry.is_file(follow_symlinks=False):
                    sizes[entry.name] = entry.stat(follow_symlinks=False).st_size
    finally:
        os.close(descriptor)
    return sizes


def reap_until(last: int) -> dict[str, object]:
    """Reap children until `last` has ended; how it ended, as a message for the parent."""
    cpu = 0.0
    while True:
        pid, status, used = os.wait4(-1, 0)
        cpu += used.ru_utime + used.ru_stime
        if pid == last:
            break
    code = os.waitstatus_to_exitcode(status)
    return {"kind": "ended", "code": code if code >= 0 else None, "signal": -code if code < 0 else None, "cpu_s": cpu}


def _mount_all(policy: CellPolicy, inner: Sequence[str]) -> None:
    mount("none", "/", "", MS_REC | MS_PRIVATE)
    # What is shown below /tmp or /dev/shm would vanish under the cell's own.
    covered = [
        (path, os.open(path, os.O_PATH | os.O_CLOEXEC))
        for path in inner
        if path.startswith(tuple(f"{target}/" for target in MOVED.values()))
    ]
    size = f"size={policy.tmpfs_bytes},nr_inodes={policy.inodes},mode=0755"
    mount("cell", CELL, "tmpfs", _SAFE, size)
    os.mkdir(WORK, 0o700)
    for source, target in MOVED.items():
        os.mkdir(source)
        os.chmod(source, 0o1777)  # noqa: S103 - as every /tmp, and seen by this cell alone
        mount(source, target, "", MS_BIND)
    for path, fd in covered:
        _show_again(path, fd)
    mount("proc", "/proc", "proc", _SAFE)


def _show_again(path: str, fd: int) -> None:
    if os.path.isdir(f"/proc/self/fd/{fd}"):
        os.makedirs(path, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY))
    # The mount keeps its read-only flag: it came from a namespace above, which locks it.
    mount(f"/proc/self/fd/{fd}", path, "", MS_BIND | MS_REC)
    os.close(fd)


def _last(policy: CellPolicy, entry: Entry) -> None:
    os.setsid()
    os.umask(0o022)
    os.chdir(WORK)
    limits.apply(policy)
    syscalls.drop_capabilities()
    syscalls.prctl(syscalls.PR_SET_DUMPABLE, 1)
    syscalls.prctl(syscalls.PR_SET_NO_NEW_PRIVS, 1)
    landlock.restrict((CELL, *MOVED.values()), DEVICES)
    seccomp.install()
    fresh_interpreter_state()
    with socket.socket(fileno=STATUS_FD) as status:
        control.send(status, {"kind": "running"})
    run_entry(entry, CONTROL_FD)


def _write(path: str, content: str) -> None:
    with open(path, "w", encoding="ascii") as file:
        file.write(content)

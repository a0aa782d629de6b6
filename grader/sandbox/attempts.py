"""Attempts to get out of a cell, for `grader doctor --attack`. Run inside of one; the standard library alone.

Each attempt has a twin beside it: something as much like it as can be that a cell is allowed to do. A cell that refuses
everything fails as well as one that refuses nothing.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import json
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from grader.sandbox.layout import WORK

Bait = Mapping[str, Any]
"""What the parent has laid out on the machine: `file`, `variable`, `value`, `port`, `name` of an abstract socket, `folders`."""

DISK_MIB = 1_000
"""More than any cell may write."""
_PTRACE_ATTACH = 16
_CLONE_NEWUSER = 0x10000000
_MS_BIND = 4096


@dataclass(frozen=True)
class Attempt:
    """One way out, and its allowed twin.

    Attributes:
        attack: returns what it reached, "" where nothing; an `OSError` means that it was stopped.
        twin: raises where the cell refuses it.
    """

    attack: Callable[[Bait], str]
    twin: Callable[[Bait], object]


def run(sock: socket.socket) -> None:
    """The entry: reads the bait as one line of JSON, tries all of `ATTEMPTS`, sends an outcome for each by name."""
    bait = json.loads(sock.makefile().readline())
    outcomes = {
        name: {"reached": _reached(one, bait), "refused": _refused(one, bait)} for name, one in ATTEMPTS.items()
    }
    sock.sendall(json.dumps(outcomes).encode())


def _reached(attempt: Attempt, bait: Bait) -> str:
    try:
        return attempt.attack(bait)
    except (OSError, ValueError):
        return ""


def _refused(attempt: Attempt, bait: Bait) -> str:
    try:
        attempt.twin(bait)
    except Exception as error:  # noqa: BLE001 - told to the instructor, whatever it is
        return f"{type(error).__name__}: {error}"
    return ""


def _tried(**actions: Callable[[], object]) -> str:
    """The names of the actions that were not stopped."""
    through = []
    for name, action in actions.items():
        try:
            action()
        except OSError:
            continue
        through.append(name.replace("_", " "))
    return ", ".join(through)


# Files --------------------------------------------------------------------------------------------------------------


def _read_files(bait: Bait) -> str:
    found = [path for path in (bait["file"], *bait["folders"]) if os.path.exists(path)]
    found += [path for path in ("/etc/shadow", "/etc/ssh", "/var/log", "/sys/class") if os.path.exists(path)]
    return ", ".join(found)


def _content(path: str) -> object:
    if os.path.isdir(path):
        return os.listdir(path)
    with open(path, "rb") as file:
        return file.read(1)


def _write_outside(_bait: Bait) -> str:
    places = ["/", "/usr", "/etc", "/dev", "/proc/sys/kernel", os.path.dirname(__file__), *sys.path]
    # A checkout below /tmp lies in folders of the cell's own, which it may write to and nobody else sees.
    own = os.stat(WORK).st_dev if os.path.isdir(WORK) else None
    places = [place for place in places if os.path.isdir(place) and os.stat(place).st_dev != own]
    found = []
    for place in places:
        path = os.path.join(place, f"grader-doctor-{os.getpid()}")
        try:
            with open(path, "w", encoding="ascii") as file:
                file.write("x")
        except OSError:
            continue
        os.unlink(path)
        found.append(place)
    return ", ".join(found)


def _write_own(_bait: Bait) -> None:
    for path in ("own", "/tmp/own", "/dev/shm/own"):  # noqa: S108 - the cell's own
        with open(path, "w", encoding="ascii") as file:
            file.write("x")


def _lock_shared(_bait: Bait) -> str:
    with open(os.__file__, "rb") as file:
        return _tried(
            flock=lambda: fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB),
            lease=lambda: fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_RDLCK),
            inotify=lambda: _call(_LIBC.inotify_init1(0)),
        )


# Processes ----------------------------------------------------------------------------------------------------------


def _environment(bait: Bait) -> str:
    found = [bait["variable"]] if bait["variable"] in os.environ else []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/environ", "rb") as file:
                found += [f"/proc/{pid}/environ"] if bait["value"].encode() in file.read() else []
        except OSError:
            continue
    return ", ".join(found)


def _other_processes(_bait: Bait) -> str:
    # 1 is the cell's own reaper, 2 this process.
    others = sorted({*filter(str.isdigit, os.listdir("/proc"))} - {"1", str(os.getpid())})
    return f"processes {', '.join(others[:5])}" if others else ""


def _own_child(_bait: Bait) -> None:
    pid = os.fork()
    if pid == 0:
        time.sleep(60)
        os._exit(0)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def _memory_of_others(_bait: Bait) -> str:
    return _tried(
        memory_of_process_1=lambda: _content("/proc/1/mem"),
        environment_of_process_1=lambda: _content("/proc/1/environ"),
        descriptors_of_process_1=lambda: os.listdir("/proc/1/fd"),
        ptrace=lambda: _call(_LIBC.ptrace(_PTRACE_ATTACH, 1, None, None)),
    )


def _descriptors(_bait: Bait) -> str:
    inherited = []
    # The listing itself has one open.
    for name in os.listdir("/proc/self/fd"):
        try:
            target = os.readlink(f"/proc/self/fd/{name}")
        except OSError:
            continue
        if int(name) > 3 and not target.startswith("/proc/"):
            inherited.append(target)
    return ", ".join(inherited)


# Network and kernel -------------------------------------------------------------------------------------------------


def _network(bait: Bait) -> str:
    def connect(family: int, address: Any) -> Callable[[], object]:
        def attempt() -> None:
            with socket.socket(family, socket.SOCK_STREAM) as sock:
                sock.settimeout(2)
                sock.connect(address)

        return attempt

    return _tried(
        TCP=connect(socket.AF_INET, ("127.0.0.1", bait["port"])),
        TCP_6=connect(socket.AF_INET6, ("::1", bait["port"])),
        abstract_socket=connect(socket.AF_UNIX, "\0" + bait["name"]),
        UDP=lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).close(),
        vsock=lambda: socket.socket(40, socket.SOCK_STREAM).close(),
        netlink=lambda: socket.socket(16, socket.SOCK_RAW).close(),
    )


def _own_sockets(_bait: Bait) -> None:
    left, right = socket.socketpair()
    with left, right:
        left.sendall(b"x")
        if right.recv(1) != b"x":
            raise ValueError("a pair of sockets passes nothing")


def _kernel(_bait: Bait) -> str:
    return _tried(
        user_namespace=lambda: _call(_LIBC.unshare(_CLONE_NEWUSER)),
        mount=lambda: _call(_LIBC.mount(b"/usr", b"/tmp", None, _MS_BIND, None)),
        root=lambda: os.setuid(0),
        anonymous_file=lambda: os.close(os.memfd_create("x")),
        host_name=lambda: socket.sethostname("x"),
        clock=lambda: time.clock_settime(time.CLOCK_REALTIME, time.time()),
    )


def _privileges(_bait: Bait) -> str:
    with open("/proc/self/status", encoding="ascii") as file:
        status = dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)
    found = [name for name in ("CapEff", "CapPrm", "CapBnd", "CapInh", "CapAmb") if int(status[name], 16)]
    found += [] if status["NoNewPrivs"] == "1" else ["new privileges"]
    found += [] if status["Seccomp"] == "2" else ["no filter of system calls"]
    return ", ".join(found)


def _own_program(_bait: Bait) -> str:
    path = os.path.abspath("program")
    with open(path, "wb") as file, open("/bin/true", "rb") as source:
        file.write(source.read())
    os.chmod(path, 0o700)
    return "a program of its own" if _ended(path) == 0 else ""


def _system_program(_bait: Bait) -> None:
    if _ended("/bin/true") != 0:
        raise ValueError("/bin/true does not run")


def _ended(path: str) -> int:
    pid = os.fork()
    if pid == 0:
        try:
            os.execv(path, [path])  # noqa: S606 - no shell is the point
        finally:
            os._exit(126)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


_LIBC = ctypes.CDLL(None, use_errno=True)


def _call(result: int) -> None:
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, errno.errorcode.get(code, "unknown"))


ATTEMPTS = {
    "files of the machine": Attempt(_read_files, lambda _: _content(__file__)),
    "writing outside": Attempt(_write_outside, _write_own),
    "environment": Attempt(_environment, lambda _: os.environ["HOME"]),
    "other processes": Attempt(_other_processes, _own_child),
    "memory of others": Attempt(_memory_of_others, lambda _: _content("/proc/self/maps")),
    "descriptors": Attempt(_descriptors, lambda _: os.close(os.dup(1))),
    "network": Attempt(_network, _own_sockets),
    "kernel": Attempt(_kernel, lambda _: os.getpid()),
    "privileges": Attempt(_privileges, lambda _: os.getuid()),
    "own programs": Attempt(_own_program, _system_program),
    "locks on shared files": Attempt(_lock_shared, _write_own),
}


# What a cell takes; each in a cell of its own, judged by how that ends ------------------------------------------------


def takes_memory(_sock: socket.socket) -> None:
    """Take memory without end."""
    hoard = []
    while True:
        hoard.append(bytearray(b"x") * (16 << 20))


def never_ends(_sock: socket.socket) -> None:
    """Ignore every signal and loop."""
    for number in range(1, signal.NSIG):
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            continue
    while True:
        try:
            while True:
                pass
        except BaseException:  # noqa: BLE001, S112 - as an attack would
            continue


def floods(_sock: socket.socket) -> None:
    """Print without end."""
    while True:
        print("x" * 100_000)  # noqa: T201 - the flood


def fills_the_disk(_sock: socket.socket) -> None:
    """Write until the file system refuses, and end with 0 where it did. What was written is taken away again."""
    paths = [os.path.join(os.environ["TMPDIR"], f"grader-doctor-{os.getpid()}-{number}") for number in range(DISK_MIB)]
    refused = False
    try:
        for path in paths:
            with open(path, "wb") as file:
                file.write(bytes(1 << 20))
    except OSError:
        refused = True
    for path in paths:
        try:
            os.unlink(path)
        except OSError:
            break
    os._exit(0 if refused else 1)


def forks_without_end(_sock: socket.socket) -> None:
    """Fork until the kernel refuses, and end with 0 where it did."""
    for _ in range(2_000):
        try:
            if os.fork() == 0:
                signal.pause()
        except OSError:
            os._exit(0)
    os._exit(1)


def leaves_a_daemon(_sock: socket.socket) -> None:
    """Leave a detached process that holds the socket: its other end ends when that is gone."""
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            while True:
                time.sleep(60)
        os._exit(0)
    os.wait()


def does_its_work(sock: socket.socket) -> None:
    """The twin of all of these: take a little of everything, and answer."""
    hoard = bytearray(b"x") * (8 << 20)
    with open("own", "wb") as file:
        file.write(hoard)
    print("x" * 1_000)  # noqa: T201 - a little of it
    sock.sendall(b"done")

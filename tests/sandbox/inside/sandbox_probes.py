"""Entries that run inside a cell: each tries something and sends what came of it. Standard library only.

`attempt` answers `allowed <value>` or `denied <errno name>`, so that a test compares one word.
"""

# Written the way attacks are: prints, catches everything, calls the system directly.
# ruff: noqa: BLE001
# ruff: noqa: PTH101, PTH102, PTH108, PTH109, PTH110, PTH123, PTH208, PTH211
# ruff: noqa: T201

from __future__ import annotations

import contextlib
import ctypes
import errno
import json
import mmap
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable

CLONE_NEWUSER = 0x10000000
libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long


def argument(sock: socket.socket) -> str:
    """What the test sent: one line."""
    return sock.makefile().readline().rstrip("\n")


def attempt(sock: socket.socket, action: Callable[[], object]) -> None:
    """Send how `action` went."""
    try:
        value = action()
    except OSError as error:
        answer = f"denied {errno.errorcode.get(error.errno or 0, error)}"
    else:
        answer = f"allowed {value}"
    sock.sendall(answer.encode())


def call(number: int, *arguments: int) -> int:
    """A raw system call."""
    result = libc.syscall(ctypes.c_long(number), *[ctypes.c_long(value) for value in arguments])
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return int(result)


# How a cell ends


def returns(sock: socket.socket) -> None:
    print("printed")


def exits_three(sock: socket.socket) -> None:
    sys.exit(3)


def exits_with_text(sock: socket.socket) -> None:
    sys.exit("cannot go on")


def leaves_at_once(sock: socket.socket) -> None:
    os._exit(0)


def raises(sock: socket.socket) -> None:
    raise ValueError("a student's mistake \ud800")


def kills_itself(sock: socket.socket) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def kills_everything(sock: socket.socket) -> None:
    with contextlib.suppress(OSError):
        os.kill(-1, signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)


def dawdles(sock: socket.socket) -> None:
    sock.sendall(b"dawdling")
    while True:
        time.sleep(0.2)


def loops(sock: socket.socket) -> None:
    sock.sendall(b"looping")
    for number in range(1, signal.NSIG):
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            continue
    while True:
        try:
            while True:
                pass
        except BaseException:
            continue


def leaves_a_daemon(sock: socket.socket) -> None:
    """A detached grandchild keeps the wire open: its other end sees the end only when it is dead."""
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            while True:
                signal.pause()
        os._exit(0)
    os.wait()


def leaves_a_thread(sock: socket.socket) -> None:
    threading.Thread(target=threading.Event().wait).start()


# What a cell takes


def bombs_memory(sock: socket.socket) -> None:
    hoard = []
    while True:
        hoard.append(bytearray(b"x") * (16 << 20))


def bombs_memory_in_children(sock: socket.socket) -> None:
    """Four processes stay under the limit of one each."""
    for _ in range(4):
        if os.fork() == 0:
            hoard = bytearray(b"x") * (64 << 20)
            signal.pause()
            print(len(hoard))
    signal.pause()


def bombs_shared_memory(sock: socket.socket) -> None:
    shared = []
    while True:
        shared.append(mmap.mmap(-1, 16 << 20))
        shared[-1].write(b"x" * (16 << 20))


def maps_shared_memory(sock: socket.socket) -> None:
    attempt(sock, lambda: len(mmap.mmap(-1, 1 << 20, flags=mmap.MAP_SHARED | mmap.MAP_ANONYMOUS)))


def maps_private_memory(sock: socket.socket) -> None:
    attempt(sock, lambda: len(mmap.mmap(-1, 1 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)))


def maps_shared_file(sock: socket.socket) -> None:
    def share() -> int:
        with open("/dev/shm/segment", "w+b") as file:
            file.truncate(1 << 20)
            return len(mmap.mmap(file.fileno(), 1 << 20))

    attempt(sock, share)


def takes(sock: socket.socket) -> None:
    size = int(argument(sock))
    try:
        hoard = bytearray(b"x") * size
    except MemoryError:
        sock.sendall(b"denied MemoryError")
    else:
        sock.sendall(b"allowed %d" % len(hoard))


def floods_output(sock: socket.socket) -> None:
    line = "x" * (1 << 20)
    for _ in range(1 << 10):
        print(line)


def prints(sock: socket.socket) -> None:
    size = int(argument(sock))
    sys.stdout.write("x" * (size - 4))
    sys.stdout.flush()
    os.write(2, b"last")


def bombs_processes(sock: socket.socket) -> None:
    children = 0
    try:
        while children < 1000:
            if os.fork() == 0:
                signal.pause()
            children += 1
    except OSError as error:
        sock.sendall(f"denied {errno.errorcode[error.errno or 0]}".encode())
    else:
        sock.sendall(b"allowed 1000")


def bombs_processes_without_end(sock: socket.socket) -> None:
    while True:
        try:
            os.fork()
        except OSError:
            continue


def fills_disk(sock: socket.socket) -> None:
    folder = argument(sock)

    def fill() -> None:
        for number in range(64):
            with open(f"{folder}/{number}", "wb") as file:
                file.write(b"x" * (1 << 20))

    attempt(sock, fill)


def fills_inodes(sock: socket.socket) -> None:
    def fill() -> None:
        for number in range(10_000):
            with open(f"f{number}", "wb"):
                pass

    attempt(sock, fill)


def opens_files(sock: socket.socket) -> None:
    attempt(sock, lambda: len([os.open("/dev/null", os.O_RDONLY) for _ in range(int(argument(sock)))]))


# What a cell sees


def describes(sock: socket.socket) -> None:
    seen = {
        "cwd": os.getcwd(),
        "uid": os.getuid(),
        "environ": dict(os.environ),
        "descriptors": sorted(int(fd) for fd in os.listdir("/proc/self/fd"))[:-1],
        "stdin": os.read(0, 1).decode(),
        "pids": sorted(int(name) for name in os.listdir("/proc") if name.isdigit()),
        "random": random.random(),
        "hash": hash("a"),
        "path": sys.path,
        "root": sorted(os.listdir("/")),
        "host": socket.gethostname(),
    }
    sock.sendall(json.dumps(seen).encode())


def lists(sock: socket.socket) -> None:
    attempt(sock, lambda: sorted(os.listdir(argument(sock))))


def reads(sock: socket.socket) -> None:
    def read() -> str:
        with open(argument(sock), encoding="utf-8") as file:
            return file.read().strip()

    attempt(sock, read)


def writes(sock: socket.socket) -> None:
    def write() -> str:
        with open(argument(sock), "w", encoding="utf-8") as file:
            file.write("1")
        return "written"

    attempt(sock, write)


def runs_own_program(sock: socket.socket) -> None:
    shutil.copyfile("/bin/true", "program")
    os.chmod("program", 0o700)
    attempt(sock, lambda: subprocess.run(["./program"], check=True).returncode)


def runs_system_program(sock: socket.socket) -> None:
    attempt(sock, lambda: subprocess.run(["/bin/true"], check=True).returncode)


# What a cell may ask of the kernel


def opens_socket(sock: socket.socket) -> None:
    family, kind = argument(sock).split()
    attempt(sock, lambda: socket.socket(int(family), int(kind)) and "opened")


def makes_socketpair(sock: socket.socket) -> None:
    attempt(sock, lambda: socket.socketpair() and "made")


def unshares(sock: socket.socket) -> None:
    def unshare() -> None:
        if libc.unshare(CLONE_NEWUSER):
            raise OSError(ctypes.get_errno(), "unshare")

    attempt(sock, unshare)


def forks(sock: socket.socket) -> None:
    def fork() -> int:
        pid = os.fork()
        if pid == 0:
            os._exit(5)
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

    attempt(sock, fork)


def starts_thread(sock: socket.socket) -> None:
    done = threading.Event()
    thread = threading.Thread(target=done.set)
    thread.start()
    thread.join()
    sock.sendall(f"allowed {done.is_set()}".encode())


def calls(sock: socket.socket) -> None:
    """Try each system call of a JSON list with arguments that none accepts; send the errors' names."""
    answers = {}
    for name, numbers in json.loads(argument(sock)).items():
        try:
            answers[name] = str(call(*numbers))
        except OSError as error:
            answers[name] = errno.errorcode[error.errno or 0]
    sock.sendall(json.dumps(answers).encode())


def calls_once(sock: socket.socket) -> None:
    attempt(sock, lambda: call(*json.loads(argument(sock))))


def signals(sock: socket.socket) -> None:
    pid = int(argument(sock))
    attempt(sock, lambda: os.kill(pid, signal.SIGKILL))


def signals_own_child(sock: socket.socket) -> None:
    def kill() -> int:
        pid = os.fork()
        if pid == 0:
            signal.pause()
        os.kill(pid, signal.SIGKILL)
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

    attempt(sock, kill)


# Two cells at a time


def leaves_traces(sock: socket.socket) -> None:
    """Leave files and listen on an abstract socket until told to end."""
    for folder in ("/tmp", "/dev/shm", os.getcwd()):
        with open(f"{folder}/trace", "w", encoding="utf-8") as file:
            file.write("trace")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("\0meeting-point")
        listener.listen()
        with socket.socket(socket.AF_UNIX) as own:
            own.connect("\0meeting-point")
        sock.sendall(b"ready")
        sock.recv(1)


def looks_for_traces(sock: socket.socket) -> None:
    found = [folder for folder in ("/tmp", "/dev/shm", os.getcwd()) if os.path.exists(f"{folder}/trace")]
    with socket.socket(socket.AF_UNIX) as other:
        try:
            other.connect("\0meeting-point")
            found.append("socket")
        except OSError as error:
            sock.sendall(f"{found} {errno.errorcode[error.errno or 0]}".encode())
            return
    sock.sendall(f"{found}".encode())


def waits(sock: socket.socket) -> None:
    sock.sendall(b"waiting")
    sock.recv(1)


def leaves_files(sock: socket.socket) -> None:
    os.mkdir("photos")
    for name, content in (("left.txt", "abc"), ("gone.txt", "x"), (os.fsdecode(b"\xc3\xbc\x80.txt"), "")):
        with open(f"photos/{name}", "w") as file:
            file.write(content)
    os.mkdir("photos/folder.txt")
    os.symlink("/etc/passwd", "photos/link.txt")
    os.unlink("photos/gone.txt")
    sock.sendall(b"ready")


def leaves_files_and_waits(sock: socket.socket) -> None:
    leaves_files(sock)
    signal.pause()


def folder_becomes_a_link(sock: socket.socket) -> None:
    os.symlink("/etc", "photos")
    sock.sendall(b"ready")

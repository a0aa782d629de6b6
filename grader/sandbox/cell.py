"""The parent's side of one cell: its socket, its output, its limits and its end. Linux only."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from grader.errors import GraderFault
from grader.sandbox import control, measure
from grader.sandbox.namespaces import listing
from grader.sandbox.policy import CellExit, CellPolicy, ExitReason

_END_S = 20.0
_CHUNK = 1 << 16
_LOOK_S = 5.0
"""Seconds between two looks at how slow the machine is, in the second half of a cell's time."""


@dataclass(frozen=True)
class CellHandles:
    """What `Zygote.spawn` hands over: descriptors and the figures known at the fork."""

    wire: socket.socket
    output: int
    status: socket.socket
    first: int
    """pidfd of the cell's first process, child of the zygote."""
    target: int
    """pidfd of the process that `kill_signal` goes to; equal to `first` where there is no pid namespace."""
    kill_signal: int
    inherited_bytes: int
    started: float
    folder: str
    """Work folder to remove at the end, or empty."""
    listed: str = ""
    """What is listed of the work folder, or empty."""
    told: Sequence[dict[str, Any]] = ()
    """What the processes around the cell said of its end before anybody asked."""


class Cell:
    """One fork, in namespaces of its own; the entry runs in it with the work folder as current folder.

    Also a context manager, which closes it.
    """

    def __init__(self, name: str, policy: CellPolicy, handles: CellHandles) -> None:
        self.name = name
        self.policy = policy
        self.socket = handles.wire
        self._handles = handles
        self._pid = process_id(handles.target)
        self._output = bytearray()
        self._output_open = True
        self._running = True
        self._reason: ExitReason | None = None
        self._ended: dict[str, Any] | None = None
        self._exit: CellExit | None = None
        self._done = threading.Event()
        self._lock = threading.Lock()
        self._peak_bytes = 0
        self._cpu_s = 0.0
        self._slowness: list[float] = []
        self._looked = float("-inf")
        self._error: Exception | None = None
        self.files: dict[str, int] | None = None
        """Sizes in bytes by name of what `listed` held once the cell had ended, seen by a process without student code; None
        where nobody was left to look."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def poll(self) -> CellExit | None:
        """How it ended, or None while it runs."""
        return self._exit

    def wait(self, timeout_s: float | None = None) -> CellExit | None:
        """Wait for the end, at most `timeout_s` seconds; None where it still runs."""
        self._done.wait(timeout_s)
        return self._exit

    def kill(self, reason: ExitReason = "killed") -> None:
        """End it with all its processes. The first reason given stays; returns before it has ended."""
        with self._lock:
            if not self._running:
                return
            if self._reason is None:
                self._reason = reason
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._handles.target, self._handles.kill_signal)

    def output(self) -> bytes:
        """Stdout and stderr so far, in the order written, at most `policy.output_bytes`."""
        return bytes(self._output[: self.policy.output_bytes])

    def close(self) -> CellExit:
        """Kill it if it runs, wait for its end, close the socket.

        Raises:
            GraderFault: the kernel did not end it, or it could not be held to its limits.
        """
        self.kill()
        ended = self.wait(_END_S)
        if ended is None:
            raise GraderFault(f"cell {self.name!r} did not end within {_END_S:g} s of being killed.")
        self.socket.close()
        if self._error is not None:
            raise GraderFault(f"cell {self.name!r} could not be watched: {self._error}") from self._error
        return ended

    # The rest is called by the watchdog, on its thread.

    def descriptors(self) -> list[int]:
        """What the watchdog polls."""
        if not self._running:
            return []
        return [self._handles.first, *([self._handles.output] if self._output_open else [])]

    def on_ready(self, fd: int) -> None:
        """Output has come, or the first process has ended."""
        if not self._running:
            return
        if fd == self._handles.output:
            self._drain()
        else:
            self._finish()

    def on_tick(self, now: float) -> None:
        """Hold it to wall clock, memory and, without namespaces, the number of processes."""
        if not self._running:
            return
        used = measure.usage(self._pid, self._handles.inherited_bytes, self.policy.memory_bytes)
        self._peak_bytes = max(self._peak_bytes, used.memory_bytes)
        self._cpu_s = max(self._cpu_s, used.cpu_s)
        ran_s = now - self._handles.started
        if ran_s > self.policy.wall_s / 2 and now - self._looked > _LOOK_S:
            self._looked = now
            self._slowness.append(measure.slowness())
        over_s = ran_s - self.policy.wall_s
        if over_s > 0 and over_s > min(self._lost_s(ran_s), self.policy.longest_s - self.policy.wall_s):
            self.kill("wall")
        if used.memory_bytes > self.policy.memory_bytes:
            self.kill("memory")
        elif used.processes > self.policy.processes + 2:
            # RLIMIT_NPROC does not hold for root without a user namespace.
            self.kill("killed")

    def _lost_s(self, ran_s: float) -> float:
        """Seconds of `ran_s` that a crowded or slow machine took from the cell: they are not its doing.

        How slow it was is the mean since the middle of its time: one moment says little of minutes.
        """
        slowness = sum(self._slowness) / len(self._slowness) if self._slowness else 1.0
        return measure.waited_s(self._pid) + min(self._cpu_s, ran_s) * (1 - 1 / slowness)

    def on_error(self, error: Exception) -> None:
        """Watching failed: end it, and let `close` raise."""
        self._error = error
        self.kill()

    def _drain(self, rounds: int = 16) -> None:
        for _ in range(rounds):
            try:
                chunk = os.read(self._handles.output, _CHUNK)
            except BlockingIOError:
                return
            if not chunk:
                self._output_open = False
                return
            room = self.policy.output_bytes + 1 - len(self._output)
            self._output += chunk[: max(0, room)]
            if len(self._output) > self.policy.output_bytes:
                self.kill("output")

    def _finish(self) -> None:
        """The first process has ended, and with it all others: what is in the pipes is all there will be."""
        self._drain(rounds=self.policy.output_bytes // _CHUNK + 32)
        self._handles.status.setblocking(False)
        told = [*self._handles.told]
        with contextlib.suppress(OSError):
            while (received := control.receive(self._handles.status)) is not None:
                told.append(received[0])
        for message in told:
            if message["kind"] in {"ended", "fault"}:
                self._ended = message
            elif message["kind"] == "files":
                self.files = message["files"]
        with self._lock:
            self._running = False
            os.close(self._handles.first)
            os.close(self._handles.output)
            self._handles.status.close()
            if self._handles.target != self._handles.first:
                os.close(self._handles.target)
        if self._handles.folder:
            if self._handles.listed:
                self.files = listing(f"{self._handles.folder}/{self._handles.listed}")
            shutil.rmtree(self._handles.folder, ignore_errors=True)
        self._exit = self._outcome()
        self._done.set()

    def _outcome(self) -> CellExit:
        ended = self._ended or {}
        natural = ended.get("kind") == "ended"
        reason = self._reason
        if len(self._output) > self.policy.output_bytes:
            reason = "output"
        elif reason == "killed" and natural:
            # It had ended by itself before the kill arrived.
            reason = None
        code = ended.get("code") if natural and reason is None else None
        number = ended.get("signal") if natural else int(signal.SIGKILL)
        if reason is None:
            reason = "exited" if code is not None else "signaled"
        return CellExit(
            reason=reason,
            code=code,
            signal=number if reason == "signaled" else None,
            wall_s=time.monotonic() - self._handles.started,
            cpu_s=max(self._cpu_s, float(ended.get("cpu_s", 0.0))),
            peak_rss_bytes=self._peak_bytes,
        )


def process_id(pidfd: int) -> int:
    """The process id that this process sees for `pidfd`, -1 where the process has gone.

    Ids do not pass from one pid namespace to another; a pidfd does.
    """
    with open(f"/proc/self/fdinfo/{pidfd}", encoding="ascii") as file:
        for line in file:
            if line.startswith("Pid:"):
                return int(line.split()[1])
    return -1

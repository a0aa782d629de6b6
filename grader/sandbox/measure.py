"""What a tree of processes uses, read from /proc by process id. Linux only."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass

_TICKS = os.sysconf("SC_CLK_TCK")
_STEPS = 40_000
_ORDINARY_STEP_S = 100e-9
"""Of CPU time for one step of `slowness` on a machine of ordinary speed. A virtual machine on a crowded host took 160 to 300 ns with
CPython 3.11, on a day on which gradings took three to four times what they took when the exercises' wall clocks were set."""
_SLOWNESS_HOLDS_S = 1.0


@dataclass(frozen=True)
class Usage:
    """Of a process and all its descendants at one moment."""

    processes: int
    memory_bytes: int
    cpu_s: float


def anonymous_bytes(pid: int | str) -> int:
    """Resident anonymous and shared memory of one process and its page tables; 0 where it has gone."""
    total = 0
    for line in _read(f"/proc/{pid}/status").splitlines():
        if line.startswith(("RssAnon:", "RssShmem:", "VmPTE:")):
            total += int(line.split()[1]) * 1024
    return total


def descendants(root: int) -> list[int]:
    """`root` and everything below it, parents first. Orphans of a pid namespace belong to its first process."""
    found = [root]
    for pid in found:
        for thread in _threads(pid):
            found.extend(int(child) for child in _read(f"/proc/{pid}/task/{thread}/children").split())
    return found


def usage(root: int, inherited_bytes: int, limit_bytes: int) -> Usage:
    """Sum over the tree, of each process what goes beyond the memory it was forked with.

    The cheap sum counts a page once for every process that shares it. Only where it passes `limit_bytes` is
    the proportional share read, which makes the kernel walk the page tables.
    """
    pids = descendants(root)
    memory = sum(max(0, anonymous_bytes(pid) - inherited_bytes) for pid in pids)
    if memory > limit_bytes and len(pids) > 1:
        memory = min(memory, sum(_proportional_bytes(pid) for pid in pids))
    return Usage(len(pids), memory, sum(_cpu_s(pid) for pid in pids))


def waited_s(root: int) -> float:
    """Seconds that the tree was ready to run and the machine ran something else: of its threads that live, the one that waited most.

    0 where the kernel does not count it.
    """
    waits = [0.0]
    for pid in descendants(root):
        for thread in _threads(pid):
            fields = _read(f"/proc/{pid}/task/{thread}/schedstat").split()
            if len(fields) > 1:
                waits.append(int(fields[1]) / 1e9)
    return max(waits)


_slowness = (float("-inf"), 1.0)


def slowness() -> float:
    """How many times as much CPU time as on a machine of ordinary speed a piece of work takes at this moment; at least 1.

    What a host takes from a virtual machine, or a busy core from its other thread, shows nowhere else: to the kernel the processes
    ran all the time. Measured at most once a second, in 4 ms of an ordinary machine.
    """
    global _slowness  # noqa: PLW0603  # one machine, one speed
    when, known = _slowness
    if time.monotonic() - when > _SLOWNESS_HOLDS_S:
        began = time.thread_time()
        total = 0
        for step in range(_STEPS):
            total += step
        known = max(1.0, (time.thread_time() - began) / (_STEPS * _ORDINARY_STEP_S))
        _slowness = time.monotonic(), known
    return known


def _proportional_bytes(pid: int) -> int:
    """Private and proportional shared memory; the cheap figure where the kernel does not give it."""
    text = _read(f"/proc/{pid}/smaps_rollup")
    fields = {line.split(":")[0]: int(line.split()[1]) * 1024 for line in text.splitlines()[1:] if "kB" in line}
    if "Pss_Anon" not in fields:
        return anonymous_bytes(pid)
    return fields["Pss_Anon"] + fields["Pss_Shmem"]


def _cpu_s(pid: int) -> float:
    # The name in parentheses may hold spaces and parentheses of its own.
    fields = _read(f"/proc/{pid}/stat").rpartition(")")[2].split()
    return sum(int(value) for value in fields[11:15]) / _TICKS if len(fields) > 14 else 0.0


def _threads(pid: int) -> list[str]:
    try:
        return os.listdir(f"/proc/{pid}/task")
    except OSError:
        return []


def _read(path: str) -> str:
    try:
        with open(path, encoding="ascii", errors="replace") as file:
            return file.read()
    except OSError:
        return ""

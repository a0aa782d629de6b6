"""Huge pages for the memory of a process that is forked from again and again. Linux only, and only where the kernel can."""

from __future__ import annotations

from grader.sandbox.syscalls import collapse

SIZE = 2 << 20
"""Bytes of a huge page on x86-64, and on ARM with pages of 4 KiB."""


def collapse_own_memory() -> int:
    """Ask the kernel to back this process's writable memory by huge pages. Returns the bytes for which it did.

    A fork copies page tables, and a cell takes three forks: with 700 MB of libraries mapped, each costs 35 ms of CPU, and 20 ms once
    the 190 MB of them that are the process's own lie in huge pages (medians of 20 forks, Linux 6.18). What a child then writes
    to is still copied in small pages.
    """
    collapsed = 0
    with open("/proc/self/maps", encoding="utf-8", errors="replace") as maps:
        regions = [line.split() for line in maps]
    for place, rights, *_ in regions:
        if not rights.startswith("rw"):
            continue
        start, end = (int(number, 16) for number in place.split("-"))
        start, end = -(-start // SIZE) * SIZE, end // SIZE * SIZE
        if start < end and collapse(start, end - start):
            collapsed += end - start
    return collapsed

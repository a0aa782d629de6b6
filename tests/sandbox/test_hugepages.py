"""Huge pages for a zygote: its memory stays what it was, and a kernel without them is no fault."""

from __future__ import annotations

import pytest

from grader.sandbox import hugepages
from grader.sandbox.hugepages import SIZE, collapse_own_memory


def test_memory_stays_what_it_was() -> None:
    """Whatever the kernel makes of it."""
    held = [bytes([number]) * SIZE for number in range(16)]
    collapsed = collapse_own_memory()
    assert collapsed % SIZE == 0
    assert all(data == bytes([number]) * SIZE for number, data in enumerate(held))


def test_only_whole_huge_pages_that_can_be_written_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """A part of one would take in its neighbour."""
    asked: list[tuple[int, int]] = []
    monkeypatch.setattr(hugepages, "collapse", lambda start, length: asked.append((start, length)) or len(asked) > 1)
    held = bytearray(8 * SIZE)
    collapsed = collapse_own_memory()
    assert len(held) == 8 * SIZE
    assert asked
    assert all(start % SIZE == 0 and length % SIZE == 0 and length > 0 for start, length in asked)
    # The first was refused, as by a kernel that cannot.
    assert collapsed == sum(length for _, length in asked[1:])

"""What becomes of mutants: only one that was graded and lost points is killed."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from grader.batch.testing import ScriptedEngine, SerialExecutor
from grader.exercises import Exercise
from grader.validation import mutation
from grader.validation.mutants import Mutant
from grader.validation.mutation import MutationOutcome

TOY = cast("Exercise", SimpleNamespace(name="toy", entry_points=()))


def outcome(sources: dict[str, str], folder: Path, monkeypatch: pytest.MonkeyPatch, **declared: str) -> MutationOutcome:
    """Mutants that the scripted engine grades by the word in them."""
    mutants = [Mutant(key, "f", 1, "constant", "1", "2", word) for key, word in sources.items()]
    monkeypatch.setattr(mutation, "reference_source", lambda _: "")
    monkeypatch.setattr(mutation, "mutants_of", lambda *_: tuple(mutants))
    monkeypatch.setattr(mutation, "declared_equivalent", lambda _: declared)
    engine: Any = ScriptedEngine(folder / "log")
    return mutation.mutate(TOY, folder / "out", jobs=1, engine=engine, open_executor=SerialExecutor)


def ids(mutants: tuple[Mutant, ...]) -> list[str]:
    return [one.id for one in mutants]


def test_only_lost_points_kill(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that cannot be read, or a fault of ours, says nothing about any check."""
    found = outcome({"a": "half", "b": "pass", "c": "unreadable", "d": "fault"}, tmp_path, monkeypatch)
    assert ids(found.killed) == ["a"]
    assert ids(found.survived) == ["b"]
    assert sorted(ids(found.unjudged)) == ["c", "d"]
    assert found.exit_code == 3


def test_survivors_count_unless_they_are_declared_equivalent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sources = {f"k{i}": "half" for i in range(9)} | {"s": "pass"}
    undeclared = outcome(sources, tmp_path / "1", monkeypatch)
    assert (undeclared.killed_share, undeclared.exit_code) == (0.9, 0)
    worse = outcome(sources | {"t": "pass"}, tmp_path / "2", monkeypatch)
    assert worse.exit_code == 1
    declared = outcome(sources, tmp_path / "3", monkeypatch, s="the same in other words")
    assert (declared.killed_share, ids(declared.survived), declared.exit_code) == (1.0, [], 0)


@pytest.mark.parametrize("key", ["k0", "gone"])
def test_a_declaration_that_does_not_hold_is_off(key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Declared, but it loses points, or is no mutant any more."""
    sources = {f"k{i}": "half" for i in range(10)}
    found = outcome(sources, tmp_path, monkeypatch, **{key: "why"})
    assert found.outdated == (key,)
    assert found.exit_code == 1


def test_more_than_a_tenth_declared_is_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sources = {f"k{i}": "half" for i in range(8)} | {"s": "pass", "t": "pass"}
    assert outcome(sources, tmp_path, monkeypatch, s="why", t="why").exit_code == 1

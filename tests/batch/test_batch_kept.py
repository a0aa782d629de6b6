"""What sessions of one process hand on: kept from seed to seed, ended with the exercise, after a fault and at the end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import pytest

from grader.batch import Plan
from grader.batch.engine import Kept, Session
from grader.batch.testing import ScriptedEngine, ScriptedSeed, ScriptedSession
from grader.batch.worker import Job, Keeper, Worker
from grader.grading import AssignmentSeed


@dataclass
class Warm:
    """Stands for a zygote."""

    name: str
    log: list[str]

    def __post_init__(self) -> None:
        self.log.append(f"start {self.name}")

    def close(self) -> None:
        self.log.append(f"end {self.name}")


@dataclass(frozen=True)
class WarmEngine(ScriptedEngine):
    """Keeps one `Warm` for each exercise."""

    warm: list[str] = field(default_factory=list, compare=False)

    @contextmanager
    def open(self, plan: Plan, kept: Kept) -> Iterator[Session]:
        kept.get(plan.exercise, lambda: Warm(plan.exercise, self.warm))
        yield ScriptedSession(self, plan)


def plan(exercise: str, seed: int) -> Plan:
    return Plan(exercise, None, cast("AssignmentSeed", ScriptedSeed(f"seed {seed}")), "namespaces")


def job(folder: Path, word: str = "pass") -> Job:
    file = folder / f"{word.replace(' ', '-')}.py"
    file.write_text(word)
    return Job(file.name, file, None, None, "")


def test_seeds_of_one_exercise_share_what_is_kept(tmp_path: Path) -> None:
    engine, keeper = WarmEngine(tmp_path / "log"), Keeper()
    for seed in range(3):
        assert keeper.grade(engine, plan("a", seed), job(tmp_path)).report.score == 10
    assert engine.warm == ["start a"]
    keeper.grade(engine, plan("b", 0), job(tmp_path))
    assert engine.warm == ["start a", "end a", "start b"]
    keeper.close()
    assert engine.warm[-1] == "end b"


def test_a_fault_ends_what_is_shared_even_where_the_session_does_not_end(tmp_path: Path) -> None:
    """The owner of what is shared gets it anew, too."""

    class Stuck(WarmEngine):
        @contextmanager
        def open(self, plan: Plan, kept: Kept) -> Iterator[Session]:
            with super().open(plan, kept) as session:
                try:
                    yield session
                finally:
                    raise OSError("the session does not end")

    engine, kept = Stuck(tmp_path / "log"), Kept()
    worker = Worker(engine, plan("a", 0), kept)
    assert worker.grade(job(tmp_path, "fault once")).report.score == 10
    assert engine.warm == ["start a", "end a", "start a"]
    with pytest.raises(OSError, match="does not end"):
        worker.close()


def test_a_fault_ends_what_may_have_led_to_it(tmp_path: Path) -> None:
    """The second try begins with nothing of the first."""
    engine = WarmEngine(tmp_path / "log")
    with Worker(engine, plan("a", 0)) as worker:
        assert worker.grade(job(tmp_path, "fault once")).report.score == 10
        assert engine.warm == ["start a", "end a", "start a"]
    assert engine.warm[-1] == "end a"

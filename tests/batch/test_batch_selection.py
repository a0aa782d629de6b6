"""Which submissions a run grades, and what it leaves as it is."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from concurrent.futures import Executor
from pathlib import Path

import pytest

from grader.batch import BatchOutcome, Choices, Selection, Silent, grade_folder
from grader.batch.engine import Plan
from grader.batch.pool import WorkerPool
from grader.batch.settle import CHUNK, FEW
from grader.batch.testing import ScriptedEngine, SerialExecutor, WorkerDied
from grader.errors import UsageError
from tests.batch.downloads import laid

Grade = Callable[..., BatchOutcome]
HandIn = Callable[..., Path]


def graded(engine: ScriptedEngine) -> list[str]:
    return [line.removeprefix("grade ") for line in engine.noted() if line.startswith("grade ")]


def test_only_grades_those_named_and_keeps_the_others_in_the_overview(grade: Grade, hand_in: HandIn, engine) -> None:
    grade(hand_in(a="pass", b="pass"))
    hand_in(a="half", b="half", c="half", d="half")
    engine.log.unlink()
    outcome = grade(hand_in(), selection=Selection(only=("c*", "d.py")))
    assert graded(engine) == ["c.py", "d.py"]
    # Of a and b there are only grades of other code.
    assert [row.file for row in outcome.rows] == ["c.py", "d.py"]
    assert outcome.remaining == 2

    engine.log.unlink()
    outcome = grade(hand_in(), selection=Selection(only=("a.py",)))
    assert graded(engine) == ["a.py"]
    assert [(row.file, row.resumed) for row in outcome.rows] == [("a.py", False), ("c.py", True), ("d.py", True)]


@pytest.mark.parametrize("pattern", ["ali*", "alice/w.py", "alice/*", "w.py", "[ab]lice"])
def test_only_is_over_student_path_and_file_name(grade: Grade, tmp_path: Path, engine, pattern) -> None:
    folder = laid(tmp_path / "in", {"alice/w.py": "pass", "bob/other.py": "pass"})
    outcome = grade(folder, selection=Selection(only=(pattern,)))
    assert [row.student for row in outcome.rows] == ["alice"]


def test_only_leaves_what_cannot_be_used_alone(grade: Grade, hand_in: HandIn, tmp_path: Path) -> None:
    outcome = grade(hand_in(a="pass", b="unreadable"), selection=Selection(only=("a*",)))
    assert [row.file for row in outcome.rows] == ["a.py"]
    assert not (tmp_path / "out" / "b.py").exists()
    assert outcome.exit_code == 0


def test_retry_grades_the_ungraded_alone(grade: Grade, hand_in: HandIn, engine) -> None:
    grade(hand_in(a="pass", b="ungraded", c="unreadable", e="half"))
    # d is new, and of e there is only a grade of other code.
    hand_in(d="pass", b="pass", e="pass")
    engine.log.unlink()
    outcome = grade(hand_in(), selection=Selection(retry="ungraded"))
    assert graded(engine) == ["b.py"]
    assert [(row.file, row.status, row.resumed) for row in outcome.rows] == [
        ("a.py", "graded", True),
        ("b.py", "graded", False),
        ("c.py", "unusable", True),
    ]
    assert (outcome.remaining, outcome.exit_code) == (2, 2)


def test_ungraded_ones_that_are_not_named_still_decide_the_exit_code(grade: Grade, hand_in: HandIn) -> None:
    grade(hand_in(a="pass", b="ungraded"))
    outcome = grade(hand_in(), selection=Selection(only=("a*",)))
    assert [(row.file, row.status) for row in outcome.rows] == [("a.py", "graded"), ("b.py", "ungraded")]
    assert outcome.exit_code == 3


def test_force_grades_what_is_finished(grade: Grade, hand_in: HandIn, engine) -> None:
    grade(hand_in(a="pass", b="pass"))
    outcome = grade(hand_in(), selection=Selection(force=True, only=("a*",)))
    assert graded(engine) == ["a.py", "b.py", "a.py"]
    assert [row.resumed for row in outcome.rows] == [False, True]


def test_limit_counts_what_is_to_be_graded(grade: Grade, hand_in: HandIn, engine) -> None:
    hand_in(a="pass", b="unreadable", c="pass", d="pass")
    assert grade(hand_in(), selection=Selection(limit=2)).remaining == 1
    assert graded(engine) == ["a.py", "c.py"]
    assert grade(hand_in(), selection=Selection(limit=2)).remaining == 0
    assert graded(engine) == ["a.py", "c.py", "d.py"]


@pytest.mark.parametrize(
    ("selection", "message"),
    [
        (Selection(only=("nobody",)), "no submission is named by 'nobody'"),
        (Selection(force=True, retry="ungraded"), "give one of them"),
        (Selection(limit=0), "must be at least 1"),
    ],
)
def test_selection_that_makes_no_sense_is_refused_before_anything_is_written(
    grade: Grade, hand_in: HandIn, tmp_path, selection, message
) -> None:
    with pytest.raises(UsageError, match=message):
        grade(hand_in(a="pass"), selection=selection)
    assert not (tmp_path / "out").exists()


def test_ambiguous_place_is_one_unusable_row_until_one_is_picked(grade: Grade, tmp_path: Path) -> None:
    folder = laid(tmp_path / "in", {"alice/week1.py": "half", "alice/helper.py": "pass", "bob/x.py": "pass"})
    outcome = grade(folder)
    assert [(row.file, row.student, row.status) for row in outcome.rows] == [
        ("alice", "alice", "unusable"),
        ("bob/x.py", "bob", "graded"),
    ]
    assert "helper.py, week1.py" in outcome.rows[0].message
    assert outcome.exit_code == 2
    outcome = grade(folder, choices=Choices(pick=("week1*",)))
    assert [(row.file, row.score) for row in outcome.rows] == [("alice/week1.py", 5.0), ("bob/x.py", 10.0)]


class Opened:
    """Counts executors, and can lose one."""

    def __init__(self, *, lose: int = 0) -> None:
        self.widths: list[int] = []
        self.lose = lose

    def __call__(self, width: int) -> Executor:
        self.widths.append(width)
        return SerialExecutor(width)


def many(tmp_path: Path, number: int, **others: str) -> Path:
    files = {f"s{index:04}.py": "pass" for index in range(number)} | {
        f"{name}.py": word for name, word in others.items()
    }
    return laid(tmp_path / "many", files)


def test_large_batch_is_looked_through_by_the_executor(grade: Grade, tmp_path: Path, engine) -> None:
    folder = many(tmp_path, FEW, a="unreadable")
    opened = Opened()
    outcome = grade(folder, open_executor=opened, jobs=2)
    assert opened.widths == [2, 2]
    assert [outcome.count("graded"), outcome.count("unusable")] == [FEW, 1]
    engine.log.unlink()
    opened = Opened()
    outcome = grade(folder, open_executor=opened, jobs=2)
    assert sum(row.resumed for row in outcome.rows) == FEW
    assert opened.widths == [2]
    assert engine.noted() == []


@dataclasses.dataclass(frozen=True)
class Deadly(ScriptedEngine):
    """Ends the process that reads a certain file."""

    def keys(self, plan: Plan) -> Callable[[Path, Path | None], str]:
        key_of = super().keys(plan)

        def key(file: Path, root: Path | None) -> str:
            if file.name == "deadly.py":
                raise WorkerDied
            return key_of(file, root)

        return key


def test_file_that_ends_the_process_that_reads_it_costs_nobody_else_a_grade(grade: Grade, tmp_path: Path) -> None:
    folder = many(tmp_path, FEW, deadly="pass")
    outcome = grade(folder, engine=Deadly(tmp_path / "log"), jobs=2)
    assert {row.file: row.status for row in outcome.rows if row.status != "graded"} == {"deadly.py": "ungraded"}
    assert outcome.count("graded") == FEW


def test_real_processes_look_a_large_batch_through(tmp_path: Path) -> None:
    engine = ScriptedEngine(tmp_path / "log")
    folder = many(tmp_path, FEW + CHUNK, a="unreadable")
    rows = grade_folder("toy", folder, tmp_path / "out", jobs=2, engine=engine, open_executor=WorkerPool).rows
    assert [row.status for row in rows].count("unusable") == 1
    again = grade_folder("toy", folder, tmp_path / "out", jobs=2, engine=engine, open_executor=WorkerPool)
    assert sum(row.resumed for row in again.rows) == FEW + CHUNK
    assert len(graded(engine)) == FEW + CHUNK


def test_interrupt_while_looking_through_keeps_what_is_known(grade: Grade, hand_in: HandIn, tmp_path, engine) -> None:
    class Interrupted(Silent):
        def collected(self, total: int, layout: str, notes: object) -> None:
            raise KeyboardInterrupt

    outcome = grade(hand_in(a="pass"), events=Interrupted())
    assert (outcome.exit_code, outcome.remaining) == (130, 1)
    assert grade(hand_in()).exit_code == 0

"""Rows of evidence are kept, and a second run grades only what is missing."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from grader.batch import Silent
from grader.batch.lock import locked
from grader.batch.testing import ScriptedEngine, SerialExecutor
from grader.errors import UsageError
from grader.exercises import Exercise, load_exercise
from grader.validation import Case, evidence
from grader.validation.evidence import Row, gather, read_rows, table, write_rows

ROWS = [
    Row("reference/reference.py", 1, "abc", 100.0, 100.0, (), {"unseen_accuracy": 0.9}),
    Row("reference/reference.py", 0, "abc", 100.0, 100.0, (), {"unseen_accuracy": 0.8}),
    Row("alternates/a.py", 0, "abd", 93.0, 100.0, ("train/unseen_accuracy",), {}),
]


def test_rows_are_read_as_they_were_written(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "rows.csv"
    write_rows(path, ROWS)
    assert read_rows(path) == {(row.solution, row.seed): row for row in ROWS}
    assert read_rows(tmp_path / "none.csv") == {}


def test_the_table_shows_spread_and_names_what_was_lost() -> None:
    """The reference first; mean, minimum and maximum; a lost check with its seed."""
    text = table(load_exercise("week1_larger_dataset"), ROWS)
    assert "| reference/reference.py | 2 | 2 of 2 | 0.850 [0.800, 0.900] |" in text
    assert "| alternates/a.py | 1 | 0 of 1 | – |" in text
    assert "Threshold `unseen_accuracy`: 0.8." in text
    assert "alternates/a.py lost train/unseen_accuracy under seed 0." in text


class Counting(Silent):
    """Remembers what was begun."""

    def __init__(self) -> None:
        self.begun: list[str] = []

    def started(self, file: str) -> None:
        self.begun.append(file)


def test_a_second_run_grades_only_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows of this version stay; a row of another version is replaced unless any version will do."""
    exercise = load_exercise("week1_larger_dataset")
    rows, counting = tmp_path / "rows.csv", Counting()

    def run(*, any_version: bool = False) -> list[str]:
        counting.begun.clear()
        done = gather(
            exercise, rows, tmp_path / "work", reference_seeds=1, alternate_seeds=0, any_version=any_version,
            jobs=1, events=counting, open_executor=SerialExecutor,
        )  # fmt: skip
        assert done
        return list(counting.begun)

    assert run() == ["reference/reference.py, seed 0"]
    (row,) = read_rows(rows).values()
    assert row.right
    assert row.measures["unseen_accuracy"] >= exercise.params.unseen_accuracy
    assert run() == []
    rows.write_text(rows.read_text().replace(row.key, "0" * len(row.key)))
    assert run(any_version=True) == []
    # The report of this version is still there, so the row is mended without grading again.
    assert run() == []
    assert read_rows(rows) == {(row.solution, row.seed): row}


TOY = cast("Exercise", SimpleNamespace(name="toy"))


def gathered(solutions: dict[str, str], folder: Path, monkeypatch: pytest.MonkeyPatch, seeds: int = 3) -> bool:
    """Evidence of solutions that the scripted engine grades by the word in them."""

    def staged(_: object, target: Path) -> tuple[Case, ...]:
        for file, word in solutions.items():
            (target / file).parent.mkdir(parents=True, exist_ok=True)
            (target / file).write_text(word)
        return tuple(Case("reference" if "reference" in file else "alternate", file) for file in solutions)

    monkeypatch.setattr(evidence, "staged_cases", staged)
    engine: Any = ScriptedEngine(folder / "log")
    return gather(
        TOY, folder / "rows.csv", folder / "work", reference_seeds=seeds, alternate_seeds=2, jobs=1, engine=engine,
        open_executor=SerialExecutor,
    )  # fmt: skip


REFERENCE = {"reference/reference.py": "pass"}


def test_each_solution_gets_its_number_of_seeds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A correct solution that loses points is a row like any other; one that a fault left ungraded is none."""
    assert gathered({**REFERENCE, "alternates/a.py": "half", "alternates/b.py": "ungraded"}, tmp_path, monkeypatch)
    rows = read_rows(tmp_path / "rows.csv")
    reference, other = "reference/reference.py", "alternates/a.py"
    assert sorted(rows) == [(other, 0), (other, 1), (reference, 0), (reference, 1), (reference, 2)]
    assert [row.right for _, row in sorted(rows.items())] == [False, False, True, True, True]


def test_what_was_done_before_ctrl_c_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    solutions = {**REFERENCE, "alternates/a.py": "interrupt once"}
    assert not gathered(solutions, tmp_path, monkeypatch)
    assert sorted(read_rows(tmp_path / "rows.csv")) == [("reference/reference.py", 0)]
    assert gathered(solutions, tmp_path, monkeypatch)
    assert len(read_rows(tmp_path / "rows.csv")) == 5
    assert ScriptedEngine(tmp_path / "log").noted().count("grade reference.py") == 3


def test_two_runs_do_not_share_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "work").mkdir()
    with locked(tmp_path / "work"), pytest.raises(UsageError, match="Another batch"):
        gathered(REFERENCE, tmp_path, monkeypatch)

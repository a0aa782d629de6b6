"""The submissions that are graded by nbgrader and by this grader, and the test cells that nbgrader grades them by."""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from grader.exercises import load_exercise
from grader.exercises.notebooks import notebook_of
from grader.submissions import read_submission, slice_submission

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture
def benchmark(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """`against_nbgrader.py`; what it sets for its own processes is undone."""
    before = dict(os.environ)
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    yield import_module("against_nbgrader")
    os.environ.clear()
    os.environ.update(before)


def test_every_task_differs_from_student_to_student(benchmark: Any, tmp_path: Path) -> None:
    """What a session has asked of equal code it does not ask again, which would flatter the grader."""
    students, _ = benchmark.handed_in(tmp_path, 4)
    for task in load_exercise(benchmark.EXERCISE).tasks:
        slices = {
            tuple(cell.source for cell in slice_submission(read_submission(path), task.entry_points).cells)
            for path in students.values()
        }
        assert len(slices) == 4, task.name


def test_test_cells_take_points_from_the_wrong_ones_alone(benchmark: Any, tmp_path: Path) -> None:
    """Each cell that needs no training, run in the notebook that nbgrader would run."""
    course = import_module("nbgrader_course")
    exercise = load_exercise(benchmark.EXERCISE)
    students, due = benchmark.handed_in(tmp_path, 3)
    assert [len(tasks) for tasks in due.values()] == [0, 1, 1]
    course.write_messy(tmp_path)
    for student, path in students.items():
        notebook: dict[str, Any] = {}
        for cell in course.lean(notebook_of(path.read_text(encoding="utf-8"), exercise).cells, exercise):
            exec(cell.source, notebook)
        lost = []
        for task, _, text in course.test_cells(tmp_path):
            try:
                if task != "train":
                    exec(text, notebook)
            except AssertionError:
                lost.append(task)
        assert lost == due[student]


def test_test_cells_give_the_points_of_the_exercise(benchmark: Any, tmp_path: Path) -> None:
    """One cell for each task, 100 points."""
    cells = import_module("nbgrader_course").test_cells(tmp_path)
    assert {task for task, _, _ in cells} == {task.name for task in load_exercise(benchmark.EXERCISE).tasks}
    assert sum(points for _, points, _ in cells) == 100

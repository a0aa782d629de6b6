"""Week 1 as a course of nbgrader's: an environment with nbgrader, the trees of a course, its command, its grades.

The notebooks are lean, which is in nbgrader's favour: of the reference they keep imports, constants and solutions, and beside those
only what the test cells need. Pictures for looking at are not drawn.
"""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import time
import venv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbformat.v4 import new_code_cell
from throughput import EXERCISE, SEED

from grader.data import hidden_images, public_dataset
from grader.data.messy import messy_folder
from grader.exercises import Exercise, load_exercise
from grader.exercises.notebooks import node, notebook_json, notebook_of
from grader.grading import AssignmentSeed

ROOT = Path(__file__).resolve().parents[1]
NBGRADER = "nbgrader==0.9.6"
ENVIRONMENT = ROOT / "build" / "nbgrader-venv"
TESTS = Path(__file__).with_name("nbgrader_tests.py")
TEST_CELL = re.compile(r"^# %% (\w+) (\d+)\n", re.MULTILINE)
STEPS = re.compile(r"optimiser steps: (\d+)")
CALLBACK = re.compile(r"callback after epoch: (\d+)")
STAMP = "2026-01-05 12:00:00.000000 UTC"
GRADES = """
import json, sys
from nbgrader.api import Gradebook
with Gradebook(sys.argv[1]) as book:
    print(json.dumps({
        one.student.id: {grade.cell.name: [grade.auto_score, grade.max_score] for nb in one.notebooks for grade in nb.grades}
        for one in book.assignment_submissions(sys.argv[2])
    }))
"""


def installed_environment() -> Path:
    """The `bin` of an environment with nbgrader from PyPI and the TensorFlow of this one; made on first use.

    nbgrader and all that it asks for are its own. Behind those stand this environment's packages, by a line in a `.pth`: so both
    sides have the same TensorFlow, and nothing is downloaded twice.
    """
    home = ENVIRONMENT / "bin"
    if not (home / "nbgrader").exists():
        venv.create(ENVIRONMENT, with_pip=True, clear=True)
        subprocess.run([home / "python", "-m", "pip", "install", "--quiet", NBGRADER], check=True)
        scheme = sysconfig.get_paths(vars={"base": str(ENVIRONMENT), "platbase": str(ENVIRONMENT)})
        Path(scheme["purelib"], "project.pth").write_text(sysconfig.get_paths()["purelib"] + "\n", encoding="utf-8")
    return home


@dataclass(frozen=True)
class Assignment:
    """One assignment of the course.

    Attributes:
        name: of its folders.
        epochs: that its training cell says; None leaves out training and its test cell.
    """

    name: str
    epochs: int | None


class Course:
    """A course in `home`: pictures, hidden pictures and messy folder as the grader makes them from the same seed."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.exercise = load_exercise(EXERCISE)
        home.mkdir(parents=True)
        self._bin = installed_environment()
        write_messy(home)
        write_hidden(home, self.exercise)
        (home / "nbgrader_config.py").write_text(
            f"c = get_config()\nc.CourseDirectory.root = {str(home)!r}\nc.ExecutePreprocessor.timeout = 3600\n",
            encoding="utf-8",
        )

    @property
    def submitted(self) -> Path:
        """What students handed in, which both sides grade."""
        return self.home / "submitted"

    def add(self, assignment: Assignment, reference: Path, handed_in: dict[str, Path]) -> None:
        """Write source and submissions of an assignment, and let nbgrader release it.

        Args:
            reference: the instructor's solution, in percent format.
            handed_in: student → solution in percent format.
        """
        source = self.home / "source" / assignment.name
        shutil.copytree(public_dataset(self.exercise.data), source / "PetImages")
        (source / "week1.ipynb").write_text(self._notebook(reference, assignment, tests=True), encoding="utf-8")
        for student, path in handed_in.items():
            folder = self.submitted / student / assignment.name
            folder.mkdir(parents=True)
            (folder / "week1.ipynb").write_text(self._notebook(path, assignment, tests=False), encoding="utf-8")
            (folder / "timestamp.txt").write_text(STAMP, encoding="utf-8")
        self._run("generate_assignment", assignment.name)

    def autograde(self, assignment: Assignment) -> float:
        """Seconds of `nbgrader autograde`, which grades one submission after the other: it has no option for more."""
        began = time.monotonic()
        self._run("autograde", assignment.name)
        return time.monotonic() - began

    def lost(self, assignment: Assignment) -> dict[str, list[str]]:
        """Student → tasks that are not full, by nbgrader's gradebook."""
        book = f"sqlite:///{self.home / 'gradebook.db'}"
        command = [self._bin / "python", "-c", GRADES, book, assignment.name]
        text = subprocess.run(command, check=True, capture_output=True, text=True, env=self._environment()).stdout
        grades: dict[str, dict[str, list[float]]] = json.loads(text)
        return {
            student: sorted(task_of(name) for name, (score, most) in cells.items() if score < most)
            for student, cells in grades.items()
        }

    def printed(self, assignment: Assignment, pattern: re.Pattern[str]) -> dict[str, int]:
        """Student → number that the notebook printed while it was graded."""
        found = {}
        for path in sorted((self.home / "autograded").glob(f"*/{assignment.name}/week1.ipynb")):
            numbers = pattern.findall(path.read_text(encoding="utf-8"))
            if len(numbers) == 1:
                found[path.parents[1].name] = int(numbers[0])
        return found

    def _notebook(self, solution: Path, assignment: Assignment, *, tests: bool) -> str:
        notebook = notebook_of(solution.read_text(encoding="utf-8"), self.exercise)
        notebook.cells = lean(notebook.cells, self.exercise)
        if assignment.epochs is not None:
            notebook.cells.append(new_code_cell(training_cell(assignment.epochs), id="training"))
        for name, points, text in test_cells(self.home):
            if name != "train" or assignment.epochs is not None:
                hidden = f"### BEGIN HIDDEN TESTS\n{text}\n### END HIDDEN TESTS"
                cell = new_code_cell(hidden if tests else "", id=f"test-{name}")
                cell.metadata = node({"nbgrader": test_metadata(name, points)})
                notebook.cells.append(cell)
        return notebook_json(notebook)

    def _run(self, *command: str) -> None:
        done = subprocess.run(
            [self._bin / "nbgrader", *command], check=False, cwd=self.home, env=self._environment(), capture_output=True,
            text=True,
        )  # fmt: skip
        if done.returncode:
            raise SystemExit(f"nbgrader {' '.join(command)} ended in {done.returncode}:\n{done.stderr[-4000:]}")

    def _environment(self) -> dict[str, str]:
        own = {name: str(self.home / "jupyter") for name in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR")}
        path = f"{self._bin}{os.pathsep}{os.environ.get('PATH', '')}"
        return users_environment() | own | {"PATH": path}


def write_messy(home: Path) -> None:
    """The folder that `readable_images` sorts, and what it should return."""
    messy = messy_folder(AssignmentSeed.fixed(SEED).value)
    (home / "messy").mkdir()
    for name, data in messy.files.items():
        (home / "messy" / name).write_bytes(data)
    (home / "readable.json").write_text(json.dumps(messy.readable), encoding="utf-8")


def write_hidden(home: Path, exercise: Exercise) -> None:
    """The second half of the hidden pictures, which gives the score."""
    hidden = hidden_images(exercise.data, AssignmentSeed.fixed(SEED).value, exercise.hidden_images)
    for number in range(len(hidden) // 2, len(hidden)):
        place = home / "hidden" / hidden.labels[number]
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{number}.jpg").write_bytes(hidden.files[number])


def users_environment() -> dict[str, str]:
    """The environment as a user has it: TensorFlow may take as many threads as it likes, which `throughput.py` forbids itself."""
    return {name: value for name, value in os.environ.items() if not name.endswith("_THREADS") and name != "PYTHONPATH"}


def task_of(cell: str) -> str:
    """The task that a test cell is of."""
    return cell.removeprefix("test_")


def training_cell(epochs: int) -> str:
    """What a notebook trains by."""
    return (
        f"EPOCHS = {epochs}\n\ntrain_dataset, validation_dataset = train_val_datasets()\nmodel = create_model()\n"
        "history = model.fit(train_dataset, epochs=EPOCHS, validation_data=validation_dataset, verbose=0)"
    )


def test_cells(home: Path) -> list[tuple[str, int, str]]:
    """Task, points and code of each test cell, in the order of the exercise."""
    _, *parts = TEST_CELL.split(TESTS.read_text(encoding="utf-8"))
    cells = zip(parts[::3], parts[1::3], parts[2::3], strict=True)
    return [(name, int(points), text.strip().replace("COURSE_FOLDER", str(home))) for name, points, text in cells]


def test_metadata(name: str, points: int) -> dict[str, Any]:
    """What nbgrader stores in a cell that gives points and that students cannot change."""
    return {
        "grade": True, "grade_id": f"test_{name}", "locked": True, "points": points, "schema_version": 3,
        "solution": False, "task": False,
    }  # fmt: skip


def lean(cells: list[Any], exercise: Exercise) -> list[Any]:
    """Solutions as they are; of other cells the imports, constants and definitions."""
    kept = []
    for cell in cells:
        if cell.cell_type != "code":
            continue
        if "nbgrader" not in cell.metadata:
            tree = ast.parse(cell.source)
            parts = [
                ast.get_source_segment(cell.source, statement) or "" for statement in tree.body if needed(statement)
            ]
            cell.source = "\n".join(parts)
        if cell.source:
            kept.append(cell)
    missing = {entry for task in exercise.tasks for entry in task.entry_points} - {cell["id"] for cell in kept}
    if missing:
        raise SystemExit(f"the reference has no solution cell for {', '.join(sorted(missing))}")
    return kept


def needed(statement: ast.stmt) -> bool:
    """Whether a statement is an import, or binds a constant."""
    if isinstance(statement, ast.Assign):
        return all(isinstance(target, ast.Name) and target.id.isupper() for target in statement.targets)
    return isinstance(statement, ast.Import | ast.ImportFrom)


__all__ = ["CALLBACK", "NBGRADER", "STEPS", "Assignment", "Course", "users_environment"]

if __name__ == "__main__":
    sys.stdout.write(f"{installed_environment()}\n")

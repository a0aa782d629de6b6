"""Alternates and mistakes keep their form. Whether they pass and fail as labelled is for the grading tests."""

import ast
import re
from pathlib import Path

import nbformat
import pytest

from grader.exercises import load_exercise
from grader.exercises.labels import labels_of
from grader.paths import solutions_dir

FOLDER = solutions_dir() / "week1_larger_dataset"


def code_of(path: Path) -> str:
    """All the code of a file, cell after cell."""
    if path.suffix == ".py":
        return path.read_text(encoding="utf-8")
    notebook = nbformat.read(path, as_version=4)
    return "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")


def check_ids(exercise) -> list[str]:
    """Ids of the hidden checks, in the order of the report."""
    ids = []
    for task in exercise.tasks:
        for path in exercise.hidden_tests.glob("test_*.py"):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            if any(isinstance(node, ast.Constant) and node.value == task.name for node in ast.walk(tree)):
                functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
                ids += [f"{task.name}/{one.name.removeprefix('test_')}" for one in functions if "test_" in one.name]
    return ids


def files(kind: str) -> list[Path]:
    return sorted(path for path in (FOLDER / kind).iterdir() if path.suffix in (".py", ".ipynb"))


def test_there_are_enough_of_each_and_some_are_notebooks():
    """Eight ways to be right, twenty-two to be wrong, in both forms."""
    assert len(files("alternates")) >= 8
    assert len(files("mistakes")) >= 22
    assert (
        {path.suffix for path in files("alternates")}
        == {path.suffix for path in files("mistakes")}
        == {".py", ".ipynb"}
    )


@pytest.mark.parametrize("path", files("alternates"), ids=lambda path: path.name)
def test_an_alternate_says_what_differs(path: Path):
    """Each alternate names its difference and defines every entry point."""
    assert labels_of(path).kind == "alternate"
    for name in load_exercise("week1_larger_dataset").entry_points:
        assert re.search(rf"^(def|class) {name}\b", code_of(path), re.MULTILINE), name


@pytest.mark.parametrize("path", files("mistakes"), ids=lambda path: path.name)
def test_a_mistake_names_the_checks_that_it_fails(path: Path, exercise):
    """Labels name checks that exist, and the one to mend first is the first of them in the report."""
    labels = labels_of(path)
    known = check_ids(exercise)
    assert labels.fails
    assert labels.fails | labels.may_fail <= set(known)
    assert labels.fix_first == min(labels.fails, key=known.index)


def test_every_check_is_failed_by_some_mistake(exercise):
    """A check that no mistake fails could be broken without anyone noticing."""
    failed = {check for path in files("mistakes") for check in labels_of(path).fails}
    assert set(check_ids(exercise)) == failed

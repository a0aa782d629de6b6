"""Alternates and mistakes keep their form. Whether they pass and fail as labelled is for the grading tests."""

import ast
from pathlib import Path

import pytest

from grader.exercises import exercise_names, load_exercise
from grader.exercises.labels import labels_of
from grader.grading.variant import as_called, chosen_variant
from grader.paths import solutions_dir
from grader.submissions import read_submission, source_location

EXERCISES = exercise_names()


def check_ids(exercise) -> list[str]:
    """Ids of the hidden checks, in the order of the report; those of the variants last."""
    ids = []
    for one in (exercise, *exercise.variants):
        for task in one.tasks:
            for path in one.test_files.values():
                tree = ast.parse(path.read_text(encoding="utf-8"))
                if any(ast.unparse(node) == f"TASK = {task.name!r}" for node in tree.body):
                    functions = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
                    ids += [f"{task.name}/{name.removeprefix('test_')}" for name in functions if "test_" in name]
    return list(dict.fromkeys(ids))


def files(kind: str, exercise: str | None = None) -> list[Path]:
    """Solutions of one kind, of one exercise or of all."""
    folders = [solutions_dir() / name / kind for name in ([exercise] if exercise else EXERCISES)]
    return sorted(path for folder in folders for path in folder.iterdir() if path.suffix in (".py", ".ipynb"))


def label(path: Path) -> str:
    return f"{path.parts[-3]}-{path.name}"


@pytest.mark.parametrize("name", EXERCISES)
def test_there_are_enough_of_each_and_some_are_notebooks(name: str):
    """Eight ways to be right, twenty-five to be wrong, in both forms."""
    assert len(files("alternates", name)) >= 8
    assert len(files("mistakes", name)) >= 25
    assert {path.suffix for path in files("alternates", name) + files("mistakes", name)} == {".py", ".ipynb"}


@pytest.mark.parametrize("path", files("alternates"), ids=label)
def test_an_alternate_says_what_differs(path: Path):
    """Each alternate names its difference and defines every entry point of the convention that it follows."""
    assert labels_of(path).kind == "alternate"
    submission = read_submission(path)
    chosen = chosen_variant(load_exercise(path.parts[-3]), submission)
    called = as_called(chosen, submission)
    assert [name for name in chosen.entry_points if source_location(called, name) is None] == []


OLDER = {"first": {"scripts"}, "second": {"generators", "arrays"}}
"""Variants of the solutions whose names begin so."""


@pytest.mark.parametrize(
    "path",
    [path for path in files("alternates") + files("mistakes") if path.name.split("_")[0] in OLDER],
    ids=label,
)
def test_an_older_notebook_is_graded_in_its_own_convention(path: Path):
    """Names that two generations share, such as a global `model`, do not decide."""
    chosen = chosen_variant(load_exercise(path.parts[-3]), read_submission(path))
    assert chosen.variant in OLDER[path.name.split("_")[0]]


@pytest.mark.parametrize("path", files("mistakes"), ids=label)
def test_a_mistake_names_the_checks_that_it_fails(path: Path):
    """Labels name checks that exist, and the one to mend first is the first of them in the report."""
    labels = labels_of(path)
    known = check_ids(load_exercise(path.parts[-3]))
    assert labels.fails
    assert labels.fails | labels.may_fail <= set(known)
    assert labels.fix_first == min(labels.fails, key=known.index)


@pytest.mark.parametrize("name", EXERCISES)
def test_every_check_is_failed_by_some_mistake(name: str):
    """A check that no mistake fails could be broken without anyone noticing."""
    failed = {check for path in files("mistakes", name) for check in labels_of(path).fails}
    assert set(check_ids(load_exercise(name))) == failed

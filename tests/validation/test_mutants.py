"""Mutants change one thing in a solution, and are the same every time."""

from __future__ import annotations

import ast
import difflib

import pytest

from grader.exercises import load_exercise
from grader.exercises.loading import exercise_names
from grader.exercises.source import reference_source
from grader.validation.mutants import SAMPLE, mutants_of

SOURCE = '''
LIMIT = 3


def solve(values):
    """Doc."""
    ### BEGIN SOLUTION
    found = [value for value in values if value >= LIMIT and value != 7]
    layers = [Conv2D(16, 3, activation="relu", name="first"), MaxPooling2D(), Dense(1, activation="sigmoid")]
    sizes = (IMAGE_SIZE, IMAGE_SIZE), values[-1]
    known = isinstance(values, (list, tuple))
    for value in values:
        found.append(value)
        known = value
    return found, max(values), layers[0].output
    ### END SOLUTION


def helper(values):
    return values >= 3
'''


def changes(source: str = SOURCE) -> set[tuple[str, str]]:
    return {(one.before.strip(), one.after.strip()) for one in mutants_of(source, ["solve"], 1000)}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (">=", ">"),
        ("values", "value"),
        ("output", "input"),
        ("(IMAGE_SIZE, IMAGE_SIZE)", "(IMAGE_SIZE,)"),
        ("-1", "0"),
        ("and", "or"),
        ("LIMIT", "LIMIT * 0.5"),
        ("max", "min"),
        ("7", "8"),
        ("found, max(values)", "max(values), found"),
        ("return found, max(values), layers[0].output", "return None"),
        ('activation="sigmoid"', ""),
        ('MaxPooling2D(), Dense(1, activation="sigmoid")', 'Dense(1, activation="sigmoid"), MaxPooling2D()'),
        ("value >= LIMIT and value != 7", "value != 7"),
    ],
)
def test_a_kind_of_change_is_made(before: str, after: str) -> None:
    assert (before, after) in changes()


def test_what_a_student_chooses_freely_is_left_alone() -> None:
    """Another number of filters, another order or activation inside, or another name gives another right solution."""
    touched = {before for before, _ in changes()}
    assert not touched & {"16", "3", '"first"', 'name="first"', 'activation="relu",', "list, tuple"}
    assert not any(before.startswith("Conv2D") and "MaxPooling2D" in before for before in touched)


def test_statements_move_into_a_loop_and_out_of_it() -> None:
    moved = {one.operator: one.source for one in mutants_of(SOURCE, ["solve"], 1000) if "the loop" in one.operator}
    assert "        known = value\n        return found, max(values)" in moved["into the loop"]
    assert "        found.append(value)\n    known = value\n    return" in moved["out of the loop"]


def test_only_solution_regions_are_changed() -> None:
    assert {one.entry for one in mutants_of(SOURCE, ["solve", "helper"], 1000)} == {"solve"}


def test_each_mutant_is_python_and_differs_in_one_place() -> None:
    for one in mutants_of(SOURCE, ["solve"], 1000):
        ast.parse(one.source)
        blocks = difflib.SequenceMatcher(None, SOURCE, one.source, autojunk=False).get_matching_blocks()
        assert one.source != SOURCE
        assert SOURCE[: blocks[0].size] == one.source[: blocks[0].size]


def test_ids_survive_a_change_elsewhere() -> None:
    """A declaration of equivalence stays valid when another part of the file moves."""
    moved = {one.id for one in mutants_of("# a new line\n" + SOURCE, ["solve"], 1000)}
    assert moved == {one.id for one in mutants_of(SOURCE, ["solve"], 1000)}


@pytest.mark.parametrize("name", exercise_names())
def test_a_reference_gives_the_same_sample_every_time(name: str) -> None:
    """At least 150 mutants, ordered, no two alike."""
    exercise = load_exercise(name)
    source = reference_source(exercise)
    first = mutants_of(source, exercise.entry_points)
    assert first == mutants_of(source, exercise.entry_points)
    assert len(first) == len({one.source for one in first}) == SAMPLE

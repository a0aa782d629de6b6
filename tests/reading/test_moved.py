"""Lines of one file found again in another one that has the same code."""

from __future__ import annotations

import json

import pytest

from grader.results import Where
from grader.submissions import Submission, moved_lines, same_text, submission_from_bytes

CODE = """\
import keras

SIZE = 150

def helper(x):
    return x / 255

def create_model():
    '''A model.'''
    model = keras.Sequential([
        keras.layers.Dense(1),  # one unit
    ])
    return model
"""


def python(source: str) -> Submission:
    return submission_from_bytes(source.encode(), "a.py", notebook=False)


def notebook(*cells: str) -> Submission:
    made = [
        {"cell_type": "markdown" if cell.startswith("#") else "code", "source": cell, "metadata": {}, "outputs": []}
        for cell in cells
    ]
    return submission_from_bytes(
        json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": made}).encode(),
        "a.ipynb",
        notebook=True,
    )


def test_lines_move_with_what_is_put_before_and_between() -> None:
    """Comments, blank lines, another layout and code that nothing needs."""
    after = python(
        "# by Eve\n\nimport matplotlib.pyplot as plt\n"
        + CODE.replace("Sequential([\n", "Sequential(\n    [\n").replace("])\n", "]\n    )\n")
    )
    moved = moved_lines(python(CODE), after, ["create_model"])
    assert moved is not None
    lines = {where.line: place.line for where, place in moved.items()}
    assert lines[1] == 4  # import keras
    assert lines[8] == 11  # def create_model
    assert lines[10] == 13  # model =
    assert lines[11] == 15  # Dense
    assert lines[13] == 18  # return
    assert 6 not in lines  # the helper is not needed


def test_cells_move_with_text_cells() -> None:
    before = notebook("import keras", CODE.split("\n\n", 1)[1])
    after = notebook("# Title", "import keras", "# More text", "print('plots')", CODE.split("\n\n", 1)[1])
    moved = moved_lines(before, after, ["create_model"])
    assert moved is not None
    assert moved[Where(cell=2, line=6)] == Where(cell=5, line=6)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Dense(1)", "Dense(2)"),
        ("Dense(1)", "Dense(1, 2)"),
        ("Dense(1)", "Dense(True)"),
        ("'''A model.'''", "'''A model by Eve.'''"),
        ("return model", "return model, model"),
        ("return model", "return"),
        ("def create_model():", "def create_model(size=SIZE):"),
    ],
)
def test_other_code_moves_nowhere(old: str, new: str) -> None:
    """A docstring is code like any other."""
    assert moved_lines(python(CODE), python(CODE.replace(old, new)), ["create_model"]) is None
    assert not same_text(python(CODE), python(CODE.replace(old, new)), ["create_model"])


def test_a_cell_that_does_not_parse_moves_as_far_as_python_names_it() -> None:
    broken = "def create_model(:\n    pass"
    moved = moved_lines(notebook("x = 1", broken), notebook("# Text", "x = 1", broken), ["create_model"])
    assert moved == {Where(cell=2, line=1): Where(cell=3, line=1)}
    assert (
        moved_lines(notebook("x = 1", broken), notebook("x = 1", "def create_model(a b):\n    pass"), ["create_model"])
        is None
    )


def test_the_same_text_stands_at_the_same_place() -> None:
    """Comments within the slice count, what lies beside it does not."""
    beside = CODE.replace("return x / 255", "return x / 127")
    assert same_text(python(CODE), python(beside), ["create_model"])
    assert not same_text(python(CODE), python(beside), ["create_model", "helper"])
    assert not same_text(python(CODE), python(CODE.replace("# one unit", "# by Eve")), ["create_model"])
    assert not same_text(python(CODE), python("\n" + CODE), ["create_model"])


def test_statements_of_one_line_that_stand_in_several_are_not_found_again() -> None:
    """A report names the line alone, and nobody knows which of them it means."""
    one = "def f(a):\n    x = g(a); return h(x)\n"
    other = "def f(a):\n    x = g(a)\n    return h(x)\n"
    assert moved_lines(python(one), python(other), ["f"]) is None
    assert moved_lines(python(other), python(f"\n{other}"), ["f"]) is not None

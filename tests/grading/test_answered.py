"""A submission whose code was graded before gets that report, with the places of its own file."""

from __future__ import annotations

import json

import msgspec
import pytest

from grader.exercises import Exercise
from grader.grading import AssignmentSeed, report_key
from grader.grading.answered import answered
from grader.results import CheckResult, ExerciseRef, Report, SubmissionRef, TaskResult, Where
from grader.submissions import Submission, submission_from_bytes

CODE = {
    "split": "def split_data(source, training, testing, share):\n    pass\n",
    "flow": "def flow(folder):\n    return gen.flow_from_directory(folder, bogus=1)\n",
    "fit": "model = keras.Sequential()\nmodel.fit(flow('a'), validation_data=flow('b'))\n",
}


def notebook(*, comment: str = "", above: str = "") -> bytes:
    """A script in cells, its data sets made inside of `fit`."""
    flow = CODE["flow"].replace("bogus=1)", f"bogus=1){comment}")
    sources = ["import keras\ngen = keras.utils\n", CODE["split"], above + flow, CODE["fit"]]
    cells = [{"cell_type": "code", "source": one, "metadata": {}, "outputs": []} for one in sources]
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}).encode()


def read(data: bytes) -> Submission:
    return submission_from_bytes(data, "b.ipynb", notebook=True)


@pytest.fixture
def earlier(exercise: Exercise) -> Report:
    """A report that quotes the third cell's second line."""
    check = CheckResult(
        id="train_val_datasets/folders", title="t", status="student_error", score=0, max_score=1, seen="s",
        where=Where(cell=3, line=2),
        traceback="cell 3, line 2, in flow\n    return gen.flow_from_directory(folder, bogus=1)  # Alice\nValueError: bogus",
    )  # fmt: skip
    task = TaskResult(name="train_val_datasets", title="t", status="failed", score=0, max_score=1, checks=(check,))
    return Report(
        status="graded", exercise=ExerciseRef(name=exercise.name, title="t", version="1", variant="scripts"),
        submission=SubmissionRef(file="alice.ipynb", sha256="0" * 64), score=0, max_score=1, tasks=(task,),
        fix_first=check.id, needs_review=False, isolation="namespaces", seed="0", key="0",
        output={"train_val_datasets": "Alice was here"},
    )  # fmt: skip


def test_places_and_lines_behind_a_fit_are_those_of_the_own_file(exercise: Exercise, earlier: Report) -> None:
    """Code that only `fit` uses is compared, too: neither a comment nor output of the other file is shown."""
    before, now = notebook(comment="  # Alice"), notebook(above="\n\n")
    seed = AssignmentSeed.fixed(1)
    assert report_key(exercise, seed, read(before)) == report_key(exercise, seed, read(now))
    found = answered(exercise, earlier, before, ".ipynb", read(now))
    assert found is not None
    check = found.tasks[0].checks[0]
    assert check.where == Where(cell=3, line=4)
    assert check.traceback.startswith("cell 3, line 4, in flow\n    return gen.flow_from_directory(folder, bogus=1)\n")
    assert "Alice" not in json.dumps(msgspec.to_builtins(found))

"""Data sets made inside of `fit` get names; nothing else of a submission changes."""

from __future__ import annotations

import pytest

from grader.submissions import Submission, slice_submission, source_location, submission_from_bytes, with_fitted_names

HEAD = "import keras\nmodel = keras.Sequential()\ndata, held = [1], [2]\n"


def fitted(code: str) -> Submission:
    return with_fitted_names(
        submission_from_bytes((HEAD + code).encode(), "mine.py", notebook=False), "train", "validation"
    )


@pytest.mark.parametrize(
    ("call", "train", "validation"),
    [
        ("history = model.fit(data, epochs=3, validation_data=held)", "data", "held"),
        ("model.fit(x=data, validation_data=held)", "data", "held"),
        ("model.fit_generator(generator=data.flow(3), validation_data=held.flow(4))", "data.flow(3)", "held.flow(4)"),
        ("model.fit(\n    data.flow(\n        3\n    ),\n    validation_data=held,\n)", "data.flow(3)", "held"),
        ("history: object = model.fit(data, validation_data=held)", "data", "held"),
    ],
)
def test_what_is_fitted_on_gets_names(call: str, train: str, validation: str) -> None:
    """In the line of the call, and in as many lines."""
    found = fitted(f"{call}\nafter = 1\n")
    lines = found.cells[0].source.split("\n")
    assert lines[3] == f"train = {train}; validation = {validation}"
    assert len(lines) == len((HEAD + call + "\nafter = 1\n").split("\n"))
    assert source_location(found, "validation").line == 4
    assert "after = 1" in lines
    assert "fit" not in slice_submission(found, ["train"]).cells[0].source


@pytest.mark.parametrize(
    "call",
    [
        "model.fit(data)",
        "model.fit(data, held, validation_data=held)",
        "model.fit(x=data, y=held, validation_data=held)",
        "model.fit(data, validation_data=(data, held))",
        "model.evaluate(data, validation_data=held)",
        "def train_it():\n    model.fit(data, validation_data=held)",
        "if data:\n    model.fit(data, validation_data=held)",
        "data = [3]; model.fit(data, validation_data=held)",
        "model.fit(*data, validation_data=held)",
        "several = [one.fit(data, validation_data=held) for one in data]",
        "run = lambda: model.fit(data, validation_data=held)",
        "model = keras.Model().fit(data, validation_data=held).model",
        "train = model.fit(data, validation_data=held)",
        f"model.fit(data(0x{'f' * 5000}), validation_data=held)",
    ],
)
def test_other_calls_stay(call: str) -> None:
    """Arrays, functions, blocks and lines that hold more: the submission is the one that was given."""
    found = fitted(call)
    assert found.cells[0].source.rstrip("\n") == (HEAD + call).rstrip("\n")


def test_a_name_that_is_there_stays() -> None:
    """Only what is missing is named."""
    found = fitted("validation = held\nmodel.fit(data, validation_data=held)\n")
    assert found.cells[0].source.split("\n")[3:5] == ["validation = held", "train = data"]


def test_a_statement_that_binds_an_entry_point_stays() -> None:
    """What is asked for is not taken away."""
    read = submission_from_bytes(
        f"{HEAD}score = model.fit(data, validation_data=held)\n".encode(), "mine.py", notebook=False
    )
    assert with_fitted_names(read, "train", "validation", ["score"]) == read
    assert with_fitted_names(read, "train", "validation") != read


def test_the_last_call_counts() -> None:
    """As in the notebook's own memory."""
    found = fitted("model.fit(data, validation_data=held)\nmodel.fit(held, validation_data=data)\n")
    assert found.cells[0].source.split("\n")[3:5] == [
        "model.fit(data, validation_data=held)",
        "train = held; validation = data",
    ]


def test_deep_expressions_are_left_alone() -> None:
    """Written out, they would take more of Python's stack than there is."""
    deep = "model.fit(" + "-" * 90 + "data, validation_data=held)"
    assert isinstance(fitted(deep), Submission)

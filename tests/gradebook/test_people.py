"""What a notebook says of people goes; what is graded stays."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.errors import UnusableSubmission
from grader.gradebook.people import without_people
from grader.submissions import Submission, slice_submission, submission_from_bytes

PERSON = "Ada Lovelace"
CODE = ["def create_model():\n", "    import tensorflow as tf\n", "    return tf.keras.Sequential()\n"]


def notebook(**metadata) -> dict:
    """A notebook as Colab and Jupyter write them, full of a person."""
    return {
        "nbformat": 4,
        "nbformat_minor": 5,
        "owner": PERSON,
        "metadata": {
            "authors": [{"name": PERSON, "email": "ada@example.org"}],
            "colab": {"name": f"{PERSON}.ipynb", "provenance": [{"file_id": PERSON}], "authorship_tag": PERSON},
            "kernelspec": {
                "name": f"{PERSON}-env",
                "display_name": f"Python ({PERSON})",
                "language": "python",
                "path": f"/home/{PERSON}/.venv",
                "metadata": {"interpreter": PERSON},
            },
            "language_info": {"name": "python", "version": "3.11.4", "file_extension": ".py"},
            "vscode": {"interpreter": {"hash": PERSON}},
            "widgets": {"state": PERSON},
            **metadata,
        },
        "cells": [
            {"cell_type": "markdown", "id": "a", "metadata": {"id": PERSON}, "source": "# Week 1", "attachments": {}},
            "no cell, but counted",
            {
                "cell_type": "code",
                "id": "b",
                "execution_count": 3,
                "metadata": {
                    "executionInfo": {
                        "user": {"displayName": PERSON, "photoUrl": f"https://photo/{PERSON}", "userId": "1"},
                        "elapsed": 4,
                    },
                    "colab": {"base_uri": PERSON},
                    "nbgrader": {"grade_id": "create_model", "solution": True},
                    "tags": ["graded"],
                },
                "outputs": [
                    {"output_type": "stream", "name": "stdout", "text": "Epoch 1"},
                    {"output_type": "display_data", "data": {}, "metadata": {"user": PERSON}},
                ],
                "source": CODE,
                "owner": PERSON,
            },
        ],
    }


def cleaned(document: dict) -> dict:
    return json.loads(without_people(json.dumps(document).encode(), ".ipynb"))


def read(data: bytes) -> Submission:
    return submission_from_bytes(data, "week1.ipynb", notebook=True)


def test_nothing_of_a_person_is_left_in_the_metadata() -> None:
    assert PERSON not in json.dumps(cleaned(notebook()))
    assert "photo" not in json.dumps(cleaned(notebook()))


def test_what_a_person_wrote_and_saw_stays() -> None:
    """Cells with their sources, outputs, tags and marks of nbgrader; the language."""
    kept = cleaned(notebook())
    assert kept["metadata"] == {
        "language_info": {"name": "python", "version": "3.11.4"},
        "kernelspec": {"language": "python"},
    }
    code = kept["cells"][2]
    assert code["source"] == CODE
    assert code["metadata"] == {"nbgrader": {"grade_id": "create_model", "solution": True}, "tags": ["graded"]}
    assert code["outputs"][0]["text"] == "Epoch 1"
    assert len(kept["cells"]) == 3


def test_the_same_is_sliced_and_keyed() -> None:
    """Cells, their numbers, the slice and the key of the report by the grader's own functions."""
    from grader.exercises import load_exercise
    from grader.grading import AssignmentSeed, report_key

    data = json.dumps(notebook()).encode()
    before, after = read(data), read(without_people(data, ".ipynb"))
    assert before.sha256 != after.sha256
    assert (before.cells, before.kind) == (after.cells, after.kind)
    assert slice_submission(before, ["create_model"]).digest == slice_submission(after, ["create_model"]).digest
    exercise, seed = load_exercise("week1_larger_dataset"), AssignmentSeed.fixed(1)
    assert report_key(exercise, seed, before) == report_key(exercise, seed, after)


def test_cleaning_twice_is_cleaning_once() -> None:
    once = without_people(json.dumps(notebook()).encode(), ".ipynb")
    assert without_people(once, ".ipynb") == once


@pytest.mark.parametrize(
    "document",
    [
        {"nbformat": 3, "worksheets": [{"cells": [{"cell_type": "code", "input": "x = 1", "language": "python"}]}, 7]},
        {"nbformat": 3, "worksheets": "none", "cells": [{"cell_type": "code", "source": "y = 1"}]},
        {"nbformat": 4, "cells": [{"cell_type": "code", "source": "x = '\ud800'"}], "worksheets": [{"cells": []}]},
        {"nbformat": 4, "cells": [{"cell_type": "code", "source": "x = 'é\u202e'", "outputs": [3, {"metadata": 1}]}]},
        {"nbformat": 4, "metadata": [], "cells": [{"cell_type": "code", "source": ["x = 1", 3], "metadata": 3}, 3]},
        {"nbformat": 4, "metadata": {"kernelspec": {"name": "ir"}}, "cells": [{"cell_type": "code", "source": "x"}]},
        {"nbformat": 4, "metadata": {"kernelspec": {"name": "julia-of-ada"}}, "cells": []},
        {"nbformat": 4, "metadata": {"language_info": {"name": "R"}}, "cells": [{"cell_type": "code", "source": "x"}]},
        {"nbformat": 2, "cells": []},
        {"nbformat": True},
        {},
    ],
)
def test_odd_notebooks_read_as_before(document: dict) -> None:
    """Cells, or the reason why it cannot be used."""
    data = json.dumps(document).encode()
    assert outcome(without_people(data, ".ipynb")) == outcome(data)


values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=8) | st.sampled_from(["code", "python", "ir"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "language", "x"]), inner),
    max_leaves=6,
)
cells = st.fixed_dictionaries(
    {},
    optional={
        "cell_type": st.sampled_from(["code", "markdown", "raw", 3]),
        "source": values | st.lists(st.text(max_size=20), max_size=3),
        "input": values,
        "language": values,
        "metadata": values,
        "outputs": values,
    },
)
notebooks = st.fixed_dictionaries(
    {"nbformat": st.sampled_from([3, 4, 4, 4, 5, "4"])},
    optional={
        "metadata": values | st.fixed_dictionaries({}, optional={"kernelspec": values, "language_info": values}),
        "cells": st.lists(cells | values, max_size=4) | values,
        "worksheets": st.lists(st.fixed_dictionaries({"cells": st.lists(cells, max_size=3)}) | values, max_size=2),
        "extra": values,
    },
)


@settings(deadline=None)
@given(notebooks)
def test_any_notebook_reads_as_before(document: dict) -> None:
    data = json.dumps(document).encode()
    assert outcome(without_people(data, ".ipynb")) == outcome(data)


def outcome(data: bytes) -> object:
    """The cells that are graded, or why there are none."""
    try:
        submission = read(data)
    except UnusableSubmission as error:
        return str(error)
    return submission.cells, submission.kind


@pytest.mark.parametrize(
    ("data", "suffix"),
    [
        (b"", ".ipynb"),
        (b'{"metadata": {"authors": ["Ada', ".ipynb"),
        (b"\xff\xfe{\x00}\x00", ".ipynb"),
        (b"[" * 5_000, ".ipynb"),
        (b"[]", ".ipynb"),
        (b" " * (21 << 20), ".ipynb"),
        (b"#" * (3 << 20), ".py"),
        (b"%PDF of Ada", ".pdf"),
        (b"x = 1", ""),
    ],
)
def test_what_cannot_be_cleaned_is_not_kept(data: bytes, suffix: str) -> None:
    """A notebook that cannot be read may say anything of anybody."""
    assert without_people(data, suffix) is None


def test_a_python_file_is_kept_as_it_is() -> None:
    assert without_people(b"# caf\xe9\r\n", ".py") == b"# caf\xe9\r\n"

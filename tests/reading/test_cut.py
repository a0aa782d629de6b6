"""The output that a head is built on gets the name that is asked for; nothing else of a submission changes."""

from __future__ import annotations

import pytest

from grader.submissions import Submission, submission_from_bytes, with_cut_named

HEAD = "import keras\nbase = keras.Model()\nlast = base.get_layer('a')\n"


def named(code: str) -> Submission:
    return with_cut_named(submission_from_bytes((HEAD + code).encode(), "mine.py", notebook=False), "last_output")


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        ("\nx = Flatten()(last.output)", ["last_output = last.output", "x = Flatten()(last_output)"]),
        ("# flat\nx = Flatten()(last.output)", ["last_output = last.output", "x = Flatten()(last_output)"]),
        ("x = Flatten()(last.output)", ["last_output = last.output; x = Flatten()(last_output)"]),
        (
            "out = last.output\n\nx = Flatten()(out)\n\ny = Dense(2)(x.output)",
            ["out = last.output", "last_output = out", "x = Flatten()(last_output)", "", "y = Dense(2)(x.output)"],
        ),
        (
            "\nx = Flatten(name='ä')(\n    base.get_layer('ä').output)",
            ["last_output = base.get_layer('ä').output", "x = Flatten(name='ä')(", "    last_output)"],
        ),
    ],
)
def test_what_the_head_begins_with_gets_the_name(code: str, lines: list[str]) -> None:
    """On the line before where there is room; all lines keep their numbers."""
    found = named(f"{code}\nafter = 1\n").cells[0].source.split("\n")
    assert found[3:] == [*lines, "after = 1", ""]
    assert len(found) == len(f"{HEAD}{code}\nafter = 1\n".split("\n"))


@pytest.mark.parametrize(
    "code",
    [
        "last_output = last.output\nx = Flatten()(last_output)",
        "x = Flatten()(last.output)\nlast_output = last.output",
        "model = keras.Model(base.input, last.output)",
        "x = Flatten()(images)",
        "def head():\n    x = Flatten()(last.output)",
        "y = 1; x = Flatten()(last.output)",
        "x = Flatten()(last\n    .output)",
        "x = Flatten()(last.output, 3)",
    ],
)
def test_other_submissions_stay(code: str) -> None:
    """Where the name is bound, or nothing at top level is built on an output."""
    assert named(code).cells[0].source == HEAD + code


def test_a_cell_that_does_not_parse_is_passed_over() -> None:
    """The one behind it counts."""
    cells = submission_from_bytes(b"# %%\nx = (\n# %%\n\nx = Flatten()(last.output)\n", "mine.py", notebook=False)
    assert "last_output" not in with_cut_named(cells, "last_output").cells[0].source

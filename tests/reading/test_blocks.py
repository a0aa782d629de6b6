"""A plain `.py` with a slip in it: what the slip does not touch is read all the same."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import UnusableSubmission
from grader.submissions import Submission, blocks, slice_submission, source_location, submission_from_bytes
from grader.submissions.blocks import LONGEST, LOOK_AHEAD, MOST_BROKEN
from grader.submissions.parsing import parse_cell

SLIP = "def first():\n    return [1, 2\n"
SOUND = "import math\n\n\ndef second():\n    return math.pi\n"


def script(text: str) -> Submission:
    return submission_from_bytes(text.encode(), "lab.py", notebook=False)


def sliced(text: str, name: str) -> str:
    (cell,) = slice_submission(script(text), [name]).cells
    return cell.source


def test_a_slip_costs_its_function_alone():
    """As a broken cell of a notebook does; the place is the file's own."""
    submission = script(f"{SOUND}\n\n{SLIP}\n\ndef third():\n    return second()\n")
    broken = slice_submission(submission, ["first"]).broken
    assert broken is not None
    assert (broken.message, broken.cell, broken.line, broken.text) == ("'[' was never closed", None, 9, "return [1, 2")
    (cell,) = slice_submission(submission, ["third"]).cells
    assert cell.source.split("\n")[10:13] == ["", "def third():", "    return second()"]
    assert "math.pi" in cell.source
    where = source_location(submission, "first")
    assert where is not None
    assert (where.cell, where.line) == (None, 8)


def test_every_line_is_in_one_cell():
    """Nothing is lost, nothing is there twice."""
    text = f"x = [\n1,\n]\n{SLIP}@decorated\ndef b():\n    pass\nif x:\n    y = 1\nelse:\n    y = 2\ny ==\n{SOUND}"
    cells = script(text).cells
    assert [cell.error is None for cell in cells] == [False, False, True]
    for number, line in enumerate(text.split("\n")):
        held = [cell.source.split("\n")[number : number + 1] for cell in cells]
        assert [one for one in held if one not in ([], [""])] == ([[line]] if line else [])


@pytest.mark.parametrize(
    "sound",
    [
        "x = [\n1,\n2,\n]\n",
        'x = """\ndef inside():\nno code\n"""\n',
        "x = f(\na,\n  b\n)\n",
        "try:\n    x = 1\nexcept ValueError:\n    x = 2\nfinally:\n    pass\n",
        "if a:\n    x = 1\nelif b:\n    x = 2\nelse:\n    x = 3\n",
        "@one\n@two(\n3)\nclass x:\n    pass\n",
        "x = 1 + \\\n2\n",
        "x = 1  # In[3]:\n\n",
    ],
)
def test_statements_that_reach_over_the_margin_stay_whole(sound: str):
    """Lines at the left margin are not always the beginning of something."""
    *broken, rest = script(SLIP + sound).cells
    assert len(broken) == 1
    assert rest.error is None
    assert rest.source == "\n" * 2 + sound


def test_a_list_longer_than_is_looked_ahead_is_broken():
    """The bound is what keeps a file of thousands of such lines cheap."""
    items = "".join(f"{number},\n" for number in range(LOOK_AHEAD))
    cells = script(f"{SLIP}x = [\n{items}]\ny = 1\n").cells
    assert [cell.error is None for cell in cells] == [False, False, False, True]
    assert cells[-1].source.strip().endswith("y = 1")


def test_a_long_broken_function_is_parsed_only_a_few_times(monkeypatch: pytest.MonkeyPatch):
    """Looking ahead from it for its end would parse it forty times."""
    parsed: list[int] = []

    def noted(source: str, *more: Any) -> Any:
        parsed.append(len(source))
        return parse_cell(source, *more)

    monkeypatch.setattr(blocks, "parse_cell", noted)
    long = "def g():\n" + "    a = 1\n" * LONGEST + "    a = = 1\n"
    (broken, rest) = script(long + "y = 1\n" * LOOK_AHEAD).cells
    assert broken.error is not None
    assert rest.error is None
    assert sum(size > LONGEST for size in parsed) <= 3


def test_the_rest_of_a_body_that_lost_its_indentation_is_no_code():
    """`return` at the left margin parses alone, and would stop the whole module."""
    *broken, rest = script(f"def f(x):\ny = x\nreturn y\n{SOUND}").cells
    assert [cell.error is not None for cell in broken] == [True, True]
    assert "return y" not in rest.source
    assert sliced(f"def f(x):\nreturn y\n{SOUND}", "second").strip() == SOUND.strip()


def test_a_later_definition_that_is_sound_counts():
    """An old attempt that was left in the file does not hide the new one."""
    assert "return 3" in sliced(f"{SLIP}\ndef first():\n    return 3\n", "first")


def test_a_file_that_is_broken_all_over_is_refused():
    """From so many pieces nobody can tell what was meant."""
    with pytest.raises(UnusableSubmission, match=r"line 1: cannot assign to literal: 0 = =0"):
        script("".join(f"{number} = ={number}\n" for number in range(MOST_BROKEN + 1)) + SOUND)
    assert script("".join(f"{number} = ={number}\n" for number in range(MOST_BROKEN)) + SOUND)


@given(
    st.lists(
        st.sampled_from(
            ["def f():", "    return 1", "x = [", "]", '"""', "else:", "@d", "y = 2", "(", "", "# c", "return"]
        )
    )
)
def test_whatever_the_lines_are(lines: list[str]):
    """Each line in one cell at its place, what is said to be sound parses, or one refusal."""
    text = "\n".join([*lines, "z = 1"])
    try:
        cells = script(text).cells
    except UnusableSubmission:
        return
    for number, line in enumerate(text.split("\n")):
        held = [cell.source.split("\n")[number] for cell in cells if cell.source.count("\n") >= number]
        assert "".join(held) == line
    for cell in cells[1:]:
        if cell.error is None:
            compile(cell.source, "lab.py", "exec", dont_inherit=True)

"""A script in which one object leads to the next can be taken apart between them."""

from __future__ import annotations

import pytest

from grader.submissions import Stage, Submission, slice_submission, slicing, submission_from_bytes

SCRIPT = """\
import keras
base = keras.Net()
base.load_weights('file')
for layer in base.layers:
    layer.trainable = False
last = base.get_layer('a')
out = last.output
x = keras.Flatten()(out)
model = keras.Model(base.input, x)
model.compile()
base.trainable = True
"""
ON_GIVEN = Stage(border=("out", "model"), given=("base", "out"), also=("base",))


def script(code: str = SCRIPT) -> Submission:
    return submission_from_bytes(code.encode(), "mine.py", notebook=False)


def lines(names: list[str], stage: Stage, code: str = SCRIPT) -> list[str]:
    found = slice_submission(script(code), names, stage)
    assert not found.missing
    assert not found.unresolved
    return [line for cell in found.cells for line in cell.source.split("\n") if line.strip()]


def test_what_makes_a_given_object_is_left_out() -> None:
    """And all that is done to it before the border; what is done behind it is not."""
    assert lines(["model"], ON_GIVEN) == [
        "import keras",
        "x = keras.Flatten()(out)",
        "model = keras.Model(base.input, x)",
        "model.compile()",
        "base.trainable = True",
    ]


def test_the_object_at_the_border_is_made_of_what_is_given() -> None:
    """The cut of a script, on a backbone that it did not build."""
    stage = Stage(border=("out", "model"), given=("base",))
    assert lines(["out"], stage) == ["last = base.get_layer('a')", "out = last.output"]


def test_what_stands_behind_the_border_does_not_count() -> None:
    """The backbone as it was when it was cut."""
    before = lines(["base"], Stage(border=("out", "model"), upto=True))
    assert before == SCRIPT.split("\n")[:5]
    assert lines(["base"], Stage()) == [*before, "base.trainable = True"]


def test_what_is_done_to_an_object_later_counts_where_it_is_asked_for() -> None:
    """A name that is bound nowhere is no demand."""
    assert "base.trainable = True" not in lines(["model"], Stage())
    assert lines(["model"], Stage(also=("base", "nothing"))) == SCRIPT.strip().split("\n")


@pytest.mark.parametrize("border", [("nothing", "model"), ("model",)])
def test_the_border_is_the_first_name_that_is_bound(border: tuple[str, ...]) -> None:
    """Who gives the cut no name has its border at the model."""
    code = SCRIPT.replace("out = last.output\n", "").replace("(out)", "(last.output)")
    code = code.replace("model.compile()", "base.b = 1\nmodel.compile()").replace("model =", "base.a = 1\nmodel =")
    found = lines(["model"], Stage(border=border, given=("base",), also=("base",)), code)
    assert "base.b = 1" in found
    assert "base.trainable = True" in found
    assert not {"base.a = 1", "base = keras.Net()", "base.load_weights('file')"} & set(found)


def test_functions_of_a_script_may_use_what_is_given() -> None:
    """Names that a function looks up when it is called are met by it, too."""
    code = "base = make()\nout = base.output\ndef build():\n    return (base, out)\nmodel = build()\n"
    assert lines(["model"], ON_GIVEN, code) == ["def build():", "    return (base, out)", "model = build()"]


def test_the_last_statement_that_binds_the_border_counts() -> None:
    """A script that tried another layer first has thawed nothing behind its cut."""
    code = SCRIPT.replace("last = ", "out = base.layers[3].output\nbase.trainable = 'between'\nlast = ")
    assert "base.trainable = 'between'" not in lines(["model"], ON_GIVEN, code)


def test_slices_of_stages_leave_the_others_as_they_are() -> None:
    """All slices of a file read one index of its names."""
    code = SCRIPT + "# asked for by no other test\n"
    whole = Stage(border=("model",))
    before = lines(["model"], whole, code)
    lines(["model"], ON_GIVEN, code)
    slicing._slice.cache_clear()
    assert lines(["model"], whole, code) == before
    assert "base = keras.Net()" in before

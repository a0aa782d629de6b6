"""An exception of the student's code becomes data that points at their line, whatever the exception does."""

from __future__ import annotations

from typing import Any

import pytest

from grader.student.cell import answer
from grader.student.failures import MAX_FRAMES, MAX_LINE, MAX_MESSAGE, NotWhatWasAsked, describe, message_of
from grader.student.module import StudentModule
from grader.wire import Message


def reply_of(*cells: str | tuple[int | None, str]) -> dict[str, Any]:
    """The body of the error that a call of `names` in these cells gives."""
    numbered = [cell if isinstance(cell, tuple) else (number, cell) for number, cell in enumerate(cells, 1)]
    request = Message("request", {"adapter": "file_names", "entry": "names", "directory": "."})
    reply = answer(StudentModule(numbered, notebook=True), request)
    assert reply.kind == "error"
    return reply.body


def test_frames_point_at_cell_and_line():
    """Outermost first, through two cells, without a frame of the grader's."""
    body = reply_of("def inner(d):\n    return d['x']\n", "\n\ndef names(folder):\n    return inner({})\n")
    assert (body["type"], body["message"]) == ("KeyError", "'x'")
    assert body["frames"] == [
        {"cell": 2, "line": 4, "function": "names", "code": "return inner({})"},
        {"cell": 1, "line": 2, "function": "inner", "code": "return d['x']"},
    ]


def test_a_file_has_lines_and_no_cells():
    """In a `.py`, the line is the file's own."""
    body = reply_of((None, "\n\nx = 1 / 0\n"))
    assert body["frames"] == [{"cell": None, "line": 3, "function": "<module>", "code": "x = 1 / 0"}]


def test_a_syntax_error_points_at_its_line():
    """There is no frame in code that never ran; the error itself knows where."""
    body = reply_of("x = 1\n", "y = 2\ndef names(folder:\n")
    assert body["type"] == "SyntaxError"
    assert [(frame["cell"], frame["line"]) for frame in body["frames"]] == [(2, 2)]


def test_library_frames_are_left_out():
    """Only the student's call is shown, not the library's inside."""
    body = reply_of("import json\ndef names(folder):\n    return json.loads('{')\n")
    assert [frame["line"] for frame in body["frames"]] == [3]


def test_a_deep_recursion_keeps_the_innermost_frames():
    """A thousand frames of one function are a few, and a long line is cut."""
    body = reply_of(f"def names(folder):\n    return names(folder){' ' * 8}+ {'1' * 500}\n")
    assert body["type"] == "RecursionError"
    assert len(body["frames"]) == MAX_FRAMES
    assert max(len(frame["code"]) for frame in body["frames"]) == MAX_LINE


@pytest.mark.parametrize(
    "body",
    ["raise RuntimeError()", "raise SystemExit('x')", "return 7", "return self"],
    ids=["raises", "exits", "number", "itself"],
)
def test_a_message_that_cannot_be_read_is_said_so(body):
    """An exception whose `__str__` fails is still one line in a report."""
    source = f"class Odd(Exception):\n    def __str__(self):\n        {body}\ndef names(folder):\n    raise Odd()\n"
    found = reply_of(source)
    assert (found["type"], found["message"]) == ("Odd", "(the exception's message could not be read)")


def test_a_huge_message_is_cut():
    """Neither message nor type name can flood a report."""
    found = describe(type("E" * 10_000, (Exception,), {})("x" * 1_000_000)).body
    assert len(found["message"]) <= MAX_MESSAGE + 2
    assert len(found["type"]) == 80


def test_a_message_is_plain_text():
    """A subclass of `str` is copied into a real one."""

    class Text(str):
        __slots__ = ()

    class Odd(Exception):
        def __str__(self):
            return Text("here")

    assert type(message_of(Odd())) is str
    assert message_of(Odd()) == "here"


@pytest.mark.parametrize(
    ("raised", "kind"), [("SystemExit(3)", "SystemExit"), ("KeyboardInterrupt()", "KeyboardInterrupt")]
)
def test_leaving_python_is_described(raised, kind):
    """`exit()` in a function is answered like any exception, with its line."""
    body = reply_of(f"def names(folder):\n    raise {raised}\n")
    assert body["type"] == kind
    assert body["frames"][-1]["line"] == 2


def test_what_was_not_asked_for_carries_its_slug_and_hint():
    """A finding is no exception of the student's: no frames, but what to do."""
    body = describe(NotWhatWasAsked("none", "`f` returned None.", "Return it.")).body
    assert body == {
        "type": "NotWhatWasAsked", "problem": "none", "message": "`f` returned None.", "hint": "Return it.", "frames": [],
    }  # fmt: skip


def test_an_error_inside_a_mapped_function_is_told_with_its_line():
    """TensorFlow converts such functions: type, message and line come out of the text that it writes."""
    import tensorflow as tf

    source = """import tensorflow as tf

def prepare(x):
    return preprocess_input(x)

def names(folder):
    return list(tf.data.Dataset.range(3).map(prepare))
"""
    assert tf.data is not None
    body = reply_of(source)
    assert (body["type"], body["message"]) == ("NameError", "name 'preprocess_input' is not defined")
    last = body["frames"][-1]
    assert (last["cell"], last["line"], last["code"]) == (1, 4, "return preprocess_input(x)")


@pytest.mark.parametrize(
    ("loading", "kind", "message", "line"),
    [
        ("tf.data.Dataset.range(4).map(lambda x: tf.numpy_function(load, [x], tf.float32))", "ValueError", "no such picture\nat all", 4),
        ("tf.data.Dataset.range(4).map(lambda x: tf.py_function(load, [x], tf.float32))", "ValueError", "no such picture\nat all", 4),
        ("tf.data.Dataset.from_generator(rows, output_signature=tf.TensorSpec((), tf.int32))", "KeyError", "'row'", 7),
        ("tf.data.Dataset.from_tensor_slices(['no.jpg']).map(tf.io.read_file)", "NotFoundError", "no.jpg; No such file or directory", 10),
    ],
    ids=["numpy_function", "py_function", "from_generator", "operation"],
)  # fmt: skip
def test_an_error_inside_a_data_set_is_told_as_it_was_raised(loading, kind, message, line):
    """Not as `UnknownError` with the names of TensorFlow's own parts, and with the line in which it was raised."""
    source = f"""import tensorflow as tf

def load(x):
    raise ValueError("no such picture\\nat all")

def rows():
    raise KeyError("row")

def names(folder):
    return list({loading})
"""
    body = reply_of(source)
    assert (body["type"], body["message"]) == (kind, message)
    assert body["frames"][-1]["line"] == line
    assert not any(word in str(body) for word in ("function_node", "Iterator::", "site-packages"))

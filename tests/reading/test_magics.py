"""Lines that only IPython understands are left out, and nothing else is."""

import pytest

from grader.submissions import submission_from_bytes


@pytest.mark.parametrize(
    ("source", "left"),
    [
        ("%matplotlib inline\nx = 1", "\nx = 1"),
        ("!wget -q \\\n    http://a/b.zip \\\n    -O b.zip\nx = 1", "\n\n\nx = 1"),
        ("?print\nprint?\nos.path??\nx = 1", "\n\n\nx = 1"),
        ("files = !ls\nx = %pwd\ny = 1", "files = None\nx = None\ny = 1"),
        ("if x:\n    !ls\nelse:\n    %cd /\n", "if x:\n    pass\nelse:\n    pass\n"),
        ("def f():\n    try:\n        !ls \\\n          -l\n    finally:\n        pass", "def f():\n    try:\n        pass\n\n    finally:\n        pass"),
        ("%%time\nx = 1", "\nx = 1"),
        ("\n%%capture out\nx = 1\n!ls", "\n\nx = 1\n"),
        ("%%bash\nls\n\nrm -rf /", "\n\n\n"),
        ("%%writefile a.py\nx = 1", "\n"),
        ("# a note\n%%html\n<b>hi</b>", "# a note\n\n"),
        ("%time x = f(1)", "x = f(1)"),
        ("%timeit f(1)\nx = 1", "\nx = 1"),
        ("pip install tensorflow\nx = 1", "\nx = 1"),
        ("!echo \"it's\nx = 'a'\n!ls", "\nx = 'a'\n"),
    ],
)  # fmt: skip
def test_magics_are_left_out(notebook, source, left):
    """Lines keep their numbers, and blocks keep a statement."""
    _, cell = notebook("ok = 1", source).cells
    assert (cell.source, cell.error) == (left, None)
    assert cell.source.count("\n") == source.count("\n")
    assert cell.dropped


@pytest.mark.parametrize(
    "source",
    [
        's = """\n%matplotlib inline\n!ls\n?x\n"""',
        "s = (17\n  % 5)",
        "s = 17 \\\n% 5",
        "s = '''a\n%%time\n'''",
        "s = 'a\\\n%d' % 3",
        "assert a != b",
        "d = {\n'!': 1,\n'%': 2}",
        'f"""\n%s {x["a"]}\n"""',
        "ls\ncd / content",
        "pip = 1",
        "x = y %z",
    ],
)
@pytest.mark.parametrize("more", ["", "\n!true"])
def test_python_is_left_alone(notebook, source, more):
    """A percent or exclamation mark inside a string, a bracket or a continued line is Python."""
    (cell,) = notebook(source + more).cells
    assert cell.error is None
    assert cell.source == source + more.replace("!true", "")


def test_dropped_lines_are_recorded(notebook):
    """What was left out is on record with cell, line and text, for the notes of a report."""
    submission = notebook(("markdown", "# T"), "x = 1\n!wget \\\n  url\n%time y = 2", "%%bash\nls")
    assert [(line.cell, line.line, line.text) for line in submission.dropped] == [
        (2, 2, "!wget \\"),
        (2, 3, "url"),
        (2, 4, "%time"),
        (3, 1, "%%bash"),
        (3, 2, "ls"),
    ]


def test_scripts_from_colab_keep_shell_lines():
    """Colab writes `!pip install` into the `.py` it exports."""
    submission = submission_from_bytes(b"!pip install keras\nx = 1\n", "lab.py", notebook=False)
    (cell,) = submission.cells
    assert cell.source == "\nx = 1\n"


def test_a_script_has_no_cell_magics():
    """A stray cell magic costs a plain file one line, not all of it."""
    submission = submission_from_bytes(b"%%bash\nx = 1\n", "lab.py", notebook=False)
    assert submission.cells[0].source == "\nx = 1\n"


def test_a_magic_does_not_mend_a_broken_cell(notebook):
    """The error that is left is the student's own, at their own line."""
    _, cell = notebook("ok = 1", "%matplotlib inline\nx = (1\n").cells
    assert (cell.error.line, cell.error.message) == (2, "'(' was never closed")

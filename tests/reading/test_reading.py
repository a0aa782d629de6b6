"""From bytes to cells: notebooks of two formats, scripts, encodings, and what cannot be used."""

import hashlib
import json

import nbformat
import pytest

from grader.errors import UnusableSubmission
from grader.submissions import ReadLimits, submission_from_bytes


def refusal(data: bytes, file: str = "lab.ipynb", **options) -> str:
    with pytest.raises(UnusableSubmission) as caught:
        submission_from_bytes(data, file, notebook=file.endswith("ipynb"), **options)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def script(data: bytes):
    return submission_from_bytes(data, "lab.py", notebook=False)


def test_cells_count_markdown(notebook):
    """Numbers are those a person counts in Jupyter, from the top, prose included."""
    submission = notebook(("markdown", "# Title"), "x = 1", ("raw", ""), "y = 2")
    assert [(cell.number, cell.source) for cell in submission.cells] == [(2, "x = 1"), (4, "y = 2")]


def test_digest_is_of_the_raw_bytes(as_bytes):
    """The digest names the bytes handed in."""
    data = as_bytes("x = 1")
    assert submission_from_bytes(data, "a.ipynb", notebook=True).sha256 == hashlib.sha256(data).hexdigest()


def test_only_sources_are_read():
    """Saved outputs, tags, ids and metadata change nothing."""
    plain = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("x = 1")])
    forged = nbformat.v4.new_notebook(
        metadata={"grader": "passed"},
        cells=[
            nbformat.v4.new_code_cell(
                "x = 1",
                metadata={"nbgrader": {"points": 100, "locked": True}, "tags": ["score"]},
                outputs=[nbformat.v4.new_output("stream", text="100 points")],
            )
        ],
    )
    first, second = (
        submission_from_bytes(nbformat.writes(book).encode(), "a.ipynb", notebook=True) for book in (plain, forged)
    )
    assert first.cells == second.cells


def test_format_3_is_read():
    """Notebooks of the first course years keep cells in worksheets and sources in `input`."""
    sheet = nbformat.v3.new_worksheet(
        cells=[nbformat.v3.new_text_cell("markdown", source="# T"), nbformat.v3.new_code_cell(input="x = 1\ny = 2")]
    )
    data = nbformat.v3.writes_json(nbformat.v3.new_notebook(worksheets=[sheet])).encode()
    submission = submission_from_bytes(data, "old.ipynb", notebook=True)
    assert [(cell.number, cell.source) for cell in submission.cells] == [(2, "x = 1\ny = 2")]


def test_nan_in_outputs_is_read(as_bytes):
    """Python writes NaN into notebooks although JSON has none."""
    data = as_bytes("x = 1").replace(b'"outputs": []', b'"outputs": [NaN, -Infinity]')
    assert submission_from_bytes(data, "a.ipynb", notebook=True).cells[0].source == "x = 1"


AGAIN = "Download it again from Jupyter or Colab (File, Download .ipynb) and hand that in."
NO_JSON = f"this is not a notebook: its text is not JSON. {AGAIN}"
NO_NOTEBOOK = f"this is JSON, but not a Jupyter notebook. {AGAIN}"
RESAVE = "only 3 and 4. Open it in a current Jupyter, save it, and hand it in again."
UTF_16 = "the file is encoded as UTF-16, not UTF-8. Save it as UTF-8 and hand it in again."


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"hello", NO_JSON.replace("JSON.", "JSON (line 1).")),
        (b'{"nbformat": ' + b"1" * 10_000 + b"}", NO_JSON),
        (b'{"a": 1}', NO_NOTEBOOK),
        (b"[1]", NO_NOTEBOOK),
        (b'{"nbformat": true, "cells": []}', NO_NOTEBOOK),
        (b'{"nbformat": 2, "worksheets": []}', f"notebook format 2 is not read, {RESAVE}"),
        (b'{"nbformat": 5, "cells": []}', f"notebook format 5 is not read, {RESAVE}"),
        (
            b'{"nbformat": 4, "cells": []}',
            "the notebook holds no Python code. Check that you handed in the right file.",
        ),
        (
            b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
            "this is a binary file, not text (it holds NUL bytes). Hand in one .ipynb or .py file.",
        ),
        ('{"nbformat": 4}'.encode("utf-16"), UTF_16),
        ('{"nbformat": 4}'.encode("utf-16-le"), UTF_16),
        (
            b'{"nbformat": 4, "x": "\xff"}',
            "the file is not UTF-8 text (byte 22). Save it as UTF-8 and hand it in again.",
        ),
        (b"[" * 1_000_000, f"the JSON of the notebook is nested too deeply. {AGAIN}"),
        (
            b'{"nbformat": 4, "cells": [' + b"{}," * 2_000_000 + b"{}]}",
            f"the JSON of the notebook holds too many values. {AGAIN}",
        ),
        (
            b'{"nbformat": 4, "cells": [' + b"{}," * 2_000 + b"{}]}",
            "the notebook has more than 2,000 cells. Remove the cells that the exercise does not use.",
        ),
    ],
    ids=range(15),
)
def test_unusable_notebooks(data, reason):
    """One clear line, and what to do."""
    assert refusal(data) == f"lab.ipynb: {reason}"


def test_notebook_without_code(as_bytes):
    """Prose alone cannot be graded."""
    assert refusal(as_bytes(("markdown", "I did it all"), " \n")) == (
        "lab.ipynb: the notebook holds no Python code. Check that you handed in the right file."
    )


@pytest.mark.parametrize(
    ("metadata", "language"),
    [
        ({"language_info": {"name": "R"}}, "R"),
        ({"kernelspec": {"language": "julia", "name": "julia-1.9"}}, "julia"),
        ({"kernelspec": {"name": "ir"}}, "R"),
    ],
)
def test_other_languages(as_bytes, metadata, language):
    """A notebook of another kernel is no use, even if some of it would parse."""
    assert refusal(as_bytes("x <- 1", "y = 2", **metadata)) == (
        f"lab.ipynb: the notebook is written in {language}, not Python. Choose a Python kernel and hand it in again."
    )


@pytest.mark.parametrize(
    "metadata",
    [
        {"language_info": {"name": "python"}, "kernelspec": {"language": "R"}},
        {"language_info": 3, "kernelspec": [1]},
        {"kernelspec": {"name": "conda-env-tf-py", "language": "python"}},
        {"kernelspec": {"name": {"ir": 1}}},
    ],
)
def test_python_kernels(notebook, metadata):
    """Whatever else metadata says, a Python notebook is read."""
    assert notebook("x = 1", **metadata).cells


def test_one_broken_cell_is_kept_aside(notebook):
    """A cell that does not parse carries its problem; the others are usable."""
    broken, good = notebook("x = 1\nprint(", "y = 2").cells
    assert (broken.error.message, broken.error.cell, broken.error.line, broken.error.text) == (
        "'(' was never closed",
        1,
        2,
        "print(",
    )
    assert good.error is None


def test_no_cell_parses(as_bytes):
    """Where nothing parses, the first problem is named."""
    assert refusal(as_bytes(("markdown", "T"), "def f(:\n  pass", "x = = 1", "  ")) == (
        "lab.ipynb: none of its code cells is valid Python; the first problem is in cell 2, line 1: invalid syntax: "
        "def f(:. Restart the kernel, run all cells, and hand it in again."
    )


def test_script_of_which_nothing_parses():
    """The line is named."""
    assert refusal(b"import numpy as\nclass A:\nclass B(:\n    pass\n", "lab.py") == (
        "lab.py: this is not valid Python: line 1: invalid syntax: import numpy as. "
        "Run the file once yourself before you hand it in."
    )


def test_script_is_one_cell_without_number():
    """Lines of a plain file are its own."""
    (cell,) = script(b"x = 1\r\ny = 2\r").cells
    assert (cell.number, cell.source, cell.error) == (None, "x = 1\ny = 2\n", None)


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbfname = 'Zo\xc3\xab'\n",
        b"# -*- coding: latin-1 -*-\nname = 'Zo\xeb'\n",
        b"#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\nname = 'Zo\xeb'\n",
        b"name = 'Zo\xc3\xab'\n",
    ],
)
def test_encodings_of_scripts(data):
    """A byte order mark and an encoding line mean what they mean to Python."""
    assert "Zoë" in script(data).cells[0].source


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"# coding: zip\nx = 1", "lab.py: the encoding `zip` of its encoding line is not read."),
        (b"# coding: idna\nx = 1", "lab.py: the encoding `idna` of its encoding line is not read."),
        (b"# coding: martian\nx = 1", "lab.py: its encoding line names no encoding that fits."),
        (b"x = '\xff'", "lab.py: the file is not UTF-8 text (byte 5)."),
        (b"\n\n\n\nx = '\xff'", "lab.py: the file is not UTF-8 text (byte 9)."),
    ],
)
def test_encodings_refused(data, message):
    """Everything else is asked for as UTF-8; codecs that are no text encodings are not even tried."""
    assert refusal(data, "lab.py") == f"{message} Save it as UTF-8 and hand it in again."


def test_source_lists_and_strings_are_the_same():
    """Jupyter writes a source as a list of lines, others as one string."""
    cells = [{"cell_type": "code", "source": ["x = 1\n", "y = 2"]}, {"cell_type": "code", "source": "x = 1\ny = 2"}]
    data = json.dumps({"nbformat": 4, "cells": cells}).encode()
    first, second = submission_from_bytes(data, "a.ipynb", notebook=True).cells
    assert first.source == second.source


def test_odd_cells_keep_their_place():
    """What is not a cell at all still counts, so later numbers stay right."""
    cells = [None, 3, {"cell_type": ["code"]}, {"cell_type": "code", "source": {"a": 1}}, {"cell_type": "code", "source": "x = 1"}]  # fmt: skip
    data = json.dumps({"nbformat": 4, "cells": cells}).encode()
    submission = submission_from_bytes(data, "a.ipynb", notebook=True)
    assert [(cell.number, cell.source) for cell in submission.cells] == [(4, ""), (5, "x = 1")]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("x = '\0'", "source holds a NUL character"),
        ("x = '\ud800'", "source holds a broken character (half of a surrogate pair)"),
        ("x = " + "(" * 150 + ")" * 150, "invalid syntax"),
        ("x = " + "[" * 170 + "]" * 170, "the code is nested too deeply to be read"),
        ("x = " + "-" * 50_000 + "1", "the code is nested too deeply to be read"),
        ("x = " + "a." * 30_000 + "b", "the code is nested too deeply to be read"),
        ("x = " + "+".join("a" * 40_000), "the code is nested too deeply to be read"),
        ("x = " + "1" * 5_000, "Exceeds the limit (4300 digits) for integer string conversion"),
    ],
)
def test_hostile_cells_are_broken_cells(notebook, source, message):
    """What would crash a parser or whoever walks its tree is a syntax problem of that cell alone."""
    good, bad = notebook("y = 1", source).cells
    assert good.error is None
    if message == "invalid syntax":
        assert bad.error is None or message in bad.error.message
    else:
        assert message in bad.error.message


def test_too_much_code(as_bytes):
    """Code that would cost gigabytes to parse is refused before it is."""
    assert refusal(as_bytes("a;" * 60_000)) == (
        "lab.ipynb: its code is too long (120,000 characters). "
        "Keep data in files of their own, and hand in the code alone."
    )
    assert "too long" in refusal(as_bytes("a = 1", "b = 2"), limits=ReadLimits(source_bytes=8))


def test_long_strings_are_not_much_code(notebook):
    """One megabyte of text in a string is read; it is not one megabyte of syntax."""
    assert notebook(f"icon = '{'A' * 1_000_000}'").cells[0].error is None


def test_percent_format():
    """A `.py` with cell markers has cells; prose counts, the header above the first marker does not."""
    submission = script(
        b"# ---\n# jupyter:\n#   x: 1\n# ---\n\n# %% [markdown]\n# # Title\n\n# %%\nx = 1\n\n# %% tags=[]\n\ny = 2\n"
    )
    assert submission.kind == "percent"
    assert [(cell.number, cell.source) for cell in submission.cells] == [(2, "x = 1\n"), (3, "\ny = 2\n")]


def test_percent_format_with_code_above():
    """Code above the first marker is the first cell."""
    assert [(cell.number, cell.source) for cell in script(b"import os\n# %%\nx = 1").cells] == [
        (1, "import os"),
        (2, "x = 1"),
    ]


def test_percent_marker_in_a_string():
    """A marker inside a string is text."""
    submission = script(b'x = """\n# %%\n"""\n')
    assert submission.kind == "py"


def test_percent_cell_that_does_not_parse():
    """A broken cell of a percent file costs that cell, and an open string in it does not swallow the rest."""
    first, second = script(b"# %%\nprint(\n# %%\nx = 1\n").cells
    assert (first.error.cell, first.error.line) == (1, 1)
    assert second.error is None


def test_percent_agrees_with_jupytext():
    """Cells and numbers are those that jupytext makes of the same text."""
    import jupytext

    text = "# %% [markdown]\n# Hello\n\n# %%\nx = 1\n\n# %% [raw]\n# raw\n\n# %% a title\ny = '''\n# z\n'''\n"
    book = jupytext.reads(text, fmt="py:percent")
    expected = [(n, cell.source) for n, cell in enumerate(book.cells, 1) if cell.cell_type == "code"]
    assert [(cell.number, cell.source.rstrip("\n")) for cell in script(text.encode()).cells] == expected

"""Whatever the bytes are, reading and slicing end soon, in a submission or in one clear refusal."""

import ast
import json
import subprocess
import sys
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.errors import UnusableSubmission
from grader.submissions import slice_submission, source_location, submission_from_bytes, untouched

NAMES = ["f", "g", "x", "history"]
relaxed = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])

json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
fragments = st.sampled_from(
    ["x = 1", "def f(a=x):", "    return g(x)", "@f", "class g(f):", "    x = x", "%time x = f()", "!ls \\", "  % 5", '"""', "'", "(", "]", "\\", "for x in f():", "    g.x = x", "    f.fit(x, epochs=1)", "del x", "x += 1", "import x.y", "from x import *", "global x", "with f as x:", "try:", "except x as g:", "    pass", "else:", "if x:", "lambda: (yield)", "f().a[x](g).b", "x: g = 3", "history = f.fit(x, y)", "%%bash", "x?", "x = !ls", "f(*x, **g)", "{**x}", "[x for x in x if (g := x)]", "match x:", "    case [f, *g]: pass", "\tx", "x;", "a = 1; f(x)", "# %%", "async def f(): await x", "return", "print x", "é = 'ü'; x = é", "x = 'ü'; f.fit(x, 1)", "\x0c", "nonlocal x", "*x, g = f", "#"]
)  # fmt: skip
sources = st.lists(fragments, max_size=12).map("\n".join) | st.text(max_size=60)


def survives(data: bytes, *, notebook: bool) -> None:
    try:
        submission = submission_from_bytes(data, "lab", notebook=notebook)
        part = slice_submission(submission, NAMES)
        for name in NAMES:
            untouched(submission, submission, name)
            source_location(submission, name)
    except UnusableSubmission as error:
        refused = str(error)
        assert len(refused.splitlines()) == 1
        return
    numbered = {cell.number: cell for cell in submission.cells}
    for cell in part.cells:
        original = numbered[cell.cell]
        assert cell.source.count("\n") == original.source.count("\n")
        ast.parse(cell.source)
        for line, kept in zip(original.source.split("\n"), cell.source.split("\n"), strict=True):
            assert kept in (line, "") or kept.strip() == "pass"


@given(st.binary(max_size=200))
@relaxed
def test_random_bytes(data):
    """Noise is refused or is Python."""
    survives(data, notebook=True)
    survives(data, notebook=False)


@given(json_values)
@relaxed
def test_random_json(value):
    """JSON that is no notebook, or one with odd parts."""
    survives(json.dumps(value).encode(), notebook=True)
    survives(json.dumps({"nbformat": 4, "metadata": value, "cells": value}).encode(), notebook=True)
    survives(json.dumps({"nbformat": 3, "worksheets": [{"cells": value}, value]}).encode(), notebook=True)
    cells = [{"cell_type": "code", "source": value}, {"cell_type": "code", "source": "x = 1", "language": value}]
    survives(json.dumps({"nbformat": 4, "metadata": {"kernelspec": value}, "cells": cells}).encode(), notebook=True)


@given(st.lists(sources, min_size=1, max_size=5))
@settings(relaxed, max_examples=300)
def test_random_notebooks(texts):
    """Cells made of fragments that fit badly."""
    cells = [{"cell_type": "code", "source": text} for text in [*texts, "x = 1"]]
    survives(json.dumps({"nbformat": 4, "cells": cells}).encode(), notebook=True)


@given(sources)
@settings(relaxed, max_examples=150)
def test_random_scripts(text):
    """The same as a plain or percent file."""
    survives(text.encode("utf-8", "surrogatepass"), notebook=False)


@pytest.mark.parametrize(
    "source",
    [
        "x = 1\n" + "x = x + f(x)\n" * 1_500 + "def f(a): return x\n",
        "def f(): return x, g\n" * 1_500,
        "x = g = 1\n" + "x.append(g)\ng.append(x)\n" * 1_500 + "def f(): return x",
        "\n".join(f"def f{i}(): return f{i + 1}(), f{i // 2}(), x" for i in range(1_000)) + "\ndef f(): return f0()",
        "\n".join(f"def f{i}():\n  global x{i}\n  f{i + 1}()" for i in range(1_000)) + "\nf0()\ndef f(): return x999",
        "".join(" " * depth + f"for x{depth} in g:\n" for depth in range(90)) + " " * 90 + "f = x1",
        "f = 1\nif f:\n" + " f = 1\n" * 8_000,
        "\n" * 400_000 + "f = 1",
        "f = '" + "\\\\" * 500_000 + "'",
        "'''" + "\"'" * 40_000,
        "!a\n" * 30_000 + "f = 1",
        "!" + "\\\n" * 100_000 + "f = 1",
        "x = [" + "a[b](c).d, " * 3_000 + "]\ndef f(): return x",
        "a" * 1_000_000 + " = !ls\nf = 1",
        "a " * 40_000 + "\n%x",
        "=" * 150_000 + "%x",
        "x = f(" + "x." * 30_000 + "\n%y",
        " " * 1_000_000 + "%y\nf = 1",
        "%z\nx?" + " " * 1_000_000 + "y",
        "".join(f"import m{i}\nm{i}.seed(m{i + 1})\n" for i in range(1_000)) + "def f(): return m0",
        "from a import *\n" * 1_000 + "def f(): return " + ", ".join(f"y{i}" for i in range(1_000)),
        "def f(): return g\nf()\n" + "def g(a): return 1\ndef g(a, b): return 1\n" * 2_000,
    ],
    ids=range(22),
)
def test_entangled_code_ends_soon(source):
    """Work grows with the size of the file, or the file is refused."""
    begin = time.process_time()
    survives(source.encode(), notebook=False)
    survives(json.dumps({"nbformat": 4, "cells": [{"cell_type": "code", "source": source}]}).encode(), notebook=True)
    assert time.process_time() - begin < 20  # quadratic work takes minutes


@pytest.mark.parametrize(
    "source",
    [
        "f = " + "lambda: " * 117 + "1",
        "f = " + "[x for x in " * 38 + "g" + "]" * 38,
        "if f: pass\n" + "elif f: pass\n" * 116 + "else: f = 1",
        "f = " + "+".join("g" * 117),
        "f = " + "(lambda g=" * 70 + "1" + ": g)" * 70,
        "".join(" " * depth + f"def f{depth}(x=f):\n" for depth in range(98)) + " " * 98 + "f = 1",
        "".join(" " * depth + "try:\n" for depth in range(19)) + " " * 19 + "f = 1",
    ],
)
def test_deepest_nesting_that_is_read(source):
    """Everything that walks a tree copes with the deepest one let in, with a third of the stack in use already."""

    def deeper(levels: int) -> None:
        if levels:
            deeper(levels - 1)
        else:
            survives(source.encode(), notebook=False)

    deeper(300)


def test_hostile_json_ends_soon():
    """Twenty megabytes of anything are looked at once."""
    begin = time.process_time()
    for data in (
        b'"' + b'\\"' * 9_000_000,
        b'"' + b"\\" * 20_000_000,
        b'{"a": "' + b"x" * 19_000_000,
        b'["' * 9_000_000,
        b"1." + b"1" * 19_000_000,
    ):
        survives(data, notebook=True)
    assert time.process_time() - begin < 20  # quadratic work takes minutes


def test_import_is_light():
    """Reading needs neither nbformat nor TensorFlow, so a batch can plan in milliseconds."""
    code = "import sys, grader.submissions; print([m for m in ('nbformat', 'tensorflow', 'numpy', 'IPython') if m in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout == "[]\n"


def test_uses_of_many_entry_points_through_many_names_are_followed_once() -> None:
    """Each unit counts once, however many names lead to it: a line that makes all of them out of all of them took minutes."""
    entries, names = [f"entry_{number}" for number in range(6)], [f"a{number}" for number in range(4_000)]
    functions = "".join(f"def {entry}(): return N\n" for entry in entries)
    line = f"({', '.join(names)}) = ({', '.join([*names, *entries])})\n"
    read = submission_from_bytes(f"N = 1\n{functions}{line}N = 2\n".encode(), "mine.py", notebook=False)
    sliced = slice_submission(read, entries)
    assert "N = 1" in sliced.cells[0].source
    assert "N = 2" not in sliced.cells[0].source

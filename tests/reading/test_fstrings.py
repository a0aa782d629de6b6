"""F-strings as Python 3.12 has them, for graders that run an earlier version."""

from __future__ import annotations

import ast

import pytest

from grader.submissions import submission_from_bytes
from grader.submissions.fstrings import older_fstrings


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ('f"{", ".join(names)} and {d["a"]}"', "x, y and 1"),
        ('f"{d["a"]:>{len("abc")}}|{d["a"]!r}"', "  1|1"),
        ("f'{d['a']}' + \"{\"", "1{"),
        ('f"{names}" + f"{d["a"]}{{"', "['x', 'y']1{"),
        ('f"{ {"b": 2}["b"] }" # "{', "2"),
        ('f"{"".join(f"{n}!" for n in names)}"', "x!y!"),
        ('f"{"\\n".join(names)}"', "x\ny"),
        ("f'{\"\\t\".join(names)}'", "x\ty"),
        ('rf"\\d{d["a"]}"', "\\d1"),
    ],
)
def test_quotes_may_stand_in_the_braces(code: str, value: str) -> None:
    """What is read gives what Python 3.12 gives."""
    older = older_fstrings(f"shown = {code}")
    assert older != f"shown = {code}"
    names = {"names": ["x", "y"], "d": {"a": 1}}
    exec(older, names)  # of the table above, and nobody else's
    assert names["shown"] == value


@pytest.mark.parametrize(
    "code",
    [
        'f"{a}" f"{b!r:>5}" "{" + r"\\" + f"{{}}"',
        "x = {'a': f'{b}'}  # don't",
        'f"""{d["a"]}"""',
        'print(f"{x',
        "'",
        'f"{f"{f"' * 40,
        'f"{f"{d["a"]}"}"',
        "lambda: {",
    ],
)
def test_other_code_stays_as_it_is(code: str) -> None:
    """What earlier versions read as well, and what no version does."""
    assert older_fstrings(code) == code


def test_a_cell_is_read_whatever_version_it_was_written_for() -> None:
    """Lines stay where they are, and a cell that is broken otherwise is told as before."""
    source = """def f(names):\n    print(f"{", ".join(names)}")\n    return 3\n"""
    read = submission_from_bytes(source.encode(), "mine.py", notebook=False)
    assert [cell.error for cell in read.cells] == [None]
    assert [node.lineno for node in ast.walk(ast.parse(read.cells[0].source)) if isinstance(node, ast.Return)] == [3]
    broken = submission_from_bytes((source + "x = (\n").encode(), "mine.py", notebook=False)
    assert "'(' was never closed" in [cell.error and cell.error.message for cell in broken.cells]


def test_a_file_full_of_them_is_read_in_one_go() -> None:
    """Of each two megabytes no copy is made."""
    code = 'f"{""}"\n' * 14_000 + "# " + "x" * 1_800_000
    older = older_fstrings(code)
    assert older.startswith('f"""{""}"""\nf"""')
    assert len(older) == len(code) + 4 * 14_000

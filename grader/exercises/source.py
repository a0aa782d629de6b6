"""From `reference.py`, the single source, to what a student starts from. Text in, text out."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

from grader.errors import GraderFault, UsageError
from grader.exercises.exercise import Exercise
from grader.exercises.params import Params, ParamValue
from grader.paths import solutions_dir

BEGIN = "### BEGIN SOLUTION"
END = "### END SOLUTION"
STUB = ("# YOUR CODE HERE", "raise NotImplementedError()")

PARAM_LINE = re.compile(
    r"^(?P<left>\s*\w+(?:\s*:[^=#]+)?\s*=\s*)(?P<literal>.+?)(?P<mark>\s*#\s*param:\s*(?P<name>\w+)\s*)$"
)
PLACEHOLDER = re.compile(r"\{\{\s*(?:params\.)?(?P<name>[a-z]\w*)(?:\s*\|\s*(?P<filter>percent))?\s*\}\}")


def reference_path(exercise: Exercise) -> Path | None:
    """Where the reference lies; None where there is none, as in an installed wheel."""
    try:
        path = solutions_dir() / exercise.name / "reference.py"
    except UsageError:
        return None
    return path if path.is_file() else None


def reference_source(exercise: Exercise) -> str:
    """The reference in percent format with the exercise's params, solutions and their markers in place.

    Raises:
        UsageError: there is no reference here, as in an installed wheel.
    """
    path = reference_path(exercise)
    if path is None:
        raise UsageError(f"{exercise.name} has no reference here; solutions come with a checkout of the project.")
    return without_param_marks(render_source(path.read_text(encoding="utf-8"), exercise.params))


def starter_source(exercise: Exercise) -> str:
    """What a student starts from, in percent format: the reference with every solution replaced by a stub.

    Without a reference (an installed wheel) it is the `starter.py` that was bundled, with the default params.

    Raises:
        UsageError: there is neither.
    """
    if reference_path(exercise) is not None:
        return without_solutions(reference_source(exercise))
    path = exercise.folder / "starter.py"
    if not path.is_file():
        raise UsageError(f"{exercise.name} has no starter.py; `python -m grader.exercises.generate` writes it.")
    return path.read_text(encoding="utf-8")


def render_source(source: str, params: Params) -> str:
    """Put params into percent-format source; rendering with the defaults changes no literal.

    A line `IMAGE_SIZE = 64  # param: image_size` gets its literal replaced, a `{{ image_size }}` anywhere its
    text, and `{{ validation_split | percent }}` a percentage.

    Raises:
        UnknownParam: a name that is no parameter.
    """
    lines = []
    for written in source.splitlines():
        match = PARAM_LINE.match(written)
        line = written
        if match is not None:
            line = match["left"] + rendered_literal(match["literal"], params[match["name"]]) + match["mark"]
        lines.append(PLACEHOLDER.sub(lambda found: placeholder_text(params[found["name"]], found["filter"]), line))
    return "\n".join(lines) + "\n"


def rendered_literal(literal: str, value: ParamValue) -> str:
    """`literal` where it already says `value` (as `3_000_000` does), else the value as Python."""
    try:
        written = ast.literal_eval(literal)
    except (ValueError, SyntaxError):
        written = None
    bracketed = isinstance(written, list)
    if bracketed:
        written = tuple(written)
    if type(written) is type(value) and written == value:
        return literal
    if isinstance(value, tuple):
        entries = ", ".join(quoted(entry) for entry in value)
        if bracketed:
            return f"[{entries}]"
        return f"({entries},)" if len(value) == 1 else f"({entries})"
    return quoted(value) if isinstance(value, str) else repr(value)


def quoted(text: str) -> str:
    """`text` as a Python literal in double quotes."""
    return json.dumps(text, ensure_ascii=False)


def placeholder_text(value: ParamValue, how: str | None) -> str:
    """`value` as prose shows it."""
    if how == "percent":
        if not isinstance(value, (int, float)):
            raise UsageError(f"{value!r} is no number, so it has no percentage.")
        return f"{100 * value:g} %"
    if isinstance(value, tuple):
        return ", ".join(value)
    if type(value) is int:
        return f"{value:,}"
    return str(value)


def without_param_marks(source: str) -> str:
    """`source` without its `# param:` comments, which are ours."""
    lines = []
    for line in source.splitlines():
        match = PARAM_LINE.match(line)
        lines.append(match["left"] + match["literal"] if match is not None else line)
    return "\n".join(lines) + "\n"


def without_solutions(source: str) -> str:
    """`source` with each region from BEGIN to END SOLUTION replaced by a stub of the same indentation.

    Raises:
        GraderFault: markers do not pair up, or what is left is not Python.
    """
    lines: list[str] = []
    begun = 0
    for number, line in enumerate(source.splitlines(), start=1):
        if line.strip() == BEGIN:
            if begun:
                raise GraderFault(f"reference line {number}: {BEGIN} inside the one of line {begun}.")
            begun = number
            indentation = line[: len(line) - len(line.lstrip())]
            lines.extend(indentation + stub for stub in STUB)
        elif line.strip() == END:
            if not begun:
                raise GraderFault(f"reference line {number}: {END} without a {BEGIN}.")
            begun = 0
        elif not begun:
            lines.append(line)
    if begun:
        raise GraderFault(f"reference line {begun}: {BEGIN} without an {END}.")
    stripped = "\n".join(lines) + "\n"
    try:
        ast.parse(stripped)
    except SyntaxError as error:
        raise GraderFault(f"the starter is not Python at line {error.lineno}: {error.msg}.") from error
    return stripped

"""Notebooks from percent-format source: the same bytes every time, with nbgrader's cell metadata."""

from __future__ import annotations

import ast
from typing import Any

import nbformat

from grader.errors import UsageError
from grader.exercises.exercise import Exercise
from grader.exercises.source import BEGIN, STUB, reference_path, reference_source, starter_source

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def starter_notebook(exercise: Exercise) -> nbformat.NotebookNode:
    """The notebook that a student starts from; each stub is an nbgrader solution cell named by its entry point.

    Without a reference (an installed wheel) it is the `starter.ipynb` that was bundled, with the default params.

    Raises:
        UsageError: there is neither.
    """
    if reference_path(exercise) is not None:
        return notebook_of(starter_source(exercise), exercise)
    path = exercise.folder / "starter.ipynb"
    if not path.is_file():
        raise UsageError(f"{exercise.name} has no starter.ipynb; `python -m grader.exercises.generate` writes it.")
    bundled: nbformat.NotebookNode = nbformat.read(path, as_version=nbformat.NO_CONVERT)  # type: ignore[no-untyped-call]
    return bundled


def reference_notebook(exercise: Exercise) -> nbformat.NotebookNode:
    """The reference as a notebook. BEGIN and END SOLUTION stay, so that nbgrader can take it as its source.

    Raises:
        UsageError: there is no reference here.
    """
    return notebook_of(reference_source(exercise), exercise)


def notebook_json(notebook: nbformat.NotebookNode) -> str:
    """The notebook as it is written to a file."""
    text: str = nbformat.writes(notebook, version=nbformat.NO_CONVERT)  # type: ignore[no-untyped-call]
    return text.rstrip("\n") + "\n"


def notebook_of(source: str, exercise: Exercise) -> nbformat.NotebookNode:
    """Percent-format `source` as a notebook without outputs, times or random ids."""
    import jupytext  # type: ignore[import-untyped]  # here, because grading needs no jupytext

    notebook: nbformat.NotebookNode = jupytext.reads(source, fmt="py:percent")
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    notebook.metadata = node({"kernelspec": KERNEL, "language_info": {"name": "python"}})
    for number, cell in enumerate(notebook.cells, start=1):
        name = solved_name(cell.source, exercise.entry_points) if cell.cell_type == "code" else None
        cell["id"] = name or f"cell-{number:02d}"
        cell.metadata = node({"nbgrader": solution_metadata(name)} if name else {})
    nbformat.validate(notebook)
    return notebook


def node(values: dict[str, Any]) -> nbformat.NotebookNode:
    """`values` as nbformat's own kind of dict."""
    result: nbformat.NotebookNode = nbformat.from_dict(values)  # type: ignore[no-untyped-call]
    return result


def solved_name(source: str, entry_points: tuple[str, ...]) -> str | None:
    """The entry point that this code cell asks the student to write, if it does."""
    if BEGIN not in source and STUB[0] not in source:
        return None
    for statement in ast.parse(source).body:
        if isinstance(statement, (ast.FunctionDef, ast.ClassDef)) and statement.name in entry_points:
            return statement.name
    return None


def solution_metadata(name: str) -> dict[str, Any]:
    """What nbgrader stores in a cell that the student fills in and that carries no points of its own."""
    return {
        "grade": False,
        "grade_id": name,
        "locked": False,
        "schema_version": 3,
        "solution": True,
        "task": False,
    }

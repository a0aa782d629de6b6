"""Data sets that a script makes inside the call of `fit`, given the names under which the grader asks for them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from grader.submissions.effects import TRAINING
from grader.submissions.parsing import parse_cell
from grader.submissions.submission import SourceCell, Submission
from grader.submissions.units import last_line

_TRAIN_ARGUMENTS = ("x", "generator")
_VALIDATION_ARGUMENT = "validation_data"


def with_fitted_names(submission: Submission, train: str, validation: str) -> Submission:
    """The submission with `train = …` and `validation = …` in place of the last top-level statement that fits on two data sets.

    Nothing else changes, line numbers included: what only trains is never part of a slice. Without such a statement, or where it
    fits on arrays, the submission comes back as it is.
    """
    for position in reversed(range(len(submission.cells))):
        cell = submission.cells[position]
        tree = None if cell.error else parse_cell(cell.source, cell.number)[0]
        for statement in reversed(tree.body if tree is not None else []):
            found = next(_fits(statement), None)
            if found is None or _shares_a_line(statement, tree):
                continue
            try:
                changed = _replaced(cell, statement, (train, found[0]), (validation, found[1]))
            except RecursionError:
                continue
            cells = (*submission.cells[:position], changed, *submission.cells[position + 1 :])
            return replace(submission, cells=cells)
    return submission


def _fits(statement: ast.stmt) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Training and validation data of each call of `fit` in a statement that holds no others."""
    if not isinstance(statement, ast.Expr | ast.Assign | ast.AnnAssign):
        return
    for node in ast.walk(statement):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in TRAINING:
            named = {keyword.arg: keyword.value for keyword in node.keywords}
            given = [*node.args[:1], *(named[name] for name in _TRAIN_ARGUMENTS if name in named)]
            validation = named.get(_VALIDATION_ARGUMENT)
            # With `y` beside it the first argument is an array, and validation data in a tuple are arrays.
            arrays = len(node.args) > 1 or "y" in named or isinstance(validation, ast.Tuple | ast.List)
            if given and validation is not None and not arrays:
                yield given[0], validation


def _shares_a_line(statement: ast.stmt, tree: ast.Module | None) -> bool:
    others = [one for one in (tree.body if tree is not None else ()) if one is not statement]
    return any(one.lineno <= last_line(statement) and last_line(one) >= statement.lineno for one in others)


def _replaced(cell: SourceCell, statement: ast.stmt, *bindings: tuple[str, ast.expr]) -> SourceCell:
    """The cell with bindings on the first line of the statement, whose other lines are blank."""
    lines = cell.source.split("\n")
    first, last = statement.lineno - 1, last_line(statement)
    lines[first] = "; ".join(f"{name} = {ast.unparse(value)}" for name, value in bindings)
    lines[first + 1 : last] = [""] * (last - first - 1)
    return replace(cell, source="\n".join(lines))

"""Data sets that a script makes inside the call of `fit`, given the names under which the grader asks for them."""

from __future__ import annotations

import ast
from collections.abc import Collection, Sequence
from dataclasses import replace

from grader.submissions.definitions import source_location
from grader.submissions.effects import TRAINING
from grader.submissions.parsing import parse_cell
from grader.submissions.submission import SourceCell, Submission
from grader.submissions.units import last_line

_TRAIN_ARGUMENTS = ("x", "generator")
_VALIDATION_ARGUMENT = "validation_data"


def with_fitted_names(submission: Submission, train: str, validation: str, others: Collection[str] = ()) -> Submission:
    """The submission with `train = …` and `validation = …` in place of the last top-level statement that fits on two data sets.

    Nothing else changes, line numbers included: what only trains is never part of a slice. A name that the submission defines
    stays. Without such a statement, or where it fits on arrays, the submission comes back as it is.

    Args:
        others: further names that are asked for; a statement that binds one of them stays.
    """
    missing = [source_location(submission, name) is None for name in (train, validation)]
    for position in reversed(range(len(submission.cells))):
        cell = submission.cells[position]
        tree = None if cell.error else parse_cell(cell.source, cell.number)[0]
        for statement in reversed(tree.body if tree is not None else []):
            found = _fits(statement, {train, validation, *others})
            if found is None or _shares_a_line(statement, tree):
                continue
            bindings = [
                one for one, due in zip(zip((train, validation), found, strict=True), missing, strict=True) if due
            ]
            try:
                changed = _replaced(cell, statement, bindings)
            except (RecursionError, ValueError):
                # Too deep to be written out, or a number with too many digits.
                continue
            cells = (*submission.cells[:position], changed, *submission.cells[position + 1 :])
            return replace(submission, cells=cells)
    return submission


def _fits(statement: ast.stmt, asked: Collection[str]) -> tuple[ast.expr, ast.expr] | None:
    """Training and validation data of a statement that is a call of `fit`, at most with its history bound."""
    match statement:
        case ast.Expr(value=call):
            names = set()
        case ast.Assign(targets=targets, value=call):
            names = {getattr(target, "id", None) for target in targets}
        case ast.AnnAssign(target=target, value=call):
            names = {getattr(target, "id", None)}
        case _:
            return None
    if None in names or names & set(asked) or not isinstance(call, ast.Call):
        return None
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in TRAINING:
        return None
    named = {keyword.arg: keyword.value for keyword in call.keywords}
    given = [*call.args[:1], *(named[name] for name in _TRAIN_ARGUMENTS if name in named)]
    validation = named.get(_VALIDATION_ARGUMENT)
    # With `y` beside it the first argument is an array, and validation data in a tuple are arrays.
    arrays = len(call.args) > 1 or "y" in named or isinstance(validation, ast.Tuple | ast.List)
    if not given or validation is None or arrays or isinstance(given[0], ast.Starred):
        return None
    return given[0], validation


def _shares_a_line(statement: ast.stmt, tree: ast.Module | None) -> bool:
    others = [one for one in (tree.body if tree is not None else ()) if one is not statement]
    return any(one.lineno <= last_line(statement) and last_line(one) >= statement.lineno for one in others)


def _replaced(cell: SourceCell, statement: ast.stmt, bindings: Sequence[tuple[str, ast.expr]]) -> SourceCell:
    """The cell with bindings on the first line of the statement, whose other lines are blank."""
    lines = cell.source.split("\n")
    first, last = statement.lineno - 1, last_line(statement)
    lines[first] = "; ".join(f"{name} = {ast.unparse(value)}" for name, value in bindings)
    lines[first + 1 : last] = [""] * (last - first - 1)
    return replace(cell, source="\n".join(lines))

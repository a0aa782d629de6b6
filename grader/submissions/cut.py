"""The output that a script's head is built on, given the name under which the grader asks for it."""

from __future__ import annotations

import ast
from dataclasses import replace

from grader.submissions.definitions import source_location
from grader.submissions.parsing import parse_cell
from grader.submissions.submission import Submission
from grader.submissions.units import last_line

OUTPUT = "output"


def with_cut_named(submission: Submission, name: str) -> Submission:
    """The submission with `name = …` for the output of a layer on which another layer is called, as in `Flatten()(last.output)`.

    The first such call at top level counts. The binding takes the line before it where that one is blank or a comment, so that
    all lines keep their numbers, else it stands before it in its own line. A submission that defines the name, or has no such
    call, comes back as it is.
    """
    if source_location(submission, name) is not None:
        return submission
    outputs: set[str] = set()
    for position, cell in enumerate(submission.cells):
        tree = None if cell.error else parse_cell(cell.source, cell.number)[0]
        end = 0
        for statement in tree.body if tree is not None else []:
            cut = _cut_of(statement, outputs)
            if cut is not None and statement.lineno > end:
                source = _named(cell.source, statement, cut, name, end)
                cells = (*submission.cells[:position], replace(cell, source=source), *submission.cells[position + 1 :])
                return replace(submission, cells=cells)
            outputs |= _binds_output(statement)
            end = last_line(statement)
    return submission


def _cut_of(statement: ast.stmt, outputs: set[str]) -> ast.expr | None:
    """What the first layer of the head is called on, where the statement is `… = Layer(…)(output)`."""
    match statement:
        case ast.Assign(value=ast.Call(func=ast.Call(), args=[given])):
            is_output = isinstance(given, ast.Attribute) and given.attr == OUTPUT
            known = isinstance(given, ast.Name) and given.id in outputs
            one_line = given.end_lineno == given.lineno
            return given if (is_output or known) and one_line else None
    return None


def _binds_output(statement: ast.stmt) -> set[str]:
    match statement:
        case ast.Assign(targets=[ast.Name(id=bound)], value=ast.Attribute(attr="output")):
            return {bound}
    return set()


def _named(source: str, statement: ast.stmt, cut: ast.expr, name: str, end: int) -> str:
    """The source with the binding, and the name in its place. Columns of a syntax tree count bytes."""
    lines = source.split("\n")
    line = lines[cut.lineno - 1].encode()
    binding = f"{name} = {line[cut.col_offset : cut.end_col_offset].decode()}"
    lines[cut.lineno - 1] = (line[: cut.col_offset] + name.encode() + line[cut.end_col_offset :]).decode()
    before = statement.lineno - 2
    # Between two statements there are blank lines and comments alone.
    if before >= end:
        lines[before] = binding
    else:
        lines[statement.lineno - 1] = f"{binding}; {lines[statement.lineno - 1]}"
    return "\n".join(lines)

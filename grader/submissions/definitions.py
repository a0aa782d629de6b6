"""Where a submission defines a name, and whether the student has touched what the starter gave."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from grader.results import Where
from grader.submissions.canonical import canonical, without_docstring
from grader.submissions.submission import Submission
from grader.submissions.units import BrokenCell, Unit, units_of
from grader.submissions.uses import imports, takes_its_result

_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def source_location(submission: Submission, name: str) -> Where | None:
    """Cell and line of the last definition of `name` at top level; None where nothing defines it.

    A definition in a cell that does not parse counts, as far as the cell's text shows it.
    """
    for item in _definitions_first(submission, name):
        if isinstance(item, Unit):
            line = {**item.names.binds, **dict.fromkeys(item.pruned_binds, item.first)}.get(name)
            if line is not None:
                return Where(cell=item.cell, line=line)
        elif name in item.binds:
            return Where(cell=item.problem.cell, line=item.binds[name])
    return None


def untouched(submission: Submission, starter: Submission, name: str) -> bool:
    """Whether the student has not begun `name`: not attempted is not wrong.

    True where the name is missing, where its last definition equals the starter's but for docstring, comments and
    layout, and where it is a stub: nothing but `pass`, `...`, `raise NotImplementedError`, names set to None and returned.
    False where it stands in a cell that does not parse.
    """
    theirs = last_definition(submission, name)
    if theirs is None:
        return not _in_broken_cell(submission, name)
    if _broken_after(submission, name):
        return False
    if _is_stub(theirs):
        return True
    ours = last_definition(starter, name)
    return ours is not None and canonical(theirs, docstrings=False) == canonical(ours, docstrings=False)


def written(submission: Submission, name: str) -> bool:
    """Whether `name` is defined, and by more than a stub. A definition in a cell that does not parse counts."""
    found = last_definition(submission, name)
    return _in_broken_cell(submission, name) if found is None else not _is_stub(found)


def _definitions_first(submission: Submission, name: str) -> Iterator[Unit | BrokenCell]:
    """Units from the last one back, what only takes the name after all others: slicing follows neither imports nor results of its own."""
    items = units_of(submission).items[::-1]
    taking = [imports(item) or takes_its_result(item, name) for item in items]
    yield from (item for item, takes in zip(items, taking, strict=True) if not takes)
    yield from (item for item, takes in zip(items, taking, strict=True) if takes)


def last_definition(submission: Submission, name: str) -> ast.stmt | None:
    """The statement that defines `name` at top level, the last one where there are several; None where nothing does."""
    for item in _definitions_first(submission, name):
        if isinstance(item, Unit) and (name in item.names.binds or name in item.pruned_binds):
            return _inner_definition(item.statements, name)
    return None


def _inner_definition(statements: Sequence[ast.stmt], name: str) -> ast.stmt:
    """The definition itself where a block or a line holds more than it."""
    found: ast.stmt | None = None
    stack: list[ast.AST] = list(reversed(statements))
    while stack:
        node = stack.pop()
        if isinstance(node, _Definition):
            found = node if node.name == name else found
        elif not isinstance(node, ast.expr):
            stack.extend(reversed(list(ast.iter_child_nodes(node))))
    return found or statements[-1]


def _in_broken_cell(submission: Submission, name: str) -> bool:
    return any(not isinstance(item, Unit) and name in item.binds for item in units_of(submission).items)


def _broken_after(submission: Submission, name: str) -> bool:
    """Whether the last cell that binds the name is one that does not parse."""
    for item in reversed(units_of(submission).items):
        if isinstance(item, Unit):
            if name in item.names.binds or name in item.pruned_binds:
                return False
        elif name in item.binds:
            return True
    return False


def _is_stub(definition: ast.stmt) -> bool:
    if isinstance(definition, ast.Assign | ast.AnnAssign):
        return definition.value is None or _says_nothing(definition.value, set())
    if not isinstance(definition, _Definition):
        return False
    empty: set[str] = set()
    return all(_is_empty(statement, empty) for statement in without_docstring(definition))


def _is_empty(statement: ast.stmt, empty: set[str]) -> bool:
    """Whether a statement of a stub does nothing; adds names it sets to None to `empty`."""
    match statement:
        case ast.Pass() | ast.Global() | ast.Nonlocal():
            return True
        case ast.Expr(value=ast.Constant()):
            return True
        case ast.Return(value=value):
            return value is None or _says_nothing(value, empty)
        case ast.Raise(exc=ast.Name(id="NotImplementedError") | ast.Call(func=ast.Name(id="NotImplementedError"))):
            return True
        case ast.Assign(targets=targets, value=value):
            names = [name for target in targets for name in _target_names(target)]
            empty.update(name for name in names if name)
            return all(names) and _says_nothing(value, empty)
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            inner: set[str] = set()
            return all(_is_empty(part, inner) for part in without_docstring(statement))
        case _:
            return False


def _says_nothing(value: ast.expr, empty: set[str]) -> bool:
    match value:
        case ast.Constant(value=constant):
            return constant is None or constant is ...
        case ast.Name(id=name):
            return name in empty
        case ast.Tuple(elts=parts):
            return all(_says_nothing(part, empty) for part in parts)
        case _:
            return False


def _target_names(target: ast.expr) -> Iterator[str]:
    if isinstance(target, ast.Tuple):
        for part in target.elts:
            yield from _target_names(part)
    else:
        yield target.id if isinstance(target, ast.Name) else ""

"""A submission as a list of units: runs of top-level statements that can only be taken or left together."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from grader.submissions.canonical import canonical
from grader.submissions.effects import Effects, effects_of, is_long_training, needs_the_notebook, trains
from grader.submissions.parsing import parse_cell
from grader.submissions.scopes import Names, names_of
from grader.submissions.submission import SourceCell, Submission, SyntaxProblem

_BLOCKS = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try)
_BOUND_IN_TEXT = (
    re.compile(r"(?:async\s+)?(?:def|class)\s+(\w+)"),
    re.compile(r"([A-Za-z_]\w*(?:\s*,\s*[A-Za-z_]\w*)*)\s*(?::[^=\n]+)?=(?!=)"),
)
_IMPORTED_IN_TEXT = re.compile(r"(?:from\s+[\w.]+\s+)?import\s+(.+)")


@dataclass(frozen=True)
class Unit:
    """Statements of one cell that share lines; nearly always a single one.

    Attributes:
        cell: Number of the cell.
        position: Index of the cell among the code cells.
        first: First line within the cell, decorators included.
        last: Last line within the cell.
        statements: The statements.
        pruned: Statements inside blocks that are replaced by `pass`, because they train or need Jupyter.
        trains: Whether it trains a model even so.
        names: Names of what is not pruned.
        effects: Effects of what is not pruned.
        pruned_binds: Names that only the pruned statements bind.
    """

    cell: int | None
    position: int
    first: int
    last: int
    statements: tuple[ast.stmt, ...]
    pruned: tuple[ast.stmt, ...]
    trains: bool
    names: Names
    effects: Effects
    pruned_binds: frozenset[str]

    @cached_property
    def code(self) -> tuple[str, ...]:
        """What each statement says, with `pass` for what is pruned."""
        pruned = {id(statement) for statement in self.pruned}
        return tuple(canonical(statement, pruned) for statement in self.statements)

    @cached_property
    def whole_code(self) -> tuple[str, ...]:
        """What each statement says, with what is pruned."""
        return tuple(canonical(statement) for statement in self.statements) if self.pruned else self.code

    @cached_property
    def is_main_block(self) -> bool:
        """Whether this is `if __name__ == "__main__":`."""
        statement = self.statements[0]
        return isinstance(statement, ast.If) and any(
            isinstance(node, ast.Name) and node.id == "__name__" for node in ast.walk(statement.test)
        )


@dataclass(frozen=True)
class BrokenCell:
    """A cell that does not parse, and the names that its text seems to bind, with their lines."""

    position: int
    problem: SyntaxProblem
    binds: dict[str, int]
    imports: frozenset[str]


@dataclass(frozen=True)
class Helper:
    """What a function of the student's does when it is called, as far as slicing asks.

    Attributes:
        trains: Whether it trains a model, itself or through other helpers.
        changes_arguments: Whether it changes an object handed to it.
        global_stores: Names it binds in the module, itself or through other helpers.
        global_changes: Names of the module whose objects it changes, itself or through other helpers.
        rebinds_any: Whether it binds names in the module of which its text says nothing, itself or through other helpers.
    """

    trains: bool
    changes_arguments: bool
    global_stores: frozenset[str]
    global_changes: frozenset[str]
    rebinds_any: bool


@dataclass(frozen=True)
class Outline:
    """The units and broken cells of a submission in file order, and its helpers by name."""

    items: tuple[Unit | BrokenCell, ...]
    helpers: dict[str, Helper]


@lru_cache(maxsize=4)
def outline(cells: tuple[SourceCell, ...]) -> Outline:
    """Take a submission's cells apart; slices for several tasks share the work."""
    trees = [None if cell.error else parse_cell(cell.source, cell.number)[0] for cell in cells]
    helpers = _helpers([tree for tree in trees if tree is not None])
    trainers = {name for name, helper in helpers.items() if helper.trains}
    items: list[Unit | BrokenCell] = []
    for position, (cell, tree) in enumerate(zip(cells, trees, strict=True)):
        if tree is not None:
            items.extend(_units(cell, position, tree, trainers))
        elif cell.error is not None:
            items.append(_broken_cell(cell.source, position, cell.error))
    return Outline(tuple(items), helpers)


def units_of(submission: Submission) -> Outline:
    """The outline of a submission."""
    return outline(submission.cells)


def first_line(statement: ast.stmt) -> int:
    """The line a statement begins at, its decorators included."""
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(decorator.lineno for decorator in decorators)])


def last_line(statement: ast.stmt) -> int:
    """The line a statement ends at."""
    return statement.end_lineno or statement.lineno


def _units(cell: SourceCell, position: int, tree: ast.Module, trainers: Collection[str]) -> Iterator[Unit]:
    lines = cell.source.split("\n")
    group: list[ast.stmt] = []
    for statement in tree.body:
        if group and first_line(statement) > last_line(group[-1]):
            yield _unit(cell, position, group, lines, trainers)
            group = []
        group.append(statement)
    if group:
        yield _unit(cell, position, group, lines, trainers)


def _unit(
    cell: SourceCell, position: int, statements: list[ast.stmt], lines: list[str], trainers: Collection[str]
) -> Unit:
    pruned = tuple(_pruned(statements, lines, trainers))
    names = names_of(statements, pruned)
    pruned_binds = frozenset(names_of(statements).binds) - set(names.binds) if pruned else frozenset()
    skipped = {id(statement) for statement in pruned}
    return Unit(
        cell=cell.number,
        position=position,
        first=first_line(statements[0]),
        last=last_line(statements[-1]),
        statements=tuple(statements),
        pruned=pruned,
        trains=any(trains(statement, trainers, skipped) for statement in statements),
        names=names,
        effects=effects_of(statements, pruned),
        pruned_binds=pruned_binds,
    )


def _pruned(
    body: Sequence[ast.stmt], lines: list[str], trainers: Collection[str], *, nested: bool = False
) -> Iterator[ast.stmt]:
    """Statements inside blocks that train or need Jupyter and stand alone on their lines."""
    for statement in body:
        if isinstance(statement, _BLOCKS) or type(statement).__name__ == "TryStar":
            for name in ("body", "orelse", "finalbody"):
                yield from _pruned(getattr(statement, name, []), lines, trainers, nested=True)
            for handler in getattr(statement, "handlers", []):
                yield from _pruned(handler.body, lines, trainers, nested=True)
        elif nested and (needs_the_notebook(statement) or trains(statement, trainers)) and _alone(statement, lines):
            yield statement


def _alone(statement: ast.stmt, lines: list[str]) -> bool:
    before = lines[statement.lineno - 1].encode()[: statement.col_offset]
    after = lines[last_line(statement) - 1].encode()[statement.end_col_offset :].strip()
    return not before.strip() and (not after or after == b";" or after.startswith(b"#"))


def _broken_cell(source: str, position: int, problem: SyntaxProblem) -> BrokenCell:
    binds: dict[str, int] = {}
    imports: set[str] = set()
    indent = min((len(line) - len(line.lstrip()) for line in source.split("\n") if line.strip()), default=0)
    for number, line in enumerate(source.split("\n"), start=1):
        text = line[indent:]
        for pattern in _BOUND_IN_TEXT:
            if match := pattern.match(text):
                binds.update((name, number) for name in re.split(r"\s*,\s*", match.group(1)))
        if match := _IMPORTED_IN_TEXT.match(text):
            for part in match.group(1).split("#")[0].strip("() \\").split(","):
                words = part.split()
                if words:
                    imports.add(words[-1].split(".")[0])
                    binds.setdefault(words[-1].split(".")[0], number)
    return BrokenCell(position, problem, binds, frozenset(imports))


def _helpers(trees: Sequence[ast.Module]) -> dict[str, Helper]:
    own: dict[str, Helper] = {}
    calls: dict[str, frozenset[str]] = {}
    for tree in trees:
        for statement in tree.body:
            for node in _definitions(statement):
                own[node.name] = _own_helper(node)
                calls[node.name] = frozenset(
                    inner.func.id
                    for inner in ast.walk(node)
                    if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Name)
                )
    return _through_calls(own, calls)


def _definitions(statement: ast.stmt) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    stack: list[ast.AST] = [statement]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
        elif isinstance(node, (*_BLOCKS, ast.ExceptHandler)):
            stack.extend(ast.iter_child_nodes(node))


def _own_helper(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Helper:
    effects = effects_of(node.body)
    changed = effects.assigns_into | effects.calls_methods
    names = names_of([node])
    arguments = {argument.arg for argument in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)}
    return Helper(
        trains=any(isinstance(inner, ast.Call) and is_long_training(inner) for inner in ast.walk(node)),
        changes_arguments=bool(arguments & changed),
        global_stores=names.global_stores | effects.rebinds,
        global_changes=frozenset(changed & names.later),
        rebinds_any=effects.rebinds_any,
    )


def _through_calls(own: dict[str, Helper], calls: dict[str, frozenset[str]]) -> dict[str, Helper]:
    """Let what a helper does be done by its callers too. Bounded: each round visits callers of what changed."""
    callers: dict[str, list[str]] = {}
    for name, called in calls.items():
        for other in called & own.keys():
            callers.setdefault(other, []).append(name)
    helpers = dict(own)
    waiting = [
        name
        for name, helper in own.items()
        if helper.trains or helper.global_stores or helper.global_changes or helper.rebinds_any
    ]
    steps = 0
    while waiting and steps < 50_000:
        steps += 1
        name = waiting.pop()
        for caller in callers.get(name, []):
            before, inner = helpers[caller], helpers[name]
            after = Helper(
                trains=before.trains or inner.trains,
                changes_arguments=before.changes_arguments,
                global_stores=before.global_stores | inner.global_stores,
                global_changes=before.global_changes | inner.global_changes,
                rebinds_any=before.rebinds_any or inner.rebinds_any,
            )
            if after != before:
                helpers[caller] = after
                waiting.append(caller)
    return helpers

"""The student's slice as a module, executed once, its tracebacks pointing at the student's own lines."""

from __future__ import annotations
import __future__

import ast
import functools
import linecache
import operator
import sys
import types
from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any, NamedTuple, TypeGuard

NAME = "submission"
MAX_NAME = 120
FUTURES = functools.reduce(
    operator.or_, (getattr(__future__, name).compiler_flag for name in __future__.all_feature_names)
)
"""Every flag that a `from __future__ import` can set on the code compiled with it."""


def file_name(cell: int | None) -> str:
    """The name that a cell's code carries in tracebacks."""
    return "<submission>" if cell is None else f"<cell {cell}>"


def cell_of(file: str) -> tuple[bool, int | None]:
    """Whether a traceback's file is the student's, and which cell it is."""
    if file == "<submission>":
        return True, None
    if file.startswith("<cell ") and file.endswith(">"):
        number = file[len("<cell ") : -1]
        return (True, int(number)) if number.isdigit() else (False, None)
    return False, None


class MissingName(NameError):
    """The slice ran and did not bind an entry point."""


class NoShell:
    """What `get_ipython()` gives outside a notebook: whatever is called on it does nothing."""

    def __getattr__(self, name: str) -> Any:
        # Python itself looks for methods such as `__iter__` and `__deepcopy__`; finding them would mislead it.
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return Nothing()


class Nothing(NoShell):
    """What such a name gives: called, it does nothing; asked for another, as in `get_ipython().events.register`, it has that, too."""

    def __call__(self, *_args: Any, **_kwargs: Any) -> None:
        """Do nothing."""


def nothing(*_args: Any, **_kwargs: Any) -> None:
    """Stands in for `display` and for every method of the shell."""


def ambient() -> dict[str, Any]:
    """Names that a notebook has without an import. The student's own definition replaces them."""
    return {"display": nothing, "get_ipython": NoShell}


class SlicedSource(NamedTuple):
    """One cell of a slice.

    Attributes:
        cell: its number; None in a plain `.py`.
        source: with unselected lines blank.
        optional: lines of statements that may fail without harm.
    """

    cell: int | None
    source: str
    optional: Collection[int] = ()

    def compiled(
        self, flags: int, without: Collection[str] = (), unread: AbstractSet[str] = frozenset()
    ) -> types.CodeType:
        """The code, each optional statement in a `try` of its own.

        A set-up that finds nothing in the sandbox, such as a key for a download, costs nothing that does not need it.

        Args:
            without: names of functions whose definitions are left out.
            unread: names that are imported on one line with others, and that nothing in the slice reads: these imports may fail.
        """
        name = file_name(self.cell)
        tree: Any = self.source
        if self.optional or without or unread:
            tree = compile(self.source, name, "exec", flags=flags | ast.PyCF_ONLY_AST, dont_inherit=True)
            if without:
                _Without(without).visit(tree)
            if unread:
                tree.body = [part for one in tree.body for part in _one_by_one(one, unread)]
            tree.body = [_tried(one) if one.lineno in self.optional else one for one in tree.body]
            ast.fix_missing_locations(tree)
        code: types.CodeType = compile(tree, name, "exec", flags=flags, dont_inherit=True)
        return code


def _tried(statement: ast.stmt) -> ast.stmt:
    nothing_more = ast.ExceptHandler(type=None, name=None, body=[ast.Pass()])
    tried = ast.Try(body=[statement], handlers=[nothing_more], orelse=[], finalbody=[])
    return ast.copy_location(tried, statement)


def _unread_imports(cells: Sequence[SlicedSource]) -> frozenset[str]:
    """Names that some statement at top level imports beside others, and that no statement reads which has to run."""
    needed: list[ast.stmt] = []
    for cell in cells:
        try:
            needed += [one for one in ast.parse(cell.source).body if one.lineno not in cell.optional]
        except (SyntaxError, ValueError, RecursionError):
            # Said where it is compiled.
            return frozenset()
    beside = {
        _bound_by(alias)
        for before, one, after in zip([None, *needed], needed, [*needed[1:], None], strict=False)
        if _may_be_split(one) and (len(one.names) > 1 or _on_one_line(before, one) or _on_one_line(one, after))
        for alias in one.names
    }
    if not beside:
        return frozenset()
    read = {node.id for one in needed for node in ast.walk(one) if isinstance(node, ast.Name)}
    return frozenset(beside - read)


def _may_be_split(statement: ast.stmt) -> TypeGuard[ast.Import | ast.ImportFrom]:
    """Whether it imports, and not from the future: that has to stand first, and nothing reads its names."""
    return isinstance(statement, ast.Import | ast.ImportFrom) and getattr(statement, "module", None) != "__future__"


def _on_one_line(first: ast.stmt | None, second: ast.stmt | None) -> bool:
    """Whether two statements share a line, so that a slice takes both where it needs one. What begins a cell begins its line."""
    return first is not None and second is not None and first.end_lineno == second.lineno and second.col_offset > 0


def _bound_by(alias: ast.alias) -> str:
    return alias.asname or alias.name.partition(".")[0]


def _one_by_one(statement: ast.stmt, unread: AbstractSet[str]) -> Sequence[ast.stmt]:
    """An import of several modules or names as one statement each; those that nothing reads may fail."""
    if not _may_be_split(statement) or not unread & {_bound_by(one) for one in statement.names}:
        return [statement]
    parts: list[ast.stmt] = []
    for alias in statement.names:
        part: ast.stmt = (
            ast.Import([alias])
            if isinstance(statement, ast.Import)
            else ast.ImportFrom(statement.module, [alias], statement.level)
        )
        part = ast.copy_location(part, statement)
        parts.append(_tried(part) if _bound_by(alias) in unread else part)
    return parts


class _Without(ast.NodeTransformer):
    """Leaves out definitions of functions at top level, within blocks, too."""

    def __init__(self, names: Collection[str]) -> None:
        self.names = names

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.stmt:
        return ast.copy_location(ast.Pass(), node) if node.name in self.names else node

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.stmt:
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.stmt:
        return node


class StudentModule:
    """A slice that is executed on first use and hands out its names.

    Args:
        cells: in notebook order.
        notebook: a notebook's code runs as `__main__`, a `.py` is imported.
    """

    def __init__(self, cells: Sequence[SlicedSource | tuple[int | None, str]], *, notebook: bool) -> None:
        self._cells = [SlicedSource(*cell) for cell in cells]
        self._notebook = notebook
        self._module: types.ModuleType | None = None
        self._replaced: dict[str, Any] = {}
        self._given: dict[str, Any] = {}

    def replace(self, name: str, value: Any) -> None:
        """Give a function of that name another body, before the slice is executed."""
        self._replaced[name] = value

    def give(self, objects: Mapping[str, Any]) -> None:
        """Let names be bound before the slice is executed, as if earlier lines had done it. Its own lines may bind them anew."""
        self._given.update(objects)

    @classmethod
    def from_namespace(cls, namespace: dict[str, Any]) -> StudentModule:
        """A module whose names exist already: the student's own running notebook."""
        self = cls([], notebook=True)
        self._module = types.ModuleType(NAME)
        self._module.__dict__.update(namespace)
        return self

    def load(self) -> types.ModuleType:
        """Execute the slice once.

        Raises:
            BaseException: whatever the student's top-level code raises.
        """
        if self._module is not None:
            return self._module
        module = types.ModuleType(NAME)
        module.__dict__.update(ambient() | self._replaced | self._given)
        if self._notebook:
            module.__dict__["__name__"] = "__main__"
        else:
            # Beside its data, as where the student ran it.
            module.__dict__["__file__"] = str(Path.cwd() / f"{NAME}.py")
        sys.modules[NAME] = module
        flags = 0
        unread = _unread_imports(self._cells)
        for part in self._cells:
            name, source = file_name(part.cell), part.source
            linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
            code = part.compiled(flags, self._replaced, unread)
            # As in a notebook, a `from __future__ import` holds for the cells that follow, too.
            flags |= code.co_flags & FUTURES
            exec(code, module.__dict__)  # noqa: S102 - the cell is the place
        self._module = module
        return module

    def get(self, name: str) -> Any:
        """The student's object of that name.

        Raises:
            MissingName: the slice does not bind it.
        """
        try:
            return self.load().__dict__[name]
        except KeyError:
            raise MissingName(f"`{name[:MAX_NAME]}` is not defined when your code starts fresh.") from None

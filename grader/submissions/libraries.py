"""Names that stand for imported libraries, and the statements that set those libraries up."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Sequence

from grader.submissions.units import BrokenCell, Unit

_SAME_LIBRARY = {"keras": "tensorflow", "tf_keras": "tensorflow", "pylab": "matplotlib"}

# A set-up may need a library that has a set-up of its own, and so on; nobody goes further than this.
_MOST_ROUNDS = 20


class ImportedNames:
    """Which names of a submission are only ever bound by imports, and from which library."""

    def __init__(self, items: Sequence[Unit | BrokenCell]) -> None:
        self._libraries: dict[str, str] = {}
        self._imported_by: list[set[str]] = []
        bound: set[str] = set()
        for item in items:
            imports = list(_imports(item.statements)) if isinstance(item, Unit) else []
            self._libraries.update(imports)
            self._imported_by.append({library for _, library in imports})
            if isinstance(item, Unit):
                bound |= item.names.binds.keys() - dict(imports).keys()
        self._other = bound
        self._setups = [(index, libraries) for index, item in enumerate(items) if (libraries := self.sets_up(item))]

    def __contains__(self, name: str) -> bool:
        return name in self._libraries and name not in self._other

    def setups(self, selected: Collection[int]) -> Iterator[int]:
        """Units that set up a library of which something is selected, such as `np.random.seed(0)`.

        Args:
            selected: Indices of selected units; may grow between two steps.
        """
        waiting = self._setups
        for _ in range(_MOST_ROUNDS):
            used = self._used(selected)
            ready = [index for index, libraries in waiting if libraries & used]
            waiting = [(index, libraries) for index, libraries in waiting if not libraries & used]
            yield from (index for index in ready if index not in selected)
            if not ready:
                break

    def sets_up(self, item: Unit | BrokenCell) -> set[str]:
        """The libraries that a statement sets up, and does nothing else."""
        if not isinstance(item, Unit) or item.trains or not item.effects.configures:
            return set()
        if not all(isinstance(statement, ast.Expr | ast.Assign | ast.AugAssign) for statement in item.statements):
            return set()
        return {self._libraries[name] for name in item.effects.configures if name in self}

    def _used(self, selected: Collection[int]) -> set[str]:
        return set().union(*(self._imported_by[index] for index in selected))


def _imports(statements: Sequence[ast.stmt]) -> Iterator[tuple[str, str]]:
    """Name and library of every import that runs with the statements."""
    stack: list[ast.AST] = list(statements)
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.asname or alias.name.split(".")[0], _library(alias.name)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield alias.asname or alias.name, _library(node.module or "")
        elif not isinstance(node, ast.expr | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            stack.extend(ast.iter_child_nodes(node))


def _library(module: str) -> str:
    library = module.split(".", maxsplit=1)[0]
    return _SAME_LIBRARY.get(library, library)

"""Which names a top-level statement binds, needs while it runs, and needs later when functions in it are called."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

_Function = ast.FunctionDef | ast.AsyncFunctionDef
_Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


@dataclass(frozen=True)
class Names:
    """The names of a statement, seen from the module.

    Attributes:
        binds: Names it binds in the module, with the line of the last binding.
        certain: Those of them it binds whichever way it goes.
        now: Names it needs while it runs.
        perhaps: Names it may need while it runs, unless it bound them itself before.
        later: Names that functions in it look up in the module when they are called.
        deletes: Names it deletes.
        global_stores: Names that functions in it bind in the module when they are called.
        stars: Whether it holds a `from x import *`.
    """

    binds: dict[str, int]
    certain: frozenset[str]
    now: frozenset[str]
    perhaps: frozenset[str]
    later: frozenset[str]
    deletes: frozenset[str]
    global_stores: frozenset[str]
    stars: bool


def names_of(statements: Sequence[ast.stmt], skip: Collection[ast.stmt] = ()) -> Names:
    """Find the names of statements that run one after the other.

    Args:
        statements: Top-level statements.
        skip: Statements inside them that will not run.
    """
    walker = _Walker(skip)
    module = walker.module
    walker.visit_all(statements, module)
    return Names(
        binds=dict(module.stores),
        certain=frozenset(module.definite),
        now=frozenset(module.hard),
        perhaps=frozenset(module.soft - module.hard),
        later=frozenset(module.deferred),
        deletes=frozenset(module.deletes),
        global_stores=frozenset(module.global_stores),
        stars=walker.stars,
    )


class _Scope:
    """Names of one scope while it is walked. `definite` holds what is bound for sure at the point reached."""

    def __init__(self, kind: Literal["module", "class", "function", "comprehension"], parent: _Scope | None) -> None:
        self.kind = kind
        self.parent = parent
        self.stores: dict[str, int] = {}
        self.definite: set[str] = set()
        self.hard: set[str] = set()
        self.soft: set[str] = set()
        self.deferred: set[str] = set()
        self.deletes: set[str] = set()
        self.globals: set[str] = set()
        self.nonlocals: set[str] = set()
        self.global_stores: set[str] = set()

    def load(self, name: str) -> None:
        if name not in self.definite:
            (self.soft if name in self.stores else self.hard).add(name)

    def store(self, name: str, line: int, *, certain: bool = True) -> None:
        self.stores[name] = line
        if certain:
            self.definite.add(name)


class _Walker:
    def __init__(self, skip: Collection[ast.stmt]) -> None:
        self.module = _Scope("module", None)
        self.stars = False
        self._skip = {id(statement) for statement in skip}

    def visit_all(self, nodes: Iterable[ast.AST | None], scope: _Scope) -> None:
        for node in nodes:
            if node is not None:
                self.visit(node, scope)

    def visit(self, node: ast.AST, scope: _Scope) -> None:
        if id(node) in self._skip:
            return
        handler = _HANDLERS.get(type(node))
        if handler is not None:
            handler(self, node, scope)
            return
        for child in ast.iter_child_nodes(node):
            self.visit(child, scope)

    # Names -----------------------------------------------------------------------------------------------------

    def name(self, node: ast.Name, scope: _Scope) -> None:
        if isinstance(node.ctx, ast.Load):
            scope.load(node.id)
        elif isinstance(node.ctx, ast.Store):
            scope.store(node.id, node.lineno)
        else:
            scope.load(node.id)
            scope.definite.discard(node.id)
            scope.deletes.add(node.id)

    def walrus(self, node: ast.NamedExpr, scope: _Scope) -> None:
        self.visit(node.value, scope)
        owner = scope
        while owner.kind == "comprehension" and owner.parent is not None:
            owner = owner.parent
        owner.store(node.target.id, node.lineno, certain=owner is scope)
        scope.definite.add(node.target.id)

    def declare_global(self, node: ast.Global, scope: _Scope) -> None:
        scope.globals.update(node.names)

    def declare_nonlocal(self, node: ast.Nonlocal, scope: _Scope) -> None:
        scope.nonlocals.update(node.names)

    def imports(self, node: ast.Import, scope: _Scope) -> None:
        for alias in node.names:
            # `import a.b` after `import a.c` adds to `a` and does not replace it, so it is never the only binding.
            scope.store(alias.asname or alias.name.split(".")[0], node.lineno, certain=alias.asname is not None)

    def import_from(self, node: ast.ImportFrom, scope: _Scope) -> None:
        for alias in node.names:
            if alias.name == "*":
                self.stars = True
            else:
                scope.store(alias.asname or alias.name, node.lineno)

    def pattern_name(self, node: ast.MatchAs | ast.MatchStar | ast.MatchMapping, scope: _Scope) -> None:
        for child in ast.iter_child_nodes(node):
            self.visit(child, scope)
        name = node.rest if isinstance(node, ast.MatchMapping) else node.name
        if name is not None:
            scope.store(name, node.lineno)

    # Assignments -----------------------------------------------------------------------------------------------

    def assign(self, node: ast.Assign, scope: _Scope) -> None:
        self.visit(node.value, scope)
        self.visit_all(node.targets, scope)

    def augmented(self, node: ast.AugAssign, scope: _Scope) -> None:
        if isinstance(node.target, ast.Name):
            scope.load(node.target.id)
        self.visit(node.value, scope)
        self.visit(node.target, scope)

    def annotated(self, node: ast.AnnAssign, scope: _Scope) -> None:
        if node.value is not None:
            self.visit(node.value, scope)
        if scope.kind != "function":
            self.visit(node.annotation, scope)
        if node.value is not None or scope.kind == "function" or not isinstance(node.target, ast.Name):
            self.visit(node.target, scope)

    # Branches --------------------------------------------------------------------------------------------------

    def branch(self, node: ast.If, scope: _Scope) -> None:
        self.visit(node.test, scope)
        before = set(scope.definite)
        self.visit_all(node.body, scope)
        after_body, scope.definite = scope.definite, before
        self.visit_all(node.orelse, scope)
        scope.definite &= after_body

    def loop(self, node: ast.For | ast.AsyncFor | ast.While, scope: _Scope) -> None:
        self.visit(node.test if isinstance(node, ast.While) else node.iter, scope)
        before = set(scope.definite)
        if not isinstance(node, ast.While):
            self.visit(node.target, scope)
        self.visit_all(node.body, scope)
        scope.definite = set(before)
        self.visit_all(node.orelse, scope)
        scope.definite = before

    def attempt(self, node: ast.Try, scope: _Scope) -> None:
        before = set(scope.definite)
        self.visit_all([*node.body, *node.orelse], scope)
        ends = [scope.definite]
        for handler in node.handlers:
            scope.definite = set(before)
            if handler.type is not None:
                self.visit(handler.type, scope)
            if handler.name is not None:
                scope.store(handler.name, handler.lineno)
            self.visit_all(handler.body, scope)
            scope.definite.discard(handler.name or "")
            if not isinstance(handler.body[-1], ast.Raise):
                ends.append(scope.definite)
        scope.definite = set.intersection(*ends)
        self.visit_all(node.finalbody, scope)

    def match(self, node: ast.Match, scope: _Scope) -> None:
        self.visit(node.subject, scope)
        before = set(scope.definite)
        for case in node.cases:
            scope.definite = set(before)
            self.visit_all([case.pattern, case.guard, *case.body], scope)
        scope.definite = before

    # Inner scopes ----------------------------------------------------------------------------------------------

    def function(self, node: _Function, scope: _Scope) -> None:
        self.visit_all(node.decorator_list, scope)
        self._defaults(node.args, scope)
        self.visit_all([argument.annotation for argument in _arguments(node.args)], scope)
        self.visit_all([node.returns], scope)
        scope.store(node.name, node.lineno)
        self._deferred(node.args, node.body, scope, node)

    def anonymous(self, node: ast.Lambda, scope: _Scope) -> None:
        self._defaults(node.args, scope)
        self._deferred(node.args, [node.body], scope, node)

    def _defaults(self, arguments: ast.arguments, scope: _Scope) -> None:
        self.visit_all([*arguments.defaults, *arguments.kw_defaults], scope)

    def _deferred(self, arguments: ast.arguments, body: Sequence[ast.AST], scope: _Scope, node: ast.AST) -> None:
        inner = _Scope("function", scope)
        for argument in _arguments(arguments):
            inner.store(argument.arg, argument.lineno)
        for parameter in getattr(node, "type_params", []):
            inner.store(parameter.name, parameter.lineno)
        self.visit_all(body, inner)
        used = inner.hard | inner.soft | inner.deferred
        self.module.deferred |= used & inner.globals
        self.module.global_stores |= inner.globals & set(inner.stores)
        local = set(inner.stores) - inner.globals - inner.nonlocals
        scope.deferred |= used - local - inner.globals

    def klass(self, node: ast.ClassDef, scope: _Scope) -> None:
        self.visit_all([*node.decorator_list, *node.bases, *node.keywords], scope)
        inner = _Scope("class", scope)
        for parameter in getattr(node, "type_params", []):
            inner.store(parameter.name, parameter.lineno)
        self.visit_all(node.body, inner)
        self._hand_up(inner, scope)
        scope.soft |= inner.soft - scope.definite
        scope.deferred |= inner.deferred
        scope.store(node.name, node.lineno)

    def comprehension(self, node: _Comprehension, scope: _Scope) -> None:
        inner = _Scope("comprehension", scope)
        for generator in node.generators:
            self.visit_all([generator.iter, generator.target, *generator.ifs], inner)
        elements = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        self.visit_all(elements, inner)
        self._hand_up(inner, scope)
        scope.deferred |= inner.deferred - set(inner.stores)

    def _hand_up(self, inner: _Scope, scope: _Scope) -> None:
        for name in inner.hard:
            scope.load(name)


def _arguments(arguments: ast.arguments) -> list[ast.arg]:
    others = [argument for argument in (arguments.vararg, arguments.kwarg) if argument is not None]
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *others]


_HANDLERS: dict[type[ast.AST], Callable[[_Walker, Any, _Scope], None]] = {
    ast.Name: _Walker.name,
    ast.NamedExpr: _Walker.walrus,
    ast.Global: _Walker.declare_global,
    ast.Nonlocal: _Walker.declare_nonlocal,
    ast.Import: _Walker.imports,
    ast.ImportFrom: _Walker.import_from,
    ast.MatchAs: _Walker.pattern_name,
    ast.MatchStar: _Walker.pattern_name,
    ast.MatchMapping: _Walker.pattern_name,
    ast.Assign: _Walker.assign,
    ast.AugAssign: _Walker.augmented,
    ast.AnnAssign: _Walker.annotated,
    ast.If: _Walker.branch,
    ast.For: _Walker.loop,
    ast.AsyncFor: _Walker.loop,
    ast.While: _Walker.loop,
    ast.Try: _Walker.attempt,
    ast.Match: _Walker.match,
    ast.FunctionDef: _Walker.function,
    ast.AsyncFunctionDef: _Walker.function,
    ast.Lambda: _Walker.anonymous,
    ast.ClassDef: _Walker.klass,
    ast.ListComp: _Walker.comprehension,
    ast.SetComp: _Walker.comprehension,
    ast.DictComp: _Walker.comprehension,
    ast.GeneratorExp: _Walker.comprehension,
}
if hasattr(ast, "TryStar"):
    _HANDLERS[ast.TryStar] = _Walker.attempt

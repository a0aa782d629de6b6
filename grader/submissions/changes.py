"""Objects that an expression changes wherever it stands: `first = CLASSES.pop(0)`, `np.copyto(a, 0)`, `globals()["SIZE"] = 64`."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

Aliases = Mapping[str, frozenset[str]]
"""Loop variables, each with the names whose objects it may be a part of."""

CHANGING = frozenset(
    {"set_weights", "load_weights", "append", "extend", "insert", "add", "update", "clear", "pop", "remove", "sort"}
    | {"popitem", "setdefault", "discard", "reverse", "rotate", "appendleft", "popleft", "extendleft"}
    | {"difference_update", "intersection_update", "symmetric_difference_update"}
    | {"fill", "put", "resize", "partition", "setflags", "assign", "assign_add", "assign_sub", "compile", "adapt"}
    | {"__setitem__", "__delitem__", "__setattr__", "__delattr__", "__iadd__", "__ior__"}
)
"""Methods that change their object whether or not anybody looks at what they return."""

_CHANGES_ITS_FIRST = frozenset(
    {"copyto", "put", "place", "putmask", "put_along_axis", "fill_diagonal", "at", "setitem", "delitem"}
    | {"heappush", "heappop", "heapify", "heapreplace", "heappushpop", "insort", "insort_left", "insort_right"}
)
"""Functions of libraries that change what is handed to them first: `np.copyto(a, 0)`, `np.add.at(a, [0], 1)`."""
_SETS_ATTRIBUTES = frozenset({"setattr", "delattr"})
_TYPES = frozenset(
    {"list", "dict", "set", "bytearray", "object", "type", "deque", "OrderedDict", "defaultdict", "Counter"}
)
_RANDOM = frozenset({"random", "rng"})
_OWN_NAMES = frozenset({"globals", "locals", "vars"})
_REBINDING = frozenset({"update", "setdefault", "pop", "popitem", "clear", "__setitem__", "__delitem__", "__ior__"})


@dataclass
class Changes:
    """What expressions change.

    Attributes:
        assigned: Names whose attribute or item is assigned or deleted.
        changed: Names whose objects are changed by a call.
        rebinds: Names that are bound by their text, as in `globals()["SIZE"] = 64`.
        rebinds_any: Whether names are bound so of which the text says nothing.
    """

    assigned: set[str] = field(default_factory=set)
    changed: set[str] = field(default_factory=set)
    rebinds: set[str] = field(default_factory=set)
    rebinds_any: bool = False

    def of(self, expression: ast.AST, aliases: Aliases) -> None:
        """Add what an expression changes while it runs. What it defines for later, such as a lambda, does not run."""
        stack: list[tuple[ast.AST, Aliases]] = [(expression, aliases)]
        while stack:
            node, known = stack.pop()
            if isinstance(node, ast.Lambda):
                stack.extend((default, known) for default in (*node.args.defaults, *node.args.kw_defaults) if default)
                continue
            if isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
                for generator in node.generators:
                    known = {**known, **loop_aliases(generator.target, generator.iter, known)}
            elif isinstance(node, ast.Attribute | ast.Subscript) and not isinstance(node.ctx, ast.Load):
                self._assignment(node, known)
            elif isinstance(node, ast.Call):
                self._call(node, known)
            stack.extend((child, known) for child in ast.iter_child_nodes(node))

    def _assignment(self, node: ast.Attribute | ast.Subscript, aliases: Aliases) -> None:
        if isinstance(node, ast.Subscript) and _is_own_names(node.value):
            self._rebind(node.slice)
        elif root := root_of(node):
            self.assigned |= _with_aliases(root, aliases)

    def _call(self, call: ast.Call, aliases: Aliases) -> None:
        function = call.func
        name = str(getattr(function, "attr", None) or getattr(function, "id", ""))
        first = root_of(call.args[0]) if call.args else None
        changed = [root_of(keyword.value) for keyword in call.keywords if keyword.arg == "out"]
        if name in _CHANGES_ITS_FIRST:
            changed.append(first)
        if isinstance(function, ast.Name):
            if name in _SETS_ATTRIBUTES and first:
                self.assigned |= _with_aliases(first, aliases)
        elif isinstance(function, ast.Attribute):
            owner = function.value
            if _is_own_names(owner):
                self._rebind_by(name, call)
            elif name in CHANGING:
                changed += [root_of(function), first if getattr(owner, "id", None) in _TYPES else None]
            elif name == "shuffle" and (getattr(owner, "attr", None) or getattr(owner, "id", "")) in _RANDOM:
                changed.append(first)
        for root in changed:
            if root is not None:
                self.changed |= _with_aliases(root, aliases)

    def _rebind(self, key: ast.AST | None) -> None:
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            self.rebinds.add(key.value)
        else:
            self.rebinds_any = True

    def _rebind_by(self, method: str, call: ast.Call) -> None:
        """A method of `globals()`."""
        if method not in _REBINDING:
            return
        keys: list[ast.AST | None] = list(call.args[:1])
        if method in ("update", "__ior__"):
            given = call.args[0] if call.args else None
            keys = list(given.keys) if isinstance(given, ast.Dict) else keys
        for key in keys:
            self._rebind(key)
        for keyword in call.keywords:
            self._rebind(ast.Constant(keyword.arg))
        if method in ("popitem", "clear"):
            self.rebinds_any = True


def root_of(expression: ast.AST) -> str | None:
    """The name whose object an expression reaches into: `model` for `model.layers[0].name`; None for a fresh object."""
    node: ast.AST = expression
    while True:
        if isinstance(node, ast.Subscript) and _is_own_names(node.value):
            return str(node.slice.value) if isinstance(node.slice, ast.Constant) else None
        if isinstance(node, ast.Attribute | ast.Subscript | ast.Starred | ast.Await):
            node = node.value
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            node = node.func
        elif isinstance(node, ast.Call) and getattr(node.func, "id", None) in ("vars", "getattr") and node.args:
            node = node.args[0]
        else:
            return node.id if isinstance(node, ast.Name) else None


def loop_aliases(target: ast.AST, iterated: ast.AST, aliases: Aliases) -> dict[str, frozenset[str]]:
    """What the variables of a loop may be parts of."""
    # A function that only makes the loop, such as `enumerate`, is not what is looped over.
    makers = {id(node.func) for node in ast.walk(iterated) if isinstance(node, ast.Call)}
    sources = {node.id for node in ast.walk(iterated) if isinstance(node, ast.Name) and id(node) not in makers}
    sources = sources.union(*(aliases.get(name, frozenset()) for name in sources))
    return {node.id: frozenset(sources) for node in ast.walk(target) if isinstance(node, ast.Name)}


def own_expressions(statement: ast.stmt) -> Iterator[ast.AST]:
    """The parts of a statement that run with it and are no statements: not the bodies of blocks and definitions."""
    for name, value in ast.iter_fields(statement):
        if name == "args" and isinstance(value, ast.arguments):
            yield from (default for default in (*value.defaults, *value.kw_defaults) if default is not None)
        else:
            parts = value if isinstance(value, list) else [value]
            yield from (part for part in parts if isinstance(part, ast.expr | ast.withitem | ast.keyword))


def _with_aliases(root: str, aliases: Aliases) -> frozenset[str]:
    return frozenset({root}) | aliases.get(root, frozenset())


def _is_own_names(node: ast.AST) -> bool:
    """Whether it is `globals()`, or `locals()` or `vars()` of the module."""
    return isinstance(node, ast.Call) and not node.args and getattr(node.func, "id", None) in _OWN_NAMES

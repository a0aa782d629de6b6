"""Code as text in which layout, comments and places do not show; equal for code that says the same."""

from __future__ import annotations

import ast
from collections.abc import Collection

SILENT_FIELDS = frozenset({"kind", "type_comment", "ctx", "type_ignores"})


def canonical(tree: ast.AST, pruned: Collection[int] = (), *, docstrings: bool = True) -> str:
    """A tree as text without positions; equal for equal code. Does not recurse.

    Args:
        tree: The tree.
        pruned: Identities of statements inside it that are read as `pass`.
        docstrings: Whether those of functions and classes count as code.
    """
    parts: list[str] = []
    stack: list[object] = [tree]
    while stack:
        item = stack.pop()
        if isinstance(item, _Mark):
            parts.append(item)
        elif isinstance(item, ast.AST):
            if id(item) in pruned:
                item = ast.Pass()
            parts.append(f"{type(item).__name__}(")
            stack.append(_Mark(")"))
            for name, value in reversed(list(ast.iter_fields(item))):
                if name not in SILENT_FIELDS:
                    left_out = not docstrings and name == "body" and isinstance(value, list)
                    stack.append(without_docstring(item) if left_out else value)
                    stack.append(_Mark(f"{name}="))
        elif isinstance(item, list):
            parts.append("[")
            stack.append(_Mark("]"))
            stack.extend(reversed(item))
        else:
            # Hexadecimal, because Python refuses to write out very long integers in decimal.
            parts.append(f"{type(item).__name__}:{hex(item) if isinstance(item, int) else repr(item)},")
    return "".join(parts)


def without_docstring(node: ast.AST) -> list[ast.stmt]:
    """The body of a definition below its docstring; of other nodes, the whole body."""
    body: list[ast.stmt] = getattr(node, "body", [])
    if (
        isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and body
        and isinstance(body[0], ast.Expr)
        and isinstance(body[0].value, ast.Constant)
        and isinstance(body[0].value.value, str)
    ):
        return body[1:]
    return body


class _Mark(str):
    """Text that goes into the canonical form as it is."""

    __slots__ = ()

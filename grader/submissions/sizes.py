"""Which sizes of pictures a submission has written into it. No code runs."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping

from grader.submissions.submission import Submission
from grader.submissions.units import Unit, units_of

CHANNELS = (1, 3, 4)
RESIZING = ("resize", "resizing", "resize_with_pad", "resize_with_crop_or_pad", "randomcrop", "centercrop")
"""Functions and layers that take a height and a width one after the other, in lower case."""
DEEPEST = 5
"""Names behind names that are followed."""

_Meanings = Mapping[str, list[ast.expr]]


def picture_sizes(submission: Submission) -> frozenset[int]:
    """The whole numbers that stand in the code as height and width of square pictures.

    Those are the pairs of `(150, 150)`, `[150, 150, 3]`, `(None, 150, 150, 3)` and `Resizing(150, 150)`, whether as numbers or by
    names, attributes, keywords, defaults and keys that some line sets to a number.
    """
    trees = [
        statement for item in units_of(submission).items if isinstance(item, Unit) for statement in item.statements
    ]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    meanings: dict[str, list[ast.expr]] = defaultdict(list)
    for node in nodes:
        for name, value in _set_by(node):
            meanings[name].append(value)
    return frozenset(
        size
        for node in nodes
        for height, width in _pairs(node)
        for size in _numbers(height, meanings) & _numbers(width, meanings)
    )


def _set_by(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """Names, attributes, keywords, defaults and keys to which a node gives a value."""
    match node:
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                yield from _bound(target, value)
        case ast.AnnAssign(target=target, value=ast.expr() as value) | ast.NamedExpr(target=target, value=value):
            yield from _bound(target, value)
        case ast.keyword(arg=str(name), value=value):
            yield name, value
        case ast.arguments(posonlyargs=first, args=others, kwonlyargs=last):
            every = [*first, *others]
            for argument, default in zip(reversed(every), reversed(node.defaults), strict=False):
                yield argument.arg, default
            for argument, given in zip(last, node.kw_defaults, strict=True):
                if given is not None:
                    yield argument.arg, given
        case ast.Dict(keys=keys, values=values):
            for key, value in zip(keys, values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    yield key.value, value


def _bound(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    match target, value:
        case ast.Name(id=name), _:
            yield name, value
        case ast.Attribute(attr=name), _:
            yield name, value
        case (ast.Tuple(elts=targets), ast.Tuple(elts=values)) if len(targets) == len(values):
            for one, its in zip(targets, values, strict=True):
                yield from _bound(one, its)


def _pairs(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Two expressions that stand where a height and a width do."""
    match node:
        case ast.Tuple(elts=[height, width]) | ast.List(elts=[height, width]):
            yield height, width
        case ast.Tuple(elts=[*_, height, width, channels]) | ast.List(elts=[*_, height, width, channels]):
            if not isinstance(channels, ast.Constant) or channels.value in CHANNELS:
                yield height, width
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name.lower() in RESIZING:
            yield from zip(node.args, node.args[1:], strict=False)
            named = {keyword.arg: keyword.value for keyword in node.keywords}
            if "height" in named and "width" in named:
                yield named["height"], named["width"]


def _numbers(value: ast.expr, meanings: _Meanings, depth: int = DEEPEST) -> set[int]:
    """The whole numbers that an expression may stand for."""
    match value:
        case ast.Constant(value=int(number)) if not isinstance(number, bool):
            return {number}
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.Subscript(slice=ast.Constant(value=str(name))):
            found = meanings.get(name, []) if depth else []
            return {number for one in found for number in _numbers(one, meanings, depth - 1)}
        case ast.Call(func=ast.Name(id="int"), args=[inner]):
            return _numbers(inner, meanings, depth)
    return set()

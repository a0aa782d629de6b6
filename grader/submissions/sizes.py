"""Which sizes of pictures a submission has written into it. No code runs."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from grader.submissions.submission import Submission
from grader.submissions.units import Unit, units_of

CHANNELS = (1, 3, 4)
RESIZING = ("resize", "resizing", "resize_with_pad", "resize_with_crop_or_pad", "randomcrop", "centercrop")
"""Functions and layers that take a height and a width one after the other, in lower case."""
DEEPEST, MOST_NUMBERS, MOST_NAMES = 3, 20, 8
"""Names behind names that are followed, and how many of what one name stands for: a file may be made to have no end of either."""


@dataclass
class _Meaning:
    """The numbers and the other names that some line sets a name to."""

    numbers: set[int] = field(default_factory=set)
    names: set[str] = field(default_factory=set)


@lru_cache(maxsize=16)
def picture_sizes(submission: Submission) -> frozenset[int]:
    """The whole numbers that stand in the code as height and width of square pictures.

    Those are the pairs of `(150, 150)`, `[150, 150, 3]`, `(None, 150, 150, 3)` and `Resizing(150, 150)`, whether as numbers or by
    names, attributes, keywords, defaults and keys that some line sets to a number.
    """
    trees = [
        statement for item in units_of(submission).items if isinstance(item, Unit) for statement in item.statements
    ]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    meanings: dict[str, _Meaning] = defaultdict(_Meaning)
    for node in nodes:
        for name, value in _set_by(node):
            number, other = _said(value)
            if number is not None and len(meanings[name].numbers) < MOST_NUMBERS:
                meanings[name].numbers.add(number)
            if other is not None and len(meanings[name].names) < MOST_NAMES:
                meanings[name].names.add(other)
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


def _said(value: ast.expr) -> tuple[int | None, str | None]:
    """The whole number that an expression is, or the name that it is looked up by."""
    match value:
        case ast.Constant(value=int(number)) if not isinstance(number, bool):
            return number, None
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.Subscript(slice=ast.Constant(value=str(name))):
            return None, name
        case ast.Call(func=ast.Name(id="int"), args=[inner]):
            return _said(inner)
    return None, None


def _numbers(value: ast.expr, meanings: Mapping[str, _Meaning]) -> set[int]:
    """The whole numbers that an expression may stand for."""
    number, name = _said(value)
    found = set() if number is None else {number}
    names, seen = set() if name is None else {name}, set[str]()
    for _ in range(DEEPEST):
        seen |= names
        met = [meanings[one] for one in names if one in meanings]
        found.update(*(one.numbers for one in met))
        names = {other for one in met for other in one.names} - seen
    return found

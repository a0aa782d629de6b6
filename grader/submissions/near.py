"""What stands in a file in place of a name that is missing from it: the same thing under another name, or beside its class."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from grader.results import Where
from grader.submissions.alike import MOST_COMPARED, most_alike
from grader.submissions.definitions import last_definition, source_location
from grader.submissions.submission import Submission
from grader.submissions.units import Unit, units_of

ALIKE = 0.85
"""Share of equal letters from which a definition's name may be a slip for the one asked for: `EarlyStoppingCallBack` has 0.95."""
_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
_Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Near:
    """What a file has in place of what is asked for.

    Attributes:
        kind: `named` where it has another name, `beside` where that stands beside the starter's own stub, `outside` where a method
            stands outside of its class.
        name: of the function or class.
        where: its place.
    """

    kind: Literal["named", "beside", "outside"]
    name: str
    where: Where | None


def near(submission: Submission, starter: Submission, name: str, known: Collection[str]) -> Near | None:
    """What seems to have been meant for `name`, of which the file has nothing or a stub.

    Args:
        submission: the file.
        starter: what it began from, which says whether `name` is a class, and with which methods.
        name: the entry point.
        known: names that are asked for themselves.
    """
    found = {one.name: one for one in islice(_top(submission), MOST_COMPARED) if one.name not in known}
    asked = last_definition(starter, name)
    methods = _methods(asked)
    outside = [
        one.name for one in found.values()
        if isinstance(one, _Function) and isinstance(asked, ast.ClassDef) and _takes_self(one) and one.name in (methods or {one.name})
    ]  # fmt: skip
    if outside and last_definition(submission, name) is not None:
        return Near("outside", outside[0], source_location(submission, outside[0]))
    begun = last_definition(submission, name) is not None
    kind = ast.ClassDef if isinstance(asked, ast.ClassDef) else _Function
    meant = most_alike(name, (one.name for one in found.values() if isinstance(one, kind)), ALIKE)
    by_methods = [one.name for one in found.values() if isinstance(one, ast.ClassDef) and methods & _methods(one)]
    if meant is None and not begun and len(by_methods) == 1:
        meant = by_methods[0]
    return None if meant is None else Near("beside" if begun else "named", meant, source_location(submission, meant))


def _top(submission: Submission) -> Iterator[_Definition]:
    for item in units_of(submission).items:
        if isinstance(item, Unit):
            yield from (one for one in item.statements if isinstance(one, _Definition))


def _methods(definition: ast.stmt | None) -> frozenset[str]:
    if not isinstance(definition, ast.ClassDef):
        return frozenset()
    return frozenset(
        one.name for one in definition.body if isinstance(one, _Function) and not one.name.startswith("__")
    )


def _takes_self(function: _Function) -> bool:
    return bool(function.args.args) and function.args.args[0].arg == "self"

"""Where lines of one submission stand in another one that has the same code for its entry points."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from grader.results import Where
from grader.submissions.canonical import SILENT_FIELDS
from grader.submissions.rendering import Chosen
from grader.submissions.slicing import chosen_units, slice_submission
from grader.submissions.submission import Submission


def moved_lines(before: Submission, after: Submission, names: Sequence[str]) -> dict[Where, Where] | None:
    """For each line of `before` that a report can name, the same line in `after`.

    Args:
        names: the entry points, each of them sliced by itself.

    Returns:
        None where the code differs, docstrings included.
    """
    found: dict[Where, Where] = {}
    for name in names:
        old, new = chosen_units(before, [name]), chosen_units(after, [name])
        if len(old) != len(new) or not all(_pair(one, other, found) for one, other in zip(old, new, strict=True)):
            return None
        broken, still = slice_submission(before, [name]).broken, slice_submission(after, [name]).broken
        if (broken is None) != (still is None):
            return None
        if broken is not None and still is not None:
            if (broken.message, broken.text) != (still.message, still.text):
                return None
            found[Where(cell=broken.cell, line=broken.line)] = Where(cell=still.cell, line=still.line)
    return found


def same_text(before: Submission, after: Submission, names: Sequence[str]) -> bool:
    """Whether the entry points stand in both at the same places with the same words, comments included."""
    return all(slice_submission(before, [name]).cells == slice_submission(after, [name]).cells for name in names)


def _pair(old: Chosen, new: Chosen, found: dict[Where, Where]) -> bool:
    """Add the lines of one unit; False where the other one does not say the same."""
    if len(old.unit.statements) != len(new.unit.statements):
        return False
    pruned = {id(statement) for statement in (*old.pruned, *new.pruned)}
    stack: list[tuple[object, object]] = list(
        zip(reversed(old.unit.statements), reversed(new.unit.statements), strict=True)
    )
    while stack:
        one, other = stack.pop()
        if isinstance(one, ast.AST) and isinstance(other, ast.AST):
            if (line := getattr(one, "lineno", None)) is not None:
                # Of several on one line the outermost, which comes first.
                place = Where(cell=new.unit.cell, line=getattr(other, "lineno", 0))
                known = found.setdefault(Where(cell=old.unit.cell, line=line), place)
                if isinstance(one, ast.stmt) and known != place:
                    # Several statements of one line that stand in several there: nobody knows which of them a report means.
                    return False
            if (id(one) in pruned) != (id(other) in pruned):
                return False
            if id(one) in pruned:
                continue
            if type(one) is not type(other):
                return False
            fields = [field for field in one._fields if field not in SILENT_FIELDS]
            stack += [(getattr(one, field, None), getattr(other, field, None)) for field in reversed(fields)]
        elif isinstance(one, list) and isinstance(other, list):
            if len(one) != len(other):
                return False
            stack += zip(reversed(one), reversed(other), strict=True)
        elif type(one) is not type(other) or (one != other and repr(one) != repr(other)):  # repr: NaN
            return False
    return True

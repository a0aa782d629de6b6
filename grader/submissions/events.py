"""What the statements of a submission do to names, in file order: made once, for all slices of it."""

from __future__ import annotations

import builtins
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal

from grader.submissions.libraries import ImportedNames
from grader.submissions.submission import SourceCell, Submission
from grader.submissions.units import BrokenCell, Outline, Unit, outline

BUILTINS = frozenset(dir(builtins))
Event = Literal["binds", "may bind", "changes", "trains", "deletes", "broken"]


class NameIndex:
    """Where a submission binds and changes its names. Read by every slice, changed by none.

    Attributes:
        items: Units and broken cells in file order; all indices below are places in it.
        helpers: The submission's own functions by name.
        imported: Names that stand for libraries.
        open: Units that may bind names of which their text says nothing.
        future_imports: Units that hold a `from __future__ import`.
        events: For each name what happens to it, in file order.
        first_bound: For each name the first unit that binds it, or may.
        first_broken: For each name the first broken cell that seems to bind it.
    """

    def __init__(self, outlined: Outline, *, plain_file: bool) -> None:
        self.items = outlined.items
        self.helpers = outlined.helpers
        self.imported = ImportedNames(outlined.items)
        self._plain_file = plain_file
        self.open = [index for index, item in enumerate(self.items) if self._may_bind_any(item)]
        self.future_imports = [index for index, item in enumerate(self.items) if _is_future_import(item)]
        self.events: dict[str, list[tuple[int, Event]]] = {}
        self.first_bound: dict[str, int] = {}
        self.first_broken: dict[str, int] = {}
        for index, item in enumerate(self.items):
            for name, event in self._events_of(item):
                self.events.setdefault(name, []).append((index, event))
                if event in ("binds", "may bind"):
                    self.first_bound.setdefault(name, index)
            if isinstance(item, BrokenCell):
                for name in item.binds:
                    self.first_broken.setdefault(name, index)

    def _may_bind_any(self, item: Unit | BrokenCell) -> bool:
        """Whether a unit may bind names that stand nowhere in the text: `from numpy import *`, `globals().update(sizes)`."""
        if not isinstance(item, Unit):
            return False
        if item.names.stars:
            return True
        if item.trains or (item.is_main_block and self._plain_file):
            return False
        called = item.effects.called
        return (
            item.effects.rebinds_any
            or "exec" in called
            or any(self.helpers[name].rebinds_any for name in called & self.helpers.keys())
        )

    def _events_of(self, item: Unit | BrokenCell) -> Iterator[tuple[str, Event]]:
        """What an item does to names. Of several events of one name, the one that counts first comes last."""
        if isinstance(item, BrokenCell):
            yield from ((name, "broken") for name in item.binds if name not in item.imports)
            return
        if not item.trains:
            yield from ((name, "changes") for name in sorted(self._changed_by(item)))
            yield from ((name, "may bind") for name in sorted(item.effects.rebinds - set(item.names.binds)))
        for name in item.names.deletes - set(item.names.binds):
            yield name, "deletes"
        for name in item.pruned_binds:
            yield name, "trains"
        for name in item.names.binds:
            if item.trains:
                yield name, "trains"
            else:
                yield name, "binds" if name in item.names.certain else "may bind"

    def _changed_by(self, unit: Unit) -> set[str]:
        if unit.is_main_block and self._plain_file:
            return set()
        effects = unit.effects
        # What is only ever set on a library comes with that library's set-ups, and may fail there.
        sets_up = self.imported.sets_up(unit)
        changed = {name for name in effects.assigns_into if not (sets_up and name in self.imported)} | {
            name for name in effects.calls_methods if name not in self.imported
        }
        for function, handed in effects.hands_over:
            if function in self.helpers and self.helpers[function].changes_arguments:
                changed |= {name for name in handed if name not in self.imported}
        for function in effects.called & self.helpers.keys():
            helper = self.helpers[function]
            changed |= helper.global_stores | {name for name in helper.global_changes if name not in self.imported}
        # What Python itself gives is there whatever ran before.
        return {name for name in changed if name not in BUILTINS or name in self.first_bound}


def index_of(submission: Submission) -> NameIndex:
    """The index of a submission."""
    return _index(submission.cells, plain_file=submission.kind == "py")


@lru_cache(maxsize=4)
def _index(cells: tuple[SourceCell, ...], *, plain_file: bool) -> NameIndex:
    return NameIndex(outline(cells), plain_file=plain_file)


def _is_future_import(item: Unit | BrokenCell) -> bool:
    return isinstance(item, Unit) and any(
        getattr(statement, "module", None) == "__future__" for statement in item.statements
    )

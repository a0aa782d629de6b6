"""Choosing the top-level statements that entry points depend on.

A demand is a name looked up before a certain unit runs, or at the end, when the grader calls. It is met by the latest
unit before that point which binds or changes the name; where that one may not bind it, or only changes it, the search
goes on before it. At the end, values that came behind the student's own last use of an entry point do not count. A chosen unit makes demands of its own: what it needs while it runs, before itself; what its functions
need when called, both where they may be called while the module still runs and at the end.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Literal

from grader.errors import UnusableSubmission
from grader.submissions.alike import most_alike
from grader.submissions.events import BUILTINS, Event, index_of
from grader.submissions.rendering import Chosen, SlicedCell, digest, render
from grader.submissions.scopes import Names, names_of
from grader.submissions.stages import WHOLE, Stage
from grader.submissions.submission import Submission, SyntaxProblem
from grader.submissions.units import BrokenCell, Unit
from grader.submissions.uses import (
    calls_in,
    corrects,
    defines,
    imports,
    last_use,
    only_defines,
    runs_later,
    takes_its_result,
)

# What a notebook has without binding it: IPython's own names.
_AMBIENT = frozenset({"display", "get_ipython", "exit", "quit", "In", "Out", "_", "__", "___", "reveal_type"})
_MOST_STEPS = 1_000_000

FEW = 5
"""Names looked up: comparing takes time, and a file can hold any number."""
ALIKE = 0.75
"""Share of equal letters from which one name may be a slip for another: `num_classes` and `n_classes` have 0.9."""
_Need = Literal["now", "perhaps", "later"]
_Events = Sequence[tuple[int, Event]]


@dataclass(frozen=True)
class Slice:
    """The part of a submission that some entry points need.

    Attributes:
        names: The entry points asked for.
        missing: Those of them bound nowhere.
        cells: The cells that hold a chosen statement, in file order.
        broken: Why a cell that is needed does not parse, or None.
        digest: Digest of the chosen code, the same whatever else changes in the file.
        unresolved: Names that the chosen code needs and that nothing binds when the notebook starts fresh. A name that
            only a training statement binds (`history = model.fit(…)`) counts, because a slice does not train.
        similar: For some of those, a name of the file that is spelt nearly alike and may be the one that was meant.
    """

    names: tuple[str, ...]
    missing: tuple[str, ...]
    cells: tuple[SlicedCell, ...]
    broken: SyntaxProblem | None
    digest: str
    unresolved: tuple[str, ...] = ()
    similar: Mapping[str, str] = field(default_factory=dict)


def slice_submission(submission: Submission, names: Sequence[str], stage: Stage = WHOLE) -> Slice:
    """Choose what the entry points `names` need, and nothing else. The last few slices are kept.

    Raises:
        UnusableSubmission: the code is so entangled that following its names does not end in reasonable time.
    """
    # Without the file's bytes, which no slice depends on and which would be kept as long as it.
    return _slice(replace(submission, data=b"", sha256=""), tuple(names), stage)


@lru_cache(maxsize=32)
def _slice(submission: Submission, names: tuple[str, ...], stage: Stage) -> Slice:
    slicer = _Slicer(submission, names, stage)
    slicer.run()
    chosen = slicer.chosen()
    missing = tuple(name for name in names if name in slicer.missing)
    broken = slicer.broken
    return Slice(
        names=names,
        missing=missing,
        cells=render(submission.cells, chosen),
        broken=broken,
        digest=digest(chosen, *names, f"broken: {broken.message}: {broken.text}" if broken else "whole"),
        unresolved=tuple(sorted(slicer.unresolved)),
        similar=slicer.similar,
    )


def chosen_units(submission: Submission, names: Sequence[str]) -> list[Chosen]:
    """The units of that slice, in file order.

    Raises:
        UnusableSubmission: as `slice_submission`.
    """
    slicer = _Slicer(submission, names)
    slicer.run()
    return slicer.chosen()


class _Slicer:
    def __init__(self, submission: Submission, names: Sequence[str], stage: Stage = WHOLE) -> None:
        index = index_of(submission)
        self._file = submission.file
        self._items = index.items
        self._helpers = index.helpers
        self._imported = index.imported
        self._open = index.open
        self._first_bound = index.first_bound
        self._first_broken = index.first_broken
        self._future_imports = index.future_imports
        self._entries = tuple(names)
        self._whole = stage == WHOLE
        self._end = len(index.items)
        self._over: set[int] = set()
        self._selected: dict[int, bool] = {}
        self._needed: frozenset[int] = frozenset()
        self._visited: set[tuple[int, int]] = set()
        self._demanded: set[tuple[str, int, _Need]] = set()
        self._stack: list[tuple[str, int, _Need]] = []
        self._steps = 0
        self._unresolved: set[str] = set()
        self._sound: dict[str, int] = {}
        self.missing: set[str] = set()
        self.broken: SyntaxProblem | None = None
        self._events = {**index.events, **self._own_definitions(index.events)}
        self._given = frozenset(stage.given)
        self._also = tuple(name for name in stage.also if name in self._given or self._is_bound(name))
        border = stage.parts_at(self._bound_last, self._end)
        if self._given:
            behind = {name: [one for one in index.events.get(name, ()) if one[0] > border] for name in self._given}
            self._events = {**self._events, **behind}
        if stage.upto:
            self._end = border

    def _own_definitions(self, events: Mapping[str, _Events]) -> dict[str, _Events]:
        """What happens to entry points that the file defines, without what takes their names behind the definition.

        A library's `confusion_matrix` that a last cell imports for a report is not what the student hands in, and neither is what the
        own one returned in `confusion_matrix = confusion_matrix(model, dataset)`.
        """
        own: dict[str, _Events] = {}
        for name in self._entries:
            found = events.get(name, ())
            defined = next((index for index, _ in found if defines(self._items[index], name)), None)
            if defined is not None:
                own[name] = [
                    one for one in found
                    if one[0] < defined or not (imports(self._items[one[0]]) or takes_its_result(self._items[one[0]], name))
                ]  # fmt: skip
        return own

    def run(self) -> None:
        """Meet the demands of the entry points, then set up the libraries that came with them."""
        self._selected.update(dict.fromkeys(self._future_imports, False))
        for name in self._entries:
            if self._is_bound(name):
                self._meet(name, self._end)
            elif not self._broken_binding(name):
                self.missing.add(name)
            self._drain()
        for name in self._also:
            self._demand(name, self._end, "perhaps")
            self._drain()
        self._needed = frozenset(self._selected)
        self._take_over()
        setups = self._imported.setups(self._selected)
        self._take(index for index in setups if self._reaches_the_entry(index))
        self._take_over()

    def _take(self, indices: Iterable[int]) -> None:
        """Choose units that nothing needs, each as far as it finds its names."""
        for index in indices:
            if self._can_run_alone(index):
                self._choose(index, self._end)
                self._drain()

    def _take_over(self) -> None:
        """Choose what may bind anew what is chosen, until nothing more comes with that."""
        tried: set[int] = set()
        while waiting := self._over - tried:
            tried |= waiting
            self._take(sorted(waiting))

    def _reaches_the_entry(self, index: int) -> bool:
        """Whether a set-up at this place counts for what is asked for: not where the student had used that for the last time.

        Only for a function or class that is asked for alone; among several nobody can tell whose set-up it is.
        """
        return self._last_use is None or index < self._last_use

    @cached_property
    def _last_use(self) -> int | None:
        defined = self._bound_last(self._entries[0]) if len(self._entries) == 1 and self._whole else None
        if defined is None or not defines(self._items[defined], self._entries[0]):
            return None
        return last_use(self._items, self._entries[0], defined, self._imported)

    def chosen(self) -> list[Chosen]:
        """The units chosen, in file order."""
        return [
            Chosen(unit, self._selected[index], optional=index not in self._needed)
            for index in sorted(self._selected)
            if isinstance(unit := self._items[index], Unit)
        ]

    @property
    def unresolved(self) -> set[str]:
        """Names needed and bound nowhere, but for those that a chosen function binds by `global` when called."""
        stored: set[str] = set()
        for choice in self.chosen():
            stored |= choice.unit.names.global_stores
        return self._unresolved - stored

    @property
    def similar(self) -> dict[str, str]:
        """For an unresolved name, the one of the file's own that is most alike, if any is."""
        alike = {name: most_alike(name, self._events, ALIKE) for name in sorted(self.unresolved)[:FEW]}
        return {name: found for name, found in alike.items() if found is not None}

    def _drain(self) -> None:
        while self._stack:
            name, position, need = self._stack.pop()
            if not self._meet(name, position):
                self._unmet(name, position, need)

    def _demand(self, name: str, position: int, need: _Need) -> None:
        if (name, position, need) not in self._demanded:
            self._demanded.add((name, position, need))
            self._stack.append((name, position, need))

    def _bound_last(self, name: str) -> int | None:
        bound = [index for index, event in self._events.get(name, []) if event in ("binds", "may bind")]
        return bound[-1] if bound else None

    def _is_bound(self, name: str) -> bool:
        binding = {"binds", "may bind", "trains", "broken"}
        return any(event in binding for _, event in self._events.get(name, [])) or any(
            name in helper.global_stores for helper in self._helpers.values()
        )

    def _can_run_alone(self, index: int) -> bool:
        """Whether a unit that nobody asked for, but that sets up a library, finds all its names."""
        unit = self._items[index]
        return isinstance(unit, Unit) and all(
            name in BUILTINS or name in self._imported or self._first_bound.get(name, index) < index
            for name in unit.names.now
        )

    def _meet(self, name: str, position: int) -> bool:
        """Choose the latest unit before `position` that binds or changes `name`; whether there is one."""
        events = self._events.get(name, [])
        if position == self._end and name not in self._entries:
            events = self._without_what_came_too_late(name, events)
        index = bisect_left(events, (position, "")) - 1
        met = False
        while index >= 0:
            self._step()
            at, event = events[index]
            index -= 1
            if event == "broken":
                if name not in self._entries and self._first_sound(name) < at:
                    # What does not parse has bound nothing: whoever ran the notebook went on with what was there.
                    continue
                self._note_broken(at)
                met = True
            elif event == "deletes":
                if name in BUILTINS:
                    return met
            elif event == "trains":
                if name in self._entries:
                    self._choose(at, position, whole=True)
                    return True
            else:
                self._choose(at, position)
                self._may_be_bound_anew(at + 1, position)
                if event != "binds":
                    self._demand(name, at, "perhaps")
                return True
        return met

    def _first_sound(self, name: str) -> int:
        """The first unit that binds the name for certain; the end where none does."""
        if name not in self._sound:
            self._sound[name] = next((at for at, event in self._events.get(name, ()) if event == "binds"), self._end)
        return self._sound[name]

    def _without_what_came_too_late(self, name: str, events: _Events) -> _Events:
        """Without values that a name, bound before, got only after the student had used the entry points for the last time.

        `for image, label in dataset:` in a last cell takes the module `image` from a function that has done its work there. A function
        or class that is defined again for the same use is a correction, though, and a name that has nothing else has what came late.
        """
        if not any(event in ("binds", "may bind") and at < self._until for at, event in events):
            return events
        return [
            (at, event) for at, event in events
            if at < self._until or event not in ("binds", "may bind", "changes") or self._corrects(at, name)
        ]  # fmt: skip

    def _corrects(self, at: int, name: str) -> bool:
        """Whether the unit defines a helper anew, for the same use as the definition before."""
        if not defines(self._items[at], name):
            return False
        events = self._events[name]
        place = bisect_left(events, (at, "")) - 1
        while place >= 0 and events[place][1] != "binds":
            place -= 1
        return corrects(
            self._items[at], self._items[events[place][0]] if place >= 0 else None, name, self._calls.get(name, set())
        )

    @cached_property
    def _calls(self) -> dict[str, set[int]]:
        """With how many arguments the file's functions call what they call, by its name."""
        counts: dict[str, set[int]] = {}
        for unit in self._items:
            if isinstance(unit, Unit) and only_defines(unit):
                for called, count in calls_in(unit):
                    counts.setdefault(called, set()).add(count)
        return counts

    @cached_property
    def _until(self) -> int:
        """The first unit behind the entry points, their last uses, and what is defined anew below them; the end where one has no use."""
        until = 0
        for name in self._entries:
            defined = self._bound_last(name)
            if not self._whole or defined is None or not defines(self._items[defined], name):
                return self._end
            last = last_use(self._items, name, defined, self._imported, results=runs_later(self._items[defined]))
            if last is None:
                return self._end
            until = max(until, defined + 1, last + 1)
        # A helper that is mended below stands among the values that it was mended for.
        mended = (
            at + 1
            for name, events in self._events.items()
            for at, event in events[1:]
            if at >= until and event == "binds" and self._corrects(at, name)
        )
        return max(until, *mended, 0)

    def _unmet(self, name: str, position: int, need: _Need) -> None:
        if need == "later" and position != self._end:
            return  # perhaps not called so early; the same name is demanded at the end too
        if name in self._given or name in _AMBIENT or (name.startswith("__") and name.endswith("__")):
            return
        if name in BUILTINS:
            self._may_be_bound_anew(0, position)
            return
        binding = self._open[: bisect_left(self._open, position)]
        for index in binding:
            self._step()
            self._choose(index, position)
        if binding or need == "perhaps" or self._broken_binding(name):
            return
        self._unresolved.add(name)

    def _may_be_bound_anew(self, first: int, position: int) -> None:
        """A name is there; what may bind it anew without its name in the text is taken, too, but need not run."""
        for index in self._open[bisect_left(self._open, first) : bisect_left(self._open, position)]:
            self._step()
            self._over.add(index)

    def _choose(self, index: int, position: int, *, whole: bool = False) -> None:
        """Take a unit because something before `position` needs it."""
        unit = self._items[index]
        if not isinstance(unit, Unit):
            return
        first_time = index not in self._selected or (whole and not self._selected[index])
        self._selected[index] = whole or self._selected.get(index, False)
        names: Names = names_of(unit.statements) if self._selected[index] and unit.pruned else unit.names
        if first_time:
            for name in sorted(names.now, reverse=True):
                self._demand(name, index, "now")
            for name in sorted(names.perhaps, reverse=True):
                self._demand(name, index, "perhaps")
        for point in {position, self._end}:
            if first_time or (index, point) not in self._visited:
                self._visited.add((index, point))
                for name in sorted(names.later, reverse=True):
                    self._step()
                    self._demand(name, point, "later")

    def _note_broken(self, index: int) -> None:
        item = self._items[index]
        if isinstance(item, BrokenCell) and self.broken is None:
            self.broken = item.problem

    def _broken_binding(self, name: str) -> bool:
        """Whether a cell that does not parse seems to bind the name."""
        index = self._first_broken.get(name)
        if index is not None:
            self._note_broken(index)
        return index is not None

    def _step(self) -> None:
        self._steps += 1
        if self._steps > _MOST_STEPS:
            raise UnusableSubmission(
                self._file, "its statements depend on each other in too many ways to follow.", "Simplify the code."
            )

"""All layouts, and which of them a source has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import Literal

from grader.batch.archive import ZipSource
from grader.batch.layouts.base import Layout
from grader.batch.layouts.canvas import CanvasLayout
from grader.batch.layouts.gradescope import GradescopeLayout
from grader.batch.layouts.moodle import MoodleLayout
from grader.batch.layouts.nbgrader import SUBMITTED, NbgraderLayout
from grader.batch.layouts.plain import FlatLayout, StudentLayout
from grader.batch.sources import TOP, Source
from grader.errors import UsageError

LayoutName = Literal["flat", "student", "canvas", "moodle", "gradescope", "nbgrader"]

LAYOUTS: dict[LayoutName, Layout] = {
    "gradescope": GradescopeLayout(),
    "moodle": MoodleLayout(),
    "canvas": CanvasLayout(),
    "nbgrader": NbgraderLayout(),
    "student": StudentLayout(),
    "flat": FlatLayout(),
}
"""In the order in which they are tried: the most certain marks first."""

PLAIN = frozenset({"flat", "student"})


@dataclass(frozen=True)
class Found:
    """A layout, and the folder of the source that is laid out like it."""

    name: LayoutName
    top: PurePath

    @property
    def layout(self) -> Layout:
        """The layout itself."""
        return LAYOUTS[self.name]


def recognised(source: Source, wanted: str | None = None) -> Found:
    """Which layout a source has, in its top folder or in the one that it was packed with.

    Args:
        wanted: the layout's name, where the user says it.

    Raises:
        UsageError: there is no such layout, or the source does not have it.
    """
    if wanted is None:
        for top in tops(source):
            for name, layout in LAYOUTS.items():
                if name not in PLAIN and layout.fits(source, top):
                    return Found(name, top)
        top = unpacked_top(source)
        return Found("student" if LAYOUTS["student"].fits(source, top) else "flat", top)
    if wanted not in LAYOUTS:
        raise UsageError(f"No layout is called {wanted!r}; there are {', '.join(sorted(LAYOUTS))}.")
    name = wanted
    if name in PLAIN:
        return Found(name, unpacked_top(source))
    places = list(tops(source))
    for top in places:
        if LAYOUTS[name].fits(source, top):
            return Found(name, top)
    # Told, so doubts that keep it from being recognised by itself do not count; but something must be there.
    for top in places:
        if holds(name, source, top):
            return Found(name, top)
    raise UsageError(f"{source.path} holds no {LAYOUTS[name].expects}; leave out --layout to have it recognised.")


def holds(name: LayoutName, source: Source, top: PurePath) -> bool:
    """Whether anything there is named as the layout names it."""
    from grader.batch.layouts import canvas, gradescope, moodle, nbgrader

    nodes = source.children(top)
    if name == "canvas":
        return any(not node.is_folder and canvas.matched(node) for node in nodes)
    if name == "moodle":
        return any(moodle.PARTICIPANT.fullmatch(node.name) for node in nodes)
    if name == "gradescope":
        return any(node.is_folder and gradescope.FOLDER.fullmatch(node.name) for node in nodes)
    return next(nbgrader.assignments(source, top), None) is not None


def tops(source: Source) -> Iterator[PurePath]:
    """Folders whose layout counts: the top, nbgrader's `submitted` in a course, and the only folder of a download."""
    yield TOP
    nodes = source.children(TOP)
    folders = [node for node in nodes if node.is_folder and not node.ignored]
    for node in folders:
        if node.name == SUBMITTED or len(nodes) == 1:
            yield node.relative


def unpacked_top(source: Source) -> PurePath:
    """Where plain submissions begin: in a zip that was made of one folder, in that folder."""
    nodes = source.children(TOP)
    if not isinstance(source, ZipSource) or len(nodes) != 1 or not nodes[0].is_folder:
        return TOP
    below = source.children(nodes[0].relative)
    several = sum(node.is_submission for node in below) > 1 or any(node.is_folder for node in below)
    return nodes[0].relative if several else TOP

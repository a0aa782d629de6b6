"""Folders that people make: files side by side, or one folder for each student."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from grader.batch.layouts.base import Handed, Notes, Place, own_place
from grader.batch.sources import Node, Source

TOO_DEEP = "a folder inside a folder; submissions are looked for one level down"


class FlatLayout:
    """Every file is a submission of its own: those in the folder and those one level below."""

    expects = "submission: no .ipynb or .py file in it or one level below"

    def fits(self, source: Source, top: PurePath) -> bool:
        """No folder that could be a student's lies there."""
        return not any(node.is_folder and not node.ignored for node in source.children(top))

    def places(self, source: Source, top: PurePath, assignment: str | None, notes: Notes) -> Iterator[Place]:  # noqa: ARG002  # it has neither
        """A place for each file."""
        for node in source.children(top):
            below = one_level(source, node)
            yield from (own_place(one) for one in ([node] if below is None else below))


class StudentLayout:
    """A folder for each student, with one submission in it. A file beside the folders is a submission of its own."""

    expects = FlatLayout.expects

    def fits(self, source: Source, top: PurePath) -> bool:
        """Some folder lies there."""
        return any(node.is_folder and not node.ignored for node in source.children(top))

    def places(self, source: Source, top: PurePath, assignment: str | None, notes: Notes) -> Iterator[Place]:  # noqa: ARG002  # it has neither
        """A place for each folder and for each file beside them."""
        for node in source.children(top):
            below = one_level(source, node)
            if below is None:
                yield own_place(node)
            else:
                yield Place(node.relative, [Handed(one, one.name) for one in below], student=node.name)


def one_level(source: Source, node: Node) -> list[Node] | None:
    """What lies in a folder, the folders among it ignored; None where the node is no folder to look into."""
    if not node.is_folder or node.ignored:
        return None
    return [
        Node(one.relative, one.place, ignored=one.ignored or TOO_DEEP) if one.is_folder else one
        for one in source.children(node.relative)
    ]

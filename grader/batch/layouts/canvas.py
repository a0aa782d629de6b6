"""Canvas' "Download Submissions": files side by side, with all that is known in their names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePath

from grader.batch.layouts.base import Account, Handed, Notes, Place, merged, own_place
from grader.batch.sources import Node, Source

NAMED = re.compile(r"(?P<student>.+?)(?P<late>_LATE)?_(?P<user>\d+)_(?P<attachment>\d+)_(?P<file>.+)", re.DOTALL)
ANONYMOUS = re.compile(
    r"(?P<student>anon_[A-Za-z0-9]{5})(?P<late>_LATE)?_(?P<user>)(?P<attachment>\d+)_(?P<file>\D.*)", re.DOTALL
)
TEXT = re.compile(
    r"(?P<student>.+?)(?P<late>_LATE)?_(?P<user>\d+)_(?P<attachment>)(?P<file>(?:text|link)\.html)", re.DOTALL
)
AGAIN = re.compile(r"(?P<stem>.+?)-(?P<number>[1-9]\d{0,2})", re.DOTALL)
LONGEST_NUMBER = 20
CERTAIN_DIGITS = 4
"""An attachment's number on a server in use has as many; `alice_1_2_final.py` is somebody's own name."""


class CanvasLayout:
    """`doejane_LATE_123456_7890123_week1-2.ipynb`: student, lateness, user, attachment, and a file handed in a third time."""

    expects = "file named as Canvas names them, such as doejane_123456_7890123_week1.ipynb"

    def fits(self, source: Source, top: PurePath) -> bool:
        """More than half of the files are named like this, with large numbers, each attachment once; no folder lies there."""
        nodes = source.children(top)
        files = [node for node in nodes if not node.is_folder and not node.ignored]
        numbers = [match["attachment"] for node in files if (match := matched(node)) and match["attachment"]]
        certain = [number for number in numbers if len(number) >= CERTAIN_DIGITS]
        return (
            2 * len(certain) > len(files)
            and len(numbers) == len(set(numbers))
            and not any(node.is_folder for node in nodes)
        )

    def places(self, source: Source, top: PurePath, assignment: str | None, notes: Notes) -> Iterator[Place]:  # noqa: ARG002  # it has neither
        """A place for each user; a file of another name is a submission of its own."""
        yield from merged(place_of(node) for node in source.children(top) if not node.is_folder)


def matched(node: Node) -> re.Match[str] | None:
    """The parts of a name that Canvas made."""
    for pattern in (ANONYMOUS, NAMED, TEXT):
        if (match := pattern.fullmatch(node.name)) and len(match["user"] + match["attachment"]) <= 2 * LONGEST_NUMBER:
            return match
    return None


def place_of(node: Node) -> Place:
    """The place of one file."""
    match = matched(node)
    if match is None:
        return own_place(node)
    name = match["file"]
    suffix = PurePath(name).suffix
    again = AGAIN.fullmatch(name.removesuffix(suffix))
    attempt = int(again["number"]) + 1 if again else 1
    asked = f"{again['stem']}{suffix}" if again else name
    order = int(match["attachment"]) if match["attachment"] else None
    key = f"{match['student']}_{match['user']}" if match["user"] else match["student"]
    return Place(
        node.relative.parent / key,
        (Handed(node, asked, attempt, order),),
        student=match["student"],
        late=match["late"] is not None,
        account=Account("canvas", match["user"]) if match["user"] else None,
    )

"""What a layout gives: places, each with the files of one submission."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import PurePath
from typing import NamedTuple, Protocol

from grader.batch.sources import Node, Source


@dataclass(frozen=True, slots=True)
class Handed:
    """One file of a place.

    Attributes:
        name: what the student called it.
        attempt: number of the attempt by the platform's own naming, from 1; None where it does not number them.
        order: a number that grows with the time of handing in, for platforms that give one; it settles no attempt,
            but where it contradicts `attempt`, nothing is guessed.
    """

    node: Node
    name: str
    attempt: int | None = None
    order: int | None = None


class Account(NamedTuple):
    """By what a platform tells people apart, whatever they are called."""

    platform: str
    number: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where one student's submission lies, with what is known of it.

    Attributes:
        relative: the folder, or what stands for one, for people.
        student: a label for people; "" where nobody is named.
        account: the student's on the platform; None where it tells none.
        submitted: when, as the platform's metadata says; without a zone where they give none.
        late: the platform says so. Unknown is not late.
        labelled: the name is taken from the file's own label, not from the platform's metadata.
        single: the file is a submission by itself, whatever lies beside it.
    """

    relative: PurePath
    files: Sequence[Handed]
    student: str = ""
    attempt: int | None = None
    submitted: datetime | None = None
    late: bool = False
    single: bool = False
    account: Account | None = None
    labelled: bool = True


@dataclass
class Notes:
    """What is said once about a whole collection."""

    lines: list[str] = field(default_factory=list)

    def say(self, line: str) -> None:
        """Add a line that is not there yet."""
        if line not in self.lines:
            self.lines.append(line)


class Layout(Protocol):
    """One way to lay submissions out."""

    expects: str
    """What a folder of this layout holds, as the end of "it holds no ..."."""

    def fits(self, source: Source, top: PurePath) -> bool:
        """Whether the folder `top` is laid out like this, beyond doubt."""

    def places(self, source: Source, top: PurePath, assignment: str | None, notes: Notes) -> Iterator[Place]:
        """The places below `top`.

        Raises:
            UsageError: the layout's metadata cannot be read, or several assignments lie there and none is named.
        """


def own_place(node: Node) -> Place:
    """A file that is a submission by itself."""
    return Place(node.relative, (Handed(node, node.name),), single=True)


def merged(places: Iterable[Place]) -> list[Place]:
    """Places of one student that lie apart, as one place; in the order of their first."""
    by_relative: dict[PurePath, Place] = {}
    for place in places:
        before = by_relative.get(place.relative)
        if before is None:
            by_relative[place.relative] = place
        else:
            by_relative[place.relative] = replace(
                before, files=(*before.files, *place.files), late=before.late or place.late
            )
    return list(by_relative.values())

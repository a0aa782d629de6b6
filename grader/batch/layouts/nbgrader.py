"""nbgrader's `submitted/STUDENT/ASSIGNMENT/notebook.ipynb`, with `timestamp.txt` beside the notebook."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import PurePath

from grader.batch.layouts.base import Handed, Notes, Place, own_place
from grader.batch.sources import Node, Source, files_below
from grader.errors import UsageError
from grader.moments import holdable

TIMESTAMP = "timestamp.txt"
SUBMITTED = "submitted"
TIMESTAMP_BYTES = 4096
DEPTH = 4
NAMES_SHOWN = 10
ZONES = {"": "", "UTC": "+00:00", "GMT": "+00:00", "Z": "+00:00"}


class NbgraderLayout:
    """A folder for each student, in it one for each assignment."""

    expects = "folder STUDENT/ASSIGNMENT with a notebook in it"

    def fits(self, source: Source, top: PurePath) -> bool:
        """More than half of the students' folders hold an assignment with a time stamp, or with a notebook below `submitted`."""
        marks = {TIMESTAMP} if (top.name or source.path.name) != SUBMITTED else set()
        students = [node for node in source.children(top) if node.is_folder and not node.ignored]
        # One folder must not decide for all: a student may hand in whatever looks like another layout.
        return 2 * sum(holds_assignment(source, student, marks) for student in students) > len(students)

    def places(self, source: Source, top: PurePath, assignment: str | None, notes: Notes) -> Iterator[Place]:
        """A place for each student who handed the assignment in."""
        names = sorted({node.name for _, node in assignments(source, top)})
        if assignment is None and len(names) > 1:
            shown = ", ".join(names[:NAMES_SHOWN]) + (", ..." if len(names) > NAMES_SHOWN else "")
            raise UsageError(f"{source.path} holds several assignments: {shown}. Name one with --assignment.")
        if assignment is not None and assignment not in names:
            shown = ", ".join(names[:NAMES_SHOWN]) or "none"
            raise UsageError(f"{source.path} holds no assignment {assignment!r}; there is: {shown}.")
        wanted = assignment if assignment is not None else (names[0] if names else "")
        for student in source.children(top):
            if not student.is_folder or student.ignored:
                yield own_place(student)
                continue
            for node in source.children(student.relative):
                if node.is_folder and not node.ignored and node.name == wanted:
                    yield place_of(source, student, node, notes)
                elif not node.is_folder:
                    yield own_place(node)


def assignments(source: Source, top: PurePath) -> Iterator[tuple[Node, Node]]:
    """Folders of students with the folders in them."""
    for student in source.children(top):
        if student.is_folder and not student.ignored:
            for node in source.children(student.relative):
                if node.is_folder and not node.ignored:
                    yield student, node


def holds_assignment(source: Source, student: Node, marks: set[str]) -> bool:
    """Whether a student's folder holds one with these files, or with a submission where none are asked for."""
    for node in source.children(student.relative):
        if node.is_folder and not node.ignored:
            below = source.children(node.relative)
            if marks <= {one.name for one in below} if marks else any(one.is_submission for one in below):
                return True
    return False


def place_of(source: Source, student: Node, node: Node, notes: Notes) -> Place:
    """What one student handed in for the assignment."""
    files, submitted = [], None
    for file in files_below(source, node.relative, DEPTH):
        if file.relative == node.relative / TIMESTAMP:
            submitted = stamped(source, file)
            if submitted is None:
                notes.say(
                    f"{file.relative.as_posix()} and perhaps others hold no time that is understood; see --times."
                )
        else:
            files.append(Handed(file, file.name))
    return Place(node.relative, files, student=student.name, submitted=submitted)


def stamped(source: Source, file: Node) -> datetime | None:
    """The time in a time stamp; None where it cannot be read."""
    try:
        with source.opened(file, TIMESTAMP_BYTES) as stream:
            return moment(stream.read().decode("utf-8", "replace"))
    except UsageError:
        # One student's odd file must not end everybody's batch.
        return None


def moment(text: str) -> datetime | None:
    """A time as nbgrader writes it, `2015-02-02 15:58:23.948203 UTC`; None where the zone is another name, or no database holds it."""
    match = re.fullmatch(
        r"(\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:\.\d{1,6})?) ?([A-Z]{0,3}|[+-]\d\d:?\d\d)", text.strip()
    )
    if match is None:
        return None
    zone = match[2] if match[2][:1] in ("+", "-") else ZONES.get(match[2])
    try:
        when = None if zone is None else datetime.fromisoformat(match[1] + zone)
    except ValueError:
        return None
    return when if when is not None and holdable(when) else None

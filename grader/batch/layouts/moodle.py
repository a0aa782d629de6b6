"""Moodle's "Download all submissions": a folder for each participant, or flat, with a grading worksheet where it lies there."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import PurePath

from grader.batch.layouts.base import Account, Handed, Notes, Place, merged, own_place
from grader.batch.sources import Node, Source, files_below
from grader.errors import UsageError

PARTICIPANT = re.compile(
    r"(?P<student>[^_]+)_(?P<id>\d{1,20})_assignsubmission_(?P<plugin>[a-z]+)(?:_(?P<file>.*))?", re.DOTALL
)
DEPTH = 8
"""Folders that a student may have handed in inside each other."""
WORKSHEET_BYTES = 64 << 20
IDENTIFIER, MODIFIED = "Identifier", "Last modified (submission)"
FORMATS = ("%A, %d %B %Y, %I:%M %p", "%A, %d %B %Y, %H:%M", "%A, %B %d, %Y, %I:%M %p")


class MoodleLayout:
    """`Jane Doe_123456_assignsubmission_file_/week1.ipynb`, or the same without a folder."""

    expects = "folder or file named as Moodle names them, such as 'Jane Doe_123456_assignsubmission_file_'"

    def fits(self, source: Source, top: PurePath) -> bool:
        """More than half of what lies there, notes and tables aside, is named like this."""
        looked = [node for node in source.children(top) if not node.ignored]
        return 2 * sum(PARTICIPANT.fullmatch(node.name) is not None for node in looked) > len(looked)

    def places(self, source: Source, top: PurePath, assignment: str | None, notes: Notes) -> Iterator[Place]:  # noqa: ARG002  # it has none
        """A place for each participant; anything else is a submission of its own."""
        nodes = source.children(top)
        times = worksheet_times(source, nodes, notes)
        yield from merged(place for node in nodes for place in places_of(source, node, times))


def places_of(source: Source, node: Node, times: dict[str, datetime]) -> Iterator[Place]:
    """The place that a file or folder belongs to; where no participant is named, each file is its own."""
    match = PARTICIPANT.fullmatch(node.name)
    files = list(files_below(source, node.relative, DEPTH)) if node.is_folder and not node.ignored else [node]
    if match is None:
        yield from (own_place(file) for file in files)
        return
    handed = [Handed(file, file.name if node.is_folder else match["file"] or file.name) for file in files]
    key = node.relative.parent / f"{match['student']}_{match['id']}"
    account = Account("moodle", match["id"])
    yield Place(key, handed, student=match["student"], submitted=times.get(match["id"]), account=account)


def worksheet_times(source: Source, nodes: list[Node], notes: Notes) -> dict[str, datetime]:
    """Times of submission by participant, from the grading worksheets beside the submissions; none where there are none."""
    times: dict[str, datetime] = {}
    for node in nodes:
        # A participant's own table is no worksheet: it would set the time of whoever it names.
        if node.is_folder or node.relative.suffix.lower() != ".csv" or PARTICIPANT.fullmatch(node.name):
            continue
        try:
            with source.opened(node, WORKSHEET_BYTES) as stream:
                text = stream.read().decode("utf-8-sig", "replace")
            rows = csv.DictReader(io.StringIO(text, newline=""))
            if not {IDENTIFIER, MODIFIED} <= set(rows.fieldnames or ()):
                continue
            unread = 0
            for row in rows:
                number = re.search(r"\d+$", row[IDENTIFIER] or "")
                when = moment(row[MODIFIED] or "")
                if number and when:
                    times[number.group()] = when
                unread += when is None and (row[MODIFIED] or "-") != "-"
        except (csv.Error, UsageError) as error:
            notes.say(f"{node.name} is no worksheet that can be read ({error}); times of submission are left unknown.")
            continue
        if unread:
            notes.say(f"{node.name}: times that are not in English and stay unknown: {unread}; see --times.")
    return times


def moment(text: str) -> datetime | None:
    """A time as Moodle writes it in English; None where it is written otherwise."""
    for form in FORMATS:
        try:
            return datetime.strptime(" ".join(text.split()), form)  # noqa: DTZ007  # it has no zone; the collection gives it one
        except ValueError:
            continue
    return None

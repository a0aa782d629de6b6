"""Which files of a folder or zip are submissions, whose and when they were handed in, and which only look like some."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path, PurePath
from typing import Literal

from grader.batch.archive import ZipSource
from grader.batch.layouts import Handed, LayoutName, Place, recognised
from grader.batch.layouts.base import Account, Notes
from grader.batch.names import label, report_folders
from grader.batch.sources import FolderSource, Node, Source, labelled
from grader.batch.times import Clock
from grader.errors import UsageError

NAMES_SHOWN = 20
STORE = ".collected"
"""Folder below `out` that the submissions of a zip are laid into, closed to other users."""

Attempts = Literal["last", "all"]


@dataclass(frozen=True)
class Choices:
    """What the user says about a collection.

    Attributes:
        layout: how it is laid out; None has it recognised.
        assignment: which one, where a tree of nbgrader's holds several.
        pick: patterns of file names that settle which of several files in one place is the submission.
        attempts: grade the newest attempt of each student, or all.
        times: a CSV file with times of submission.
        timezone: the zone of times that carry none.
    """

    layout: str | None = None
    assignment: str | None = None
    pick: tuple[str, ...] = ()
    attempts: Attempts = "last"
    times: Path | None = None
    timezone: str = "UTC"


@dataclass(frozen=True, slots=True)
class Candidate:
    """One file that was handed in.

    Attributes:
        file: its path below the folder, as text; a label for people.
        path: where it lies, or will lie once it is fetched.
        report: name of its report folder below `out`.
        problem: why it cannot be graded; empty when it can be read.
        student: whose it is; a label for people alone, "" where nobody is named.
        attempt: number of the attempt from 1; None where it is unknown.
        submitted: when, in ISO 8601 with a zone; None where it is unknown. Never from the file system.
        late: the platform says so. Unknown is not late.
        labelled: the file's own label names the student, not the platform's metadata.
        account: by which the platform tells the student from others of that name; None where it tells none.
    """

    file: str
    path: Path
    report: str
    problem: str = ""
    student: str = ""
    attempt: int | None = None
    submitted: str | None = None
    late: bool = False
    labelled: bool = False
    account: Account | None = None


@dataclass(frozen=True, slots=True)
class Ignored:
    """One entry of the folder that was left alone, and why."""

    file: str
    reason: str


@dataclass(frozen=True)
class Collection:
    """What lies in a folder or zip of submissions, sorted by path.

    Attributes:
        source: fetches the files of a zip; closed by whoever grades.
        notes: what is to be said once about the whole.
    """

    candidates: tuple[Candidate, ...]
    ignored: tuple[Ignored, ...]
    layout: LayoutName
    source: Source
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class _Chosen:
    """What became of one place: a file to grade, or several that cannot be told apart."""

    relative: PurePath
    node: Node | None
    place: Place
    problem: str
    attempt: int | None


@dataclass
class _Sorted:
    """Files as they are sorted into submissions and others."""

    chosen: list[_Chosen] = field(default_factory=list)
    ignored: list[Ignored] = field(default_factory=list)


def collect(
    where: Path, *, without: Path | None = None, choices: Choices | None = None, store: Path | None = None
) -> Collection:
    """Submissions in a folder, or in a zip as learning platforms give it.

    Each place (a student's folder, a participant of a platform, a file by itself) is one submission: the `.ipynb` or
    `.py` file in it. Several such files are attempts where the platform numbers them, of which the newest counts; else
    nothing is guessed, and one unusable candidate names them all. A file of a kind that students hand in by mistake
    (PDF, ZIP, anything unknown) counts as an unusable submission where it is all that there is.

    Args:
        where: the folder or the zip.
        without: a folder to leave out, such as the reports of an earlier run.
        store: where files of a zip will be laid; without it a zip is refused.

    Raises:
        UsageError: `where` cannot be read, is not laid out as said, or the choices do not fit together.
    """
    choices = choices or Choices()
    source = opened(where, without, store)
    try:
        found = recognised(source, choices.layout)
        if choices.assignment is not None and found.name != "nbgrader":
            raise UsageError(
                f"--assignment is for trees of nbgrader; {where} is laid out as {found.name}. Leave it out, or say --layout nbgrader."
            )
        notes = Notes()
        clock = Clock.of(choices.times, choices.timezone)
        sorted_ = _Sorted()
        for place in found.layout.places(source, found.top, choices.assignment, notes):
            _sort(place, choices, sorted_)
        sorted_.chosen.sort(key=lambda one: one.relative.parts)
        names = report_folders(one.relative for one in sorted_.chosen)
        candidates = tuple(_candidate(one, names[one.relative], source, clock) for one in sorted_.chosen)
        for line in clock.remarks():
            notes.say(line)
    except BaseException:
        source.close()
        raise
    sorted_.ignored.sort(key=lambda one: one.file)
    return Collection(candidates, tuple(sorted_.ignored), found.name, source, tuple(notes.lines))


def opened(where: Path, without: Path | None, store: Path | None) -> Source:
    """The source for a folder or a zip.

    Raises:
        UsageError: it is neither, or cannot be read.
    """
    try:
        is_zip = where.is_file() and (where.suffix.lower() == ".zip" or zipfile.is_zipfile(where))
    except OSError as error:
        raise UsageError(f"{where} cannot be read: {error.strerror}.") from error
    if is_zip and store is not None:
        return ZipSource(where, store)
    return FolderSource(where, without=without)


def _sort(place: Place, choices: Choices, into: _Sorted) -> None:
    """Sort the files of one place."""
    for one in place.files:
        if one.node.ignored:
            into.ignored.append(Ignored(labelled(one.node), one.node.ignored))
    files = [one for one in place.files if not one.node.ignored]
    submissions = [one for one in files if place.single or one.node.is_submission]
    if not submissions:
        if len(files) > 1:
            into.chosen.append(_several(place, files, "holds no notebook (.ipynb) or Python file (.py), but"))
        elif files:
            into.chosen.append(_one(place, files[0]))
        return
    for one in files:
        if one not in submissions:
            into.ignored.append(Ignored(labelled(one.node), "not graded; a submission lies beside it"))
    rounds, earlier = attempted(picked(submissions, choices.pick), choices.attempts)
    into.ignored += [
        Ignored(labelled(one.node), "an earlier attempt of the same student; --attempts all grades it")
        for one in earlier
    ]
    counted = {id(one) for one in earlier} | {id(one) for files_ in rounds for one in files_}
    into.ignored += [Ignored(labelled(one.node), "left out by --pick") for one in submissions if id(one) not in counted]
    for together in rounds:
        if len(together) == 1:
            into.chosen.append(_one(place, together[0]))
        else:
            words = f"holds {len(together)} files that may be the submission:"
            way = "name one with --pick PATTERN"
            if not choices.pick:
                way += f", such as --pick {together[0].name!r}"
            into.chosen.append(
                _several(place, together, words, f"; {way}, or say --layout flat where each is one of its own.")
            )


def _one(place: Place, handed: Handed) -> _Chosen:
    attempt = handed.attempt if place.attempt is None else place.attempt
    return _Chosen(handed.node.relative, handed.node, place, handed.node.problem, attempt)


def _several(place: Place, files: Sequence[Handed], words: str, way_out: str = ".") -> _Chosen:
    names = [label(PurePath(one.node.relative.name)) for one in files]
    shown = ", ".join(names[:NAMES_SHOWN]) + (
        f" and {len(names) - NAMES_SHOWN} more" if len(names) > NAMES_SHOWN else ""
    )
    return _Chosen(place.relative, None, place, f"{words} {shown}{way_out}", place.attempt)


def picked(submissions: Sequence[Handed], patterns: Sequence[str]) -> list[Handed]:
    """Those that a pattern names, where there is more than one file and it names any."""
    if len(submissions) < 2 or not patterns:
        return list(submissions)
    wanted = [
        one
        for one in submissions
        if any(fnmatchcase(name, pattern) for name in (one.name, one.node.name) for pattern in patterns)
    ]
    return wanted or list(submissions)


def attempted(submissions: Sequence[Handed], attempts: Attempts) -> tuple[list[list[Handed]], list[Handed]]:
    """Rounds to grade, each with the files that were handed in for it, and earlier attempts to leave alone.

    Attempts are told by the platform's own naming alone, and only where all files are the same one handed in again.
    """
    known = [one for one in submissions if one.attempt is not None]
    if len(known) != len(submissions) or len({one.name for one in submissions}) > 1:
        return [list(submissions)], []
    ordered = sorted(known, key=lambda one: one.attempt or 0)
    numbers = [one.attempt for one in ordered]
    orders = [one.order for one in ordered if one.order is not None]
    if len(set(numbers)) < len(numbers) or orders != sorted(orders):
        return [list(submissions)], []
    if attempts == "all":
        return [[one] for one in ordered], []
    return [ordered[-1:]], ordered[:-1]


def _candidate(one: _Chosen, report: str, source: Source, clock: Clock) -> Candidate:
    file = label(one.relative)
    student = label(PurePath(one.place.student)) if one.place.student else ""
    return Candidate(
        file=file,
        path=source.place(one.node, report) if one.node is not None else source.root / one.relative,
        report=report,
        problem=one.problem,
        student=student,
        attempt=one.attempt,
        submitted=clock.of_submission(student, (file, PurePath(file).name), one.place.submitted),
        late=one.place.late,
        labelled=bool(student) and one.place.labelled,
        account=one.place.account,
    )


def named_by(patterns: Sequence[str], candidate: Candidate) -> bool:
    """Whether a pattern names the candidate, by student, path or file name; without patterns all are named."""
    return not patterns or matches(patterns, candidate.student) or file_named_by(patterns, candidate.file)


def file_named_by(patterns: Sequence[str], file: str) -> bool:
    """Whether a pattern names a file, by path or name."""
    return matches(patterns, file) or matches(patterns, PurePath(file).name)


def matches(patterns: Sequence[str], name: str) -> bool:
    """Whether a pattern fits a name; none fits an empty one."""
    return bool(name) and any(fnmatchcase(name, pattern) for pattern in patterns)

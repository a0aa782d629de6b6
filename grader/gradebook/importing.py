"""Reading the reports of an output folder into a gradebook."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from grader.errors import UsageError
from grader.gradebook.book import Gradebook
from grader.gradebook.lists import ByFile
from grader.gradebook.recording import HandedIn, Recorded
from grader.reports.write import JSON
from grader.results import Report, from_json
from grader.submissions.files import bytes_if

LARGEST_REPORT = 64 << 20
"""Bytes."""


@dataclass(frozen=True)
class Problem:
    """A report that was not recorded, and why."""

    path: Path
    reason: str


@dataclass(frozen=True)
class Imported:
    """What came of an import.

    Attributes:
        recorded: one for each report that is in the gradebook now.
        unnamed: labels of files that a given list of students does not name; their students are called after them.
        problems: reports that were left out.
    """

    recorded: tuple[Recorded, ...]
    unnamed: tuple[str, ...]
    problems: tuple[Problem, ...]

    @property
    def new(self) -> int:
        """Reports that were not there before."""
        return sum(one.new for one in self.recorded)

    @property
    def kept(self) -> int:
        """Reports whose submission has kept bytes."""
        return sum(one.kept for one in self.recorded)


def import_folder(
    book: Gradebook,
    out: Path,
    *,
    assignment: str | None = None,
    students: ByFile[str] | None = None,
    times: ByFile[datetime] | None = None,
    submissions: Path | None = None,
) -> Imported:
    """Record every report of `out`, each in a transaction of its own; what is recorded already stays as it is.

    A report that cannot be read or recorded is a problem of its own and stops no other.

    Args:
        out: output folder of `grader batch` or of `grader grade`.
        assignment: by default each report's exercise.
        students: names by file; without one a student is called like the folder of the file, or like the file.
        times: times of handing in by file.
        submissions: the folder that was graded, to keep the bytes; those that changed since are not kept.

    Raises:
        UsageError: `out` or `submissions` is no folder, or `out` holds no report.
    """
    for folder in (out, submissions):
        if folder is not None and not folder.is_dir():
            raise UsageError(f"{folder} is not a folder.")
    recorded, unnamed, problems = [], [], []
    for path in report_files(out):
        try:
            report, graded_at = read_report(path)
            file = report.submission.file
            name = students.get(file) if students is not None else None
            if students is not None and name is None:
                unnamed.append(file)
            handed_in = HandedIn(
                # What `grader batch --gradebook` recorded may stand under a name that only the platform's metadata tells.
                student=name or book.recorded_for(report, assignment=assignment) or default_student(file),
                file=file,
                data=handed_in_bytes(submissions, report) if submissions is not None else None,
                time=times.get(file) if times is not None else None,
            )
            recorded.append(book.record(handed_in, report, assignment=assignment, graded_at=graded_at))
        except UsageError as error:
            problems.append(Problem(path, str(error)))
    if not recorded and not problems:
        raise UsageError(f"{out} holds no report: no {JSON} in it or one level below.")
    return Imported(tuple(recorded), tuple(unnamed), tuple(problems))


def report_files(out: Path) -> Iterator[Path]:
    """Every `report.json` of an output folder, by name."""
    try:
        folders = sorted(folder for folder in out.iterdir() if folder.is_dir())
    except OSError as error:
        raise UsageError(f"{out} cannot be read: {error.strerror}.") from error
    return (path for path in (out / JSON, *(folder / JSON for folder in folders)) if path.is_file())


def read_report(path: Path) -> tuple[Report, datetime]:
    """A report and when it was written.

    Raises:
        UsageError: it cannot be read or is no report.
    """
    try:
        status = path.stat()
        if status.st_size > LARGEST_REPORT:
            raise UsageError(f"{path} has more than {LARGEST_REPORT >> 20} MB; no report has.")
        return from_json(path.read_bytes()), datetime.fromtimestamp(status.st_mtime, UTC)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise UsageError(f"{path}: {error}.") from error


def default_student(file: str) -> str:
    """The folder that a file lies in, or its own name without the suffix."""
    path = PurePosixPath(file)
    return path.parts[0] if len(path.parts) > 1 else path.stem


def handed_in_bytes(folder: Path, report: Report) -> bytes | None:
    """The bytes that a report is of, from the folder that was graded; None where they are not there any more."""
    # The label is text from outside; nothing beyond the root is read.
    return bytes_if(folder / report.submission.file, report.submission.sha256, root=folder.resolve())

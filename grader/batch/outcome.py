"""What came of a batch, as values."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from grader.batch.collect import Candidate, Ignored
from grader.batch.layouts import LayoutName
from grader.results import Report, ReportStatus

SUCCESS = 0
UNUSABLE = 2
FAULT = 3
INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class BatchRow:
    """One submission's line: in the table, in the index, in the grade list.

    Attributes:
        file: path below the folder of submissions, as text.
        report: name of the report folder below `out`.
        resumed: taken from an earlier run whose key still matches.
        answered: not graded itself; its report was taken from a grading of the same code.
        student: whose it is; a label for people alone, "" where nobody is named.
        attempt: number of the attempt from 1; None where it is unknown.
        submitted: when it was handed in, in ISO 8601 with a zone; None where it is unknown.
        late: the platform says so. Unknown is not late.
        labelled: the file's own label names the student, not the platform's metadata.
    """

    file: str
    report: str
    status: ReportStatus
    score: float
    max_score: float
    fix_first: str | None
    needs_review: bool
    message: str
    resumed: bool = False
    answered: bool = False
    student: str = ""
    attempt: int | None = None
    submitted: str | None = None
    late: bool = False
    labelled: bool = False

    @classmethod
    def of(cls, file: str, folder: str, report: Report, *, resumed: bool = False) -> BatchRow:
        """The row of a report."""
        return cls(
            file=file,
            report=folder,
            status=report.status,
            score=report.score,
            max_score=report.max_score,
            fix_first=report.fix_first,
            needs_review=report.needs_review,
            message=report.message,
            resumed=resumed,
            answered=report.answered,
        )

    @property
    def told_student(self) -> str:
        """The student where the file's own label names them; "" where platform metadata alone do.

        Files in the output folder tell of a name no more than the label does; the rest is the gradebook's.
        """
        return self.student if self.labelled else ""

    def of_candidate(self, candidate: Candidate) -> BatchRow:
        """The row with what is known of whose and when; workers are not told."""
        return replace(
            self,
            student=candidate.student,
            attempt=candidate.attempt,
            submitted=candidate.submitted,
            late=candidate.late,
            labelled=candidate.labelled,
        )


@dataclass(frozen=True)
class NotRecorded:
    """A submission whose report is not in the gradebook, and why. The report itself is in its place.

    Attributes:
        ours: by a fault of ours.
    """

    file: str
    reason: str
    ours: bool


@dataclass(frozen=True)
class BatchOutcome:
    """A whole batch, rows in the order of the files.

    Attributes:
        layout: how the submissions were laid out.
        notes: what was said once about the whole collection.
        interrupted: stopped by Ctrl-C; `rows` holds what was done until then.
        remaining: how many submissions were left without a row, by Ctrl-C or by the selection.
        gradebook: name of the gradebook; "" without one.
        recorded: how many reports are new in it.
        not_recorded: those that are not in it.
    """

    exercise: str
    out: Path
    index: Path
    grades: Path
    rows: tuple[BatchRow, ...]
    ignored: tuple[Ignored, ...]
    layout: LayoutName = "flat"
    notes: tuple[str, ...] = ()
    interrupted: bool = False
    remaining: int = 0
    gradebook: str = ""
    recorded: int = 0
    not_recorded: tuple[NotRecorded, ...] = ()

    def count(self, status: ReportStatus) -> int:
        """How many rows have this status."""
        return sum(row.status == status for row in self.rows)

    @property
    def exit_code(self) -> int:
        """130 when interrupted, else 3 for any fault of ours, else 2 for any unusable file or one not recorded, else 0."""
        if self.interrupted:
            return INTERRUPTED
        if self.count("ungraded") or any(one.ours for one in self.not_recorded):
            return FAULT
        if self.count("unusable") or self.not_recorded:
            return UNUSABLE
        return SUCCESS

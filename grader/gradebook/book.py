"""The gradebook as the rest of the grader sees it: each method is one transaction."""

from __future__ import annotations

import getpass
import os
from collections.abc import Callable, Collection, Iterable
from datetime import UTC, datetime
from typing import Self

from grader.errors import UsageError
from grader.gradebook import forgetting, reading, recording
from grader.gradebook.database import Database
from grader.gradebook.policy import AdjustmentKind, Grade, LatePolicy, Rule, checked_points
from grader.gradebook.reading import Assignment, History, KeptSubmission, KnownGrading
from grader.gradebook.recording import HandedIn, Provenance, Recorded
from grader.gradebook.tables import AdjustmentRow, SubmissionRow
from grader.results import Report

LONGEST_REASON = 2_000


def current_time() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)


def account() -> str:
    """The account that runs this; `unknown` where the system does not tell."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return "unknown"


class Gradebook:
    """Grades of students at assignments, kept in a database; a context manager.

    What a method writes is there whole once it returns, and not at all if the process dies before; calling it again
    then does what is left to do.

    Args:
        database: see `Gradebook.open`.
        clock: tells the time; for tests.
    """

    def __init__(self, database: Database, clock: Callable[[], datetime] = current_time) -> None:
        self._database = database
        self._clock = clock

    @classmethod
    def open(
        cls,
        url_or_path: str | os.PathLike[str],
        *,
        create: bool = True,
        clock: Callable[[], datetime] = current_time,
    ) -> Self:
        """Open a gradebook, made or migrated to the newest schema where needed.

        Args:
            url_or_path: an SQLite file, or a URL such as `postgresql://user@host/database`.
            create: make the file where it is missing.

        Raises:
            UsageError: it cannot be opened, is no gradebook, or was written by a newer grader.
        """
        return cls(Database(url_or_path, create=create), clock)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def close(self) -> None:
        """End all connections."""
        self._database.close()

    @property
    def name(self) -> str:
        """The file, or the URL without its password."""
        return self._database.name

    def record(
        self,
        submission: HandedIn,
        report: Report,
        *,
        assignment: str | None = None,
        who: str | None = None,
        graded_at: datetime | None = None,
    ) -> Recorded:
        """Record what a student handed in and a report of it. Recorded twice, it is there once.

        A further report of the same bytes is a further row, and the newest graded one counts. The same bytes at
        another time are a further attempt.

        Args:
            assignment: by default named as the exercise; made where it is missing.
            who: account of who graded; by default the one that runs this.
            graded_at: by default now.

        Raises:
            UsageError: a name, a time or a report that cannot be, bytes that are not those of the report, or an
                assignment over another exercise.
        """
        provenance = self._provenance(who, graded_at)
        with self._database.writing() as session:
            return recording.record(session, submission, report, assignment=assignment, provenance=provenance)

    def recorded(
        self, digests: Iterable[str], *, assignment: str
    ) -> frozenset[tuple[str, reading.Who, datetime | None]]:
        """Which reports with these digests are recorded at an assignment, in one look-up.

        Returns:
            Digest of the report, student, and a time of handing in; the same once more with None for the time, since
            whoever knows none asks for any. The student stands there by name, and by platform and number there. A submission whose bytes are not kept is left out: recording it
            again may keep them.
        """
        with self._database.reading() as session:
            return reading.recorded(session, tuple(digests), assignment)

    def recorded_for(self, report: Report, *, assignment: str | None = None) -> str | None:
        """The name of the student for whom this very report is recorded; None where nobody is, or several are."""
        with self._database.reading() as session:
            return reading.recorded_for(session, recording.digest_of(report), assignment or report.exercise.name)

    def record_again(self, submission: int, report: Report, *, who: str | None = None) -> Recorded:
        """Record a regrade of a submission that is there, as a further report.

        Args:
            submission: `KeptSubmission.number`.

        Raises:
            UsageError: there is no such submission, or the report cannot be.
        """
        provenance = self._provenance(who, None)
        with self._database.writing() as session:
            row = session.get(SubmissionRow, submission)
            if row is None:
                raise UsageError(f"{self.name} has no submission number {submission}.")
            recorded, new = recording.add_report(session, row, report, provenance)
            return Recorded(recorded.id, new, kept=True)

    def known(self, key: str, *, unsafe: bool = False) -> Report | None:
        """The newest graded report with this key, whoever it is of; None where there is none.

        Its file is a pseudonymous id and its sha256 that of the bytes it was made of: the caller puts in the label
        and digest of the submission that it now answers for.

        Args:
            unsafe: take reports that were made without isolation, too: student code could have written them.
        """
        found = self.known_grading(key, unsafe=unsafe)
        return None if found is None else found.report

    def known_grading(self, key: str, *, unsafe: bool = False) -> KnownGrading | None:
        """The same with the kept bytes that the report is of."""
        with self._database.reading() as session:
            return reading.known(session, key, unsafe=unsafe)

    def known_keys(self, keys: Collection[str], *, unsafe: bool = False) -> frozenset[str]:
        """Which of these keys have a report that `known` finds, in one look-up."""
        with self._database.reading() as session:
            return reading.known_keys(session, keys, unsafe=unsafe)

    def report(self, number: int) -> Report:
        """The report of this number, `ReportLine.number`; its file is a pseudonymous id.

        Raises:
            UsageError: there is none.
        """
        with self._database.reading() as session:
            return reading.report_of(session, number)

    def assignments(self) -> tuple[Assignment, ...]:
        """All assignments by name."""
        with self._database.reading() as session:
            return reading.assignments(session)

    def grades(self, assignment: str, *, student: str | None = None) -> tuple[Grade, ...]:
        """One grade for each student, by name: the attempt that counts, its late deduction and adjustments.

        Raises:
            UsageError: there is no such assignment or student.
        """
        with self._database.reading() as session:
            return reading.grades(session, assignment, student=student)

    def histories(self, assignment: str, *, student: str | None = None) -> tuple[History, ...]:
        """The same with all attempts, reports and adjustments behind each grade.

        Raises:
            UsageError: there is no such assignment or student.
        """
        with self._database.reading() as session:
            return reading.histories(session, assignment, student=student)

    def find(self, report: Report, *, student: str | None = None) -> tuple[KeptSubmission, ...]:
        """Submissions that this report may be of, with their kept bytes.

        Raises:
            UsageError: there is no such student.
        """
        digest = recording.digest_of(report)
        with self._database.reading() as session:
            return reading.kept_submissions(
                session,
                digest=digest,
                sha256=report.submission.sha256 or "",
                key=report.key,
                exercise=report.exercise.name,
                student=student,
            )

    def configure(
        self, assignment: str, *, exercise: str | None = None, rule: Rule | None = None, late: LatePolicy | None = None
    ) -> Assignment:
        """Set the rule or the late policy of an assignment; grades follow, reports stay as they are.

        Args:
            exercise: make the assignment over this exercise where it is missing.

        Raises:
            UsageError: there is no such assignment, or it is over another exercise.
        """
        with self._database.writing() as session:
            row = (
                reading.assignment_of(session, assignment)
                if exercise is None
                else recording.assignment_row(session, assignment, exercise)
            )
            if rule is not None:
                row.rule = rule
            if late is not None:
                row.due_at = late.due
                row.grace_seconds = round(late.grace.total_seconds())
                row.late_percent_per_day = late.percent_per_day
                row.late_at_most = late.at_most
            session.flush()
            return next(one for one in reading.assignments(session) if one.name == row.name)

    def adjust(
        self, student: str, assignment: str, kind: AdjustmentKind, points: float, *, reason: str, author: str
    ) -> Grade:
        """Add points to a grade, or set its score; returns the grade after it. No report is changed.

        Raises:
            UsageError: no such student or assignment, no reason or author, points that cannot be, or nothing to
                add them to.
        """
        checked_points(points, "The points" if kind == "add" else "The score")
        if kind == "set" and points < 0:
            raise UsageError(f"The score (={points:g}) must not be negative.")
        for what, text in (("reason", reason), ("author", author)):
            if not text.strip() or len(text) > LONGEST_REASON:
                raise UsageError(f"An adjustment needs a {what} of 1 to {LONGEST_REASON:,} characters.")
        with self._database.writing() as session:
            row = reading.assignment_of(session, assignment)
            person = reading.student_of(session, student)
            session.add(
                AdjustmentRow(
                    assignment_id=row.id,
                    student_id=person.id,
                    kind=kind,
                    points=points,
                    reason=reason.strip(),
                    author=author.strip(),
                    made_at=self._clock(),
                )
            )
            session.flush()
            (grade,) = reading.grades(session, assignment, student=person.pseudonym)
            if grade.final is None:
                raise UsageError(f"{grade.label} has no score at {assignment} to add to; set one with --score.")
            return grade

    def student(self, name: str) -> str:
        """The name of a student as it is kept, found by name or pseudonymous id; the id where the name is forgotten.

        Raises:
            UsageError: there is none.
        """
        with self._database.reading() as session:
            row = reading.student_of(session, name)
            return row.name or row.pseudonym

    def forget(self, student: str) -> str:
        """Remove a student's name, kept bytes, printed output and texts; scores stay. Returns the new pseudonymous id.

        Raises:
            UsageError: there is no such student.
        """
        with self._database.writing() as session:
            row = reading.student_of(session, student)
            forgetting.forget(session, row, self._clock())
            session.flush()
            pseudonym = row.pseudonym
        self._database.tidy()
        return pseudonym

    def _provenance(self, who: str | None, graded_at: datetime | None) -> Provenance:
        now = self._clock()
        return Provenance(who if who is not None else account(), graded_at or now, now)

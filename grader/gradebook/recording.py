"""Putting a report into the gradebook: once, whole, and beside what was there."""

from __future__ import annotations

import hashlib
import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePath

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from grader.errors import UsageError
from grader.gradebook.accounts import LONGEST_NAME, student_row
from grader.gradebook.people import without_people
from grader.gradebook.policy import DECIMALS
from grader.gradebook.tables import (
    AssignmentRow,
    AttemptRow,
    ExerciseRow,
    ExerciseVersionRow,
    FindingRow,
    KeptFileRow,
    ReportRow,
    SubmissionRow,
)
from grader.moments import holdable
from grader.reports.write import storable
from grader.results import CheckResult, Report, to_json

_DIGEST = re.compile(r"[!-~]{0,64}")


@dataclass(frozen=True)
class HandedIn:
    """A file as a student handed it in.

    Attributes:
        student: the name, one for each person; blanks at the ends and in rows do not count.
        account: the platform and its number of the student, which tells people of one name apart; None where there is none.
        shared: others who hand in beside this student are called the same.
        file: label of the file, such as its path below the folder of submissions.
        data: its bytes; None where they are not at hand, so that none are kept.
        time: when it was handed in, aware; None where it is unknown, which is never late.
        attempt: its number from 1 as the platform counts; None where it is unknown.
    """

    student: str
    file: str
    data: bytes | None = field(default=None, repr=False)
    time: datetime | None = None
    attempt: int | None = None
    account: tuple[str, str] | None = None
    shared: bool = False


@dataclass(frozen=True)
class Recorded:
    """What recording did.

    Attributes:
        report: number of the report's row.
        new: False where it was there already.
        kept: whether bytes of the submission are in the gradebook.
    """

    report: int
    new: bool
    kept: bool


@dataclass(frozen=True)
class Provenance:
    """Who graded and when."""

    who: str
    graded_at: datetime
    now: datetime


def record(
    session: Session, handed_in: HandedIn, report: Report, *, assignment: str | None, provenance: Provenance
) -> Recorded:
    """Record an attempt and its report. What is there already is not written twice.

    Raises:
        UsageError: a name, a time or a report that cannot be, bytes that are not those of the report, or an
            assignment over another exercise.
    """
    if handed_in.time is not None and handed_in.time.utcoffset() is None:
        raise UsageError(f"{handed_in.file}: the time {handed_in.time.isoformat()} needs a time zone.")
    if handed_in.time is not None and not holdable(handed_in.time):
        raise UsageError(
            f"{handed_in.file}: the time {handed_in.time.isoformat()} lies outside of the years 2 to 9998."
        )
    sha256 = _sha256(handed_in, report)
    assigned = assignment_row(session, assignment or report.exercise.name, report.exercise.name)
    student = student_row(
        session, handed_in.student, account=handed_in.account, shared=handed_in.shared, assignment=assigned.name
    )
    submission = session.scalar(select(SubmissionRow).filter_by(assignment=assigned, student=student, sha256=sha256))
    if submission is None:
        submission = SubmissionRow(assignment=assigned, student=student, sha256=sha256)
        session.add(submission)
        session.flush()
    kept = _keep(session, submission, handed_in)
    _attempt(session, submission, handed_in, provenance.now)
    row, new = add_report(session, submission, report, provenance)
    return Recorded(row.id, new, kept)


def digest_of(report: Report) -> str:
    """By which a report is known: the digest of its `report.json`."""
    return hashlib.sha256(to_json(storable(report))).hexdigest()


def add_report(
    session: Session, submission: SubmissionRow, report: Report, provenance: Provenance
) -> tuple[ReportRow, bool]:
    """The row of this report of this submission, and whether it is new.

    Raises:
        UsageError: a report that cannot be.
    """
    report = storable(report)
    _check(report)
    digest = digest_of(report)
    known = session.scalar(select(ReportRow).filter_by(submission=submission, key=report.key, digest=digest))
    if known is not None:
        return known, False
    environment = report.environment
    row = ReportRow(
        submission=submission,
        exercise_version=_version(session, submission.assignment.exercise, report),
        key=report.key,
        digest=digest,
        status=report.status,
        score=round(report.score, DECIMALS),
        max_score=round(report.max_score, DECIMALS),
        needs_review=report.needs_review,
        isolation=report.isolation,
        seed_digest=report.seed,
        grader_version=environment.get("grader", ""),
        grader_digest=environment.get("grader_digest", ""),
        graded_by=provenance.who,
        graded_at=provenance.graded_at,
        recorded_at=provenance.now,
        answered=report.answered,
        document=to_json(pseudonymous(report, submission.student.pseudonym)),
        findings=[
            FindingRow(
                position=position,
                check_id=check.id,
                status=check.status,
                points=round(check.score, DECIMALS),
                max_points=round(check.max_score, DECIMALS),
                seen=check.seen,
            )
            for position, check in enumerate(_checks(report), start=1)
        ],
    )
    session.add(row)
    session.flush()
    return row, True


def assignment_row(session: Session, name: str, exercise: str) -> AssignmentRow:
    """The assignment of this name, made where there is none: the best attempt counts and nothing is late.

    Raises:
        UsageError: it is there over another exercise, or a name is too long.
    """
    for text, what in ((name, "assignment"), (exercise, "exercise")):
        _bounded(text, f"name of the {what}")
    row = session.scalar(select(AssignmentRow).filter_by(name=name))
    if row is not None:
        if row.exercise.name != exercise:
            raise UsageError(
                f"The assignment {name!r} is over {row.exercise.name}, this report is of {exercise}; "
                "name another assignment."
            )
        return row
    found = session.scalar(select(ExerciseRow).filter_by(name=exercise)) or ExerciseRow(name=exercise)
    row = AssignmentRow(
        name=name, exercise=found, rule="best", due_at=None, grace_seconds=0, late_percent_per_day=0, late_at_most=100
    )
    session.add(row)
    return row


def pseudonymous(report: Report, pseudonym: str) -> Report:
    """The report without the label of the file, in which students write their names."""
    file = report.submission.file
    alias = f"{pseudonym}{suffix_of(file)}"
    message = report.message
    for name in (file, PurePath(file).name):
        # As `UnusableSubmission` begins its message.
        if name and message.startswith(f"{name}: "):
            message = alias + message[len(name) :]
            break
    submission = msgspec.structs.replace(report.submission, file=alias)
    return msgspec.structs.replace(report, submission=submission, message=message)


def suffix_of(file: str) -> str:
    """`.ipynb` or `.py` in lower case; empty for any other."""
    suffix = PurePath(file).suffix.lower()
    return suffix if suffix in (".ipynb", ".py") else ""


def _sha256(handed_in: HandedIn, report: Report) -> str:
    """Digest of what was handed in; empty where neither the report nor the bytes tell."""
    said = report.submission.sha256 or ""
    if handed_in.data is None:
        return said
    actual = hashlib.sha256(handed_in.data).hexdigest()
    if said and said != actual:
        raise UsageError(f"{handed_in.file}: the report is of other bytes (sha256 {said[:12]}, these {actual[:12]}).")
    return actual


def _keep(session: Session, submission: SubmissionRow, handed_in: HandedIn) -> bool:
    """Keep the bytes where there are some and none were kept; tells whether some are kept now."""
    if session.get(KeptFileRow, submission.id) is not None:
        return True
    suffix = suffix_of(handed_in.file)
    data = None if handed_in.data is None else without_people(handed_in.data, suffix)
    if data is None:
        return False
    digest = hashlib.sha256(data).hexdigest()
    session.add(KeptFileRow(submission_id=submission.id, suffix=suffix, sha256=digest, data=data))
    return True


def _attempt(session: Session, submission: SubmissionRow, handed_in: HandedIn, now: datetime) -> None:
    """The attempt at this time. One of unknown time is any that is there; one that was of unknown time gets it."""
    attempts = list(session.scalars(select(AttemptRow).filter_by(submission_id=submission.id).order_by(AttemptRow.id)))
    if handed_in.time is not None:
        same = [attempt for attempt in attempts if attempt.handed_in_at == handed_in.time]
        unknown = [attempt for attempt in attempts if attempt.handed_in_at is None]
        if not same and unknown:
            unknown[0].handed_in_at = handed_in.time
            same = unknown
        attempts = same
    if not attempts:
        session.add(
            AttemptRow(
                submission_id=submission.id,
                file=handed_in.file,
                handed_in_at=handed_in.time,
                recorded_at=now,
                number=handed_in.attempt,
            )
        )
    elif handed_in.attempt is not None and handed_in.attempt > (attempts[0].number or 0):
        # The same bytes again: as the last attempt they stand where they were handed in last.
        attempts[0].number = handed_in.attempt


def _version(session: Session, exercise: ExerciseRow, report: Report) -> ExerciseVersionRow:
    identity = {
        "version": _bounded(report.exercise.version, "version"),
        "variant": _bounded(report.exercise.variant, "variant"),
        "params_digest": report.environment.get("params_digest", ""),
    }
    row = session.scalar(select(ExerciseVersionRow).filter_by(exercise=exercise, **identity))
    if row is None:
        row = ExerciseVersionRow(exercise=exercise, **identity)
        session.add(row)
    return row


def _checks(report: Report) -> Iterator[CheckResult]:
    return (check for task in report.tasks for check in task.checks)


def _check(report: Report) -> None:
    """Refuse a report that contradicts itself, before the database does so less politely."""
    digests = (
        ("key", report.key),
        ("seed", report.seed),
        ("sha256", report.submission.sha256 or ""),
        *((name, report.environment.get(name, "")) for name in ("grader_digest", "params_digest")),
    )
    for name, value in digests:
        if not _DIGEST.fullmatch(value):
            raise UsageError(f"The report of {report.submission.file} has a {name} that is no digest.")
    counts = Counter(check.id for check in _checks(report))
    for name, number in counts.items():
        if number > 1:
            raise UsageError(f"The report of {report.submission.file} names the check {name[:80]!r} {number} times.")
        _bounded(name, "id of a check")
    scored = [("report", report.score, report.max_score)]
    scored += [(check.id, check.score, check.max_score) for check in _checks(report)]
    for what, score, max_score in scored:
        if not (math.isfinite(max_score) and 0 <= round(score, DECIMALS) <= round(max_score, DECIMALS)):
            raise UsageError(
                f"The report of {report.submission.file} gives {score:g} of {max_score:g} points ({what[:80]})."
            )
    if report.status != "graded" and report.score:
        raise UsageError(f"The report of {report.submission.file} is {report.status} and has points.")


def _bounded(text: str, what: str) -> str:
    if len(text) > LONGEST_NAME or (what.startswith("name") and not text.strip()):
        raise UsageError(f"The {what} must have 1 to {LONGEST_NAME} characters; {text[:40]!r} has {len(text)}.")
    return text

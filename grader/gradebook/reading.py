"""What the gradebook says: grades, the history behind them, and what is known already."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from difflib import get_close_matches
from typing import TYPE_CHECKING, cast

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, joinedload, undefer

from grader.errors import UsageError
from grader.gradebook.accounts import person, scope_of
from grader.gradebook.policy import Adjustment, Attempt, Grade, LatePolicy, Rule, grade_of
from grader.gradebook.tables import (
    AccountRow,
    AdjustmentRow,
    AssignmentRow,
    AttemptRow,
    KeptFileRow,
    ReportRow,
    StudentRow,
    SubmissionRow,
)
from grader.results import Isolation, Report, ReportStatus, from_json

if TYPE_CHECKING:
    from grader.gradebook.policy import AdjustmentKind


Who = str | tuple[str, str] | None
"""A student by name, None for one who is forgotten, or by platform and number there."""


@dataclass(frozen=True)
class Assignment:
    """An exercise given to a class, with the rule and the late policy by which it is graded."""

    name: str
    exercise: str
    rule: Rule
    late: LatePolicy


@dataclass(frozen=True)
class ReportLine:
    """One report of a submission, and where it comes from.

    Attributes:
        current: the newest graded one, which counts.
        graded_by: account of who graded.
        params_digest: of the exercise's content and params.
        answered: taken from an earlier grading of the same code.
        seed: digest of the assignment's seed.
    """

    number: int
    current: bool
    status: ReportStatus
    score: float
    max_score: float
    needs_review: bool
    isolation: Isolation
    graded_at: datetime
    graded_by: str
    grader_version: str
    exercise_version: str
    variant: str
    params_digest: str
    seed: str
    key: str
    answered: bool = False


@dataclass(frozen=True)
class AttemptHistory:
    """One attempt with all reports of its submission, oldest first.

    Attributes:
        sha256: of what was handed in; empty where it is unknown.
        kept: whether its bytes are kept.
    """

    attempt: Attempt
    sha256: str
    kept: bool
    reports: tuple[ReportLine, ...]


@dataclass(frozen=True)
class History:
    """All that one student's grade at one assignment comes from.

    Attributes:
        accounts: platforms and their numbers of the student, as they hold for this assignment.
    """

    grade: Grade
    attempts: tuple[AttemptHistory, ...]
    adjustments: tuple[Adjustment, ...]
    accounts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class KnownGrading:
    """A report with a certain key, whoever it is of, and the file that it is of.

    Attributes:
        report: its file is a pseudonymous id.
        data: the kept bytes; None where none are.
        suffix: of the kept file; empty where none is kept.
    """

    report: Report
    data: bytes | None = field(repr=False)
    suffix: str


@dataclass(frozen=True)
class KeptSubmission:
    """A submission as it is in the gradebook.

    Attributes:
        number: of its row.
        student: name, or pseudonymous id where the name was forgotten.
        suffix: of the kept file; empty where none is kept.
        data: the kept bytes; None where none are.
        surely: it has the very report that was asked for; else only the same file or code, which others may have, too.
    """

    number: int
    student: str
    pseudonym: str
    assignment: str
    sha256: str
    suffix: str
    data: bytes | None = field(repr=False)
    surely: bool = False


def assignments(session: Session) -> tuple[Assignment, ...]:
    """All assignments by name."""
    rows = session.scalars(
        select(AssignmentRow).options(joinedload(AssignmentRow.exercise)).order_by(AssignmentRow.name)
    )
    return tuple(_assignment(row) for row in rows)


def assignment_of(session: Session, name: str) -> AssignmentRow:
    """The assignment of this name.

    Raises:
        UsageError: there is none.
    """
    row = session.scalar(select(AssignmentRow).filter_by(name=name))
    if row is None:
        raise UsageError(_unknown("assignment", name, session.scalars(select(AssignmentRow.name))))
    return row


def student_of(session: Session, name: str) -> StudentRow:
    """The student of this name or pseudonymous id.

    Raises:
        UsageError: there is none.
    """
    clean = person(name)
    row = session.scalar(select(StudentRow).filter_by(name=clean)) or session.scalar(
        select(StudentRow).filter_by(pseudonym=clean)
    )
    if row is None:
        named = session.scalars(select(StudentRow.name).where(StudentRow.name.is_not(None)))
        raise UsageError(_unknown("student", clean, (one for one in named if one is not None)))
    return row


def grades(session: Session, assignment: str, *, student: str | None = None) -> tuple[Grade, ...]:
    """The grade of each student who handed something in or was given points, by name; forgotten ones come last.

    Raises:
        UsageError: there is no such assignment or student.
    """
    return tuple(one.grade for one in histories(session, assignment, student=student))


def histories(session: Session, assignment: str, *, student: str | None = None) -> tuple[History, ...]:
    """The same with everything behind it."""
    row = assignment_of(session, assignment)
    only = None if student is None else student_of(session, student)
    config = _assignment(row)

    submissions = select(SubmissionRow).filter_by(assignment_id=row.id).options(joinedload(SubmissionRow.student))
    adjusting = select(AdjustmentRow).filter_by(assignment_id=row.id).order_by(AdjustmentRow.id)
    if only is not None:
        submissions = submissions.filter_by(student_id=only.id)
        adjusting = adjusting.filter_by(student_id=only.id)
    handed_in: dict[int, list[SubmissionRow]] = defaultdict(list)
    students: dict[int, StudentRow] = {}
    for submission in session.scalars(submissions):
        handed_in[submission.student_id].append(submission)
        students[submission.student_id] = submission.student
    adjustments: dict[int, list[Adjustment]] = defaultdict(list)
    for adjustment in session.scalars(adjusting):
        adjustments[adjustment.student_id].append(_adjustment(adjustment))
        if adjustment.student_id not in students:
            students[adjustment.student_id] = session.get_one(StudentRow, adjustment.student_id)

    numbers = select(SubmissionRow.id).filter_by(assignment_id=row.id)
    attempts: dict[int, list[AttemptRow]] = defaultdict(list)
    for attempt in session.scalars(select(AttemptRow).where(AttemptRow.submission_id.in_(numbers))):
        attempts[attempt.submission_id].append(attempt)
    reports: dict[int, list[ReportRow]] = defaultdict(list)
    of_them = select(ReportRow).where(ReportRow.submission_id.in_(numbers))
    for report in session.scalars(of_them.options(joinedload(ReportRow.exercise_version))):
        reports[report.submission_id].append(report)
    kept = set(session.scalars(select(KeptFileRow.submission_id).where(KeptFileRow.submission_id.in_(numbers))))

    accounts: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for account in session.scalars(select(AccountRow).where(AccountRow.scope.in_(("", row.name)))):
        if account.scope == scope_of(account.platform, row.name):
            accounts[account.student_id].append((account.platform, account.number))

    found = []
    for number, student_ in students.items():
        pairs = [(attempt, submission) for submission in handed_in[number] for attempt in attempts[submission.id]]
        pairs = in_order(pairs)
        behind = tuple(
            _attempt_history(count, attempt, submission, reports[submission.id], kept=submission.id in kept)
            for count, (attempt, submission) in enumerate(pairs, start=1)
        )
        grade = grade_of(
            student_.name,
            student_.pseudonym,
            row.name,
            [one.attempt for one in behind],
            adjustments[number],
            rule=config.rule,
            late=config.late,
        )
        found.append(History(grade, behind, tuple(adjustments[number]), tuple(accounts[number])))
    found.sort(key=lambda one: (one.grade.student is None, one.grade.label.casefold(), one.grade.label))
    return tuple(found)


def in_order(pairs: list[tuple[AttemptRow, SubmissionRow]]) -> list[tuple[AttemptRow, SubmissionRow]]:
    """Attempts of one student as they were handed in: by the platform's numbers where it numbers each of them, else by time.

    Submissions that are graded side by side are recorded in any order, so an unknown time says nothing there.
    """
    numbers = [attempt.number for attempt, _ in pairs]
    if None not in numbers and len(set(numbers)) == len(numbers):
        return sorted(pairs, key=lambda pair: pair[0].number or 0)
    return sorted(pairs, key=lambda pair: (pair[0].handed_in_at or pair[0].recorded_at, pair[0].id))


def recorded(session: Session, digests: Sequence[str], assignment: str) -> frozenset[tuple[str, Who, datetime | None]]:
    """Digest, student and time of those of these reports that are there with their bytes; each without a time, too.

    A student stands there by name and once more by each account.

    Of what cannot be read there are no bytes to keep, and no digest.
    """
    rows = session.execute(
        select(ReportRow.digest, StudentRow.name, AttemptRow.handed_in_at, AccountRow.platform, AccountRow.number)
        .join(SubmissionRow, SubmissionRow.id == ReportRow.submission_id)
        .join(StudentRow, StudentRow.id == SubmissionRow.student_id)
        .join(AssignmentRow, AssignmentRow.id == SubmissionRow.assignment_id)
        .join(AttemptRow, AttemptRow.submission_id == SubmissionRow.id)
        .outerjoin(KeptFileRow, KeptFileRow.submission_id == SubmissionRow.id)
        .outerjoin(
            AccountRow, and_(AccountRow.student_id == StudentRow.id, AccountRow.scope.in_(("", AssignmentRow.name)))
        )
        .where(
            ReportRow.digest.in_(digests),
            AssignmentRow.name == assignment,
            or_(KeptFileRow.submission_id.is_not(None), SubmissionRow.sha256 == ""),
        )
    )
    return frozenset(
        (digest, who, when)
        for digest, name, time, *account in rows
        for who in (name, cast("tuple[str, str]", tuple(account)))
        for when in (time, None)
    )


def recorded_for(session: Session, digest: str, assignment: str) -> str | None:
    """The one student for whom this very report is recorded at an assignment; None where nobody is, or several are."""
    names = session.scalars(
        select(StudentRow.name)
        .join(SubmissionRow, SubmissionRow.student_id == StudentRow.id)
        .join(ReportRow, ReportRow.submission_id == SubmissionRow.id)
        .join(AssignmentRow, AssignmentRow.id == SubmissionRow.assignment_id)
        .where(ReportRow.digest == digest, AssignmentRow.name == assignment)
        .distinct()
        .limit(2)
    ).all()
    return names[0] if len(names) == 1 else None


def known(session: Session, key: str, *, unsafe: bool = False) -> KnownGrading | None:
    """The newest graded report with this key; None where there is none, and for an empty key.

    A report that was answered from an earlier one is taken only where that one is gone.

    Args:
        unsafe: take reports that were made without isolation, too: student code could have written them.
    """
    if not key:
        return None
    wanted = select(ReportRow).filter_by(key=key, status="graded").options(undefer(ReportRow.document))
    if not unsafe:
        wanted = wanted.where(ReportRow.isolation != "unsafe")
    # Of an answer, what was printed may be missing; the grading that it came from has it.
    row = session.scalars(
        wanted.order_by(ReportRow.answered, ReportRow.graded_at.desc(), ReportRow.id.desc()).limit(1)
    ).first()
    if row is None:
        return None
    kept = session.get(KeptFileRow, row.submission_id)
    return KnownGrading(
        report=from_json(row.document),
        data=None if kept is None else kept.data,
        suffix="" if kept is None else kept.suffix,
    )


def known_keys(session: Session, keys: Collection[str], *, unsafe: bool = False) -> frozenset[str]:
    """Which of these keys `known` finds a report for."""
    wanted = select(ReportRow.key).where(ReportRow.key.in_(keys), ReportRow.status == "graded").distinct()
    if not unsafe:
        wanted = wanted.where(ReportRow.isolation != "unsafe")
    return frozenset(session.scalars(wanted))


def report_of(session: Session, number: int) -> Report:
    """The report of this number.

    Raises:
        UsageError: there is none.
    """
    document = session.scalar(select(ReportRow.document).filter_by(id=number))
    if document is None:
        raise UsageError(f"The gradebook has no report number {number}.")
    return from_json(document)


def kept_submissions(
    session: Session, *, digest: str, sha256: str, key: str, exercise: str, student: str | None = None
) -> tuple[KeptSubmission, ...]:
    """Submissions that a report may be of: by its own digest, else by that of its bytes.

    By its key only among those of a student who is named: equal code has equal keys, whoever wrote it.

    Raises:
        UsageError: there is no such student.
    """
    ways = (
        (digest, SubmissionRow.id.in_(select(ReportRow.submission_id).filter_by(digest=digest))),
        (sha256, SubmissionRow.sha256 == sha256),
        (key if student is not None else "", SubmissionRow.id.in_(select(ReportRow.submission_id).filter_by(key=key))),
    )
    for value, condition in ways:
        if not value:
            continue
        wanted = select(SubmissionRow).where(condition).order_by(SubmissionRow.id)
        if student is not None:
            wanted = wanted.filter_by(student_id=student_of(session, student).id)
        rows = [row for row in session.scalars(wanted) if row.assignment.exercise.name == exercise]
        if rows:
            return tuple(_kept(session, row, surely=value == digest) for row in rows)
    return ()


def _kept(session: Session, row: SubmissionRow, *, surely: bool) -> KeptSubmission:
    file = session.get(KeptFileRow, row.id)
    return KeptSubmission(
        number=row.id,
        student=row.student.name or row.student.pseudonym,
        pseudonym=row.student.pseudonym,
        assignment=row.assignment.name,
        sha256=row.sha256,
        suffix=file.suffix if file is not None else "",
        data=file.data if file is not None else None,
        surely=surely,
    )


def _attempt_history(
    number: int, attempt: AttemptRow, submission: SubmissionRow, reports: Iterable[ReportRow], *, kept: bool
) -> AttemptHistory:
    ordered = sorted(reports, key=lambda report: (report.graded_at, report.id))
    graded = [report for report in ordered if report.status == "graded"]
    current = (graded or ordered)[-1]
    return AttemptHistory(
        attempt=Attempt(
            number=number,
            file=attempt.file,
            handed_in=attempt.handed_in_at,
            recorded=attempt.recorded_at,
            status=cast("ReportStatus", current.status),
            score=current.score if graded else None,
            max_score=current.max_score,
            needs_review=current.needs_review,
            isolation=cast("Isolation", current.isolation),
        ),
        sha256=submission.sha256,
        kept=kept,
        reports=tuple(_line(report, current=report is current) for report in ordered),
    )


def _line(row: ReportRow, *, current: bool) -> ReportLine:
    return ReportLine(
        number=row.id,
        current=current,
        status=cast("ReportStatus", row.status),
        score=row.score,
        max_score=row.max_score,
        needs_review=row.needs_review,
        isolation=cast("Isolation", row.isolation),
        graded_at=row.graded_at,
        graded_by=row.graded_by,
        grader_version=row.grader_version,
        exercise_version=row.exercise_version.version,
        variant=row.exercise_version.variant,
        params_digest=row.exercise_version.params_digest,
        seed=row.seed_digest,
        key=row.key,
        answered=row.answered,
    )


def _assignment(row: AssignmentRow) -> Assignment:
    late = LatePolicy(
        due=row.due_at,
        grace=timedelta(seconds=row.grace_seconds),
        percent_per_day=row.late_percent_per_day,
        at_most=row.late_at_most,
    )
    return Assignment(row.name, row.exercise.name, cast("Rule", row.rule), late)


def _adjustment(row: AdjustmentRow) -> Adjustment:
    return Adjustment(
        kind=cast("AdjustmentKind", row.kind),
        points=row.points,
        reason=row.reason,
        author=row.author,
        made=row.made_at,
    )


def _unknown(what: str, name: str, names: Iterable[str]) -> str:
    known_names = sorted(names)
    close = get_close_matches(name, known_names, n=3)
    if close:
        return f"The gradebook has no {what} {name!r}; close to it: {', '.join(close)}."
    hint = f" It has {', '.join(known_names)}." if what == "assignment" and known_names else ""
    return f"The gradebook has no {what} {name!r}.{hint}"

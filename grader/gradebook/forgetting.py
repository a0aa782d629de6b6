"""Taking a person out of the gradebook: name, bytes, texts. Scores stay, under a new pseudonymous id."""

from __future__ import annotations

import secrets
from datetime import datetime

import msgspec
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session, undefer

from grader.gradebook.accounts import fresh_pseudonym
from grader.gradebook.recording import suffix_of
from grader.gradebook.tables import (
    AccountRow,
    AdjustmentRow,
    AttemptRow,
    FindingRow,
    KeptFileRow,
    ReportRow,
    StudentRow,
    SubmissionRow,
)
from grader.results import CheckResult, Report, TaskResult, from_json, to_json


def forget(session: Session, student: StudentRow, now: datetime) -> None:
    """Remove all that tells who a student is or what they wrote; statuses, points and times stay.

    Digests go, too: whoever has the file could find the student by them, and a grade without its texts must not be
    handed to another student who has the same code.
    """
    student.name, student.forgotten_at, student.pseudonym = None, now, fresh_pseudonym()
    submissions = session.scalars(select(SubmissionRow).filter_by(student_id=student.id)).all()
    numbers = [submission.id for submission in submissions]
    for submission in submissions:
        submission.sha256 = secrets.token_hex(32)
    session.execute(delete(AccountRow).where(AccountRow.student_id == student.id))
    session.execute(delete(KeptFileRow).where(KeptFileRow.submission_id.in_(numbers)))
    session.execute(update(AttemptRow).where(AttemptRow.submission_id.in_(numbers)).values(file=""))
    session.execute(update(AdjustmentRow).where(AdjustmentRow.student_id == student.id).values(reason=""))
    reports = select(ReportRow).where(ReportRow.submission_id.in_(numbers)).options(undefer(ReportRow.document))
    for report in session.scalars(reports):
        report.document = to_json(without_texts(from_json(report.document), student.pseudonym))
        report.key, report.digest = "", secrets.token_hex(32)
        session.execute(update(FindingRow).where(FindingRow.report_id == report.id).values(seen=""))


def without_texts(report: Report, pseudonym: str) -> Report:
    """The report with statuses, points, curves and measures alone."""
    replace = msgspec.structs.replace
    submission = replace(report.submission, file=f"{pseudonym}{suffix_of(report.submission.file)}", sha256=None)
    tasks = tuple(_task(task) for task in report.tasks)
    return replace(report, submission=submission, key="", message="", notes=(), output={}, tasks=tasks)


def _task(task: TaskResult) -> TaskResult:
    return msgspec.structs.replace(task, checks=tuple(_check(check) for check in task.checks))


def _check(check: CheckResult) -> CheckResult:
    return msgspec.structs.replace(check, seen="", expected="", why="", hint="", where=None, traceback="")

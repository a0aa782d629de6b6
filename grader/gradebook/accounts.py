"""Which student has which account on a platform, so that people who are called alike stay different people."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Iterable
from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session

from grader.errors import UsageError
from grader.gradebook.tables import AccountRow, AssignmentRow, AttemptRow, StudentRow, SubmissionRow

LONGEST_NAME = 200
LONGEST_NUMBER = 100
PER_ASSIGNMENT = frozenset({"moodle"})
"""Platforms that number people anew in each assignment: there a number says nothing of another one."""
LABELS = {
    "canvas": r"(?:_LATE)?_(\d{1,20})_\d{1,20}_",
    "moodle": r"_(\d{1,20})_assignsubmission_",
}
"""What stands behind the student's name in the files of a platform, with the number in it."""
ANONYMOUS = re.compile(r"(?:.+-)?Participant", re.DOTALL)
"""What Moodle calls everybody whose name is hidden, perhaps with the group before it."""


def person(name: str) -> str:
    """A name as it is kept and looked for: composed characters, single blanks.

    Raises:
        UsageError: nothing is left, or it is too long.
    """
    clean = " ".join(unicodedata.normalize("NFC", name).split())
    if not clean or len(clean) > LONGEST_NAME:
        raise UsageError(f"A student's name must have 1 to {LONGEST_NAME} characters; {name[:40]!r} has {len(clean)}.")
    return clean


def fresh_pseudonym() -> str:
    """An id that says nothing of the person."""
    return f"s-{secrets.token_hex(8)}"


def scope_of(platform: str, assignment: str) -> str:
    """Where the numbers of a platform hold: in one assignment, or "" for everywhere."""
    return assignment if platform in PER_ASSIGNMENT else ""


def numbers_in(labels: Iterable[str], platform: str, name: str) -> frozenset[str]:
    """Numbers of a student by the labels of files, as far as the platform writes them there.

    What stands before one has to be the student's name, so that nobody gets a number by the name of a file.
    """
    behind = LABELS.get(platform)
    if behind is None:
        return frozenset()
    pattern = re.compile(re.escape(name) + behind)
    return frozenset(match[1] for label in labels if (match := pattern.match(label)))


def student_row(
    session: Session, name: str, *, account: tuple[str, str] | None, shared: bool, assignment: str
) -> StudentRow:
    """The student of this account, or without one of this name; made where there is none.

    Who is not known by the account is found by name, unless that name is, or may be, somebody else's: then it is a
    student of an own name, with the number in it.

    Args:
        account: platform and number there.
        shared: others who hand in beside this one are called the same.

    Raises:
        UsageError: a name or number that cannot be.
    """
    name = person(name)
    if account is None:
        return _by_name(session, name) or _made(session, name)
    platform, number = account
    if not number or len(number) > LONGEST_NUMBER:
        raise UsageError(f"A number of {name!r} must have 1 to {LONGEST_NUMBER} characters; it has {len(number)}.")
    scope = scope_of(platform, assignment)
    known = session.scalar(select(AccountRow).filter_by(platform=platform, scope=scope, number=number))
    if known is not None:
        return known.student
    student = _called(session, name, account, scope, shared=shared) or _told_apart(session, name, number)
    session.add(AccountRow(student=student, platform=platform, scope=scope, number=number, called=name))
    return student


def _called(session: Session, name: str, account: tuple[str, str], scope: str, *, shared: bool) -> StudentRow | None:
    """The student of this very name, made where there is none; None where it may be another person's."""
    platform, number = account
    namesakes = (
        select(AccountRow.id)
        .join(AccountRow.student)
        .where(AccountRow.called == name, StudentRow.name != name)
        .limit(1)
    )
    if ANONYMOUS.fullmatch(name) or session.scalar(namesakes) is not None:
        return None
    student = _by_name(session, name)
    if student is None:
        return None if shared else _made(session, name)
    taken = select(AccountRow.id).filter_by(student_id=student.id, platform=platform, scope=scope)
    if session.scalar(taken) is not None:
        return None
    # Recorded without an account, as by an earlier version or an import: then the files tell, where they can.
    files = (
        select(AttemptRow.file)
        .join(SubmissionRow, SubmissionRow.id == AttemptRow.submission_id)
        .join(AssignmentRow, AssignmentRow.id == SubmissionRow.assignment_id)
        .where(SubmissionRow.student_id == student.id)
    )
    if scope:
        files = files.where(AssignmentRow.name == scope)
    told = numbers_in(session.scalars(files), platform, name)
    return student if told == {number} or not (told or shared) else None


def _told_apart(session: Session, name: str, number: str) -> StudentRow:
    """A student whose name has the number in it; one of that name who has no account is taken for this one."""
    for again in count(1):
        ending = number if again == 1 else f"{number}, {again}"
        ending = f" {ending}" if ANONYMOUS.fullmatch(name) else f" ({ending})"
        own = name[: LONGEST_NAME - len(ending)].rstrip() + ending
        student = _by_name(session, own)
        if student is None:
            return _made(session, own)
        if session.scalar(select(AccountRow.id).filter_by(student_id=student.id).limit(1)) is None:
            return student
    raise AssertionError("names do not run out")


def _by_name(session: Session, name: str) -> StudentRow | None:
    return session.scalar(select(StudentRow).filter_by(name=name))


def _made(session: Session, name: str) -> StudentRow:
    student = StudentRow(name=name, pseudonym=fresh_pseudonym())
    session.add(student)
    session.flush()
    return student

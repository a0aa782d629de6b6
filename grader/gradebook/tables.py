"""The tables of the gradebook. What changes here needs a migration in `grader/gradebook/migrations/versions`."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    CheckConstraint,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from grader.reports.text import encodable


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time, kept as UTC; SQLite has no type that keeps a time zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC, and without saying so in SQLite."""
        if value is None:
            return None
        if value.utcoffset() is None:
            raise ValueError(f"{value!r} has no time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  # theirs
        """Aware again, in UTC whatever the zone of the server."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Words(TypeDecorator[str]):
    """Text from outside: what a database cannot hold, lone surrogates and NUL, becomes U+FFFD."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002  # theirs
        """The same cleaning for what is written and for what is looked for."""
        return None if value is None else encodable(value).replace("\0", "\ufffd")


class Table(DeclarativeBase):
    """Base of all tables; constraints get names, so that a migration can speak of them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcDateTime, str: Words, bytes: LargeBinary}  # noqa: RUF012  # SQLAlchemy's own way


def one_of(column: str, *values: str) -> str:
    """A check that `column` is one of `values`."""
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


class StudentRow(Table):
    """A person. The name stands here and with the accounts alone and goes when the person is forgotten; the pseudonymous id stays."""

    __tablename__ = "students"
    __table_args__ = (CheckConstraint("(name IS NULL) = (forgotten_at IS NOT NULL)", name="named_or_forgotten"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    pseudonym: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str | None] = mapped_column(unique=True)
    forgotten_at: Mapped[datetime | None]


class AccountRow(Table):
    """By which number a platform knows a student; goes when the person is forgotten.

    The scope is the assignment where the platform numbers people anew in each, else "". The student has the name
    `called` on the platform, and may have another one here.
    """

    __tablename__ = "student_accounts"
    __table_args__ = (
        UniqueConstraint("platform", "scope", "number", name="uq_student_accounts_number"),
        UniqueConstraint("student_id", "platform", "scope", name="uq_student_accounts_one_each"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    student_id: Mapped[int] = mapped_column(ForeignKey("students.id"))
    platform: Mapped[str]
    scope: Mapped[str]
    number: Mapped[str]
    called: Mapped[str] = mapped_column(index=True)

    student: Mapped[StudentRow] = relationship()


class ExerciseRow(Table):
    """An exercise by its name."""

    __tablename__ = "exercises"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)


class ExerciseVersionRow(Table):
    """An exercise as it once was: version for people, digest of its content and params for machines."""

    __tablename__ = "exercise_versions"
    __table_args__ = (
        UniqueConstraint("exercise_id", "version", "variant", "params_digest", name="uq_exercise_versions_identity"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    exercise_id: Mapped[int] = mapped_column(ForeignKey("exercises.id"))
    version: Mapped[str]
    variant: Mapped[str]
    params_digest: Mapped[str] = mapped_column(String(64))

    exercise: Mapped[ExerciseRow] = relationship()


class AssignmentRow(Table):
    """One exercise given to one class, with its rule and its late policy."""

    __tablename__ = "assignments"
    __table_args__ = (
        CheckConstraint(one_of("rule", "best", "last"), name="rule"),
        CheckConstraint("grace_seconds >= 0", name="grace"),
        CheckConstraint("late_percent_per_day BETWEEN 0 AND 100", name="late_per_day"),
        CheckConstraint("late_at_most BETWEEN 0 AND 100", name="late_at_most"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    exercise_id: Mapped[int] = mapped_column(ForeignKey("exercises.id"))
    rule: Mapped[str] = mapped_column(String(8))
    due_at: Mapped[datetime | None]
    grace_seconds: Mapped[int]
    late_percent_per_day: Mapped[float]
    late_at_most: Mapped[float]

    exercise: Mapped[ExerciseRow] = relationship()


class SubmissionRow(Table):
    """Bytes of a student for an assignment, known by the digest of what was handed in; empty where that is unknown."""

    __tablename__ = "submissions"
    __table_args__ = (UniqueConstraint("assignment_id", "student_id", "sha256"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id"))
    student_id: Mapped[int] = mapped_column(ForeignKey("students.id"), index=True)
    sha256: Mapped[str] = mapped_column(String(64), index=True)

    assignment: Mapped[AssignmentRow] = relationship()
    student: Mapped[StudentRow] = relationship()


class KeptFileRow(Table):
    """The kept bytes of a submission, without what a notebook's metadata says of people; none once forgotten."""

    __tablename__ = "kept_files"

    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"), primary_key=True)
    suffix: Mapped[str] = mapped_column(String(8))
    sha256: Mapped[str] = mapped_column(String(64))
    data: Mapped[bytes]


class AttemptRow(Table):
    """One handing-in of a submission. The same bytes may come again, at another time.

    `number` is the platform's, from 1; none where it is unknown.
    """

    __tablename__ = "attempts"
    __table_args__ = (
        UniqueConstraint("submission_id", "handed_in_at"),
        # To a unique constraint two unknown times differ.
        Index(
            "uq_attempts_unknown_time",
            "submission_id",
            unique=True,
            sqlite_where=text("handed_in_at IS NULL"),
            postgresql_where=text("handed_in_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"))
    file: Mapped[str]
    handed_in_at: Mapped[datetime | None]
    recorded_at: Mapped[datetime]
    number: Mapped[int | None]


class ReportRow(Table):
    """A report, never changed but by forgetting. A regrade is a further row; the newest graded one is current.

    `answered` tells one that was taken from an earlier grading of the same code.
    """

    __tablename__ = "reports"
    __table_args__ = (
        UniqueConstraint("submission_id", "key", "digest"),
        CheckConstraint(one_of("status", "graded", "unusable", "ungraded"), name="status"),
        CheckConstraint(one_of("isolation", "namespaces", "cold", "unsafe"), name="isolation"),
        CheckConstraint("score >= 0 AND score <= max_score", name="score"),
        CheckConstraint("status = 'graded' OR score = 0", name="unmarked"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"))
    exercise_version_id: Mapped[int] = mapped_column(ForeignKey("exercise_versions.id"))
    key: Mapped[str] = mapped_column(String(64), index=True)
    digest: Mapped[str] = mapped_column(String(64), index=True)
    status: Mapped[str] = mapped_column(String(16))
    score: Mapped[float]
    max_score: Mapped[float]
    needs_review: Mapped[bool]
    isolation: Mapped[str] = mapped_column(String(16))
    seed_digest: Mapped[str] = mapped_column(String(64))
    grader_version: Mapped[str]
    grader_digest: Mapped[str] = mapped_column(String(64))
    graded_by: Mapped[str]
    graded_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    answered: Mapped[bool] = mapped_column(server_default=false())
    document: Mapped[bytes] = mapped_column(deferred=True)

    submission: Mapped[SubmissionRow] = relationship()
    exercise_version: Mapped[ExerciseVersionRow] = relationship()
    findings: Mapped[list[FindingRow]] = relationship(order_by="FindingRow.position")


class FindingRow(Table):
    """The outcome of one check in one report."""

    __tablename__ = "findings"
    __table_args__ = (
        UniqueConstraint("report_id", "check_id"),
        CheckConstraint(
            one_of(
                "status",
                "passed",
                "failed",
                "not_attempted",
                "blocked",
                "student_error",
                "timeout",
                "memory",
                "output",
                "grader_fault",
            ),
            name="status",
        ),
        CheckConstraint("points >= 0 AND points <= max_points", name="points"),
    )

    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    check_id: Mapped[str]
    status: Mapped[str] = mapped_column(String(16))
    points: Mapped[float]
    max_points: Mapped[float]
    seen: Mapped[str]


class AdjustmentRow(Table):
    """Points that a person added or set, with the reason. It stands beside the reports and changes none."""

    __tablename__ = "adjustments"
    __table_args__ = (
        CheckConstraint(one_of("kind", "add", "set"), name="kind"),
        CheckConstraint("kind = 'add' OR points >= 0", name="set_points"),
        Index("ix_adjustments_assignment_student", "assignment_id", "student_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id"))
    student_id: Mapped[int] = mapped_column(ForeignKey("students.id"))
    kind: Mapped[str] = mapped_column(String(8))
    points: Mapped[float]
    reason: Mapped[str]
    author: Mapped[str]
    made_at: Mapped[datetime]

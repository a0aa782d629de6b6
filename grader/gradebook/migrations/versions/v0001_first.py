"""The first schema.

Written out, not taken from `grader.gradebook.tables`: what a migration makes must stay what it was.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "exercises",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exercises")),
        sa.UniqueConstraint("name", name=op.f("uq_exercises_name")),
    )
    op.create_table(
        "students",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pseudonym", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("forgotten_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(name IS NULL) = (forgotten_at IS NOT NULL)", name=op.f("ck_students_named_or_forgotten")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_students")),
        sa.UniqueConstraint("name", name=op.f("uq_students_name")),
        sa.UniqueConstraint("pseudonym", name=op.f("uq_students_pseudonym")),
    )
    op.create_table(
        "assignments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("exercise_id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=8), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("grace_seconds", sa.Integer(), nullable=False),
        sa.Column("late_percent_per_day", sa.Double(), nullable=False),
        sa.Column("late_at_most", sa.Double(), nullable=False),
        sa.CheckConstraint("rule IN ('best', 'last')", name=op.f("ck_assignments_rule")),
        sa.CheckConstraint("grace_seconds >= 0", name=op.f("ck_assignments_grace")),
        sa.CheckConstraint("late_at_most BETWEEN 0 AND 100", name=op.f("ck_assignments_late_at_most")),
        sa.CheckConstraint("late_percent_per_day BETWEEN 0 AND 100", name=op.f("ck_assignments_late_per_day")),
        sa.ForeignKeyConstraint(["exercise_id"], ["exercises.id"], name=op.f("fk_assignments_exercise_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignments")),
        sa.UniqueConstraint("name", name=op.f("uq_assignments_name")),
    )
    op.create_table(
        "exercise_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("exercise_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("variant", sa.Text(), nullable=False),
        sa.Column("params_digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["exercise_id"], ["exercises.id"], name=op.f("fk_exercise_versions_exercise_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exercise_versions")),
        sa.UniqueConstraint("exercise_id", "version", "variant", "params_digest", name="uq_exercise_versions_identity"),
    )
    op.create_table(
        "adjustments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("student_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("points", sa.Double(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind = 'add' OR points >= 0", name=op.f("ck_adjustments_set_points")),
        sa.CheckConstraint("kind IN ('add', 'set')", name=op.f("ck_adjustments_kind")),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignments.id"], name=op.f("fk_adjustments_assignment_id")),
        sa.ForeignKeyConstraint(["student_id"], ["students.id"], name=op.f("fk_adjustments_student_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adjustments")),
    )
    op.create_index("ix_adjustments_assignment_student", "adjustments", ["assignment_id", "student_id"], unique=False)
    op.create_table(
        "submissions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("student_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignments.id"], name=op.f("fk_submissions_assignment_id")),
        sa.ForeignKeyConstraint(["student_id"], ["students.id"], name=op.f("fk_submissions_student_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submissions")),
        sa.UniqueConstraint(
            "assignment_id", "student_id", "sha256", name=op.f("uq_submissions_assignment_id_student_id_sha256")
        ),
    )
    op.create_index(op.f("ix_submissions_sha256"), "submissions", ["sha256"], unique=False)
    op.create_index(op.f("ix_submissions_student_id"), "submissions", ["student_id"], unique=False)
    op.create_table(
        "attempts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("handed_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"], name=op.f("fk_attempts_submission_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempts")),
        sa.UniqueConstraint("submission_id", "handed_in_at", name=op.f("uq_attempts_submission_id_handed_in_at")),
    )
    op.create_index(
        "uq_attempts_unknown_time",
        "attempts",
        ["submission_id"],
        unique=True,
        sqlite_where=sa.text("handed_in_at IS NULL"),
        postgresql_where=sa.text("handed_in_at IS NULL"),
    )
    op.create_table(
        "kept_files",
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("suffix", sa.String(length=8), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"], name=op.f("fk_kept_files_submission_id")),
        sa.PrimaryKeyConstraint("submission_id", name=op.f("pk_kept_files")),
    )
    op.create_table(
        "reports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("exercise_version_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("max_score", sa.Double(), nullable=False),
        sa.Column("needs_review", sa.Boolean(), nullable=False),
        sa.Column("isolation", sa.String(length=16), nullable=False),
        sa.Column("seed_digest", sa.String(length=64), nullable=False),
        sa.Column("grader_version", sa.Text(), nullable=False),
        sa.Column("grader_digest", sa.String(length=64), nullable=False),
        sa.Column("graded_by", sa.Text(), nullable=False),
        sa.Column("graded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("isolation IN ('namespaces', 'cold', 'unsafe')", name=op.f("ck_reports_isolation")),
        sa.CheckConstraint("status = 'graded' OR score = 0", name=op.f("ck_reports_unmarked")),
        sa.CheckConstraint("status IN ('graded', 'unusable', 'ungraded')", name=op.f("ck_reports_status")),
        sa.CheckConstraint("score >= 0 AND score <= max_score", name=op.f("ck_reports_score")),
        sa.ForeignKeyConstraint(
            ["exercise_version_id"], ["exercise_versions.id"], name=op.f("fk_reports_exercise_version_id")
        ),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"], name=op.f("fk_reports_submission_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
        sa.UniqueConstraint("submission_id", "key", "digest", name=op.f("uq_reports_submission_id_key_digest")),
    )
    op.create_index(op.f("ix_reports_digest"), "reports", ["digest"], unique=False)
    op.create_index(op.f("ix_reports_key"), "reports", ["key"], unique=False)
    op.create_table(
        "findings",
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("check_id", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("points", sa.Double(), nullable=False),
        sa.Column("max_points", sa.Double(), nullable=False),
        sa.Column("seen", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "status IN ('passed', 'failed', 'not_attempted', 'blocked', 'student_error', 'timeout', 'memory', 'output', 'grader_fault')",
            name=op.f("ck_findings_status"),
        ),
        sa.CheckConstraint("points >= 0 AND points <= max_points", name=op.f("ck_findings_points")),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name=op.f("fk_findings_report_id")),
        sa.PrimaryKeyConstraint("report_id", "position", name=op.f("pk_findings")),
        sa.UniqueConstraint("report_id", "check_id", name=op.f("uq_findings_report_id_check_id")),
    )

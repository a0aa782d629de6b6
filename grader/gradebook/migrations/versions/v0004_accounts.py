"""Students know by which number a platform knows them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the table; who was recorded before gets a number when it is met again."""
    op.create_table(
        "student_accounts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("student_id", sa.Integer(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("called", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["student_id"], ["students.id"], name=op.f("fk_student_accounts_student_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_student_accounts")),
        sa.UniqueConstraint("platform", "scope", "number", name="uq_student_accounts_number"),
        sa.UniqueConstraint("student_id", "platform", "scope", name="uq_student_accounts_one_each"),
    )
    op.create_index(op.f("ix_student_accounts_called"), "student_accounts", ["called"])

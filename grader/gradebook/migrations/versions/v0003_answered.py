"""Reports know whether they were taken from an earlier grading."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the column; reports recorded before are all from gradings of their own."""
    op.add_column("reports", sa.Column("answered", sa.Boolean(), server_default=sa.false(), nullable=False))

"""Attempts know the number that the platform gave them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the column; of attempts recorded before, the number is unknown."""
    op.add_column("attempts", sa.Column("number", sa.Integer(), nullable=True))

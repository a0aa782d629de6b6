"""Runs migrations over the connection that `grader.gradebook.database` hands in, inside its transaction."""

from __future__ import annotations

from alembic import context

from grader.gradebook.database import VERSION_TABLE
from grader.gradebook.tables import Table

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Table.metadata,
    version_table=VERSION_TABLE,
)
with context.begin_transaction():
    context.run_migrations()

"""The database behind a gradebook: opening it, bringing its schema up to date, and transactions.

SQLite by default; PostgreSQL by URL. Writers take turns: in SQLite by its own lock, in PostgreSQL by an advisory lock
that the server gives back when a connection ends, however it ends.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
from sqlalchemy.exc import (
    ArgumentError,
    DataError,
    DBAPIError,
    IntegrityError,
    NoSuchModuleError,
    OperationalError,
    StatementError,
)
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from grader.errors import GradebookFault, GradebookUnavailable, GraderFault, UsageError
from grader.gradebook.tables import Table

MIGRATIONS = Path(__file__).parent / "migrations"
VERSION_TABLE = "gradebook_version"
BUSY_S = 30
"""Seconds to wait for another writer."""
RETRY_S = 0.01
CONNECT_S = 10
WRITER_LOCK = 0x6772_6164_6572
"""Any number will do that nobody else takes in this database."""
POSTGRESQL = frozenset({"postgres", "postgresql", "postgresql+psycopg"})


def address(url_or_path: str | os.PathLike[str]) -> URL:
    """The URL of a database; what is no URL is the path of an SQLite file.

    Raises:
        UsageError: a URL that cannot be read, or of another kind of database.
    """
    given = os.fspath(url_or_path)
    if "://" not in given:
        if not given:
            raise UsageError("The gradebook has no name; give a file or a URL such as postgresql://host/grades.")
        return URL.create("sqlite", database=given)
    try:
        url = make_url(given)
    except (ArgumentError, ValueError) as error:
        raise UsageError("The gradebook's URL cannot be read; write postgresql://user@host/database.") from error
    if url.drivername in POSTGRESQL:
        return url.set(drivername="postgresql+psycopg")
    if url.drivername == "sqlite":
        if not url.database:
            # In memory it would be gone with the command.
            raise UsageError("The gradebook's URL names no file; write sqlite:///gradebook.db.")
        return url
    raise UsageError(f"A gradebook in {url.drivername} is not supported; give a file or a postgresql:// URL.")


def shown(url: URL) -> str:
    """How messages name the database: the path of a file, a URL without its password and what else may hold one."""
    return str(url.database) if url.drivername == "sqlite" else url.set(query={}).render_as_string(hide_password=True)


class Database:
    """An open database with the newest schema.

    Args:
        url_or_path: see `address`.
        create: make a file that is not there; a PostgreSQL database must be there.

    Raises:
        UsageError: it cannot be opened, is no gradebook, or has a newer schema than this grader knows.
    """

    def __init__(self, url_or_path: str | os.PathLike[str], *, create: bool = True) -> None:
        url = address(url_or_path)
        self.name = shown(url)
        self.dialect = url.get_backend_name()
        if self.dialect == "sqlite":
            _prepare_file(Path(str(url.database)), create=create)
        try:
            self.engine = _engine(url)
        except (NoSuchModuleError, ImportError) as error:
            raise UsageError("PostgreSQL needs one more package: pip install 'cnn-grader[gradebook]'") from error
        try:
            with self._reading() as connection:
                current = up_to_date(connection)
            if not current:
                with self._writing() as connection:
                    bring_up_to_date(connection, self.name)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """End all connections."""
        self.engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction that sees one state of the database and changes nothing."""
        with self._reading() as connection, Session(connection) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction of the only writer: all of the block or nothing of it."""
        with self._writing() as connection, Session(connection) as session:
            yield session
            session.flush()

    def tidy(self) -> None:
        """Take what was overwritten out of SQLite's log, too; nothing to do elsewhere."""
        if self.dialect == "sqlite":
            with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        # SQLite's transactions see one state by themselves.
        options = {"isolation_level": "REPEATABLE READ"} if self.dialect == "postgresql" else {}
        with self._transaction(self.engine.execution_options(**options)) as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self._transaction(self.engine.execution_options(grader_writes=True)) as connection:
            if self.dialect == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": WRITER_LOCK})
            yield connection

    @contextmanager
    def _transaction(self, engine: Engine) -> Iterator[Connection]:
        try:
            with engine.begin() as connection:
                yield connection
        except StatementError as error:
            raise _explained(error, self.name) from error


def up_to_date(connection: Connection) -> bool:
    """Whether the schema is the newest that this grader knows."""
    return _versions(connection) == set(_script(_config()).get_heads())


def bring_up_to_date(connection: Connection, name: str) -> None:
    """Create or migrate the schema, in the transaction of `connection`.

    Args:
        name: how messages name the database.

    Raises:
        UsageError: the schema is newer than this grader, or the tables are somebody else's.
    """
    config = _config()
    known = {revision.revision for revision in _script(config).walk_revisions()}
    versions = _versions(connection)
    if newer := versions - known:
        raise UsageError(
            f"{name} was written by a newer grader (schema {', '.join(sorted(newer))}); "
            "update this one: pip install --upgrade 'cnn-grader[gradebook]'"
        )
    if not versions and (foreign := set(inspect(connection).get_table_names()) & set(Table.metadata.tables)):
        raise UsageError(
            f"{name} is no gradebook, but has a table called {min(foreign)}; give another file or database."
        )
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def _script(config: Config) -> ScriptDirectory:
    return ScriptDirectory.from_config(config)


def _versions(connection: Connection) -> set[str]:
    context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
    return set(context.get_current_heads())


def _prepare_file(path: Path, *, create: bool) -> None:
    """Make the file where it is missing, readable by its owner alone: it holds names and grades."""
    if str(path) == ":memory:":
        return
    try:
        if not create and not path.exists():
            raise UsageError(
                f"{path} does not exist; `grader gradebook import` makes a gradebook, --gradebook names another one."
            )
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise UsageError(f"{path} cannot be opened as a gradebook: {error.strerror}.") from error
    os.close(descriptor)


def _engine(url: URL) -> Engine:
    if url.get_backend_name() == "postgresql":
        options = {"connect_timeout": CONNECT_S, "options": f"-c lock_timeout={BUSY_S * 1000}"}
        return create_engine(url, connect_args=options, hide_parameters=True)
    engine = create_engine(url, connect_args={"timeout": BUSY_S}, hide_parameters=True)
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_up_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    # The driver begins transactions by itself, late and not before DDL; `_begin_sqlite` does it instead.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_S * 1000}")
    _write_ahead(cursor)
    for pragma in (
        "synchronous = FULL",
        "foreign_keys = ON",
        # What is forgotten is overwritten, not only unlinked.
        "secure_delete = ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _write_ahead(cursor: DBAPICursor) -> None:
    """Switch to the write-ahead log. Of several that open a new file at once SQLite refuses all but one, without waiting."""
    give_up = time.monotonic() + BUSY_S
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > give_up:
                raise
            time.sleep(RETRY_S)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads first and writes later fails where another wrote between: a writer says so at once.
    writes = connection.get_execution_options().get("grader_writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _explained(error: StatementError, name: str) -> Exception:
    """What went wrong as one line in the driver's own words: those of SQLAlchemy have the statement with them.

    Where the database itself can be mended, somebody can act; a value or a constraint is a fault of ours.
    """
    said = str(error.orig).strip().splitlines()
    reason = said[0] if said else type(error.orig).__name__
    if "disk is full" in reason or "No space left" in reason:
        return GradebookFault(f"{name} cannot be written ({reason}). What was recorded is kept: make room and go on.")
    if isinstance(error, OperationalError) or "not a database" in reason or "malformed" in reason:
        busy = " Another process writes to it; try again." if "locked" in reason or "lock timeout" in reason else ""
        return GradebookUnavailable(f"{name}: {reason.rstrip('.')}.{busy}")
    if isinstance(error, DBAPIError) and not isinstance(error, DataError | IntegrityError):
        return GradebookFault(f"{name}: {reason.rstrip('.')}.")
    return GraderFault(f"{name}: {type(error.orig).__name__}: {reason.rstrip('.')}.")

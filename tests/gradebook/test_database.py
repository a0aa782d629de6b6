"""Opening a gradebook: made, migrated, refused."""

from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.pool import NullPool

from grader.errors import GradebookFault, GradebookUnavailable, GraderFault, UsageError
from grader.gradebook import Gradebook
from grader.gradebook.database import VERSION_TABLE, Database, _write_ahead, address
from grader.gradebook.tables import Table
from tests.gradebook import postgresql
from tests.gradebook.samples import handed_in, report


def connected(url: str):
    return create_engine(address(url), poolclass=NullPool).connect()


def test_a_new_gradebook_has_the_tables_of_the_models(url: str) -> None:
    """What migrations make is what the code expects."""
    Gradebook.open(url).close()
    with connected(url) as connection:
        context = MigrationContext.configure(
            connection, opts={"version_table": VERSION_TABLE, "compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, Table.metadata) == []
        assert {*Table.metadata.tables, VERSION_TABLE} == set(inspect(connection).get_table_names())


def test_the_checks_of_the_database_are_those_of_the_models(url: str) -> None:
    """Alembic compares no checks, so it is done here."""
    Gradebook.open(url).close()
    with connected(url) as connection:
        inspector = inspect(connection)
        for name, table in Table.metadata.tables.items():
            made = {check["name"] for check in inspector.get_check_constraints(name)}
            wanted = {str(one.name) for one in table.constraints if type(one).__name__ == "CheckConstraint"}
            assert made == wanted, name


def test_opening_again_changes_nothing(url: str) -> None:
    """Grades stay; nothing is migrated twice."""
    with Gradebook.open(url) as book:
        book.record(handed_in(), report())
    with Gradebook.open(url, create=False) as book:
        assert [grade.final for grade in book.grades("toy")] == [8.0]


def test_a_gradebook_without_accounts_gets_them(url: str) -> None:
    """As the version before left it; the student is the same, and the account is kept from then on."""
    with Gradebook.open(url) as book:
        book.record(handed_in(), report())
    with connected(url) as connection, connection.begin():
        connection.execute(text("DROP TABLE student_accounts"))
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '0003'"))
    with Gradebook.open(url, create=False) as book:
        assert not book.record(handed_in(account=("moodle", "1001")), report()).new
        (history,) = book.histories("toy")
    assert (history.grade.student, history.accounts) == ("Ada Lovelace", (("moodle", "1001"),))


def test_two_processes_may_make_it_at_once(url: str) -> None:
    """The second finds what the first has made."""
    with ThreadPoolExecutor(6) as pool:
        for book in pool.map(lambda _: Gradebook.open(url), range(6)):
            assert book.assignments() == ()
            book.close()


def test_a_file_that_another_just_makes_is_waited_for() -> None:
    """SQLite refuses the switch to its log at once where another one switches; a real fault is not tried again."""
    answers = [sqlite3.OperationalError("database is locked"), sqlite3.OperationalError("database is locked"), None]
    tried = []

    class Cursor:
        def execute(self, statement: str) -> None:
            tried.append(statement)
            if (error := answers[len(tried) - 1]) is not None:
                raise error

    _write_ahead(Cursor())
    assert tried == ["PRAGMA journal_mode = WAL"] * 3
    tried.clear()
    answers[0] = sqlite3.OperationalError("disk I/O error")
    with pytest.raises(sqlite3.OperationalError, match="disk I/O"):
        _write_ahead(Cursor())
    assert len(tried) == 1


def test_a_newer_schema_is_refused_in_one_line(url: str) -> None:
    """An old grader does not write into what it does not understand."""
    Gradebook.open(url).close()
    with connected(url) as connection, connection.begin():
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))
    with pytest.raises(
        UsageError, match=r"newer grader \(schema 9999\); update this one: pip install --upgrade"
    ) as info:
        Gradebook.open(url)
    assert "\n" not in str(info.value)


def test_tables_of_somebody_else_are_left_alone(url: str) -> None:
    """A database with a table `students` that is not ours."""
    with connected(url) as connection, connection.begin():
        connection.execute(text("CREATE TABLE students (id INTEGER)"))
    with pytest.raises(UsageError, match="is no gradebook, but has a table called students"):
        Gradebook.open(url)
    with connected(url) as connection:
        assert inspect(connection).get_table_names() == ["students"]


def test_a_migration_that_fails_leaves_nothing(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """DDL is part of the transaction, in SQLite too."""
    from alembic.operations import Operations

    really = Operations.create_table
    monkeypatch.setattr(
        Operations,
        "create_table",
        lambda self, name, *args, **kwargs: 1 / 0 if name == "reports" else really(self, name, *args, **kwargs),
    )
    with pytest.raises(ZeroDivisionError):
        Gradebook.open(url)
    with connected(url) as connection:
        assert inspect(connection).get_table_names() == []


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO students (pseudonym, name) VALUES ('s-1', NULL)",
        "UPDATE reports SET status = 'lost'",
        "UPDATE reports SET isolation = 'none'",
        "UPDATE reports SET score = 11",
        "UPDATE reports SET score = -1",
        "UPDATE reports SET status = 'ungraded'",
        "UPDATE reports SET submission_id = 99",
        "UPDATE findings SET status = 'lost'",
        "UPDATE findings SET points = max_points + 1",
        "UPDATE findings SET check_id = 'x'",
        "UPDATE assignments SET rule = 'first'",
        "UPDATE assignments SET late_percent_per_day = 101",
        "UPDATE assignments SET grace_seconds = -1",
        "INSERT INTO attempts (submission_id, file, recorded_at) SELECT submission_id, file, recorded_at FROM attempts",
        "INSERT INTO submissions (assignment_id, student_id, sha256) SELECT assignment_id, student_id, sha256 FROM submissions",
        "DELETE FROM submissions",
        "DELETE FROM students",
    ],
)
def test_the_database_itself_refuses_what_cannot_be(url: str, statement: str) -> None:
    """Constraints hold whoever writes."""
    with Gradebook.open(url) as book:
        book.record(handed_in(), report())
        with pytest.raises(GraderFault) as info, book._database.writing() as session:
            session.execute(text(statement))
    assert isinstance(info.value.__cause__, IntegrityError)


def test_sqlite_is_durable_strict_and_private(tmp_path: Path) -> None:
    """WAL, foreign keys, full synchronisation, and a file that only its owner reads."""
    path = tmp_path / "gradebook.db"
    database = Database(path)
    with database.engine.connect() as connection:
        pragmas = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "foreign_keys", "synchronous", "secure_delete", "busy_timeout")
        ]
    assert pragmas == ["wal", 1, 2, 1, 30_000]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    database.close()


def test_a_writer_waits_for_another(url: str) -> None:
    """Many threads, each with a gradebook of its own, and every report is there once."""

    def write(number: int) -> None:
        with Gradebook.open(url) as book:
            for student in range(5):
                data = f"x = {student}\n".encode()
                book.record(
                    handed_in(f"Student {student}", data=data), report(float(number), data=data, key=f"k{number}")
                )

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    with Gradebook.open(url) as book:
        histories = book.histories("toy")
    assert [(len(one.attempts), len(one.attempts[0].reports)) for one in histories] == [(1, 4)] * 5


@pytest.mark.parametrize(
    ("where", "message"),
    [
        ("", "The gradebook has no name"),
        ("mysql://host/grades", "A gradebook in mysql is not supported"),
        ("nonsense://", "A gradebook in nonsense is not supported"),
        ("://", "The gradebook's URL cannot be read"),
        ("missing/folder/gradebook.db", "cannot be opened as a gradebook: No such file or directory."),
        (".", "cannot be opened as a gradebook: Is a directory."),
        ("text.db", "file is not a database"),
        ("postgresql://grader:secret@/grades?host=/nowhere", "/nowhere"),
        ("postgresql:///grades?host=/nowhere&password=secret", "postgresql+psycopg:///grades: "),
        ("sqlite://", "The gradebook's URL names no file; write sqlite:///gradebook.db."),
        ("sqlite:///", "The gradebook's URL names no file; write sqlite:///gradebook.db."),
    ],
)
def test_what_cannot_be_opened_is_told_in_one_line(
    where: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And without the password."""
    monkeypatch.chdir(tmp_path)
    Path("text.db").write_text("no database, but long enough to be looked at" * 50)
    with pytest.raises(UsageError) as info:
        Gradebook.open(where)
    assert message in str(info.value)
    assert "\n" not in str(info.value)
    assert "secret" not in str(info.value)
    assert [path.name for path in tmp_path.iterdir()] == ["text.db"]


def test_what_a_database_refuses_is_told_without_statement_and_names(url: str) -> None:
    """On the screen, in JSON and in what caused it: values are people's."""
    with Gradebook.open(url) as book:
        statement = text("INSERT INTO students (id, pseudonym, name) VALUES (1, :pseudonym, :name)")
        for wrong in ({"pseudonym": "s-1", "name": None}, {"pseudonym": object(), "name": "Ada Lovelace"}):
            with pytest.raises(GraderFault) as info, book._database.writing() as session:
                session.execute(statement, wrong)
            assert "\n" not in str(info.value)
            assert not any(word in str(info.value) for word in ("INSERT", "Ada", "parameters", "sqlalche.me"))
        with (
            pytest.raises(GradebookFault if book._database.dialect == "postgresql" else GradebookUnavailable) as info,
            book._database.writing() as session,
        ):
            session.execute(text("SELECT :name FROM nothing"), {"name": "Ada Lovelace"})
        assert "nothing" in str(info.value)
        assert "Ada" not in f"{info.value}{info.value.__cause__}"


def test_a_missing_gradebook_is_made_only_where_that_is_meant(tmp_path: Path) -> None:
    """A slip in the path must not look like an empty class."""
    with pytest.raises(UsageError, match="does not exist; `grader gradebook import` makes a gradebook"):
        Gradebook.open(tmp_path / "gradebok.db", create=False)
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_a_fault_and_loses_nothing(tmp_path: Path) -> None:
    """Nothing of the report that did not fit, all of the ones before."""
    path = tmp_path / "gradebook.db"
    with Gradebook.open(path) as book:
        book.record(handed_in(), report())
        with book._database.engine.connect() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 2}")
        huge = b"# " + b"x" * 100_000 + b"\n" + b"y = 1\n"
        with pytest.raises(GraderFault, match="disk is full"):
            book.record(handed_in("Bob", data=huge), report(data=huge))
    with Gradebook.open(path) as book:
        assert [grade.student for grade in book.grades("toy")] == ["Ada Lovelace"]
    assert sqlite3.connect(path).execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_without_its_packages_the_command_says_what_to_install(tmp_path: Path) -> None:
    """One line, as for a student who installed the wheel alone."""
    code = (
        "import sys; sys.modules['sqlalchemy'] = None\n"
        "sys.argv = ['grader', 'gradebook', 'show']\n"
        "from grader.cli.main import run; run()"
    )
    root = Path(__file__).parents[2]
    result = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={"PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 2
    assert result.stderr == "grader: The gradebook needs more packages: pip install 'cnn-grader[gradebook]'\n"


def test_tests_without_postgresql_fail_and_say_what_to_install(tmp_path: Path) -> None:
    """They are never skipped; of several versions the newest is taken."""
    with pytest.raises(pytest.fail.Exception, match=r"^PostgreSQL is not installed; as root: apt install postgresql$"):
        postgresql.binaries(tmp_path)
    for version in ("9.6", "15", "16"):
        (tmp_path / version / "bin").mkdir(parents=True)
        (tmp_path / version / "bin" / "initdb").touch()
    assert postgresql.binaries(tmp_path) == tmp_path / "16" / "bin"

"""`grader batch --gradebook`: every report is in the gradebook as soon as it is there, once, whatever ends the batch."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, text
from typer.testing import CliRunner, Result

from grader.batch import Choices, Selection, grade_folder
from grader.batch.testing import ScriptedEngine, SerialExecutor
from grader.cli.backend import Backend
from grader.cli.main import app
from grader.errors import GradebookFault, GradebookUnavailable, UsageError
from grader.gradebook import Gradebook, HandedIn
from grader.gradebook.importing import import_folder
from grader.gradebook.tables import Table
from grader.results import from_json
from tests.gradebook.engine import SeededEngine
from tests.gradebook.killed import ended_well, process
from tests.gradebook.samples import handed_in, report

CANVAS = {
    "doejane_123456_7890123_week1.py": "half",
    "doejane_123456_7890124_week1-1.py": "pass",
    "roejohn_LATE_123457_7890125_week1.py": "pass ",
    "smithann_123458_7890126_week1.py": "unreadable",
}
Grade = Callable[..., Any]


@pytest.fixture
def submissions(tmp_path: Path) -> Path:
    """As Canvas gives them: two attempts of one student, a late one, one that cannot be read."""
    folder = tmp_path / "submissions"
    folder.mkdir()
    for name, words in CANVAS.items():
        (folder / name).write_text(words)
    return folder


@pytest.fixture
def grade(tmp_path: Path, submissions: Path) -> Grade:
    """Grade that folder into `out`, in this process."""
    engine = SeededEngine(tmp_path / "log")
    return partial(
        grade_folder, "toy", submissions, tmp_path / "out", jobs=1, engine=engine, open_executor=SerialExecutor
    )


def numbers(book: Gradebook) -> dict[str, int]:
    """How many rows each table has."""
    with book._database.reading() as session:
        return {name: session.scalar(text(f"SELECT count(*) FROM {name}")) or 0 for name in Table.metadata.tables}


def finals(book: Gradebook) -> dict[str, float | None]:
    return {grade.label: grade.final for grade in book.grades("toy")}


def test_a_report_is_recorded_when_its_submission_ends(book: Gradebook, grade: Grade, submissions: Path) -> None:
    """Each before the next begins, with student, time and bytes."""
    seen: list[dict[str, float | None]] = []

    class Watching:
        def __getattr__(self, name: str) -> Callable[..., None]:
            return lambda *_: seen.append(finals(book)) if name == "finished" else None

    times = submissions.parent / "times.csv"
    times.write_text("student,time\ndoejane,2026-03-01T12:00:00+01:00\n")
    outcome = grade(gradebook=book, events=Watching(), choices=Choices(times=times))
    assert seen == [{"smithann": None, "doejane": 10.0}, {"smithann": None, "doejane": 10.0, "roejohn": 10.0}]
    assert (outcome.recorded, outcome.not_recorded, outcome.exit_code) == (3, (), 2)
    (jane,) = book.histories("toy", student="doejane")
    (attempt,) = jane.attempts
    assert attempt.attempt.handed_in.isoformat() == "2026-03-01T11:00:00+00:00"
    assert attempt.kept
    (line,) = attempt.reports
    path = Path(outcome.out, next(row.report for row in outcome.rows if row.student == "doejane"), "report.json")
    assert line.graded_at.timestamp() == pytest.approx(path.stat().st_mtime, abs=1e-3)


def test_doing_it_again_or_importing_the_folder_adds_nothing(
    book: Gradebook, grade: Grade, submissions: Path, tmp_path: Path
) -> None:
    """Names that only the platform's file names tell are found again by the report."""
    grade(gradebook=book)
    before = numbers(book)
    assert before["reports"] == before["attempts"] == before["students"] == 3
    again = grade(gradebook=book)
    assert (again.recorded, again.not_recorded) == (0, ())
    imported = import_folder(book, tmp_path / "out", submissions=submissions)
    assert (len(imported.recorded), imported.new) == (3, 0)
    assert numbers(book) == before


def test_what_earlier_runs_left_is_recorded_and_nothing_graded(book: Gradebook, grade: Grade) -> None:
    """As after a crash between a report and its recording, or a first run without a gradebook."""
    grade()
    engine = grade.keywords["engine"]
    engine.log.unlink()
    assert grade(gradebook=book).recorded == 3
    assert engine.noted() == []
    assert finals(book) == {"doejane": 10.0, "roejohn": 10.0, "smithann": None}


def test_a_time_that_becomes_known_is_filled_in(book: Gradebook, grade: Grade, tmp_path: Path) -> None:
    grade(gradebook=book)
    times = tmp_path / "times.csv"
    times.write_text("student,time\nroejohn,2026-03-01T12:00:00Z\n")
    assert grade(gradebook=book, choices=Choices(times=times)).recorded == 0
    (john,) = book.grades("toy", student="roejohn")
    assert john.attempt.handed_in.isoformat() == "2026-03-01T12:00:00+00:00"
    assert numbers(book)["attempts"] == 3


@pytest.mark.parametrize("engine", [SeededEngine, ScriptedEngine])
def test_what_is_finished_is_looked_up_and_not_written_again(
    book: Gradebook,
    grade: Grade,
    submissions: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    engine: type[ScriptedEngine],
) -> None:
    """Of what is there, bytes and time included, no transaction of a writer is begun; reports of the second have no digest."""
    next(submissions.glob("smithann*")).unlink()
    grade(gradebook=book, engine=engine(tmp_path / "log"))
    recorded: list[str] = []
    really = Gradebook.record
    monkeypatch.setattr(
        Gradebook, "record", lambda self, one, *args, **kwargs: recorded.append(one.student) or really(self, one, *args, **kwargs)
    )  # fmt: skip
    grade(gradebook=book, engine=engine(tmp_path / "log"))
    assert recorded == []


def test_forced_grading_is_a_further_report(book: Gradebook, grade: Grade) -> None:
    grade(gradebook=book)
    assert grade(gradebook=book, selection=Selection(force=True)).recorded == 2
    (jane,) = book.histories("toy", student="doejane")
    assert [len(attempt.reports) for attempt in jane.attempts] == [2]


@pytest.mark.parametrize("backwards", [False, True])
def test_attempts_stand_in_the_order_of_the_platform(book: Gradebook, grade: Grade, backwards: bool) -> None:
    """Side by side, the later attempt may end first; `last` still takes it."""
    if backwards:
        grade(gradebook=book)  # the newest alone
    grade(gradebook=book, choices=Choices(attempts="all"))
    book.configure("toy", rule="last")
    (jane,) = book.histories("toy", student="doejane")
    assert [(one.attempt.number, one.attempt.score) for one in jane.attempts] == [(1, 5.0), (2, 10.0)]
    assert jane.grade.final == 10.0


def test_the_same_bytes_as_a_later_attempt_count_as_the_later(book: Gradebook, grade: Grade, submissions: Path) -> None:
    (submissions / "doejane_123456_7890128_week1-2.py").write_text("half")
    grade(gradebook=book, choices=Choices(attempts="all"))
    book.configure("toy", rule="last")
    assert finals(book)["doejane"] == 5.0


def test_what_cannot_be_recorded_stops_no_grading(book: Gradebook, grade: Grade, submissions: Path) -> None:
    """Nobody is called like that; the others are recorded and the exit code tells."""
    (submissions / f"{'x' * 201}_123459_7890127_w.py").write_text("pass")
    outcome = grade(gradebook=book)
    (missing,) = outcome.not_recorded
    assert (missing.file[:3], missing.ours) == ("xxx", False)
    assert "must have 1 to 200 characters" in missing.reason
    assert outcome.count("graded") == 3
    assert outcome.exit_code == 2
    assert set(finals(book)) == {"doejane", "roejohn", "smithann"}


@pytest.mark.parametrize(
    ("error", "code"), [(GradebookUnavailable("the server is gone."), 2), (GradebookFault("the disk is full."), 3)]
)
def test_a_gradebook_that_is_gone_is_tried_a_few_times(
    book: Gradebook, grade: Grade, submissions: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, code: int
) -> None:
    """Everything is graded, and recorded by the next run."""
    (submissions / "smithann_123458_7890126_week1.py").write_text("half")
    for number in range(4):
        (submissions / f"student{number}_20000{number}_800000{number}_week1.py").write_text("pass")
    tries = []

    def gone(*_: object, **__: object) -> None:
        tries.append(1)
        raise error

    with monkeypatch.context() as broken:
        broken.setattr(Gradebook, "record", gone)
        outcome = grade(gradebook=book)
    assert len(tries) == 3
    assert (outcome.count("graded"), len(outcome.not_recorded), outcome.exit_code) == (7, 7, code)
    assert grade(gradebook=book).recorded == 7


def test_reports_that_cannot_be_recorded_stop_nobody_elses(
    book: Gradebook, grade: Grade, submissions: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Any number of them, in every run: names that nobody has, and what nobody foresaw."""
    for number in range(4):
        (submissions / f"{'a' * 201}_20000{number}_800000{number}_week1.py").write_text("pass")
        (submissions / f"bad{number}_30000{number}_900000{number}_week1.py").write_text("pass")
    really = Gradebook.record

    def record(self: Gradebook, one: HandedIn, *args: Any, **kwargs: Any) -> Any:
        if one.student.startswith("bad"):
            raise OverflowError("date value out of range")
        return really(self, one, *args, **kwargs)

    monkeypatch.setattr(Gradebook, "record", record)
    for run in range(2):
        outcome = grade(gradebook=book)
        assert (outcome.recorded, len(outcome.not_recorded)) == (0 if run else 3, 8)
        assert set(finals(book)) == {"doejane", "roejohn", "smithann"}
        assert not any("before" in one.reason for one in outcome.not_recorded)


def test_a_time_that_cannot_be_held_is_no_fault_of_ours(book: Gradebook, grade: Grade, tmp_path: Path) -> None:
    """It is unknown, and everybody is recorded."""
    for student in "abcd":
        folder = tmp_path / "tree" / student / "week1"
        folder.mkdir(parents=True)
        (folder / "w.py").write_text("pass")
        (folder / "timestamp.txt").write_text("0001-01-01 00:00:00 +14:00")
    engine = grade.keywords["engine"]
    outcome = grade_folder(
        "toy",
        tmp_path / "tree",
        tmp_path / "tree-out",
        jobs=1,
        engine=engine,
        open_executor=SerialExecutor,
        gradebook=book,
    )
    assert (outcome.recorded, outcome.not_recorded, outcome.exit_code) == (4, (), 0)
    assert {one.attempt.handed_in for one in book.grades("toy")} == {None}


def test_killed_at_every_statement_it_ends_complete_and_without_doubles(
    url: str, grade: Grade, tmp_path: Path, submissions: Path
) -> None:
    """Killed at its first statement or commit, at its second, and so on until one batch comes to its end."""
    grade = partial(grade, choices=Choices(attempts="all"))

    def batch(number: int) -> None:
        seen = count(1)

        def die(*_: object) -> None:
            if next(seen) == number:
                os.kill(os.getpid(), signal.SIGKILL)

        with Gradebook.open(url) as book:
            event.listen(Engine, "after_cursor_execute", die)
            event.listen(Engine, "commit", die)
            grade(gradebook=book)

    # In a process of its own, so that no fork copies a connection. Making the tables is another test's business.
    assert ended_well(process(lambda: Gradebook.open(url).close()))
    killed = 0
    for number in count(1):
        if ended_well(process(partial(batch, number))):
            break
        killed += 1
    assert killed > 10
    with Gradebook.open(url) as book:
        assert finals(book) == {"doejane": 10.0, "roejohn": 10.0, "smithann": None}
        rows = numbers(book)
    assert rows["reports"] == rows["attempts"] == rows["submissions"] == 4
    assert (rows["kept_files"], rows["findings"]) == (4, 3)


# --- nothing twice ----------------------------------------------------------------------------------------------------


@pytest.fixture
def handed_in_again(book: Gradebook, grade: Grade, submissions: Path) -> Grade:
    """Jane's report is in the gradebook and nowhere else; Eve hands in the same code with another comment."""
    outcome = grade(gradebook=book)
    jane = next(row for row in outcome.rows if row.student == "doejane")
    shutil.rmtree(outcome.out / jane.report)
    for file in submissions.glob("doejane*"):
        file.unlink()
    (submissions / "evesmith_123460_7890130_week1.py").write_text("pass")
    (submissions / "roejohn_LATE_123457_7890125_week1.py").unlink()
    grade.keywords["engine"].log.unlink()
    return grade


def test_the_same_code_is_answered_from_the_gradebook(book: Gradebook, handed_in_again: Grade) -> None:
    """Under the new name, recorded as an answer; the earlier student is named nowhere."""
    outcome = handed_in_again(gradebook=book)
    assert handed_in_again.keywords["engine"].noted() == ["answer evesmith_123460_7890130_week1.py"]
    eve = next(row for row in outcome.rows if row.student == "evesmith")
    assert (eve.score, eve.answered, eve.resumed) == (10.0, True, False)
    document = (outcome.out / eve.report / "report.json").read_bytes()
    (jane,) = book.grades("toy", student="doejane")
    assert jane.pseudonym.encode() not in document
    assert b"doejane" not in document
    answer = from_json(document)
    assert answer.submission.file == "evesmith_123460_7890130_week1.py"
    (history,) = book.histories("toy", student="evesmith")
    assert [line.answered for line in history.attempts[0].reports] == [True]
    (history,) = book.histories("toy", student="doejane")
    assert [line.answered for line in history.attempts[0].reports] == [False]
    assert book.known(answer.key).submission.file.startswith(jane.pseudonym)  # the grading itself, not its answer
    assert handed_in_again(gradebook=book).recorded == 0


def test_force_asks_no_gradebook(book: Gradebook, handed_in_again: Grade) -> None:
    outcome = handed_in_again(gradebook=book, selection=Selection(force=True))
    assert "grade evesmith_123460_7890130_week1.py" in handed_in_again.keywords["engine"].noted()
    assert not any(row.answered for row in outcome.rows)


def test_another_seed_or_grader_is_another_key(book: Gradebook, handed_in_again: Grade, tmp_path: Path) -> None:
    outcome = handed_in_again(gradebook=book, engine=SeededEngine(tmp_path / "log", version="2"))
    assert not any(row.answered for row in outcome.rows)


def test_who_is_forgotten_answers_nobody(book: Gradebook, handed_in_again: Grade) -> None:
    """A grade without its texts is no report."""
    for student in ("doejane", "roejohn"):
        book.forget(student)
    assert not any(row.answered for row in handed_in_again(gradebook=book).rows)


def test_what_is_ungraded_or_unsafe_is_not_known(book: Gradebook) -> None:
    assert book.known_keys(["k1", "k2", "k3", "k4"]) == frozenset()
    book.record(handed_in(data=b"1"), report(data=b"1", key="k1"))
    book.record(handed_in(data=b"2"), report(0.0, data=b"2", key="k2", status="ungraded"))
    book.record(handed_in(data=b"3"), report(data=b"3", key="k3", isolation="unsafe"))
    assert book.known_keys(["k1", "k2", "k3", "k4"]) == {"k1"}
    assert book.known_keys(["k1", "k2", "k3", "k4"], unsafe=True) == {"k1", "k3"}
    found = book.known_grading("k1")
    assert (found.data, found.suffix) == (b"1", ".py")
    assert book.known_grading("k3") is None


@pytest.mark.parametrize(
    "error", [UsageError("the server is gone."), GradebookFault("the disk is full."), OSError("I/O"), ValueError("odd")]
)
@pytest.mark.parametrize("methods", [("known_keys", "recorded", "record"), ("known_grading", "recorded")])
def test_a_gradebook_that_cannot_be_asked_holds_up_nothing(
    book: Gradebook,
    handed_in_again: Grade,
    monkeypatch: pytest.MonkeyPatch,
    methods: tuple[str, ...],
    error: Exception,
) -> None:
    def gone(*_: object, **__: object) -> None:
        raise error

    for method in methods:
        monkeypatch.setattr(Gradebook, method, gone)
    outcome = handed_in_again(gradebook=book)
    assert {row.student: row.status for row in outcome.rows} == {"evesmith": "graded", "smithann": "unusable"}


def test_a_damaged_document_answers_nobody(book: Gradebook, handed_in_again: Grade) -> None:
    """The submission is graded by itself, and recorded."""
    with book._database.writing() as session:
        session.execute(text("UPDATE reports SET document = :nothing"), {"nothing": b"{"})
    outcome = handed_in_again(gradebook=book)
    eve = next(row for row in outcome.rows if row.student == "evesmith")
    assert (eve.status, eve.answered, outcome.recorded, outcome.not_recorded) == ("graded", False, 1, ())


# --- the command line ------------------------------------------------------------------------------------------------


@pytest.fixture
def invoke(tmp_path: Path, submissions: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.delenv("GRADER_GRADEBOOK", raising=False)

    def run(*args: str) -> Result:
        backend = Backend(SeededEngine(tmp_path / "log"), SerialExecutor)
        command = ("batch", "toy", "submissions", "--out", "out", *args)
        return CliRunner().invoke(app, command, obj=backend, catch_exceptions=False)

    return run


@pytest.mark.parametrize("named_by", ["option", "environment"])
def test_the_gradebook_is_named_by_option_or_environment(
    invoke: Callable[..., Result], url: str, monkeypatch: pytest.MonkeyPatch, named_by: str
) -> None:
    """It is made where it is missing, and the last line tells what is new."""
    if named_by == "environment":
        monkeypatch.setenv("GRADER_GRADEBOOK", url)
    result = invoke(*(("--gradebook", url) if named_by == "option" else ()))
    assert result.exit_code == 2
    assert result.stdout.splitlines()[-1].endswith(" (3 new reports)")
    with Gradebook.open(url, create=False) as book:
        assert len(book.grades("toy")) == 3


def test_the_outcome_in_json_tells_of_the_gradebook(invoke: Callable[..., Result]) -> None:
    document = json.loads(invoke("--gradebook", "book.db", "--json").stdout)
    assert (document["gradebook"], document["recorded"], document["not_recorded"]) == ("book.db", 3, [])
    (last,) = (json.loads(line) for line in invoke("--gradebook", "book.db", "--json-lines").stdout.splitlines()[-1:])
    assert (last["gradebook"], last["recorded"], last["not_recorded"]) == ("book.db", 0, [])


def test_what_is_missing_is_told_with_the_way_out(invoke: Callable[..., Result], submissions: Path) -> None:
    (submissions / f"{'x' * 201}_123459_7890127_w.py").write_text("pass")
    lines = invoke("--gradebook", "book.db").stderr.splitlines()
    assert lines[-2].startswith("grader: not recorded: xxx")
    assert lines[-1] == (
        "grader: 1 of 4 reports are not in the gradebook; they are in out. "
        "Run the same command again to record them; nothing is graded or recorded twice."
    )


def test_a_gradebook_that_cannot_be_opened_ends_it_before_anything_is_graded(
    invoke: Callable[..., Result], tmp_path: Path
) -> None:
    (tmp_path / "book.db").write_text("no gradebook")
    result = invoke("--gradebook", "book.db")
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "args",
    [("nonsense", "submissions"), ("toy", "nowhere"), ("toy", "empty"), ("toy", "submissions", "--only", "nobody*")],
)
def test_a_slip_leaves_no_empty_gradebook(
    tmp_path: Path, submissions: Path, monkeypatch: pytest.MonkeyPatch, args: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("empty").mkdir()
    backend = Backend(SeededEngine(tmp_path / "log"), SerialExecutor)
    result = CliRunner().invoke(app, ("batch", *args, "--out", "out", "--gradebook", "book.db"), obj=backend)
    assert result.exit_code == 2
    assert not (tmp_path / "book.db").exists()
    assert not (tmp_path / "out").exists()


def test_without_a_gradebook_no_database_is_imported(tmp_path: Path, submissions: Path) -> None:
    """In a process of its own, since this one has it already."""
    program = (
        "import sys; from pathlib import Path; from grader.batch import grade_folder;"
        "from grader.batch.testing import ScriptedEngine, SerialExecutor;"
        f"out = grade_folder('toy', Path({str(submissions)!r}), Path({str(tmp_path / 'out')!r}), jobs=1,"
        f" engine=ScriptedEngine(Path({str(tmp_path / 'log')!r})), open_executor=SerialExecutor);"
        "import grader.cli.batching; print(len(out.rows), 'sqlalchemy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "3 False\n"


def test_the_document_in_the_gradebook_names_nobody(book: Gradebook, grade: Grade) -> None:
    """The name stands in the table of students; the report there has the pseudonymous id."""
    outcome = grade(gradebook=book)
    written = from_json((outcome.out / outcome.rows[0].report / "report.json").read_bytes())
    stored = book.known(written.key)
    assert "doejane" in written.submission.file
    assert "doejane" not in stored.submission.file

"""A folder becomes reports, whatever its files do to the grader."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from grader.batch import BatchOutcome, BatchRow
from grader.batch.lock import locked
from grader.batch.testing import ScriptedEngine, SerialExecutor
from grader.errors import IsolationUnavailable, UsageError
from grader.results import from_json

Grade = Callable[..., BatchOutcome]
HandIn = Callable[..., Path]


def statuses(outcome: BatchOutcome) -> dict[str, str]:
    """Status by file."""
    return {row.file: row.status for row in outcome.rows}


def test_every_submission_gets_a_report_and_a_row(grade: Grade, hand_in: HandIn, tmp_path: Path) -> None:
    """Rows come in the order of the files, and each names the folder that holds its report."""
    outcome = grade(hand_in(bob="half", alice="pass"))

    assert [(row.file, row.score, row.fix_first) for row in outcome.rows] == [
        ("alice.py", 10.0, None),
        ("bob.py", 5.0, "create_model/compiled"),
    ]
    for row in outcome.rows:
        assert from_json((tmp_path / "out" / row.report / "report.json").read_bytes()).score == row.score
    assert outcome.exit_code == 0
    assert outcome.grades.read_text() == "alice.py,graded,10\nbob.py,graded,5\n"


def test_one_session_serves_many_submissions(grade: Grade, hand_in: HandIn, engine: ScriptedEngine) -> None:
    """A worker keeps its session warm, and the run closes it."""
    grade(hand_in(a="pass", b="pass", c="pass"))
    assert engine.noted() == ["open", "grade a.py", "grade b.py", "grade c.py", "close"]


def test_cold_isolation_opens_a_session_for_each_submission(
    grade: Grade, hand_in: HandIn, engine: ScriptedEngine
) -> None:
    """Nothing is shared between submissions when the sessions are cold."""
    grade(hand_in(a="pass", b="pass"), isolation="cold")
    assert engine.noted() == ["open", "grade a.py", "close", "open", "grade b.py", "close"]


def test_second_run_takes_over_what_is_done(grade: Grade, hand_in: HandIn, engine: ScriptedEngine) -> None:
    """A rerun grades only what is new or has changed."""
    grade(hand_in(a="pass", b="half"))
    hand_in(b="pass", c="pass")
    engine.log.unlink()

    outcome = grade(hand_in())

    assert engine.noted() == ["open", "grade b.py", "grade c.py", "close"]
    assert [(row.file, row.score, row.resumed) for row in outcome.rows] == [
        ("a.py", 10.0, True),
        ("b.py", 10.0, False),
        ("c.py", 10.0, False),
    ]


def test_a_finished_folder_opens_no_session(grade: Grade, hand_in: HandIn, engine: ScriptedEngine) -> None:
    """Nothing is warmed up where nothing is left to grade."""
    grade(hand_in(a="pass"))
    engine.log.unlink()
    assert grade(hand_in()).exit_code == 0
    assert engine.noted() == []


def test_report_of_another_version_is_graded_anew(grade: Grade, hand_in: HandIn, engine: ScriptedEngine) -> None:
    """A key that no longer matches makes a report stale."""
    grade(hand_in(a="pass"))
    outcome = grade(hand_in(), engine=dataclasses.replace(engine, version="2"))
    assert engine.noted().count("grade a.py") == 2
    assert not outcome.rows[0].resumed


def test_broken_report_is_graded_anew(grade: Grade, hand_in: HandIn, engine: ScriptedEngine, tmp_path: Path) -> None:
    """A `report.json` that does not decode counts as missing."""
    grade(hand_in(a="pass"))
    (tmp_path / "out" / "a.py" / "report.json").write_text("{")
    grade(hand_in())
    assert engine.noted().count("grade a.py") == 2


def test_ungraded_report_is_never_taken_over(grade: Grade, hand_in: HandIn, engine: ScriptedEngine) -> None:
    """The next run tries again what a fault of ours left ungraded."""
    assert grade(hand_in(a="ungraded")).exit_code == 3
    assert grade(hand_in()).exit_code == 3
    assert engine.noted().count("grade a.py") == 4


def test_unsafe_report_is_not_taken_over_into_an_isolated_run(
    grade: Grade, hand_in: HandIn, engine: ScriptedEngine
) -> None:
    """Student code could have written what lies in the folder of an unsafe run."""
    grade(hand_in(a="pass"), isolation="unsafe")
    assert not grade(hand_in()).rows[0].resumed
    assert engine.noted().count("grade a.py") == 2


def test_unusable_submission_gets_a_report_and_the_rest_goes_on(grade: Grade, hand_in: HandIn, tmp_path: Path) -> None:
    """What cannot be read costs nobody else anything, and the exit code says so."""
    outcome = grade(hand_in(a="unreadable", b="pass"))

    assert statuses(outcome) == {"a.py": "unusable", "b.py": "graded"}
    assert outcome.exit_code == 2
    report = from_json((tmp_path / "out" / "a.py" / "report.json").read_bytes())
    assert report.status == "unusable"
    assert report.message == "a.py: is not a notebook. Save it again."


@pytest.mark.parametrize("fault", ["fault once", "ungraded once"])
def test_grader_fault_is_retried_in_a_fresh_session(
    grade: Grade, hand_in: HandIn, engine: ScriptedEngine, fault: str
) -> None:
    """A fault that goes away on the second try leaves no trace in the grade."""
    outcome = grade(hand_in(a=fault))
    assert engine.noted() == ["open", "grade a.py", "close", "open", "grade a.py", "close"] or engine.noted() == [
        "open",
        "grade a.py",
        "open",
        "grade a.py",
        "close",
    ]
    assert statuses(outcome) == {"a.py": "graded"}
    assert outcome.exit_code == 0


@pytest.mark.parametrize("fault", ["fault", "ungraded"])
def test_grader_fault_that_stays_is_ungraded_and_never_a_zero(
    grade: Grade, hand_in: HandIn, tmp_path: Path, fault: str
) -> None:
    """Two faults leave the submission ungraded, the others graded, and the exit code 3 even beside unusable ones."""
    outcome = grade(hand_in(a=fault, b="pass", c="unreadable"))

    assert statuses(outcome) == {"a.py": "ungraded", "b.py": "graded", "c.py": "unusable"}
    assert outcome.exit_code == 3
    report = from_json((tmp_path / "out" / "a.py" / "report.json").read_bytes())
    assert report.status == "ungraded"
    assert report.message


def test_dead_worker_is_retried_in_a_fresh_executor(grade: Grade, hand_in: HandIn) -> None:
    """A worker that dies once costs its submission nothing."""
    opened: list[SerialExecutor] = []

    def open_executor(width: int) -> SerialExecutor:
        opened.append(SerialExecutor(width))
        return opened[-1]

    outcome = grade(hand_in(a="die once", b="pass"), open_executor=open_executor)

    assert statuses(outcome) == {"a.py": "graded", "b.py": "graded"}
    assert len(opened) == 2


def test_submission_that_kills_its_worker_twice_is_ungraded(grade: Grade, hand_in: HandIn) -> None:
    """Those that were in flight beside it are graded; it alone is left."""
    outcome = grade(hand_in(a="pass", b="die", c="pass", d="half"), jobs=3)
    assert statuses(outcome) == {"a.py": "graded", "b.py": "ungraded", "c.py": "graded", "d.py": "graded"}
    assert outcome.exit_code == 3
    assert outcome.rows[1].message == (
        "A fault of the grader, not of this submission: the worker process that graded it died."
    )


def test_missing_isolation_stops_the_run(grade: Grade, hand_in: HandIn, engine: ScriptedEngine) -> None:
    """Where nothing can be graded, no submission is marked for it."""
    with pytest.raises(IsolationUnavailable, match="This machine cannot isolate; run `grader doctor`"):
        grade(hand_in(a="pass", b="pass"), engine=dataclasses.replace(engine, isolates=False))


def test_interrupt_keeps_what_is_done(grade: Grade, hand_in: HandIn, engine: ScriptedEngine) -> None:
    """Ctrl-C writes the overviews of the finished part, exits 130, and the next run goes on from there."""
    outcome = grade(hand_in(a="pass", b="interrupt once", c="pass"))

    assert outcome.interrupted
    assert outcome.exit_code == 130
    assert outcome.remaining == 2
    assert outcome.grades.read_text() == "a.py,graded,10\n"
    assert [row.resumed for row in grade(hand_in()).rows] == [True, False, False]
    assert engine.noted().count("grade a.py") == 1


def test_events_tell_the_course_of_a_run(grade: Grade, hand_in: HandIn) -> None:
    """Each submission to grade is announced once when it starts, when it is retried, and when it is done."""

    class Told:
        def __init__(self) -> None:
            self.lines: list[str] = []

        def collected(self, total: int, layout: str, notes: Sequence[str]) -> None:
            self.lines.append(f"{total} found, {layout}")

        def settled(self, row: BatchRow) -> None:
            self.lines.append(f"settled {row.file}: {row.status}")

        def planned(self, total: int, done: int, jobs: int) -> None:
            self.lines.append(f"{done} of {total} done, {jobs} at a time")

        def started(self, file: str) -> None:
            self.lines.append(f"started {file}")

        def retried(self, file: str, reason: str) -> None:
            self.lines.append(f"retried {file}: {reason}")

        def finished(self, row: BatchRow) -> None:
            self.lines.append(f"finished {row.file}: {row.status}")

    told = Told()
    grade(hand_in(a="unreadable", b="die once", c="pass"), events=told)

    assert told.lines == [
        "3 found, flat",
        "1 of 3 done, 1 at a time",
        "settled a.py: unusable",
        "started b.py",
        "retried b.py: the worker process that graded it died",
        "started b.py",
        "finished b.py: graded",
        "started c.py",
        "finished c.py: graded",
    ]


def test_locked_output_folder_is_refused(grade: Grade, hand_in: HandIn, tmp_path: Path) -> None:
    """Two batches never write into one folder at a time."""
    out = tmp_path / "out"
    out.mkdir()
    with locked(out), pytest.raises(UsageError, match="Another batch is writing to"):
        grade(hand_in(a="pass"))
    assert grade(hand_in()).exit_code == 0


def test_output_folder_that_is_a_file_is_refused(grade: Grade, hand_in: HandIn, tmp_path: Path) -> None:
    """The message names the folder and the way out."""
    (tmp_path / "out").write_text("")
    with pytest.raises(UsageError, match="cannot be a folder, because there is a file of that name; choose another"):
        grade(hand_in(a="pass"))


def test_reports_do_not_go_among_the_submissions(grade: Grade, hand_in: HandIn) -> None:
    """The folder of submissions is left as it was handed in."""
    folder = hand_in(a="pass")
    with pytest.raises(UsageError, match="is the folder of submissions itself"):
        grade(folder, out=folder)


def test_folder_without_submissions_is_refused(grade: Grade, hand_in: HandIn, tmp_path: Path) -> None:
    """An empty folder is a slip of the hand, and leaves no output behind."""
    with pytest.raises(UsageError, match="holds no submission"):
        grade(hand_in())
    assert not (tmp_path / "out").exists()


def test_unknown_exercise_leaves_no_output_behind(hand_in: HandIn, grade: Grade, tmp_path: Path) -> None:
    """Usage is checked before anything is written."""
    from grader.batch import grade_folder
    from grader.batch.testing import ScriptedEngine

    with pytest.raises(UsageError, match="No exercise is called 'toyy'"):
        grade_folder("toyy", hand_in(a="pass"), tmp_path / "out", engine=ScriptedEngine(tmp_path / "log"))
    assert not (tmp_path / "out").exists()

"""`grader batch` over downloads, in parts, and for machines; its progress where there is no terminal and where there is."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner, Result

from grader.batch import BatchRow
from grader.batch.testing import ScriptedEngine, SerialExecutor
from grader.cli.backend import Backend
from grader.cli.events import JsonLines
from grader.cli.main import app
from grader.cli.progress import LiveDisplay, LogLines, duration
from tests.batch.downloads import CANVAS, NBGRADER, laid, zipped

Invoke = Callable[..., Result]


@pytest.fixture
def engine(tmp_path: Path) -> ScriptedEngine:
    """Grades a file by the words in it."""
    return ScriptedEngine(tmp_path / "log")


@pytest.fixture
def batch(engine: ScriptedEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Invoke:
    """Run `grader batch toy` with these arguments in a folder of its own, one submission at a time."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")

    def run(*args: str) -> Result:
        arguments = ["batch", "toy", *args, "--out", "out", "--jobs", "1"]
        return CliRunner().invoke(app, arguments, obj=Backend(engine, SerialExecutor), catch_exceptions=False)

    return run


def row(file: str, status: str = "graded") -> BatchRow:
    return BatchRow(
        file=file, report=file, status=status, score=1.0, max_score=2.0, fix_first=None, needs_review=False, message="broke"
    )  # fmt: skip


def test_zip_of_canvas_is_graded_and_said_to_be_one(batch: Invoke) -> None:
    zipped(Path("submissions.zip"), CANVAS)
    result = batch("submissions.zip")
    assert result.exit_code == 2
    assert result.stderr.splitlines()[0] == "laid out as by canvas"
    assert "3 submissions: 2 graded, 1 unusable, 1 late, 2 other files ignored." in result.stdout


def test_options_of_the_collection_reach_it(batch: Invoke) -> None:
    laid(Path("course"), NBGRADER)
    Path("times.csv").write_text("student,time\njohn,2024-05-03T12:00\n")
    result = batch(
        "course", "--layout", "nbgrader", "--assignment", "week1", "--times", "times.csv", "--timezone", "Asia/Tokyo",
        "--only", "jo*", "--json",
    )  # fmt: skip
    document = json.loads(result.stdout)
    assert [(one["student"], one["submitted"]) for one in document["rows"]] == [("john", "2024-05-03T12:00:00+09:00")]
    assert (document["layout"], document["remaining"]) == ("nbgrader", 1)
    assert document["notes"] == ["times without a zone: 1, taken in Asia/Tokyo; --timezone says another."]
    assert document["notes"][0] in result.stderr


def test_pick_and_attempts_reach_the_collection(batch: Invoke) -> None:
    laid(Path("in"), CANVAS)
    rows = json.loads(batch("in", "--attempts", "all", "--json").stdout)["rows"]
    assert sorted(one["attempt"] for one in rows if one["student"] == "roejohn") == [1, 2, 3]
    laid(Path("other"), {"alice/a.py": "half", "alice/b.py": "pass"})
    rows = json.loads(batch("other", "--pick", "x*", "--pick", "a.*", "--json").stdout)["rows"]
    assert [(one["file"], one["score"]) for one in rows] == [("alice/a.py", 5.0)]


def test_selection_options_reach_the_run(batch: Invoke, engine: ScriptedEngine) -> None:
    laid(Path("in"), {"a.py": "pass", "b.py": "ungraded", "c.py": "pass"})
    assert "2 left out by --only, --retry or --limit" in batch("in", "--limit", "1").stdout
    assert batch("in").exit_code == 3
    engine.log.unlink()
    batch("in", "--retry", "ungraded")
    assert {line for line in engine.noted() if line.startswith("grade")} == {"grade b.py"}
    engine.log.unlink()
    batch("in", "--force", "--only", "c.py")
    assert [line for line in engine.noted() if line.startswith("grade")] == ["grade c.py"]


def test_json_lines_tell_every_event_and_nothing_else(batch: Invoke) -> None:
    laid(Path("in"), {"a.py": "unreadable", "b.py": "die once", "c.md": ""})
    result = batch("in", "--json-lines")
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(line["event"], line.get("file")) for line in lines] == [
        ("planned", None),
        ("finished", "a.py"),
        ("started", "b.py"),
        ("retried", "b.py"),
        ("started", "b.py"),
        ("finished", "b.py"),
        ("done", None),
    ]
    assert lines[0] == {
        "event": "planned", "schema": "grader-batch-events/1", "collected": 2, "layout": "flat", "notes": [],
        "total": 2, "done": 1, "jobs": 1,
    }  # fmt: skip
    assert lines[5]["score"] == 10.0
    assert set(lines[5]) == {"event", *BatchRow.__dataclass_fields__}
    assert lines[-1] == {
        "event": "done", "exercise": "toy", "out": "out", "index": "out/index.html", "grades": "out/grades.csv",
        "graded": 1, "unusable": 1, "ungraded": 0, "remaining": 0,
        "ignored": [{"file": "c.md", "reason": "not a kind of file that is graded"}],
        "interrupted": False, "gradebook": None, "recorded": 0, "not_recorded": [], "exit_code": 2,
    }  # fmt: skip
    assert result.exit_code == 2


def test_json_lines_of_an_interrupted_batch_end_in_done(batch: Invoke) -> None:
    laid(Path("in"), {"a.py": "pass", "b.py": "interrupt once"})
    result = batch("in", "--json-lines")
    last = json.loads(result.stdout.splitlines()[-1])
    assert (last["event"], last["interrupted"], last["remaining"], last["exit_code"]) == ("done", True, 1, 130)
    assert result.exit_code == 130
    assert [json.loads(line)["event"] for line in batch("in", "--json-lines").stdout.splitlines()] == [
        "planned", "finished", "started", "finished", "done",
    ]  # fmt: skip


def test_schema_of_events_is_documented() -> None:
    text = (Path(__file__).parents[2] / "docs" / "batch.md").read_text()
    for word in (
        "grader-batch-events/1",
        "planned",
        "started",
        "retried",
        "finished",
        "done",
        *BatchRow.__dataclass_fields__,
    ):
        assert f"`{word}`" in text


def test_reader_that_goes_away_does_not_stop_the_batch() -> None:
    class Gone(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    lines = JsonLines(Gone())
    lines.planned(1, 0, 1)
    lines.finished(row("a"))


def test_hostile_name_stays_one_line_of_ascii() -> None:
    stream = io.StringIO()
    JsonLines(stream).started("a\n\x1b[2J\u2028\ufffd.py")
    assert len(stream.getvalue().splitlines()) == 1
    assert stream.getvalue().isascii()
    assert json.loads(stream.getvalue())["file"] == "a\n\x1b[2J\u2028\ufffd.py"


class Clock:
    """Seconds that a test sets."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_log_says_every_minute_how_far_it_is() -> None:
    clock, stream = Clock(), io.StringIO()
    lines = LogLines(Console(file=stream, width=200), clock)
    lines.collected(4000, "moodle", ["a note"])
    clock.now = 1000.0
    lines.planned(400, 100, 2)
    for number in range(30):
        clock.now += 6
        lines.finished(row(f"s{number}", "ungraded" if number == 3 else "graded"))
    text = stream.getvalue().splitlines()
    assert text[:3] == ["laid out as by moodle", "a note", "4,000 submissions found; looking which of them are done"]
    status = [line for line in text if "a minute" in line]
    assert status == [
        "110 of 400 done, 10.0 a minute, 29 min left; 1 not graded",
        "120 of 400 done, 10.0 a minute, 28 min left; 1 not graded",
        "130 of 400 done, 10.0 a minute, 27 min left; 1 not graded",
    ]
    assert sum(line.startswith("[") for line in text) == 30


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(5, "less than a minute"), (150, "2 min"), (3600, "1 h 0 min"), (90_000, "25 h 0 min"), (200_000, "2 days 7 h")],
)
def test_duration_in_words(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_live_display_shows_who_is_at_work_and_what_failed() -> None:
    console = Console(file=io.StringIO(), width=200, force_terminal=True, color_system=None)
    display = LiveDisplay(console)
    display.collected(30, "canvas", ["a note"])
    display.planned(30, 1, 2)
    display.settled(row("s0", "unusable"))
    for number in range(1, 9):
        display.started(f"s{number}")
        display.finished(row(f"s{number}", "ungraded"))
    display.started("s9")
    console.print(display.renderable())
    assert isinstance(console.file, io.StringIO)
    text = console.file.getvalue()
    for part in ("laid out as by canvas", "a note", "9/30", "at work: s9", "failures so far: 9", "s8: ungraded: broke"):
        assert part in text
    assert "s3: ungraded" not in text

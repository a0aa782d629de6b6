"""What the commands print and how they end, over a scripted engine: no sandbox, no TensorFlow."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import msgspec
import pytest
from rich.console import Console
from typer.testing import CliRunner, Result

from grader.batch.testing import ScriptedEngine, SerialExecutor, toy_finding, toy_report
from grader.cli.backend import Backend
from grader.cli.findings import LiveFindings
from grader.cli.main import app
from grader.cli.tables import fix_first_panel, score_line, task_table
from grader.results import CheckResult, TaskResult, Where, from_json

Invoke = Callable[..., Result]


def shown(*renderables: Any) -> str:
    """What a terminal of 80 columns would show."""
    console = Console(file=StringIO(), width=80, markup=False)
    for one in renderables:
        console.print(one)
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


@pytest.fixture
def engine(tmp_path: Path) -> ScriptedEngine:
    """Grades a file by the words in it."""
    return ScriptedEngine(tmp_path / "log")


@pytest.fixture
def invoke(engine: ScriptedEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Invoke:
    """Run `grader` with these arguments in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")

    def run(*args: str, engine: ScriptedEngine = engine) -> Result:
        return CliRunner().invoke(app, args, obj=Backend(engine, SerialExecutor), catch_exceptions=False)

    return run


def submission(words: str, name: str = "mine.py") -> str:
    """Write a submission into the current folder."""
    Path(name).parent.mkdir(exist_ok=True)
    Path(name).write_text(words)
    return name


def test_grade_prints_the_score_and_where_the_report_is(invoke: Invoke) -> None:
    """Any score is a success: exit 0."""
    result = invoke("grade", "toy", submission("half"), "--out", "out")
    assert result.exit_code == 0
    assert result.stdout == "Score: 5 of 10\nReport: out/report.html\n"
    assert result.stderr == ""


def test_grade_json_prints_the_report_and_nothing_else(invoke: Invoke) -> None:
    """Standard output is `report.json`, byte for byte."""
    result = invoke("grade", "toy", submission("pass"), "--out", "out", "--json")
    assert result.exit_code == 0
    assert result.stdout_bytes == Path("out/report.json").read_bytes()
    assert from_json(result.stdout_bytes).score == 10


def test_grade_json_lines_tell_findings_as_they_come(invoke: Invoke) -> None:
    """Each an object of its own, before the report that holds them all."""
    result = invoke("grade", "toy", submission("half"), "--out", "out", "--json-lines")
    assert result.exit_code == 0
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert [line["event"] for line in lines] == ["started", "stage", "finding", "done"]
    assert lines[0] == {"event": "started", "schema": "grader-grade-events/1"}
    assert lines[1]["name"] == "create_model"
    assert (lines[2]["id"], lines[2]["status"], lines[2]["seen"]) == (
        "create_model/compiled", "failed", "compile() was not called",
    )  # fmt: skip
    assert lines[3]["report"] == json.loads(Path("out/report.json").read_bytes())


def test_findings_so_far_are_shown_on_a_terminal() -> None:
    """What was lost by its title, the rest as a count; a check told again counts once, and the last word counts."""
    display = LiveFindings()
    display.stage("train")
    for name, passed in (("a/b", True), ("create_model/compiled", True), ("create_model/compiled", False)):
        display.found(toy_finding(name, passed=passed))
    display.found(msgspec.structs.replace(toy_finding("c/d", passed=False), title="\x1b[31m\u202eevil"))
    text = shown(display.renderable())
    assert "1 of 3 checks passed so far" in text
    assert text.count("Is compiled.") == 1
    assert "train" in text
    assert "\x1b[31m" not in text
    assert "\u202e" not in text


def test_unusable_file_exits_2(invoke: Invoke, engine: ScriptedEngine) -> None:
    """The line on standard error names the file, what is wrong and what to do."""
    result = invoke("grade", "toy", submission("unreadable"), "--out", "out")
    assert result.exit_code == 2
    assert result.stderr == "grader: mine.py: is not a notebook. Save it again.\n"
    assert "not a notebook" not in result.stdout
    assert from_json(Path("out/report.json").read_bytes()).status == "unusable"


def test_grader_fault_exits_3_and_is_never_scored(invoke: Invoke) -> None:
    """A fault that stays after the second try leaves the submission ungraded."""
    result = invoke("grade", "toy", submission("fault"), "--out", "out")
    assert result.exit_code == 3
    message = "A fault of the grader, not of this submission: GraderFault: the examiner sent nothing."
    assert result.stderr == f"grader: {message}\n"
    assert from_json(Path("out/report.json").read_bytes()).status == "ungraded"


def test_missing_isolation_exits_3_with_the_way_out(invoke: Invoke, engine: ScriptedEngine) -> None:
    """Grading refuses rather than run student code in the open."""
    helpless = dataclasses.replace(engine, isolates=False)
    result = invoke("grade", "toy", submission("pass"), "--out", "out", engine=helpless)
    assert result.exit_code == 3
    assert result.stderr == "grader: This machine cannot isolate; run `grader doctor`.\n"
    assert result.stdout == ""


def test_interrupt_exits_130(invoke: Invoke) -> None:
    """Ctrl-C is neither a fault nor a success."""
    result = invoke("grade", "toy", submission("interrupt"), "--out", "out")
    assert result.exit_code == 130
    assert result.stderr == "grader: stopped by Ctrl-C.\n"


def test_unsafe_warns_and_the_report_says_so(invoke: Invoke) -> None:
    """Nobody runs without isolation unaware."""
    result = invoke("grade", "toy", submission("pass"), "--out", "out", "--unsafe")
    assert result.exit_code == 0
    assert "UNSAFE: student code runs as you, without isolation." in result.stderr
    assert "unsafe: graded without isolation" in result.stdout
    assert from_json(Path("out/report.json").read_bytes()).isolation == "unsafe"


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["grade", "toyy", "mine.py", "--out", "out"], "No exercise is called 'toyy'."),
        (["grade", "toy", "missing.py", "--out", "out"], "missing.py does not exist."),
        (["grade", "toy", "x" * 300 + ".py", "--out", "out"], ".py cannot be read: File name too long."),
        (["grade", "toy", ".", "--out", "out"], "is a folder; grade a folder with `grader batch toy . --out DIR`."),
        (["grade", "toy", "mine.py", "--out", "mine.py"], "mine.py cannot be a folder"),
        (["grade", "toy", "mine.py"], "Missing option '--out'"),
        (["grade", "toy", "mine.py", "--out", "out", "--seed", "-1"], "'--seed'"),
        (["grade", "toy", "mine.py", "--out", "out", "--isolation", "none"], "'--isolation'"),
        (["grade", "toy", "mine.py", "--out", "out", "--isolation", "cold", "--unsafe"], "contradicts --isolation"),
        (["batch", "toy", "missing", "--out", "out"], "missing is not a folder"),
        (["batch", "toy", "x" * 300, "--out", "out"], "File name too long"),
        (["batch", "toy", "mine.py", "--out", "out"], "mine.py is not a folder"),
        (["batch", "toy", ".", "--out", "."], "is the folder of submissions itself"),
        (["batch", "toy", ".", "--out", "out", "--jobs", "0"], "'--jobs'"),
        (["batch", "toy", ".", "--out", "out", "--seed", "-1"], "'--seed'"),
        (["batch", "toy", ".", "--out", "out", "--limit", "0"], "'--limit'"),
        (["batch", "toy", ".", "--out", "out", "--force", "--retry", "ungraded"], "give one of them"),
        (["batch", "toy", ".", "--out", "out", "--only", "nobody*"], "no submission is named by 'nobody*'"),
        (["batch", "toy", ".", "--out", "out", "--json", "--json-lines"], "it contradicts --json"),
        (["grade", "toy", "mine.py", "--out", "out", "--json", "--json-lines"], "it contradicts --json"),
        (["batch", "toy", ".", "--out", "out", "--layout", "canvas"], "holds no file named as Canvas names them"),
        (["batch", "toy", ".", "--out", "out", "--layout", "nbgrader"], "holds no folder STUDENT/ASSIGNMENT"),
        (["batch", "toy", ".", "--out", "out", "--assignment", "week1"], "--assignment is for trees of nbgrader"),
        (["batch", "toy", ".", "--out", "out", "--timezone", "Nowhere/X"], "No time zone is called 'Nowhere/X'"),
        (["batch", "toy", ".", "--out", "out", "--times", "mine.py"], "needs the columns `student` or `file`"),
        (["batch", "toy", ".", "--out", "out", "--times", "missing.csv"], "missing.csv cannot be read"),
        (["nonsense"], "No such command 'nonsense'"),
    ],
)
def test_usage_errors_exit_2(invoke: Invoke, args: list[str], message: str) -> None:
    """What the caller typed wrong is told in a line, before anything runs."""
    submission("pass")
    result = invoke(*args)
    assert result.exit_code == 2
    assert message in result.stderr
    assert "Traceback" not in result.stderr
    assert result.stdout == ""


def test_message_of_a_hostile_name_does_nothing_to_the_terminal(invoke: Invoke) -> None:
    """Escape sequences and rich markup in a file name are shown, not obeyed."""
    name = "[red]\x1b[2Jmine.py"
    result = invoke("grade", "toy", submission("unreadable", name), "--out", "out")
    assert result.exit_code == 2
    assert result.stderr.startswith("grader: [red]")
    assert result.stderr.endswith("[2Jmine.py: is not a notebook. Save it again.\n")
    assert "\x1b" not in result.output


def test_unforeseen_error_exits_3_with_its_traceback_in_a_file(invoke: Invoke, engine: ScriptedEngine) -> None:
    """A person gets one line; the file has what a developer needs and only its owner can read it."""

    class Broken(ScriptedEngine):
        def exercise(self, name: str, params_file: Path | None) -> object:  # type: ignore[override]
            raise ZeroDivisionError("division\nby zero")

    result = invoke("grade", "toy", submission("pass"), "--out", "out", engine=Broken(engine.log))
    assert result.exit_code == 3
    assert len(result.stderr.splitlines()) == 1
    assert "a fault of ours, nothing was scored: ZeroDivisionError: by zero." in result.stderr
    log = Path(result.stderr.partition("Details are in ")[2].partition(";")[0])
    assert "Traceback" in log.read_text()
    assert log.stat().st_mode & 0o077 == 0
    log.unlink()


def test_batch_prints_a_table_and_where_the_index_is(invoke: Invoke) -> None:
    """A mixed folder: everything has its line, and unusable files make it exit 2."""
    submission("pass", "in/alice.py")
    submission("half", "in/bob.py")
    submission("unreadable", "in/carol.py")

    result = invoke("batch", "toy", "in", "--out", "out", "--jobs", "1")

    assert result.exit_code == 2
    rows = [line.split() for line in result.stdout.splitlines()]
    assert ["alice.py", "10", "of", "10", "graded"] in rows
    assert ["bob.py", "5", "of", "10", "graded", "create_model/compiled"] in rows
    assert any(row[:3] == ["carol.py", "–", "unusable"] for row in rows)
    assert "3 submissions: 2 graded, 1 unusable." in result.stdout
    assert "Index: out/index.html\n" in result.stdout
    assert result.stderr.splitlines() == [
        "3 submissions, 1 of them done or unusable; 1 at a time",
        "[2/3] alice.py: 10 of 10",
        "[3/3] bob.py: 5 of 10",
    ]


def test_batch_json_prints_the_outcome_and_nothing_else(invoke: Invoke) -> None:
    """A script reads rows, what was ignored and where the files are."""
    submission("half", "in/bob.py")
    submission("", "in/notes.md")
    result = invoke("batch", "toy", "in", "--out", "out", "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout) == {
        "schema": "grader-batch/1",
        "exercise": "toy",
        "out": "out",
        "index": "out/index.html",
        "grades": "out/grades.csv",
        "layout": "flat",
        "notes": [],
        "rows": [
            {
                "file": "bob.py",
                "report": "bob.py",
                "status": "graded",
                "score": 5.0,
                "max_score": 10.0,
                "fix_first": "create_model/compiled",
                "needs_review": False,
                "message": "",
                "resumed": False,
                "answered": False,
                "student": "",
                "attempt": None,
                "submitted": None,
                "late": False,
                "labelled": False,
            }
        ],
        "ignored": [{"file": "notes.md", "reason": "not a kind of file that is graded"}],
        "interrupted": False,
        "gradebook": None,
        "recorded": 0,
        "not_recorded": [],
        "remaining": 0,
    }


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["pass", "half"], 0),
        (["pass", "unreadable"], 2),
        (["fault", "unreadable"], 3),
        (["die", "pass"], 3),
        (["pass", "interrupt"], 130),
    ],
)
def test_batch_exit_code_tells_the_worst(invoke: Invoke, words: list[str], code: int) -> None:
    """Our fault outranks an unusable file, which outranks success; an interrupt outranks all."""
    for number, word in enumerate(words):
        submission(word, f"in/s{number}.py")
    assert invoke("batch", "toy", "in", "--out", "out").exit_code == code


def test_batch_without_isolation_exits_3(invoke: Invoke, engine: ScriptedEngine) -> None:
    """No submission is marked ungraded for what the machine lacks; the line says what to do."""
    submission("pass", "in/a.py")
    result = invoke("batch", "toy", "in", "--out", "out", engine=dataclasses.replace(engine, isolates=False))
    assert result.exit_code == 3
    assert result.stderr.splitlines()[-1] == "grader: This machine cannot isolate; run `grader doctor`."
    assert not Path("out/a.py").exists()


def test_interrupted_batch_says_how_to_go_on(invoke: Invoke) -> None:
    """What is done is shown, and the same command continues."""
    submission("pass", "in/a.py")
    submission("interrupt once", "in/b.py")
    result = invoke("batch", "toy", "in", "--out", "out")
    assert "1 submission: 1 graded, 1 left; run the same command to go on." in result.stdout
    assert invoke("batch", "toy", "in", "--out", "out").exit_code == 0


def test_tables_show_tasks_and_what_to_fix_first() -> None:
    """A student reads which tasks stand, and the one finding to begin with."""
    check = CheckResult(
        id="create_model/compiled",
        title="The model is compiled",
        status="failed",
        score=0.0,
        max_score=2.0,
        seen="no loss [bold]at all[/bold]",
        hint="Call compile().",
        where=Where(cell=4, line=2),
    )
    task = TaskResult(name="create_model", title="A model", status="failed", score=8.0, max_score=10.0, checks=(check,))
    report = toy_report("mine.py", score=8.0, tasks=(task,), fix_first=check.id)
    text = shown(task_table(report), fix_first_panel(report), score_line(report))
    for line in ("A model   to fix   8 of 10", "fix first: create_model/compiled", "where: cell 4, line 2"):
        assert line in text
    assert "seen: no loss [bold]at all[/bold]" in text
    assert "Score: 8 of 10" in text

"""`grader gradebook` and `grader rerun`, over a scripted engine: no sandbox, no TensorFlow."""

from __future__ import annotations

import csv
import dataclasses
import hashlib
import json
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from grader.batch.testing import SerialExecutor
from grader.cli.backend import Backend
from grader.cli.main import app
from grader.gradebook import Gradebook
from grader.gradebook.book import account
from grader.grading import AssignmentSeed
from grader.results import from_json
from tests.gradebook.engine import SeededEngine

Invoke = Callable[..., Result]
ADA = "ada/week1.ipynb"


def notebook(word: str) -> str:
    """A notebook of one cell, with a person in its metadata."""
    cell = {"cell_type": "code", "source": word, "metadata": {"executionInfo": {"user": {"displayName": "Ada"}}}}
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {"authors": ["Ada"]}, "cells": [cell]})


@pytest.fixture
def engine(tmp_path: Path) -> SeededEngine:
    return SeededEngine(tmp_path / "log")


@pytest.fixture
def invoke(engine: SeededEngine, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Invoke:
    """Run `grader` in a folder of its own; the gradebook is named by the environment."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("GRADER_GRADEBOOK", url)

    def run(*args: str, engine: SeededEngine = engine, stdin: str | None = None) -> Result:
        return CliRunner().invoke(app, args, obj=Backend(engine, SerialExecutor), input=stdin, catch_exceptions=False)

    return run


@pytest.fixture
def graded(invoke: Invoke, url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An output folder of three students: a full score, half of it, and a file that cannot be read."""
    for name, text in {ADA: notebook("half"), "bob/week1.py": "pass", "eve/week1.py": "unreadable"}.items():
        Path("submissions", name).parent.mkdir(parents=True)
        Path("submissions", name).write_text(text)
    monkeypatch.delenv("GRADER_GRADEBOOK")
    invoke("batch", "toy", "submissions", "--out", "out")
    monkeypatch.setenv("GRADER_GRADEBOOK", url)
    return Path("out")


@pytest.fixture
def imported(invoke: Invoke, graded: Path) -> Path:
    """The same, in the gradebook."""
    assert invoke("gradebook", "import", "out", "--submissions", "submissions").exit_code == 0
    return graded


def shown(invoke: Invoke, *args: str) -> dict[str, dict]:
    """Grades by student."""
    result = invoke("gradebook", "show", "--json", *args)
    assert result.exit_code == 0
    (assignment,) = json.loads(result.stdout)["assignments"]
    return {grade["student"]: grade for grade in assignment["grades"]}


def test_import_tells_what_is_new_and_what_is_kept(invoke: Invoke, graded: Path, url: str) -> None:
    first = invoke("gradebook", "import", "out")
    assert first.exit_code == 0
    hint = "name the folder that was graded with --submissions to keep it"
    name = url if "://" not in url else url.replace("postgresql://", "postgresql+psycopg://").partition("?")[0]
    assert first.stdout == (
        f"3 reports, 3 of them new.\nOf 3 nothing that was handed in is kept; {hint}.\nGradebook: {name}\n"
    )
    second = json.loads(invoke("gradebook", "import", "out", "--submissions", "submissions", "--json").stdout)
    assert (second["reports"], second["new"], second["kept"]) == (3, 0, 3)
    assert {name: grade["final"] for name, grade in shown(invoke).items()} == {"ada": 5.0, "bob": 10.0, "eve": None}


def test_kept_notebooks_say_nothing_of_people(invoke: Invoke, imported: Path, url: str) -> None:
    with Gradebook.open(url) as book:
        (ada,) = book.find(from_json(Path("out/ada--week1/report.json").read_bytes()))
    assert b"Ada" not in ada.data
    assert b"half" in ada.data


def test_files_that_changed_since_are_not_kept(invoke: Invoke, graded: Path) -> None:
    """Kept bytes are those that were graded, or none."""
    Path("submissions/bob/week1.py").write_text("half")
    Path("submissions/eve/week1.py").unlink()
    result = json.loads(invoke("gradebook", "import", "out", "--submissions", "submissions", "--json").stdout)
    assert (result["reports"], result["kept"]) == (3, 1)


@pytest.mark.parametrize("label", ["../secret.py", "{absolute}", "bob/../../secret.py"])
def test_a_report_that_names_a_file_outside_gets_none(invoke: Invoke, graded: Path, label: str) -> None:
    """The label of a report is text from outside."""
    secret = Path("secret.py")
    secret.write_text("secret = 1\n")
    path = graded / "bob--week1.py" / "report.json"
    document = json.loads(path.read_text())
    document["submission"] = {
        "file": label.format(absolute=secret.absolute()),
        "sha256": hashlib.sha256(secret.read_bytes()).hexdigest(),
    }
    path.write_text(json.dumps(document))
    result = json.loads(invoke("gradebook", "import", "out", "--submissions", "submissions", "--json").stdout)
    assert (result["reports"], result["kept"]) == (3, 2)


def test_students_and_times_come_from_csv(invoke: Invoke, graded: Path) -> None:
    """By file or by folder, whoever made the CSV: semicolons, a byte order mark, other columns."""
    Path("students.csv").write_bytes(
        "\ufefffile;group;student\r\nada;1;Ada Lovelace\r\nbob/week1.py;2;=Bob\r\n".encode()
    )
    Path("times.csv").write_text("file,time\nada/week1.ipynb,2026-03-03 12:00\nbob,\n")
    result = invoke(
        "gradebook", "import", "out", "--students", "students.csv", "--times", "times.csv", "--zone", "Europe/Berlin"
    )
    assert result.exit_code == 0
    assert result.stderr == "grader: not in students.csv, so called after their files: eve/week1.py\n"
    policy = ("--due", "2026-03-01T12:00+01:00", "--late", "10", "--at-most", "50", "--rule", "last")
    assert invoke("gradebook", "policy", "toy", *policy).exit_code == 0
    grades = shown(invoke)
    assert set(grades) == {"Ada Lovelace", "=Bob", "eve"}
    ada, bob = grades["Ada Lovelace"], grades["=Bob"]
    assert ada["attempt"]["handed_in"] == "2026-03-03T11:00:00+00:00"
    assert (ada["raw"], ada["late_days"], ada["late_deduction"], ada["final"]) == (5.0, 2, 2.0, 3.0)
    assert (bob["attempt"]["handed_in"], bob["late_deduction"], bob["final"]) == (None, 0.0, 10.0)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "must begin with a line that names the columns: file,time"),
        (b"name,when\na,b\n", "must begin with a line that names the columns: file,time"),
        (b"file,time\nada,2026-03-01\n", "line 2: The time '2026-03-01' names no zone"),
        (b"file,time\nada,tomorrow\n", "line 2: 'tomorrow' is no time"),
        (b"file,time\nada,0001-01-01T00:00+14:00\n", "line 2: The time '0001-01-01T00:00+14:00' lies outside"),
        (b"file,time\n,2026-03-01T00:00Z\n", "line 2: needs a file and a time."),
        (b"file,time\nada\n", "line 2: needs a file and a time."),
        (b"file,time\na,2026-03-01T00:00Z\na,2026-03-02T00:00Z\n", "line 3: 'a' has another time further up."),
        (b"file,time\n\xff\n", "is not UTF-8 (byte 10); save it as CSV UTF-8."),
        (b"file,time\n" + b"x" * 200_000 + b",\n", "field larger than field limit"),
        (b" " * (11 << 20), "has more than 10 MB"),
    ],
)
def test_a_list_that_cannot_be_is_told_with_its_line(
    invoke: Invoke, graded: Path, content: bytes, message: str
) -> None:
    Path("times.csv").write_bytes(content)
    result = invoke("gradebook", "import", "out", "--times", "times.csv")
    assert result.exit_code == 2
    assert message in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_a_broken_report_stops_no_other(invoke: Invoke, graded: Path) -> None:
    (graded / "bob--week1.py" / "report.json").write_text('{"schema": "grader-repo')
    result = invoke("gradebook", "import", "out")
    assert result.exit_code == 2
    assert result.stderr.startswith("grader: not recorded: out/bob--week1.py/report.json: ")
    assert len(result.stderr.splitlines()) == 1
    assert set(shown(invoke)) == {"ada", "eve"}


def test_show_has_every_step_in_its_place(invoke: Invoke, imported: Path) -> None:
    invoke("gradebook", "adjust", "ada", "toy", "--points", "-1.5", "--reason", "copied", "--author", "tutor")
    lines = [line.split() for line in invoke("gradebook", "show").stdout.splitlines() if line.strip()]
    assert ["toy:", "the", "best", "attempt", "counts,", "nothing", "is", "late"] in lines
    assert ["student", "attempt", "raw", "late", "adjusted", "final"] in lines
    assert ["ada", "1", "of", "1", "5", "−1.5", "3.5", "of", "10"] in lines
    assert ["bob", "1", "of", "1", "10", "10", "of", "10"] in lines
    assert ["eve", "–", "–", "–", "nothing", "graded"] in lines


def test_history_shows_attempts_reports_and_adjustments(invoke: Invoke, imported: Path) -> None:
    invoke("gradebook", "adjust", "ada", "toy", "--score", "7", "--reason", "oral exam", "--author", "tutor")
    text = invoke("gradebook", "show", "--student", "ada", "--history").stdout
    lines = [re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC", "TIME", line) for line in text.splitlines()]
    seed = from_json(Path("out/ada--week1/report.json").read_bytes()).seed[:8]
    assert lines[-4:] == [
        "ada",
        "  attempt 1: ada/week1.ipynb, handed in unknown, bytes kept",
        f"    5 of 10 (current): TIME by {account()}, grader 0.1.0, exercise 1.0.0 p1, seed {seed}",
        "  = 7: oral exam (tutor, TIME)",
    ]
    assert "bob" not in text
    (ada,) = shown(invoke, "--student", "ada", "--history").values()
    assert [one["kept"] for one in ada["history"]] == [True]
    assert [one["reason"] for one in ada["adjustments"]] == ["oral exam"]


def test_export_is_safe_in_a_spreadsheet(invoke: Invoke, graded: Path) -> None:
    """A formula as a name is text; no score is an empty cell."""
    Path("students.csv").write_text("file,student\nada,=cmd|' /C calc'!A0\nbob,\u202ebob\neve,Eve\n")
    invoke("gradebook", "import", "out", "--students", "students.csv")
    result = invoke("gradebook", "export", "grades.csv")
    assert result.stdout == "grades.csv: 3 grades\n"
    rows = {row["student"]: row for row in csv.DictReader(Path("grades.csv").read_text().splitlines())}
    assert set(rows) == {"'=cmd|' /C calc'!A0", "\\u202ebob", "Eve"}
    assert (rows["Eve"]["final"], rows["Eve"]["needs_review"]) == ("", "yes")
    assert rows["'=cmd|' /C calc'!A0"]["final"] == "5"


def test_export_as_json_and_without_names(invoke: Invoke, imported: Path) -> None:
    assert invoke("gradebook", "export", "--format", "json", "grades.txt", "--anonymous").exit_code == 0
    document = json.loads(Path("grades.txt").read_text())
    assert document["schema"] == "grader-gradebook/1"
    grades = document["assignments"][0]["grades"]
    assert [(grade["student"], grade["final"]) for grade in grades] == [(None, 5.0), (None, 10.0), (None, None)]
    # As a word: the letters alone also stand in one digest of a hundred or so.
    assert not re.search(r"\bada\b", Path("grades.txt").read_text(), re.IGNORECASE)
    assert invoke("gradebook", "export", "grades.json").exit_code == 0
    assert json.loads(Path("grades.json").read_text())["assignments"][0]["grades"][0]["student"] == "ada"


def test_forget_asks_first(invoke: Invoke, imported: Path) -> None:
    refused = invoke("gradebook", "forget", "ada", stdin="n\n")
    assert refused.exit_code == 1
    assert "Forget ada? This cannot be undone" in refused.stderr
    assert "ada" in shown(invoke)
    assert invoke("gradebook", "forget", "ada", stdin="y\n").exit_code == 0
    assert invoke("gradebook", "forget", "bob", "--yes").exit_code == 0
    grades = json.loads(invoke("gradebook", "show", "--json").stdout)["assignments"][0]["grades"]
    assert sorted((grade["student"] or "", grade["final"] or 0) for grade in grades) == [
        ("", 5.0),
        ("", 10.0),
        ("eve", 0),
    ]


def test_policy_changes_what_is_named_and_leaves_the_rest(invoke: Invoke, imported: Path) -> None:
    invoke(
        "gradebook", "policy", "toy", "--due", "2026-03-01T12:00Z", "--grace", "15", "--late", "10", "--at-most", "50"
    )
    result = invoke("gradebook", "policy", "toy", "--rule", "last")
    assert result.stdout == (
        "toy: the last attempt counts, due 2026-03-01 12:00 UTC, grace 15 min, 10% off per day, at most 50%\n"
    )
    assert json.loads(invoke("gradebook", "policy", "toy", "--due", "none", "--json").stdout)["late"] == {
        "due": None,
        "grace_minutes": 15.0,
        "percent_per_day": 10.0,
        "at_most": 50.0,
    }


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["show", "--assignment", "week9"], "The gradebook has no assignment 'week9'. It has toy."),
        (["show", "--student", "adda"], "The gradebook has no student 'adda'; close to it: ada."),
        (["adjust", "ada", "toy", "--reason", "r", "--author", "a"], "give either --points or --score."),
        (["adjust", "ada", "toy", "--points", "1", "--author", "a"], "Missing option '--reason'"),
        (["adjust", "ada", "toy", "--score", "-1", "--reason", "r", "--author", "a"], "must not be negative."),
        (["adjust", "eve", "toy", "--points", "1", "--reason", "r", "--author", "a"], "set one with --score."),
        (["policy", "toy", "--due", "2026-03-01"], "names no zone"),
        (["policy", "toy", "--due", "2026-03-01", "--zone", "../etc/passwd"], "There is no time zone"),
        (["policy", "week9"], "The gradebook has no assignment 'week9'."),
        (["export", "."], ". is a folder; name a file."),
        (["forget", "nobody", "--yes"], "The gradebook has no student 'nobody'."),
        (["import", "nowhere"], "nowhere is not a folder."),
        (["import", "submissions"], "submissions holds no report"),
        (["import", "out", "--assignment", " "], "must have 1 to 200 characters"),
    ],
)
def test_what_cannot_be_done_exits_2_with_one_line(invoke: Invoke, imported: Path, args, message: str) -> None:
    result = invoke("gradebook", *args)
    assert result.exit_code == 2
    assert message in result.stderr


def test_every_command_shows_an_example(invoke: Invoke) -> None:
    for command in ("import", "show", "policy", "adjust", "export", "forget"):
        assert f"grader gradebook {command}" in invoke("gradebook", command, "--help").stdout
    assert "grader rerun graded" in invoke("rerun", "--help").stdout


def test_a_gradebook_that_is_not_there_is_not_made_by_looking(
    invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GRADER_GRADEBOOK")
    for args in (["show"], ["export", "x.csv"], ["forget", "ada", "--yes"], ["policy", "toy"]):
        result = invoke("gradebook", *args)
        assert result.exit_code == 2
        assert "gradebook.db does not exist" in result.stderr
    assert not Path("gradebook.db").exists()


# --- rerun -----------------------------------------------------------------------------------------------------------


def test_rerun_of_the_same_finds_no_difference_and_records_it(invoke: Invoke, imported: Path) -> None:
    """From kept bytes, which lack the metadata, under the seed beside the report."""
    for report in ("out/ada--week1", "out/bob--week1.py/report.json", "out/eve--week1.py"):
        result = invoke("rerun", report)
        assert result.exit_code == 0, result.output
        assert "Nothing differs." in result.stdout
    (ada,) = shown(invoke, "--student", "ada", "--history").values()
    assert [(one["score"], one["current"]) for one in ada["history"][0]["reports"]] == [(5.0, False), (5.0, True)]
    assert len({one["seed"] for one in ada["history"][0]["reports"]}) == 1


def test_rerun_lists_what_differs(invoke: Invoke, imported: Path, engine: SeededEngine) -> None:
    """Another grader sees something else; exit 1."""
    result = invoke(
        "rerun", "out/ada--week1", engine=dataclasses.replace(engine, sees="Nothing was seen.", version="2")
    )
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "create_model/compiled seen: No rescaling was seen. → Nothing was seen.",
        "Score: 5 of 10",
    ]
    assert result.stderr == ""


def test_rerun_of_a_changed_grade_counts_the_new_one(invoke: Invoke, imported: Path) -> None:
    """The report of back then said more points; the gradebook has both."""
    path = Path("out/ada--week1/report.json")
    document = json.loads(path.read_text())
    document["score"], document["tasks"][0]["checks"][0]["score"] = 9.0, 9.0
    path.write_text(json.dumps(document))
    result = invoke("rerun", str(path), "--student", "ada", "--json")
    assert result.exit_code == 1
    told = json.loads(result.stdout)
    assert told["differences"] == [
        {"what": "score", "before": "9.0", "after": "5.0"},
        {"what": "create_model/compiled score", "before": "9.0", "after": "5.0"},
    ]
    assert (told["recorded"], told["notes"], told["report"]["score"]) == (True, [], 5.0)
    assert told["report"]["submission"] == document["submission"]


def test_rerun_says_where_the_exercise_is_another(invoke: Invoke, imported: Path, engine: SeededEngine) -> None:
    result = invoke("rerun", "out/bob--week1.py", engine=dataclasses.replace(engine, params="p2"))
    assert result.exit_code == 0
    assert "the exercise or its params are not those of back then" in result.stderr


def test_rerun_without_the_seed_says_how_to_get_it(invoke: Invoke, imported: Path) -> None:
    report = Path("elsewhere/deep/report.json")
    report.parent.mkdir(parents=True)
    report.write_bytes(Path("out/bob--week1.py/report.json").read_bytes())
    AssignmentSeed.for_folder(Path("elsewhere"))  # another assignment's
    refused = invoke("rerun", str(report))
    assert refused.exit_code == 2
    assert refused.stderr.startswith("grader: The secret seed of this report (digest ")
    assert refused.stderr.endswith(
        "is not at hand; name the output folder that it was graded into with --seed-from OUT.\n"
    )
    assert len(refused.stderr.splitlines()) == 1
    assert not Path("elsewhere/deep/.assignment").exists()  # none is made by looking
    assert invoke("rerun", str(report), "--seed-from", "out").exit_code == 0
    other = invoke("rerun", str(report), "--seed", "7")
    assert "another seed than back then" in other.stderr
    empty = invoke("rerun", str(report), "--seed-from", "submissions")
    assert empty.exit_code == 2
    assert "submissions holds no seed of an assignment" in empty.stderr
    assert not Path("submissions/.assignment").exists()


def test_rerun_takes_a_given_file_if_it_is_the_one(invoke: Invoke, graded: Path) -> None:
    """Without kept bytes; another file is told from it."""
    invoke("gradebook", "import", "out")
    missing = invoke("rerun", "out/bob--week1.py")
    assert missing.exit_code == 2
    assert "has not kept this submission's bytes; name what was handed in with --file." in missing.stderr
    assert invoke("rerun", "out/bob--week1.py", "--file", "submissions/bob/week1.py").exit_code == 0
    (bob,) = shown(invoke, "--student", "bob", "--history").values()
    assert len(bob["history"][0]["reports"]) == 2
    Path("submissions/bob/week1.py").write_text("half")
    other = invoke("rerun", "out/bob--week1.py", "--file", "submissions/bob/week1.py")
    assert other.exit_code == 2
    assert "is not the file that this report is of" in other.stderr


def test_rerun_of_a_file_needs_no_gradebook(invoke: Invoke, graded: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GRADER_GRADEBOOK")
    result = invoke("rerun", "out/bob--week1.py", "--file", "submissions/bob/week1.py", "--out", "again")
    assert result.exit_code == 0
    assert "the new report is not recorded" in result.stderr
    assert not Path("gradebook.db").exists()
    assert from_json(Path("again/report.json").read_bytes()).score == 10


def test_rerun_asks_whose_where_two_handed_in_the_same(invoke: Invoke, imported: Path) -> None:
    """The report itself is not in the gradebook, and its bytes are those of two."""
    Path("submissions/zoe").mkdir()
    Path("submissions/zoe/week1.py").write_text("pass")
    invoke("batch", "toy", "submissions", "--out", "out")
    invoke("gradebook", "import", "out", "--submissions", "submissions")
    path = Path("out/bob--week1.py/report.json")
    document = json.loads(path.read_text())
    document["needs_review"] = True
    path.write_text(json.dumps(document))
    asked = invoke("rerun", str(path))
    assert asked.exit_code == 2
    assert (
        "This very report is not in the gradebook, but the same file is, of bob (toy), zoe (toy); say whose it is with --student."
        in asked.stderr
    )
    assert invoke("rerun", str(path), "--student", "zoe").exit_code == 1
    assert [
        len(shown(invoke, "--student", name, "--history")[name]["history"][0]["reports"]) for name in ("bob", "zoe")
    ] == [
        1,
        2,
    ]


def test_rerun_of_one_never_grades_and_records_for_another(invoke: Invoke, imported: Path) -> None:
    """Zoe's report is not in the gradebook; Bob handed in the same code, and Mia the same file."""
    for name, text in {"zoe": "pass\n", "mia": "pass"}.items():
        Path("submissions", name).mkdir()
        Path("submissions", name, "week1.py").write_text(text)
    invoke("batch", "toy", "submissions", "--out", "fresh", "--gradebook", "other.db")
    zoe, mia = (json.loads(Path(f"fresh/{name}--week1.py/report.json").read_text()) for name in ("zoe", "mia"))
    bob = json.loads(Path("out/bob--week1.py/report.json").read_text())
    assert mia["submission"]["sha256"] == bob["submission"]["sha256"]
    Path("fresh/zoe--week1.py/report.json").write_text(json.dumps(zoe | {"key": bob["key"]}))
    of_zoe, of_mia = (invoke("rerun", f"fresh/{name}--week1.py") for name in ("zoe", "mia"))
    assert (of_zoe.exit_code, of_mia.exit_code) == (2, 2)
    assert "name what was handed in with --file" in of_zoe.stderr
    assert "the same file is, of bob (toy); say whose it is with --student." in of_mia.stderr
    with_file = invoke("rerun", "fresh/mia--week1.py", "--file", "submissions/mia/week1.py")
    assert with_file.exit_code == 0
    assert "the new report is not recorded: the gradebook has this file of others alone" in with_file.stderr
    history = shown(invoke, "--student", "bob", "--history")["bob"]["history"]
    assert [len(one["reports"]) for one in history] == [1]


def test_a_fault_of_ours_in_a_rerun_exits_3_and_takes_no_grade_away(
    invoke: Invoke, imported: Path, engine: SeededEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is on record, and the newest graded report still counts."""
    broken = dataclasses.replace(engine, sees="fault")
    monkeypatch.setattr("tests.gradebook.engine.word_of", lambda file: "ungraded")
    monkeypatch.setattr("tests.gradebook.engine.plain_copy", partial(written, "ungraded"))
    result = invoke("rerun", "out/ada--week1", engine=broken)
    assert result.exit_code == 3
    assert "The examiner died." in result.stderr
    (ada,) = shown(invoke, "--student", "ada", "--history").values()
    assert ada["final"] == 5.0
    assert [(one["status"], one["current"]) for one in ada["history"][0]["reports"]] == [
        ("graded", True),
        ("ungraded", False),
    ]


def written(word: str, file: Path) -> Path:
    """A file beside that one with this word."""
    copy = file.with_name("copy.py")
    copy.write_text(word)
    return copy


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "cannot be read: No such file or directory."),
        (b"", "not a grader-report/1 report"),
        (b"[1", "not a grader-"),
    ],
)
def test_rerun_of_no_report_exits_2(invoke: Invoke, imported: Path, content: bytes | None, message: str) -> None:
    if content is not None:
        Path("report.json").write_bytes(content)
    result = invoke("rerun", "report.json")
    assert result.exit_code == 2
    assert message in result.stderr
    assert len(result.stderr.splitlines()) == 1

"""Grades in the formats of other programs, read back as these programs document them."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from typer.testing import CliRunner, Result

from grader.cli.backend import Backend
from grader.cli.gradebook import ExportFormat
from grader.cli.main import app
from grader.errors import UsageError
from grader.gradebook import Gradebook, LatePolicy
from grader.gradebook.exports import FORMATS, Export, frame, read_sheet, write_export
from grader.gradebook.exports.roster import Person, keys, matched, orders
from grader.reports.text import safe_text
from tests.gradebook.samples import handed_in, report

CANVAS = """\
\ufeffStudent,ID,SIS User ID,SIS Login ID,Section,Toy (4711),Essay (4712),Final Score
,,,,,Manual Posting,,(read only)
    Points Possible,,,,,50,10,(read only)
"Lovelace, Ada",101,u1,alove,"Lab, 1",,7,
"Núñez, José",102,u2,jnun,Lab 1,3,8,91
"Roe, John",103,u3,jroe,Lab 2,,,
"Roe, John",104,u4,jroe2,Lab 2,,,
"Nobody, =1+1",105,u5,nobody,Lab 2,1,2,3
"Student, Test",,,abc,Lab 2,,,
"""
MOODLE = """\
Identifier,Full name,Email address,Status,Grade,Maximum grade,Grade can be changed,Last modified (submission),Last modified (grade),Feedback comments
Participant 101,Ada Lovelace,ada@x.org,Submitted for grading,,100.00,Yes,"Friday, 3 May 2024, 10:15 AM",-,
Participant 102,José Núñez,jose@x.org,Submitted for grading,3.00,100.00,Yes,-,-,Well done
Participant 103,John Roe,john@x.org,No submission,,100.00,No,-,-,
Participant 104,Zoe Zed,zoe@x.org,No submission,,100.00,Yes,-,-,
"""


@pytest.fixture
def filled(book: Gradebook) -> Gradebook:
    """Ada is two days late, José was given points, John's submission is ungraded."""
    time = datetime(2026, 3, 3, 12, tzinfo=UTC)
    book.record(handed_in("Ada Lovelace", time=time), report(8.0))
    book.record(handed_in("José Núñez", data=b"2", file="josé/w.py"), report(5.0, data=b"2", key="k2"))
    ungraded = report(0.0, data=b"3", key="k3", status="ungraded", message="The examiner died.", tasks=())
    book.record(handed_in("John Roe", data=b"3", file="john/w.py"), ungraded)
    book.adjust("José Núñez", "toy", "add", 1.5, reason="oral", author="Tutor")
    book.configure("toy", late=LatePolicy(due=datetime(2026, 3, 1, 12, tzinfo=UTC), percent_per_day=10))
    return book


@pytest.fixture
def export(filled: Gradebook, tmp_path: Path) -> Callable[..., Any]:
    """Export into a file; returns its path and what was said."""

    def run(
        name: str, *, file: str = "out", into: str | bytes | None = None, **options: Any
    ) -> tuple[Path, tuple[str, ...]]:
        sheet = None
        if into is not None:
            (tmp_path / "in.csv").write_bytes(into if isinstance(into, bytes) else into.encode())
            sheet = read_sheet(tmp_path / "in.csv")
        graded = [(one, filled.histories(one.name)) for one in filled.assignments()]
        done = write_export(tmp_path / file, name, Export(graded, filled.report, into=sheet, **options))
        return tmp_path / file, done.notes

    return run


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"), newline="")))


def test_the_command_line_names_the_formats_that_there_are() -> None:
    assert [form.value for form in ExportFormat] == list(FORMATS)


# --- Canvas ----------------------------------------------------------------------------------------------------------


def test_canvas_own_file_is_filled_and_all_else_in_it_stays(export) -> None:
    """By names in either order; two of one name get nothing; what is ungraded stays empty; scores in Canvas' points."""
    path, notes = export("canvas", into=CANVAS)
    before = CANVAS.splitlines()
    after = path.read_bytes().decode().split("\r\n")
    assert after[3] == '"Lovelace, Ada",101,u1,alove,"Lab, 1",30,7,'  # 8 less 2 for two days, of 10; in 50 points
    assert after[4] == '"Núñez, José",102,u2,jnun,Lab 1,32.5,8,91'
    assert [*after[:3], *after[5:]] == [*before[:3], *before[5:], ""]
    assert notes == (
        f"{path.parent / 'in.csv'} has no row of its own for some, whose grades are not in it: John Roe.",
        "Toy (4711) has 50 points there and 10 here; scores are scaled.",
    )


def test_canvas_file_is_read_with_semicolons_too(export) -> None:
    text = (
        'Student;ID;SIS User ID;SIS Login ID;Section;Toy (1)\n    Points Possible;;;;;10,0\n"Lovelace, Ada";101;;;;\n'
    )
    path, _ = export("canvas", into=text)
    assert path.read_bytes().decode().split("\r\n")[2] == "Lovelace, Ada;101;;;;6"


@pytest.mark.parametrize(
    ("points", "score"),
    [
        ("50", "30"),
        ("50,5", "30.3"),
        ("50.50", "30.3"),
        ("1,000.00", "600"),
        ("1.000,5", "600.3"),
        ("0,500", "0.3"),
        ("1,000,000", "600000"),
        ("", "6"),
        ("many", "6"),
    ],
)
def test_points_are_read_as_platforms_write_them(export, points: str, score: str) -> None:
    text = f'Student;ID;Toy (1)\n    Points Possible;;{points}\n"Lovelace, Ada";101;\n'
    path, _ = export("canvas", into=text)
    assert path.read_bytes().decode().split("\r\n")[2] == f"Lovelace, Ada;101;{score}"


def test_points_that_may_be_one_or_a_thousand_are_refused(export) -> None:
    """A guess would be wrong by a thousand times, for the whole class."""
    said = "'1,000' may be 1000 or 1; write it without the comma."
    with pytest.raises(UsageError) as info:
        export("canvas", into=CANVAS.replace(",50,10,", ',"1,000",10,'))
    assert str(info.value).endswith(f"in.csv, Toy (4711): {said}")
    with pytest.raises(UsageError) as info:
        export("moodle", into=MOODLE.replace("100.00", '"1,000"'))
    assert str(info.value).endswith(f"in.csv, Maximum grade: {said}")


def test_canvas_column_can_be_named(export) -> None:
    path, _ = export("canvas", into=CANVAS, column="Essay (4712)")
    lines = path.read_bytes().decode().split("\r\n")
    assert lines[3] == '"Lovelace, Ada",101,u1,alove,"Lab, 1",,6,'


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        (CANVAS.replace("Toy (4711)", "Week 1 (4711)"), None, "for 'toy'; it has 'Week 1 (4711)', 'Essay (4712)'. Name one with --column."),
        (CANVAS.replace("Essay", "toy"), None, "has no column, or more than one, for 'toy'"),
        (CANVAS, "Quiz", "for 'quiz'; it has 'Toy (4711)', 'Essay (4712)'."),
        (CANVAS.replace("Student,ID", "Name,ID"), None, "is no gradebook of Canvas: it has no columns Student and ID."),
        (CANVAS.replace("Points Possible", "Points"), None, "is no gradebook of Canvas: it has no row Points Possible."),
        ("", None, "is no CSV file with a row of names"),
        (b"\xff", None, "is not UTF-8 (byte 0); export it again as CSV."),
        ("a,b\n1,2,3\n", None, "a row has 3 cells and the first row 2."),
        ('a,b\n"1,2\n', None, "is no CSV file with a row of names"),
    ],
)  # fmt: skip
def test_canvas_refuses_another_file_in_one_line(export, text: str | bytes, column: str | None, message: str) -> None:
    with pytest.raises(UsageError) as info:
        export("canvas", into=text, column=column)
    assert message in str(info.value)
    assert "\n" not in str(info.value)


def test_canvas_table_of_our_own_has_the_documented_columns(export) -> None:
    """And goes back in: filled into itself it does not change."""
    path, notes = export("canvas")
    points, *students = rows(path)
    assert list(points) == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "toy"]
    assert points["Student"] == "    Points Possible"
    assert points["toy"] == "10"
    assert {one["Student"]: one["toy"] for one in students} == {
        "Ada Lovelace": "6",
        "José Núñez": "6.5",
        "John Roe": "",
    }
    assert "unknown of some; fill its own file with --into: Ada Lovelace, John Roe, José Núñez." in notes[0]
    again, _ = export("canvas", file="again", into=path.read_bytes())
    assert again.read_bytes() == path.read_bytes()


def test_canvas_number_in_the_file_name_decides(book: Gradebook, tmp_path: Path) -> None:
    """Two of one name are told apart by it; it counts only behind the student's own name, never in another file's."""
    for student, number, data in (("roejohn", 104, b"1"), ("doejane", 101, b"2")):
        file = f"{student}_LATE_{number}_99_w.py"
        book.record(handed_in(student, data=data, file=file), report(5.0, data=data, file=file, key=str(number)))
    forged = "x/roejohn_103_98_w.py"
    book.record(handed_in("evil", data=b"3", file=forged), report(10.0, data=b"3", file=forged, key="e"))
    (tmp_path / "in.csv").write_text(CANVAS)
    graded = [(one, book.histories(one.name)) for one in book.assignments()]
    write_export(tmp_path / "out", "canvas", Export(graded, book.report, into=read_sheet(tmp_path / "in.csv")))
    assert {one["ID"]: one["Toy (4711)"] for one in rows(tmp_path / "out") if one["ID"] in ("101", "103", "104")} == {
        "101": "25", "103": "", "104": "25",
    }  # fmt: skip
    write_export(tmp_path / "own", "canvas", Export(graded, book.report))
    assert {one["Student"]: one["ID"] for one in rows(tmp_path / "own")[1:]} == {
        "roejohn": "104",
        "doejane": "101",
        "evil": "",
    }


def test_names_are_compared_as_platforms_write_them() -> None:
    assert orders("Doe, Jane") == ["Doe, Jane", "Jane Doe"]
    assert orders("Jane Ann Doe") == ["Jane Ann Doe", "Doe Jane Ann"]
    assert orders("Cher") == ["Cher"]
    assert set(keys("DOE,  Jane")) & set(keys("doejane")) == {"~ doejane"}
    assert keys(" - ") == []


def test_two_students_at_one_row_are_both_left_out(filled: Gradebook) -> None:
    """One of them would get the grade of the other."""
    histories = [one for one in filled.histories("toy") if one.grade.label != "John Roe"]
    people = [Person("", ["Ada Lovelace", "José Núñez"])]
    assert matched(histories, people, ["", ""]) == ({}, ["Ada Lovelace", "José Núñez"])
    assert [*matched(histories, [Person("", ["lovelace, ADA", "Ada Lovelace"])], ["", ""])[0]] == [0]


# --- Moodle ----------------------------------------------------------------------------------------------------------


def test_moodle_worksheet_is_filled_and_all_else_in_it_stays(export) -> None:
    """In its points; a comment that a person wrote stays; locked and ungraded ones are left as they are."""
    path, notes = export("moodle", into=MOODLE)
    before, after = MOODLE.splitlines(), path.read_bytes().decode().split("\r\n")
    ada, jose = rows(path)[:2]
    assert (ada["Grade"], ada["Feedback comments"]) == ("60", "8 of 10 points; 2 off for 2 days late")
    assert (jose["Grade"], jose["Feedback comments"]) == ("65", "Well done")
    assert [after[0], *after[3:]] == [before[0], *before[3:], ""]
    assert notes == (
        "Moodle lets the grades of some not be changed, so they were left as they are: John Roe.",
        "Grade has 100 points there and 10 here; scores are scaled.",
    )
    assert [name for name, one in (("ada", ada), ("jose", jose)) if one["Last modified (grade)"] != "-"] == []


def test_moodle_worksheet_of_our_own_has_the_documented_columns(book: Gradebook, tmp_path: Path) -> None:
    """The participant's number stands in the names of Moodle's folders."""
    file = "Ada <b>_101_assignsubmission_file_/w.py"
    book.record(handed_in("Ada <b>", file=file), report(file=file))
    book.record(handed_in("Bob", data=b"2"), report(data=b"2", key="k2"))
    graded = [(one, book.histories(one.name)) for one in book.assignments()]
    done = write_export(tmp_path / "own.csv", "moodle", Export(graded, book.report))
    ada, bob = rows(tmp_path / "own.csv")
    assert list(ada) == [
        "Identifier", "Full name", "Email address", "Status", "Grade", "Maximum grade", "Grade can be changed",
        "Last modified (submission)", "Last modified (grade)", "Feedback comments",
    ]  # fmt: skip
    assert (ada["Identifier"], ada["Full name"], ada["Grade"], ada["Maximum grade"]) == (
        "Participant 101",
        "Ada <b>",
        "8",
        "10",
    )
    assert (ada["Status"], ada["Grade can be changed"], ada["Last modified (grade)"]) == (
        "Submitted for grading",
        "Yes",
        "-",
    )
    assert bob["Identifier"] == ""
    assert done.notes[0].endswith("fill its own worksheet with --into: Bob.")
    (tmp_path / "again.csv").write_bytes((tmp_path / "own.csv").read_bytes())
    into = read_sheet(tmp_path / "again.csv")
    write_export(tmp_path / "again.csv", "moodle", Export(graded, book.report, into=into))
    assert (tmp_path / "again.csv").read_bytes() == (tmp_path / "own.csv").read_bytes()


def test_moodle_takes_one_assignment(export, filled: Gradebook) -> None:
    filled.configure("retake", exercise="toy")
    with pytest.raises(
        UsageError, match=r"is for one assignment; name it with --assignment \(there are: retake, toy\)"
    ):
        export("moodle")


def test_moodle_refuses_another_file(export) -> None:
    with pytest.raises(UsageError, match="is no grading worksheet of Moodle: it has no columns Identifier and Grade"):
        export("moodle", into=CANVAS)


# --- Gradescope ------------------------------------------------------------------------------------------------------

TEST_KEYS = {
    "name", "name_format", "number", "score", "max_score", "status", "output", "output_format", "visibility", "tags",
    "extra_data",
}  # fmt: skip
KEYS = {
    "score", "execution_time", "output", "output_format", "test_output_format", "test_name_format", "visibility",
    "stdout_visibility", "extra_data", "tests", "leaderboard",
}  # fmt: skip


def test_gradescope_gets_a_file_for_each_score(export, filled: Gradebook) -> None:
    """With keys and values that its specification knows; who is ungraded gets none, for it would be a zero."""
    path, notes = export("gradescope", file="results")
    found = {one.parent.name.rpartition("-s-")[0]: json.loads(one.read_text()) for one in path.rglob("results.json")}
    assert set(found) == {"ada-lovelace", "jose-nunez"}
    assert notes == ("no report is graded of some: John Roe.",)
    ada = found["ada-lovelace"]
    assert set(ada) <= KEYS
    assert (ada["score"], ada["output_format"], ada["visibility"]) == (6.0, "text", "visible")
    assert ada["output"] == "8 of 10 points; 2 off for 2 days late"
    assert found["jose-nunez"]["output"] == "5 of 10 points; adjusted by 1.5"
    passed, failed = ada["tests"]
    assert set(passed) | set(failed) <= TEST_KEYS
    assert (passed["status"], failed["status"]) == ("passed", "failed")
    assert (failed["name"], failed["number"]) == ("Title of create_model/rescaling", "create_model/rescaling")
    assert (failed["score"], failed["max_score"], failed["visibility"], failed["output_format"]) == (
        8.0,
        10.0,
        "visible",
        "text",
    )
    assert failed["output"].splitlines() == [
        "to fix", "What we saw: No rescaling was seen.", "Expected: A Rescaling layer.", "Why it matters: Because.",
        "Hint: Add one.", "Where: line 1", "Traceback of ada",
    ]  # fmt: skip
    assert passed["output"] == ""
    assert ada["extra_data"]["max_score"] == 10.0


def test_gradescope_without_names_has_none(export) -> None:
    path, notes = export("gradescope", file="results", anonymous=True)
    text = " ".join(str(one) for one in path.rglob("*")) + " ".join(notes)
    assert len([*path.rglob("results.json")]) == 2
    assert not any(name in text for name in ("ada-", "jose", "John"))


# --- JUnit -----------------------------------------------------------------------------------------------------------


def test_junit_has_a_suite_for_each_submission(export) -> None:
    """Sums that hold, an error for a fault of ours, and each status as build servers read it."""
    path, _ = export("junit", file="out.xml")
    root = ET.fromstring(path.read_bytes())
    assert root.tag == "testsuites"
    suites = {one.get("name"): one for one in root}
    assert set(suites) == {"Ada Lovelace", "José Núñez", "John Roe"}
    for suite in suites.values():
        cases = suite.findall("testcase")
        assert suite.get("tests") == str(len(cases))
        for count, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert suite.get(count) == str(len([case for case in cases if case.find(tag) is not None]))
            assert root.get(count) == str(sum(int(one.get(count)) for one in root))
    ada = suites["Ada Lovelace"]
    passed, failed = ada.findall("testcase")
    assert (passed.get("classname"), passed.get("name"), len(passed)) == ("toy.create_model", "compiled", 0)
    assert failed.find("failure").get("message") == "No rescaling was seen."
    told = {one.get("name"): one.get("value") for one in ada.iter("property")}
    assert (told["assignment"], told["final"], told["score"], told["max_score"]) == ("toy", "6", "8", "10")
    (fault,) = suites["John Roe"].findall("testcase")
    assert fault.find("error").get("message") == "The examiner died."


# --- Parquet ---------------------------------------------------------------------------------------------------------


def test_parquet_has_types_and_nulls(export) -> None:
    import pandas as pd

    path, _ = export("parquet", file="out.parquet")
    table = pd.read_parquet(path).set_index("student")
    assert [*table.columns] == [
        "assignment", "attempt", "attempts", "handed_in", "raw", "late_days", "late_deduction", "adjustment", "final",
        "max_score", "needs_review",
    ]  # fmt: skip
    assert table["final"].drop("John Roe").to_dict() == {"Ada Lovelace": 6.0, "José Núñez": 6.5}
    assert table["final"].isna().to_dict() == {"Ada Lovelace": False, "José Núñez": False, "John Roe": True}
    assert table["handed_in"]["Ada Lovelace"] == pd.Timestamp("2026-03-03T12:00:00Z")
    assert pd.isna(table["handed_in"]["José Núñez"])
    kinds = {name: str(kind) for name, kind in table.dtypes.items()}
    assert (kinds["attempt"], kinds["final"], kinds["needs_review"]) == ("Int64", "Float64", "bool")
    assert kinds["handed_in"] == "datetime64[us, UTC]"


def test_a_data_frame_comes_from_the_api_and_an_empty_one_has_its_columns(filled: Gradebook) -> None:
    table = frame(filled.grades("toy"), anonymous=True)
    assert all(name.startswith("s-") for name in table["student"])
    assert dict(frame([]).dtypes) == dict(table.dtypes)


def test_parquet_without_its_packages_says_what_to_install(export, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(UsageError) as info:
        export("parquet")
    assert str(info.value) == "Parquet needs more packages: pip install 'cnn-grader[parquet]'"


# --- all of them -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FORMATS)
def test_what_a_student_controls_acts_nowhere(book: Gradebook, tmp_path: Path, name: str) -> None:
    """A name, a finding and a traceback that try formulas, markup, controls and what XML cannot hold."""
    evil = "=cmd|' /C calc'!A0<script>\x1b[2J\u202e\x00"
    task = report().tasks[0]
    import msgspec

    checks = tuple(msgspec.structs.replace(one, seen=evil, title=evil, traceback=evil) for one in task.checks)
    book.record(handed_in(evil, file=evil), report(tasks=(msgspec.structs.replace(task, checks=checks),), message=evil))
    graded = [(one, book.histories(one.name)) for one in book.assignments()]
    path = tmp_path / "out"
    write_export(path, name, Export(graded, book.report))
    data = b"".join(one.read_bytes() for one in (path.rglob("*") if path.is_dir() else [path]) if one.is_file())
    if name in ("csv", "canvas", "moodle"):
        cells = [value for row in csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")) for value in row]
        assert not any(value.lstrip().startswith(("=", "+", "@", "\t", "\r")) for value in cells)
        assert not any(char in data.decode() for char in "\x1b\x00\u202e")
    if name == "junit":
        ET.fromstring(data)
        assert b"<script>" not in data
    if name == "gradescope":
        (test, _) = json.loads(data)["tests"]
        assert (test["name"], test["name_format"], test["output_format"]) == (safe_text(evil), "text", "text")
        assert b"\x1b" not in data
        assert "\u202e" not in json.dumps(json.loads(data), ensure_ascii=False)


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("canvas", {"anonymous": True}, "canvas finds students by their names; leave out --anonymous."),
        ("moodle", {"anonymous": True}, "moodle finds students by their names; leave out --anonymous."),
        ("csv", {"into": CANVAS}, "csv fills no table of a platform; --into and --column are for canvas and moodle."),
        ("canvas", {"column": "x"}, "--column names a column of the table that --into names; give both."),
    ],
)
def test_what_does_not_fit_together_is_refused(export, name: str, options: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError) as info:
        export(name, **options)
    assert str(info.value) == message


def test_a_file_in_place_of_a_folder_is_refused_and_the_other_way_round(export, tmp_path: Path) -> None:
    (tmp_path / "there").write_text("")
    with pytest.raises(UsageError, match="there is a file; gradescope needs a folder"):
        export("gradescope", file="there")
    for name in ("canvas", "moodle", "junit", "parquet"):
        with pytest.raises(UsageError, match="is a folder; name a file"):
            export(name, file=".")


@pytest.mark.parametrize("name", FORMATS)
def test_an_empty_gradebook_exports_or_says_what_is_missing(book: Gradebook, tmp_path: Path, name: str) -> None:
    export = Export([], book.report)
    if name == "moodle":
        with pytest.raises(UsageError, match=r"\(there are: none\)"):
            write_export(tmp_path / "out", name, export)
    else:
        assert write_export(tmp_path / "out", name, export).grades == 0


# --- the command line ------------------------------------------------------------------------------------------------


@pytest.fixture
def invoke(filled: Gradebook, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("GRADER_GRADEBOOK", url)
    return lambda *args: CliRunner().invoke(app, ["gradebook", "export", *args], obj=Backend(), catch_exceptions=False)


def test_export_into_says_who_is_missing(invoke: Callable[..., Result]) -> None:
    Path("exported.csv").write_text(CANVAS)
    result = invoke("upload.csv", "--format", "canvas", "--into", "exported.csv")
    assert (result.exit_code, result.stdout) == (0, "upload.csv: 2 grades\n")
    assert result.stderr.splitlines() == [
        "grader: exported.csv has no row of its own for some, whose grades are not in it: John Roe.",
        "grader: Toy (4711) has 50 points there and 10 here; scores are scaled.",
    ]
    told = json.loads(invoke("upload.csv", "--format", "moodle", "--json").stdout)
    assert (told["file"], told["format"], told["grades"], len(told["notes"])) == ("upload.csv", "moodle", 3, 1)


@pytest.mark.parametrize(
    ("file", "kind"), [("a.xml", "junit"), ("a.parquet", "parquet"), ("a.json", "json"), ("a.txt", "csv")]
)
def test_the_suffix_tells_the_format(invoke: Callable[..., Result], file: str, kind: str) -> None:
    assert json.loads(invoke(file, "--json").stdout)["format"] == kind


def test_a_table_that_is_not_there_is_told_in_one_line(invoke: Callable[..., Result]) -> None:
    result = invoke("out.csv", "--format", "canvas", "--into", "nowhere.csv")
    assert (result.exit_code, result.stderr) == (2, "grader: nowhere.csv cannot be read: No such file or directory.\n")

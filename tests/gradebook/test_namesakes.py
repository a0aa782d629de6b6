"""People whom a platform calls alike stay different people in the gradebook: grades, exports and forgetting."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from grader.batch import grade_folder
from grader.batch.testing import SerialExecutor
from grader.gradebook import Gradebook
from grader.gradebook.exports import Export, read_sheet, write_export
from grader.gradebook.importing import import_folder
from grader.gradebook.lists import ByFile
from tests.batch.downloads import laid
from tests.gradebook.engine import SeededEngine
from tests.gradebook.samples import handed_in, report

Grade = Callable[..., Any]
ONE = "Wei Wang_1001_assignsubmission_file_/w.py"
TWO = "Wei Wang_1002_assignsubmission_file_/w.py"
WORKSHEET = """\
Identifier,Full name,Email address,Status,Grade,Maximum grade,Feedback comments
Participant 1001,Wei Wang,a@x,,,10,
Participant 1002,Wei Wang,b@x,,,10,
"""
METADATA = """---
submission_111:
  :submitters:
  - :name: Wei Wang
    :sid: '{}'
    :email: a@x
  :created_at: 2024-05-03 10:15:09.583014000 Z
submission_112:
  :submitters:
  - :name: Wei Wang
    :sid: '{}'
    :email: b@x
  :created_at: 2024-05-03 10:15:09.583014000 Z
"""


@pytest.fixture
def grade(tmp_path: Path) -> Grade:
    """Grade a download in this process; each into an output folder of its own unless named."""
    engine = SeededEngine(tmp_path / "log")

    def run(book: Gradebook | None, files: Mapping[str, str], folder: str = "in") -> Any:
        graded = partial(grade_folder, jobs=1, engine=engine, open_executor=SerialExecutor)
        return graded("toy", laid(tmp_path / folder, files), tmp_path / f"out-{folder}", gradebook=book)

    return run


def finals(book: Gradebook, assignment: str = "toy") -> dict[str, float | None]:
    return {grade.label: grade.final for grade in book.grades(assignment)}


def recorded(book: Gradebook, assignment: str, platform: str, called: dict[str, str]) -> None:
    """One report for each number, one after another."""
    for number, name in called.items():
        handed = handed_in(name, data=number.encode(), account=(platform, number))
        book.record(handed, report(data=number.encode(), key=number), assignment=assignment)


def students(book: Gradebook) -> int:
    with book._database.reading() as session:
        return session.scalar(text("SELECT count(*) FROM students")) or 0


def filled(book: Gradebook, tmp_path: Path, name: str, sheet: str, column: str) -> tuple[list[str], tuple[str, ...]]:
    """A column of a platform's own file after it was filled in, and what was said."""
    (tmp_path / "in.csv").write_text(sheet)
    graded = [(one, book.histories(one.name)) for one in book.assignments()]
    said = write_export(tmp_path / "out.csv", name, Export(graded, book.report, into=read_sheet(tmp_path / "in.csv")))
    lines = csv.DictReader(io.StringIO((tmp_path / "out.csv").read_text("utf-8-sig"), newline=""))
    return [line[column] for line in lines], said.notes


# --- told apart ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "names"),
    [
        ({ONE: "pass", TWO: "half"}, {"Wei Wang (1001)": 10.0, "Wei Wang (1002)": 5.0}),
        (
            {one.replace("Wei Wang", "Participant"): word for one, word in ((ONE, "pass"), (TWO, "half"))},
            {"Participant 1001": 10.0, "Participant 1002": 5.0},
        ),
        (
            {"weiwang_1001_78901_w.py": "pass", "weiwang_LATE_1002_78902_w.py": "half"},
            {"weiwang (1001)": 10.0, "weiwang (1002)": 5.0},
        ),
        (
            {
                "submission_metadata.yml": METADATA.format(1001, 1002),
                "submission_111/w.py": "pass",
                "submission_112/w.py": "half",
            },
            {"Wei Wang (1001)": 10.0, "Wei Wang (1002)": 5.0},
        ),
        (
            {
                "submission_metadata.yml": METADATA.format("", ""),
                "submission_111/w.py": "pass",
                "submission_112/w.py": "half",
            },
            {"Wei Wang (a@x)": 10.0, "Wei Wang (b@x)": 5.0},
        ),
    ],
    ids=["moodle", "moodle-anonymous", "canvas", "gradescope", "gradescope-addresses"],
)
def test_namesakes_are_two_students(book: Gradebook, grade: Grade, files: dict, names: dict) -> None:
    """In one run neither has the bare name, so that nothing depends on who is recorded first; a second run adds nothing."""
    assert grade(book, files).recorded == 2
    assert finals(book) == names
    again = grade(book, files)
    assert (again.recorded, again.not_recorded) == (0, ())
    assert finals(book) == names


def test_a_namesake_who_hands_in_later_is_told_apart(book: Gradebook, grade: Grade) -> None:
    grade(book, {ONE: "pass"})
    assert finals(book) == {"Wei Wang": 10.0}
    grade(book, {TWO: "half"})  # beside the first, whose name stays as it was told to everybody
    assert len({*finals(book)}) == 2
    assert finals(book)["Wei Wang"] == 10.0
    assert finals(book)["Wei Wang (1002)"] == 5.0


def test_a_namesake_in_another_folder_is_told_apart(book: Gradebook, grade: Grade) -> None:
    grade(book, {ONE: "pass"})
    grade(book, {TWO: "half"}, folder="late")
    assert finals(book) == {"Wei Wang": 10.0, "Wei Wang (1002)": 5.0}


def test_numbers_of_moodle_are_those_of_one_assignment(book: Gradebook) -> None:
    """Who has another number in the next week is the same student by name; where that is doubtful nobody is guessed."""
    recorded(book, "week1", "moodle", {"1": "Jane Doe", "1001": "Wei Wang", "1002": "Wei Wang"})
    recorded(book, "week2", "moodle", {"7": "Jane Doe", "2001": "Wei Wang"})
    assert [*finals(book, "week1")] == ["Jane Doe", "Wei Wang", "Wei Wang (1002)"]
    assert [*finals(book, "week2")] == ["Jane Doe", "Wei Wang (2001)"]
    assert students(book) == 4


def test_numbers_of_canvas_are_those_of_the_server(book: Gradebook) -> None:
    recorded(book, "week1", "canvas", {"1001": "weiwang"})
    recorded(book, "week2", "canvas", {"1002": "weiwang", "1001": "weiwang"})
    assert [*finals(book, "week2")] == ["weiwang", "weiwang (1002)"]
    assert students(book) == 2


def test_a_name_that_somebody_has_already_is_not_given_again(book: Gradebook) -> None:
    """Nor grows one beyond what a name may have."""
    recorded(book, "week1", "canvas", {"1": "Wei Wang (3)", "2": "Wei Wang", "3": "Wei Wang"})
    assert [*finals(book, "week1")] == ["Wei Wang", "Wei Wang (3)", "Wei Wang (3, 2)"]
    recorded(book, "week2", "canvas", {"4": "x" * 200, "5": "x" * 200})
    assert {len(name) for name in finals(book, "week2")} == {200}


# --- gradebooks and imports without numbers --------------------------------------------------------------------------


def test_who_was_recorded_before_numbers_were_kept_is_found_by_name(book: Gradebook, grade: Grade) -> None:
    """As in a gradebook of an earlier version, or after an import."""
    files = {"Jane Doe_1_assignsubmission_file_/w.py": "pass"}
    grade(book, files)
    with book._database.writing() as session:
        session.execute(text("DELETE FROM student_accounts"))
    assert grade(book, files).recorded == 0
    assert (finals(book), students(book)) == ({"Jane Doe": 10.0}, 1)


def test_two_who_were_recorded_as_one_are_told_apart(book: Gradebook, grade: Grade) -> None:
    """What earlier versions mixed stays to be looked at; nobody gets it."""
    for file, data in ((ONE, b"pass"), (TWO, b"half")):
        book.record(handed_in("Wei Wang", file=file, data=data), report(9.0, file=file, data=data, key=file[9:13]))
    grade(book, {ONE: "pass"})
    assert finals(book) == {"Wei Wang": 9.0, "Wei Wang (1001)": 10.0}


def test_a_list_of_students_names_them_as_before(book: Gradebook, grade: Grade, tmp_path: Path) -> None:
    """By the names that the list gives, numbers or not; without one each is named as a folder says."""
    grade(None, {ONE: "pass", TWO: "half"})
    names = ByFile[str]()
    names.add(ONE, "Wang Wei the Elder")
    names.add(TWO, "Wang Wei the Younger")
    import_folder(book, tmp_path / "out-in", students=names)
    assert finals(book) == {"Wang Wei the Elder": 10.0, "Wang Wei the Younger": 5.0}


def test_importing_what_a_batch_recorded_adds_nothing(book: Gradebook, grade: Grade, tmp_path: Path) -> None:
    grade(book, {ONE: "pass", TWO: "half"})
    assert import_folder(book, tmp_path / "out-in").new == 0
    assert students(book) == 2


# --- exports and forgetting ------------------------------------------------------------------------------------------


def test_each_gets_the_own_points_in_the_worksheet(book: Gradebook, grade: Grade, tmp_path: Path) -> None:
    grade(book, {ONE: "pass"})
    grade(book, {TWO: "half"}, folder="late")
    assert filled(book, tmp_path, "moodle", WORKSHEET, "Grade") == (["10", "5"], ())
    assert filled(book, tmp_path, "moodle", WORKSHEET.replace("Wei Wang", "Participant"), "Grade")[0] == ["10", "5"]


def test_each_gets_the_own_points_in_canvas(book: Gradebook, grade: Grade, tmp_path: Path) -> None:
    grade(book, {"weiwang_1001_78901_w.py": "pass", "weiwang_1002_78902_w.py": "half"})
    sheet = 'Student,ID,toy (1)\n    Points Possible,,10\n"Wang, Wei",1002,\n"Wang, Wei",1001,\n'
    assert filled(book, tmp_path, "canvas", sheet, "toy (1)") == (["10", "5", "10"], ())
    graded = [(one, book.histories(one.name)) for one in book.assignments()]
    write_export(tmp_path / "own.csv", "canvas", Export(graded, book.report))
    own = csv.DictReader(io.StringIO((tmp_path / "own.csv").read_text("utf-8-sig"), newline=""))
    assert [(line["Student"], line["ID"]) for line in own][1:] == [
        ("weiwang (1001)", "1001"),
        ("weiwang (1002)", "1002"),
    ]


@pytest.mark.parametrize("sheet", [WORKSHEET, "\n".join(WORKSHEET.splitlines()[:2]) + "\n"])
def test_who_has_two_numbers_gets_no_row_by_name(book: Gradebook, tmp_path: Path, sheet: str) -> None:
    """Two people whom an earlier version recorded as one: whose points they are nobody knows."""
    for file, data in ((ONE, b"1"), (TWO, b"2")):
        book.record(handed_in("Wei Wang", file=file, data=data), report(9.0, file=file, data=data, key=file[9:13]))
    grades, notes = filled(book, tmp_path, "moodle", sheet, "Grade")
    assert set(grades) == {""}
    assert notes[0].endswith("whose grades are not in it: Wei Wang.")


def test_a_number_that_is_in_no_row_is_nobody_elses_by_name(book: Gradebook, grade: Grade, tmp_path: Path) -> None:
    grade(book, {TWO: "half"})
    grades, notes = filled(book, tmp_path, "moodle", "\n".join(WORKSHEET.splitlines()[:2]) + "\n", "Grade")
    assert grades == [""]
    assert notes[0].endswith("whose grades are not in it: Wei Wang.")


def test_forgetting_one_leaves_the_other(book: Gradebook, grade: Grade) -> None:
    """And nothing of the number by which the platform knows the person."""
    grade(book, {ONE: "pass", TWO: "half"})
    pseudonym = book.forget("Wei Wang (1001)")
    assert finals(book) == {"Wei Wang (1002)": 5.0, pseudonym: 10.0}
    with book._database.reading() as session:
        assert session.scalars(text("SELECT number FROM student_accounts")).all() == ["1002"]
    assert grade(book, {ONE: "pass", TWO: "half"}).recorded == 1  # who is graded again comes back, as before
    assert finals(book)["Wei Wang (1001)"] == 10.0

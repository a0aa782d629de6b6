"""Downloads of learning platforms are recognised, and students, attempts and times are read from them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from grader.batch.collect import Candidate, Choices, Collection, collect
from grader.errors import UsageError
from tests.batch.downloads import CANVAS, GRADESCOPE, MOODLE, NBGRADER, WORKSHEET, laid, zipped

DOWNLOADS = {"canvas": CANVAS, "moodle": MOODLE, "gradescope": GRADESCOPE, "nbgrader": NBGRADER}


@pytest.fixture(params=["folder", "zip"])
def download(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[..., Collection]:
    """Collect files that lie in a folder, or in a zip."""

    def collected(files: dict[str, str], **choices: object) -> Collection:
        if request.param == "zip":
            place = zipped(tmp_path / "submissions.zip", files)
        else:
            place = laid(tmp_path / "download", files)
        found = collect(place, choices=Choices(**choices), store=tmp_path / "store")
        found.source.close()
        return found

    return collected


def by_file(found: Collection) -> dict[str, Candidate]:
    return {one.file: one for one in found.candidates}


@pytest.mark.parametrize("layout", ["canvas", "moodle", "gradescope"])
def test_each_platform_is_recognised_by_itself_and_when_told(download, layout) -> None:
    assert download(DOWNLOADS[layout]).layout == layout


@pytest.mark.parametrize("layout", ["canvas", "moodle", "gradescope"])
def test_naming_the_layout_changes_nothing_where_it_is_recognised(tmp_path, layout) -> None:
    folder = laid(tmp_path / "in", DOWNLOADS[layout])
    assert collect(folder, choices=Choices(layout=layout)).candidates == collect(folder).candidates


def test_canvas_names_tell_student_lateness_and_attempt(download) -> None:
    found = download(CANVAS)
    assert {one.file: (one.student, one.late, one.attempt, one.submitted, one.problem) for one in found.candidates} == {
        "doejane_123456_7890123_week1.ipynb": ("doejane", False, 1, None, ""),
        "roejohn_LATE_123457_7890200_week1-2.ipynb": ("roejohn", True, 3, None, ""),
        "smithann_123458_text.html": (
            "smithann",
            False,
            1,
            None,
            "is a .html file; hand in the notebook (.ipynb) or a Python file (.py).",
        ),
    }
    assert [one.file for one in found.ignored] == [
        "roejohn_LATE_123457_7890130_week1.ipynb",
        "roejohn_LATE_123457_7890150_week1-1.ipynb",
    ]
    assert "--attempts all" in found.ignored[0].reason


def test_all_attempts_can_be_graded(download) -> None:
    found = download(CANVAS, attempts="all")
    assert sorted(one.attempt for one in found.candidates if one.student == "roejohn") == [1, 2, 3]
    assert found.ignored == ()


def test_tenth_attempt_is_newer_than_the_second(download) -> None:
    found = download({"a_11111_22222_w-9.py": "", "a_11111_22221_w-2.py": "", "a_11111_22223_w-10.py": ""})
    assert list(by_file(found)) == ["a_11111_22223_w-10.py"]


@pytest.mark.parametrize(
    "files",
    [
        {"a_11111_22222_one.py": "", "a_11111_22223_two.py": ""},
        {"a_11111_22222_one.py": "", "a_11111_22223_two-1.py": ""},
        # The file with the larger suffix was handed in before the other: these are no attempts.
        {"a_11111_22223_w.py": "", "a_11111_22222_w-1.py": ""},
        {"a_11111_22222_w.py": "", "a_11111_22223_w.ipynb": ""},
    ],
)
def test_files_of_canvas_that_are_no_attempts_of_each_other_are_not_guessed(download, files) -> None:
    [one] = download(files).candidates
    assert one.file == "a_11111"
    assert one.problem.startswith("holds 2 files that may be the submission: a_11111_2222")
    assert all(name in one.problem for name in files)


def test_names_of_canvas_with_underscores_and_anonymous_students(download) -> None:
    found = by_file(
        download({"von_der_aa_12345_678901_week_1_2_x.py": "", "anon_Ab3dE_LATE_678902_week_1.py": ""}, layout="canvas")
    )
    assert found["von_der_aa_12345_678901_week_1_2_x.py"].student == "von_der_aa"
    assert found["anon_Ab3dE_LATE_678902_week_1.py"].student == "anon_Ab3dE"
    assert found["anon_Ab3dE_LATE_678902_week_1.py"].late


def test_canvas_is_recognised_by_files_that_nobody_can_grade_too(download) -> None:
    found = download({"a_12345_678901_w.pdf": "", "b_12346_678902_w.py": "", "reference.py": ""})
    assert found.layout == "canvas"
    assert [one.student for one in found.candidates] == ["a", "b", ""]


@pytest.mark.parametrize(
    "names",
    [
        ("week1_2024_11_alice.py", "week1_2024_12_bob.py"),
        ("w_12024_11111_alice.py", "w_12024_11111_bob.py"),
        ("a_12024_11111_w.py", "b.py", "c.py"),
    ],
)
def test_names_that_only_look_like_those_of_canvas_stay_what_they_are(download, names) -> None:
    found = download(dict.fromkeys(names, ""))
    assert found.layout == "flat"
    assert list(by_file(found)) == list(names)


def test_moodle_folders_tell_the_student(download) -> None:
    found = download(MOODLE)
    assert {one.file: one.student for one in found.candidates} == {
        "Jane Doe_123456_assignsubmission_file_/week1.ipynb": "Jane Doe",
        "John Roe_123457_assignsubmission_file_/sub/week1.py": "John Roe",
        "José Núñez_123458_assignsubmission_file_/week1.ipynb": "José Núñez",
    }
    assert [(one.file, one.reason) for one in found.ignored] == [
        (
            "Jane Doe_123456_assignsubmission_onlinetext_/onlinetext.html",
            "not graded; a submission lies beside it",
        )
    ]


def test_flat_download_of_moodle_is_one_place_for_each_participant(download) -> None:
    found = download(
        {
            "Jane Doe_123456_assignsubmission_file_week1.ipynb": "pass",
            "Jane Doe_123456_assignsubmission_file_data.csv": "x",
            "John Roe_123457_assignsubmission_file_a.py": "pass",
            "John Roe_123457_assignsubmission_file_b.py": "pass",
        }
    )
    assert found.layout == "moodle"
    assert {one.file: one.student for one in found.candidates} == {
        "Jane Doe_123456_assignsubmission_file_week1.ipynb": "Jane Doe",
        "John Roe_123457": "John Roe",
    }
    assert (
        by_file(
            collect(
                found.source.path,
                choices=Choices(pick=("b.py",)),
                store=found.source.path.parent / "store",
            )
        )["John Roe_123457_assignsubmission_file_b.py"].problem
        == ""
    )


def test_worksheet_of_moodle_gives_times_in_the_zone_that_is_named(download) -> None:
    found = download(MOODLE | {"Grades-Course-Week 1-99.csv": WORKSHEET}, timezone="Europe/Berlin")
    assert {one.student: one.submitted for one in found.candidates} == {
        "Jane Doe": "2024-05-03T10:15:00+02:00",
        "John Roe": "2024-05-03T22:15:00+02:00",
        "José Núñez": None,
    }
    assert found.notes == ("times without a zone: 2, taken in Europe/Berlin; --timezone says another.",)


def test_participants_own_table_sets_no_times(download) -> None:
    """A flat download has students' files beside the worksheet."""
    forged = WORKSHEET.replace("3 May 2024", "1 May 2024")
    found = download(
        {
            "Jane Doe_123456_assignsubmission_file_week1.ipynb": "",
            "Jane Doe_123456_assignsubmission_file_grades.csv": forged,
        }
    )
    assert [one.submitted for one in found.candidates] == [None]


def test_worksheet_in_another_language_leaves_times_unknown_and_says_so(download) -> None:
    found = download(MOODLE | {"grades.csv": WORKSHEET.replace("Friday", "Freitag")})
    assert {one.submitted for one in found.candidates} == {None}
    assert "times that are not in English and stay unknown: 2" in found.notes[0]


def test_gradescope_metadata_tell_students_times_and_attempts(download) -> None:
    found = download(GRADESCOPE)
    assert [(one.student, one.submitted, one.attempt) for one in found.candidates] == [
        ("Jane Doe, John Roe", "2024-05-03T10:15:09.583014+00:00", 3),
        ("Ann Smith", "2024-05-03T09:00:00-07:00", 1),
        ("", None, None),
    ]
    assert found.candidates[2].file.endswith("submission_113/notes/week1.py")


METADATA = "submission_metadata.yml"


@pytest.mark.parametrize(("zone", "attempt"), [(" Z", 2), ("", None)])
def test_times_of_gradescope_that_cannot_be_compared_count_no_attempts(tmp_path, monkeypatch, zone, attempt) -> None:
    monkeypatch.chdir(tmp_path)
    text = (
        "submission_1:\n  :submitters:\n  - :name: Ann\n  :created_at: 2024-05-03 10:00:00 Z\n"
        f"  :history:\n  - :created_at: 2024-05-02 10:00:00{zone}\n"
    )
    [one] = collect(laid(tmp_path / "in", {METADATA: text, "submission_1/a.py": ""})).candidates
    assert one.attempt == attempt


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: [", "is no YAML that can be read"),
        ("[" * 100 + "]" * 100, "is longer or deeper than what Gradescope exports"),
        ("[" * 100_000, "is longer or deeper than what Gradescope exports"),
        ("a: !!python/object/apply:os.system ['touch owned']", ""),
        ("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n<<: *a\n", ""),
        ("submission_1: *nowhere", ""),
        ("? {a: b}\n: submission_1\n", ""),
        ("submission_1:\n  :submitters:\n    :name: [x]\n  :created_at: never\n", ""),
        ("\x00", "is no YAML"),
        ("", ""),
    ],
)
def test_metadata_of_gradescope_from_a_hostile_hand_do_nothing(tmp_path, monkeypatch, text, message) -> None:
    monkeypatch.chdir(tmp_path)
    folder = laid(tmp_path / "in", {METADATA: text, "submission_1/a.py": ""})
    if message:
        with pytest.raises(UsageError, match=message):
            collect(folder)
    else:
        [one] = collect(folder).candidates
        assert (one.file, one.submitted) == ("submission_1/a.py", None)
    assert not (tmp_path / "owned").exists()


def test_metadata_of_gradescope_are_bounded(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("grader.batch.layouts.gradescope.METADATA_BYTES", 100)
    folder = laid(tmp_path, {METADATA: "a: b\n" * 100, "submission_1/a.py": ""})
    with pytest.raises(UsageError, match="larger than what is read of it"):
        collect(folder)


def test_nbgrader_tree_wants_one_assignment(download) -> None:
    with pytest.raises(UsageError, match=r"several assignments: week1, week2\. Name one with --assignment"):
        download(NBGRADER)


def test_nbgrader_tree_tells_student_and_time(tmp_path) -> None:
    for place in (laid(tmp_path / "course", NBGRADER), tmp_path / "course" / "submitted"):
        found = collect(place, choices=Choices(assignment="week1"))
        assert found.layout == "nbgrader"
        assert [(one.student, one.submitted) for one in found.candidates] == [
            ("jane", "2024-05-03T10:15:09.948203+00:00"),
            ("john", "2024-05-03T10:15:09+00:00"),
        ]
        assert found.notes == ("times without a zone: 1, taken in UTC; --timezone says another.",)
    with pytest.raises(UsageError, match="holds no assignment 'week3'; there is: week1, week2"):
        collect(place, choices=Choices(assignment="week3"))


def test_time_stamp_of_nbgrader_that_is_none_leaves_the_time_unknown(tmp_path) -> None:
    files = {
        "a/week1/w.py": "",
        "a/week1/timestamp.txt": "yesterday",
        "b/week1/w.py": "",
        "b/week1/timestamp.txt": "2024-05-03 10:15:09 CEST",
        "c/week1/w.py": "",
        "c/week1/timestamp.txt": "x" * 10_000,
    }
    found = collect(laid(tmp_path, files))
    assert [one.submitted for one in found.candidates] == [None, None, None]
    assert "hold no time that is understood" in found.notes[0]


@pytest.mark.parametrize(
    "stamp", ["0001-01-01 00:00:00 +14:00", "9999-12-31 23:59:59 -12:00", "0001-01-01 00:00:00 UTC"]
)
def test_times_that_no_database_holds_are_unknown(tmp_path, stamp) -> None:
    """A student may write any stamp; of Gradescope's, too, it is said."""
    files = {"a/week1/w.py": "", "a/week1/timestamp.txt": stamp}
    found = collect(laid(tmp_path / "nbgrader", files))
    assert [one.submitted for one in found.candidates] == [None]
    assert "hold no time that is understood" in found.notes[0]
    text = GRADESCOPE["assignment_1_export/submission_metadata.yml"].replace(
        "2024-05-03 09:00:00 -0700", stamp.replace("UTC", "Z")
    )
    found = collect(laid(tmp_path / "gradescope", GRADESCOPE | {"assignment_1_export/submission_metadata.yml": text}))
    assert [one.submitted for one in found.candidates] == ["2024-05-03T10:15:09.583014+00:00", None, None]
    assert found.notes == (
        "submission_metadata.yml holds times that are not understood; they stay unknown, see --times.",
    )


@pytest.mark.parametrize(
    ("time", "zone"), [("0001-01-01T00:00+14:00", "UTC"), ("9999-12-31T23:59", "America/New_York")]
)
def test_times_of_a_table_that_no_database_holds_are_unknown(tmp_path, time, zone) -> None:
    table = tmp_path / "times.csv"
    table.write_text(f"file,time\na.py,{time}\n")
    found = collect(laid(tmp_path / "in", {"a.py": "", "b.py": ""}), choices=Choices(times=table, timezone=zone))
    assert [one.submitted for one in found.candidates] == [None, None]
    assert "times outside of the years 2 to 9998 in UTC, left unknown: 1." in found.notes


def test_one_student_cannot_make_the_class_look_like_another_layout(download) -> None:
    """What a student hands in decides nothing for the others."""
    found = download(
        {
            "alice/w.py": "",
            "bob/w.py": "",
            "mallory/week1/timestamp.txt": "",
            "mallory/week1/w.py": "",
            "mallory/week2/w.py": "",
            "mallory/submission_metadata.yml": "[",
            "mallory/submission_1/w.py": "",
            "mallory/X_1_assignsubmission_file_/w.py": "",
        }
    )
    assert found.layout == "student"
    assert [one.file for one in found.candidates if not one.problem] == ["alice/w.py", "bob/w.py"]


def test_download_in_a_folder_of_its_own_is_found(download) -> None:
    found = download({f"submissions/{name}": text for name, text in CANVAS.items()})
    assert (found.layout, len(found.candidates)) == ("canvas", 3)


def test_zip_of_one_folder_is_read_from_inside_of_it(tmp_path) -> None:
    place = zipped(tmp_path / "class.zip", {"class/alice/w.py": "", "class/bob/w.py": ""})
    assert [one.student for one in collect(place, store=tmp_path / "store").candidates] == ["alice", "bob"]
    one = zipped(tmp_path / "one.zip", {"alice/w.py": ""})
    assert [one.student for one in collect(one, store=tmp_path / "store").candidates] == ["alice"]


def test_several_files_of_one_student_are_named_and_not_guessed(download) -> None:
    found = download({"alice/reference.py": "", "alice/reference.ipynb": "", "bob/w.py": "", "carol.py": ""})
    assert found.layout == "student"
    assert {one.file: one.problem for one in found.candidates} == {
        "alice": "holds 2 files that may be the submission: reference.ipynb, reference.py; name one with --pick PATTERN, "
        "such as --pick 'reference.ipynb', or say --layout flat where each is one of its own.",
        "bob/w.py": "",
        "carol.py": "",
    }


@pytest.mark.parametrize(
    ("pick", "files"),
    [
        (("*.py",), ["alice/b.py", "bob/w.ipynb"]),
        (("a*", "x"), ["alice/a.ipynb", "bob/w.ipynb"]),
        (("nothing",), ["alice", "bob/w.ipynb"]),
        (("*",), ["alice", "bob/w.ipynb"]),
    ],
)
def test_pick_settles_what_is_ambiguous_and_nothing_else(download, pick, files) -> None:
    found = download({"alice/a.ipynb": "", "alice/b.py": "", "bob/w.ipynb": ""}, pick=pick)
    assert [one.file for one in found.candidates] == files
    assert {one.file: bool(one.problem) for one in found.candidates} == {file: file == "alice" for file in files}


def test_flat_layout_takes_every_file_for_a_submission(download) -> None:
    found = download({"alice/a.ipynb": "", "alice/a.py": "", "b.py": ""}, layout="flat")
    assert [(one.file, one.student) for one in found.candidates] == [
        ("alice/a.ipynb", ""),
        ("alice/a.py", ""),
        ("b.py", ""),
    ]


def test_wrong_kind_of_file_counts_only_where_nothing_better_lies(download) -> None:
    found = download({"alice/w.py": "", "alice/essay.pdf": "", "bob/essay.pdf": "", "eve/a.pdf": "", "eve/b": ""})
    assert {one.file: one.problem.partition(";")[0] for one in found.candidates} == {
        "alice/w.py": "",
        "bob/essay.pdf": "is a .pdf file",
        "eve": "holds no notebook (.ipynb) or Python file (.py), but a.pdf, b.",
    }
    assert [(one.file, one.reason) for one in found.ignored] == [
        ("alice/essay.pdf", "not graded; a submission lies beside it")
    ]


def test_times_come_from_a_table_before_anything_else(download, tmp_path) -> None:
    table = tmp_path / "times.csv"
    table.write_text(
        "student,file,time\n"
        "Jane Doe,,2024-05-03T10:15:00+02:00\n"
        ",John Roe_123457_assignsubmission_file_/sub/week1.py,2024-05-04 11:00\n"
        "Nobody,,2024-05-04 11:00\n"
    )
    found = download(MOODLE | {"grades.csv": WORKSHEET}, times=table, timezone="America/New_York")
    assert {one.student: one.submitted for one in found.candidates} == {
        "Jane Doe": "2024-05-03T10:15:00+02:00",
        "John Roe": "2024-05-04T11:00:00-04:00",
        "José Núñez": None,
    }
    assert found.notes == (
        "times without a zone: 1, taken in America/New_York; --timezone says another.",
        f"{table}: lines that name no submission: 1 ('Nobody').",
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("student,when\n", "needs the columns `student` or `file`, and `time`"),
        ("student,time\na,tomorrow\n", "line 2: 'tomorrow' is no time in ISO 8601"),
        ("student,time\n,2024-05-03\n", "line 2 names neither student nor file"),
        ("student,time\na,2024-05-03\na,2024-05-04\n", "line 3: 'a' has another time in an earlier line"),
        ("student,time\na,2024-05-03\n\udcff", "is no CSV file in UTF-8"),
    ],
)
def test_table_that_cannot_be_read_names_the_line(tmp_path, text, message) -> None:
    table = tmp_path / "times.csv"
    table.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(UsageError, match=message):
        collect(laid(tmp_path / "in", {"a.py": ""}), choices=Choices(times=table))


def test_time_of_the_file_system_is_never_taken(download) -> None:
    assert [one.submitted for one in download({"alice/w.py": "", "b.py": ""}).candidates] == [None, None]

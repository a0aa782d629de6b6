"""The overview of a batch and its grade list."""

from __future__ import annotations

import csv
import io
from pathlib import PurePath, PureWindowsPath

import pytest
from pages import assert_nothing_acts
from samples import check, perfect, report, task, typical, unmarked

from grader.reports import IndexRow, write_grades_csv, write_index
from grader.results import SubmissionRef


def named(name: str, one=typical, **fields) -> IndexRow:
    return IndexRow.from_report(one(submission=SubmissionRef(file=name, sha256="ab" * 32), **fields), name)


def test_index_lists_every_submission_with_a_link(tmp_path):
    """File, score, what to fix first, and the way to the report."""
    path = write_index([named("bea"), named("al", perfect)], tmp_path)
    page = assert_nothing_acts(path.read_text("utf-8"), own_links=True)
    assert path == tmp_path / "index.html"
    assert [attrs["href"] for tag, attrs in page.tags if tag == "a"] == ["al/report.html", "bea/report.html"]
    assert "No image is in both sides of the split." in page.words
    assert "41 of 79" in page.words


def test_those_who_need_a_person_come_first(tmp_path):
    """Faults, unreadable files and reviews stand above the rest."""
    rows = [
        named("anna"),
        named("zoe", needs_review=True),
        IndexRow.from_report(unmarked("ungraded", "broke", submission=SubmissionRef(file="yan", sha256=None)), "yan"),
    ]
    page = assert_nothing_acts(write_index(rows, tmp_path).read_text("utf-8"), own_links=True)
    links = [attrs["href"].split("/")[0] for tag, attrs in page.tags if tag == "a"]
    assert links == ["yan", "zoe", "anna"]


def test_class_report_counts_causes_not_what_waits_for_them(tmp_path):
    """A blocked check is no failure of its own; one not attempted is counted apart."""
    page = assert_nothing_acts(write_index([named("a"), named("b")], tmp_path).read_text("utf-8"), own_links=True)
    assert "create_model/rescaling 2" in page.words
    assert "stops_at_the_threshold" not in page.words


def test_histogram_leaves_out_what_was_not_graded(tmp_path):
    """A fault of ours is no zero."""
    rows = [named("a", perfect), IndexRow.from_report(unmarked("ungraded", "broke"), "b")]
    page = assert_nothing_acts(write_index(rows, tmp_path).read_text("utf-8"), own_links=True)
    label = next(attrs["aria-label"] for tag, attrs in page.tags if attrs.get("class") == "histogram")
    assert label == "Submissions by score. 90–100 percent: 1"


def test_empty_batch_has_a_page(tmp_path):
    """No submission, no division by zero."""
    assert "No submissions." in write_index([], tmp_path).read_text("utf-8")
    assert (
        write_grades_csv([], tmp_path)
        .read_text("utf-8")
        .startswith("file,student,time,sha256,status,score,max_score,fix_first")
    )


@pytest.mark.parametrize(
    ("given", "page"),
    [
        ("anna", "anna/report.html"),
        (PurePath("anna") / "report.json", "anna/report.html"),
        (PureWindowsPath(r"sub\anna"), "sub/anna/report.html"),
        ("alice.py", "alice.py/report.html"),
    ],
)
def test_row_points_to_the_page_of_the_report(given, page):
    """The folder of a report or a file in it, with forward slashes everywhere."""
    assert IndexRow.from_report(perfect(), given).report == page


def test_grades_have_one_column_per_task(tmp_path):
    """Columns in the order of the exercise; no score where nothing was graded."""
    unreadable = unmarked("unusable", "no JSON", submission=SubmissionRef(file="bob", sha256=None))
    rows = [named("cy", perfect), IndexRow.from_report(unreadable, "bob")]
    table = list(csv.DictReader(io.StringIO(write_grades_csv(rows, tmp_path).read_text("utf-8"))))
    assert list(table[0]) == [
        "file", "student", "time", "sha256", "status", "score", "max_score", "readable_images", "train_val_datasets", "create_model",
        "EarlyStoppingCallback", "train", "feature_maps", "fix_first", "needs_review", "report",
    ]  # fmt: skip
    assert [line["file"] for line in table] == ["bob", "cy"]
    assert table[0]["score"] == table[0]["train"] == ""
    assert (table[1]["score"], table[1]["train"], table[1]["needs_review"]) == ("79", "10", "no")


def test_task_named_like_a_column_keeps_its_own(tmp_path):
    """A task called `score` does not overwrite the score."""
    one = report(task("score", "Score", check("score", "c", "C", 3)))
    text = write_grades_csv([IndexRow.from_report(one, "x")], tmp_path).read_text("utf-8")
    assert (
        text.splitlines()[0]
        == "file,student,time,sha256,status,score,max_score,task:score,fix_first,needs_review,report"
    )


def test_student_and_time_stand_where_they_are_known(tmp_path):
    """Columns of the grade list in any case; of the page where some line has one. Nothing in a name acts."""
    hostile = "=1+1<b onclick='x()'>\u202eada</b>"
    one = IndexRow.from_report(typical(), "a", student=hostile, time="2026-03-01T12:00:00+01:00")
    other = IndexRow.from_report(perfect(), "b")
    first, second = csv.DictReader(io.StringIO(write_grades_csv([one, other], tmp_path).read_text("utf-8")))
    assert first["student"] == "'=1+1<b onclick='x()'>\\u202eada</b>"
    assert first["time"] == "2026-03-01T12:00:00+01:00"
    assert (second["student"], second["time"]) == ("", "")

    page = assert_nothing_acts(write_index([one, other], tmp_path).read_text("utf-8"), own_links=True)
    assert "Student Handed in Status" in page.words
    assert "=1+1<b onclick='x()'>\\u202eada</b> 2026-03-01T12:00:00+01:00 " in page.words
    page = assert_nothing_acts(write_index([other], tmp_path).read_text("utf-8"), own_links=True)
    assert "Student" not in page.words
    assert "Handed in" not in page.words


def test_task_named_student_keeps_its_own_column(tmp_path):
    one = report(task("student", "Student", check("student", "c", "C", 3)))
    line = next(
        csv.DictReader(io.StringIO(write_grades_csv([IndexRow.from_report(one, "x")], tmp_path).read_text("utf-8")))
    )
    assert (line["student"], line["task:student"]) == ("", "3")

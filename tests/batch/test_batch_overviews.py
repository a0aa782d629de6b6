"""What the overviews of a batch tell of students, and where from."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from grader.batch import BatchOutcome, BatchRow, Choices, GradingEngine
from grader.batch.testing import ScriptedEngine
from tests.batch.downloads import CANVAS, GRADESCOPE, laid

Grade = Callable[..., BatchOutcome]


@dataclass(frozen=True)
class Overviews(ScriptedEngine):
    """Writes the overviews that the grader writes."""

    def write_overviews(self, rows: Sequence[BatchRow], out: Path) -> tuple[Path, Path]:
        return GradingEngine().write_overviews(rows, out)


@pytest.fixture
def engine(tmp_path: Path) -> ScriptedEngine:
    return Overviews(tmp_path / "log")


def grades(outcome: BatchOutcome) -> dict[str, tuple[str, str]]:
    """Student and time by file, from the grade list."""
    with outcome.grades.open(encoding="utf-8", newline="") as file:
        return {line["file"]: (line["student"], line["time"]) for line in csv.DictReader(file)}


def test_names_in_labels_and_times_are_told(grade: Grade, tmp_path: Path) -> None:
    """Of Canvas names are in the files' own; times come from a table, and one that is unknown is empty."""
    times = tmp_path / "times.csv"
    times.write_text("student,time\ndoejane,2026-03-01T12:00\n")
    folder = laid(tmp_path / "canvas", CANVAS)
    outcome = grade(folder, choices=Choices(times=times, timezone="Europe/Berlin"))
    assert grades(outcome) == {
        "doejane_123456_7890123_week1.ipynb": ("doejane", "2026-03-01T12:00:00+01:00"),
        "roejohn_LATE_123457_7890200_week1-2.ipynb": ("roejohn", ""),
        "smithann_123458_text.html": ("smithann", ""),
    }
    page = outcome.index.read_text("utf-8")
    assert "<td>doejane</td><td>2026-03-01T12:00:00+01:00</td>" in page


def test_names_from_metadata_alone_stay_out_of_the_folder(grade: Grade, tmp_path: Path) -> None:
    """Gradescope's files are numbered; rows have the names, files of the output folder do not."""
    outcome = grade(laid(tmp_path / "gradescope", GRADESCOPE))
    assert "Ann Smith" in {row.student for row in outcome.rows}
    assert grades(outcome)["assignment_1_export/submission_112/week1.py"] == ("", "2024-05-03T09:00:00-07:00")
    written = b"".join(path.read_bytes() for path in outcome.out.rglob("*") if path.is_file())
    for name in (b"Ann Smith", b"Jane Doe", b"John Roe"):
        assert name not in written


def test_a_name_that_stands_in_a_file_by_chance_stays_out(grade: Grade, tmp_path: Path) -> None:
    """Ann's is part of a word; the label says nothing of her."""
    files = {
        "submission_metadata.yml": "---\nsubmission_112:\n  :submitters:\n  - :name: Ann\n  :created_at: 2024-05-03 09:00:00 Z\n",
        "submission_112/Annotated.ipynb": "pass",
    }
    outcome = grade(laid(tmp_path / "gradescope", files))
    assert [(row.student, row.labelled) for row in outcome.rows] == [("Ann", False)]
    assert grades(outcome)["submission_112/Annotated.ipynb"] == ("", "2024-05-03T09:00:00+00:00")


@pytest.mark.parametrize(
    "file", ["Jane Doe/w.py", "Jane Doe_123456_assignsubmission_file_/w.py", "submitted/Jane Doe/week1/w.py"]
)
def test_names_of_folders_are_told(grade: Grade, tmp_path: Path, file: str) -> None:
    outcome = grade(laid(tmp_path / "in", {file: "pass"}))
    assert grades(outcome)[file][0] == "Jane Doe"

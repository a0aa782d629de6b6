"""Attacks by the files that are handed in, all in one batch with an honest submission."""

from __future__ import annotations

import csv
import importlib.util
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import pytest

from grader.batch import BatchOutcome, Choices, GradingEngine, Selection, grade_folder
from grader.batch.engine import Kept, Plan, Session
from grader.exercises import load_exercise
from grader.grading import GradingSession
from grader.paths import solutions_dir
from grader.results import Report, from_json
from tests.attacks.conftest import modes
from tests.attacks.kit import Fixture, composed, handed_in, narrowed, traces

EXERCISE = "week1_larger_dataset"
WRONG = "def plot_history(history):\n    return None\n"


@dataclass(frozen=True)
class NarrowEngine(GradingEngine):
    """Grades `plot_history` alone: these attacks do not care for the task."""

    def open(self, plan: Plan, kept: Kept) -> AbstractContextManager[Session]:
        exercise = narrowed(load_exercise(plan.exercise), "plot_history", wall_s=60.0)
        return GradingSession(exercise, seed=plan.seed, isolation=plan.isolation)


@dataclass(frozen=True)
class Graded:
    """One batch over all of them.

    Attributes:
        files: what each fixture handed in, by its name.
    """

    outcome: BatchOutcome
    files: dict[str, list[str]]

    def reports(self, name: str) -> dict[str, Report]:
        """The reports of a fixture, by the file that it wrote."""
        rows = {row.file: row for row in self.outcome.rows if row.file.startswith(f"{name}/")}
        return {
            file.partition("/")[2]: from_json((self.outcome.out / row.report / "report.json").read_bytes())
            for file, row in rows.items()
        }


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One batch in each isolation mode that the run attacks."""
    if "batch" in metafunc.fixturenames:
        metafunc.parametrize("batch", modes(metafunc.config), indirect=True, scope="module")


@pytest.fixture(scope="module")
def batch(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Graded:
    folder, out = tmp_path_factory.mktemp("submissions"), tmp_path_factory.mktemp("reports")
    wrong = composed(EXERCISE, ("plot_history",), WRONG)
    files = {}
    for fixture in handed_in():
        place = folder / fixture.name
        place.mkdir()
        files[fixture.name] = maker(fixture)(place, wrong)
    (folder / "zz_honest").mkdir()
    (folder / "zz_honest" / "submission.py").write_text((solutions_dir() / EXERCISE / "reference.py").read_text())
    return Graded(
        # Each by itself, also where the code is the same: what is attacked is the reading.
        grade_folder(
            EXERCISE,
            folder,
            out,
            jobs=2,
            seed=1,
            engine=NarrowEngine(),
            isolation=request.param,
            choices=Choices(layout="flat"),
            selection=Selection(force=True),
        ),
        files,
    )


def maker(fixture: Fixture) -> Callable[[Path, str], list[str]]:
    """Its function `make`: writes files into a folder, given a wrong submission's text, and says which may be graded."""
    spec = importlib.util.spec_from_file_location(fixture.name, fixture.path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.make


@pytest.mark.parametrize("fixture", handed_in(), ids=lambda fixture: fixture.name)
def test_files(batch: Graded, fixture: Fixture) -> None:
    """Each file that was handed in has one report, none has a point, and nothing beside a submission ran or was read."""
    reports = batch.reports(fixture.name)
    named = batch.files[fixture.name]
    assert {file for file, report in reports.items() if report.status == fixture.one("status")} >= {*named}, sorted(
        reports
    )
    for file, report in reports.items():
        assert report.status in (fixture.one("status"), "unusable"), f"{file}: {report.status} {report.message}"
        assert report.score == 0, file
        assert "reached" not in "".join(report.output.values())
        assert report.message or report.status == "graded", file
    assert traces() == []


def test_the_honest_submission_is_graded_and_the_batch_says_what_was_unusable(batch: Graded) -> None:
    (report,) = batch.reports("zz_honest").values()
    assert report.score == report.max_score > 0
    assert batch.outcome.exit_code == 2
    assert batch.outcome.count("ungraded") == 0


def test_every_file_is_listed_once_under_a_folder_of_its_own(batch: Graded) -> None:
    """Names that meet on some file system do not meet in the list of grades, nor do two share a report."""
    with (batch.outcome.out / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        listed = list(csv.DictReader(file))
    assert len(listed) == len(batch.outcome.rows)
    folders = [row.report for row in batch.outcome.rows]
    assert len({name.casefold() for name in folders}) == len(folders)
    for name in folders:
        assert (batch.outcome.out / name / "report.json").resolve().is_relative_to(batch.outcome.out.resolve())

"""The reference and every alternate get full points; every mistake fails exactly what it is labelled with."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.exercises import Exercise
from grader.exercises.labels import labels_of
from grader.grading import AssignmentSeed, GradingSession
from grader.results import Report
from tests.grading.kit import FOLDER, Grade, failing


def files(kind: str) -> list[Path]:
    return sorted(path for path in (FOLDER / kind).iterdir() if path.suffix in (".py", ".ipynb"))


def explain(report: Report) -> str:
    lines = [f"{c.id}: {c.status}: {c.seen}" for t in report.tasks for c in t.checks if c.status != "passed"]
    return "\n".join(lines)


@pytest.mark.parametrize("name", ["reference.py", "reference.ipynb"])
def test_the_reference_gets_full_points(grade: Grade, name: str) -> None:
    """As a notebook and as a script."""
    report = grade(FOLDER / name)
    assert report.score == report.max_score == 100, explain(report)
    assert report.fix_first is None
    assert not report.needs_review
    assert report.isolation == "namespaces"


def test_the_untouched_starter_gets_nothing_and_is_called_not_attempted(grade: Grade, exercise: Exercise) -> None:
    """Not attempted is not wrong: no task of an untouched starter is called failed."""
    for name in ("starter.ipynb", "starter.py"):
        report = grade(exercise.folder / name)
        assert report.score == 0
        assert {task.status for task in report.tasks} == {"not_attempted"}


@pytest.mark.parametrize("path", files("alternates"), ids=lambda path: path.name)
def test_an_alternate_gets_full_points(grade: Grade, path: Path) -> None:
    """What is right passes, however it is written."""
    report = grade(path)
    assert report.score == 100, explain(report)
    assert not report.needs_review


@pytest.mark.parametrize("path", files("mistakes"), ids=lambda path: path.name)
def test_a_mistake_fails_exactly_what_it_is_labelled_with(grade: Grade, path: Path) -> None:
    """Nothing less, nothing more, and the report names the real cause first."""
    labels = labels_of(path)
    report = grade(path)
    found = failing(report)
    assert labels.fails <= found <= labels.fails | labels.may_fail, explain(report)
    assert report.fix_first == labels.fix_first, explain(report)
    assert report.score < 100


@pytest.mark.parametrize("number", range(2, 5))
def test_verdicts_do_not_depend_on_the_seed(exercise: Exercise, number: int) -> None:
    """Another assignment, other hidden images, the same verdict."""
    with GradingSession(exercise, seed=AssignmentSeed.fixed(number)) as session:
        report = session.grade(FOLDER / "reference.py").report
    assert report.score == 100, explain(report)


def test_one_seed_gives_one_report_and_two_seeds_differ(exercise: Exercise, session: GradingSession) -> None:
    """Equal in everything but timings; another seed means other hidden images and other initial weights."""

    def curves(running: GradingSession) -> Report:
        return running.grade(FOLDER / "alternates" / "functional_api.py").report

    first, second = curves(session), curves(session)
    with GradingSession(exercise, seed=AssignmentSeed.fixed(2)) as other:
        third = other.grade(FOLDER / "alternates" / "functional_api.py").report
    assert first.curves == second.curves
    assert first.tasks == second.tasks
    assert (first.key, first.seed) == (second.key, second.seed)
    assert first.curves["loss"][0] != third.curves["loss"][0]
    assert first.curves["val_loss"][0] != third.curves["val_loss"][0]
    assert first.key != third.key

"""A session that stops once points are lost tells full points from less, and does no more work than that takes."""

from __future__ import annotations

import pytest

from grader.exercises import Exercise
from grader.grading import AssignmentSeed, GradingSession, WarmZygotes, report_key
from grader.results import Report
from grader.submissions import read_submission
from tests.grading.kit import FOLDER, Vary

SEED = AssignmentSeed.fixed(1)


@pytest.fixture
def quick(exercise: Exercise, zygotes: WarmZygotes) -> GradingSession:
    return GradingSession(exercise, seed=SEED, zygotes=zygotes, exit_first=True)


def statuses(report: Report) -> dict[str, str]:
    return {check.id: check.status for task in report.tasks for check in task.checks}


def test_it_stops_before_the_training_where_a_check_is_lost(quick: GradingSession, vary: Vary) -> None:
    """Lost in the second task: what comes behind is reported, as not looked at."""
    wrong = vary(replace={"train_val_datasets": "def train_val_datasets():\n    return 1, 2"})
    report = quick.grade(wrong).report
    found = statuses(report)
    assert report.status == "graded"
    assert 0 < report.score < report.max_score
    assert sorted(set(found.values()) - {"passed"}) == ["blocked", "failed"]
    assert [name for name, status in found.items() if status == "failed"] == ["train_val_datasets/returns_two_datasets"]
    assert found["create_model/input_shape"] == "blocked"
    assert report.timings.training_s == 0


def test_a_correct_one_is_looked_at_in_full(quick: GradingSession) -> None:
    report = quick.grade(FOLDER / "reference.py").report
    assert report.score == report.max_score == 100
    assert report.timings.training_s > 0


def test_its_reports_are_never_taken_for_whole_ones(exercise: Exercise) -> None:
    submission = read_submission(FOLDER / "reference.py")
    assert report_key(exercise, SEED, submission) != report_key(exercise, SEED, submission, exit_first=True)

"""Notebooks of older conventions where they cannot be graded."""

from __future__ import annotations

from grader.exercises import load_exercise
from grader.grading import AssignmentSeed, GradingSession
from grader.paths import solutions_dir


def test_files_below_tmp_are_no_fault_of_the_student_without_isolation() -> None:
    """There `/tmp` is everybody's, so such a notebook is left ungraded, never scored."""
    path = solutions_dir() / "week1_larger_dataset" / "alternates" / "first_generation.py"
    with GradingSession(
        load_exercise("week1_larger_dataset"), seed=AssignmentSeed.fixed(1), isolation="unsafe"
    ) as session:
        report = session.grade(path).report
    assert report.status == "ungraded"
    assert "without --unsafe" in report.message

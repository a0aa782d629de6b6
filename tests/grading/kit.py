"""What the grading tests share: where solutions lie, and how to read a report."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from grader.paths import solutions_dir
from grader.results import Report

EXERCISE = "week1_larger_dataset"
FOLDER = solutions_dir() / EXERCISE
Grade = Callable[[Path], Report]
Vary = Callable[..., Path]


def failing(report: Report) -> set[str]:
    """Ids of the checks that are neither passed nor blocked."""
    return {check.id for task in report.tasks for check in task.checks if check.status not in ("passed", "blocked")}


def task_scores(report: Report) -> dict[str, float]:
    return {task.name: task.score for task in report.tasks}

"""What the grading tests share: where solutions lie, and how to read a report."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import msgspec

from grader.exercises import Exercise, Params
from grader.grading import GradingSession
from grader.paths import solutions_dir
from grader.results import Report, Timings

EXERCISE = "week1_larger_dataset"
FOLDER = solutions_dir() / EXERCISE
Grade = Callable[[Path], Report]
Vary = Callable[..., Path]


def failing(report: Report) -> set[str]:
    """Ids of the checks that are neither passed nor blocked."""
    return {check.id for task in report.tasks for check in task.checks if check.status not in ("passed", "blocked")}


def briefly(exercise: Exercise) -> Exercise:
    """The exercise with a training of two epochs, for tests that hold reports against each other and not against thresholds."""
    return replace(exercise, params=Params({**exercise.params, "epochs": 2}))


def graded_by(session: GradingSession) -> Grade:
    """Grade a file in this session; a fault of ours fails the test with its details."""

    def run(path: Path) -> Report:
        graded = session.grade(path)
        assert graded.report.status != "ungraded", f"{graded.report.message}\n{graded.fault}"
        return graded.report

    return run


def timed(exercise: Exercise, cell_wall_s: float) -> Exercise:
    """The exercise with another bound on the seconds of a student cell."""
    return replace(exercise, limits=replace(exercise.limits, cell_wall_s=cell_wall_s))


def task_scores(report: Report) -> dict[str, float]:
    return {task.name: task.score for task in report.tasks}


def timeless(report: Report) -> Report:
    """The same, whatever it took; warnings of TensorFlow name functions by their address."""
    output = {task: re.sub(r" at 0x[0-9a-f]+", "", text) for task, text in report.output.items()}
    return msgspec.structs.replace(report, timings=Timings(), output=output)

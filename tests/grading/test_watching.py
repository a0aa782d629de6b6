"""Findings are told as soon as they are there, and the last word on each is what the report says."""

from __future__ import annotations

from grader.grading import GradingSession
from grader.results import CheckResult
from tests.grading.kit import FOLDER


class Watching:
    """Keeps what it is told, in order."""

    def __init__(self) -> None:
        self.told: list[str | CheckResult] = []

    def stage(self, name: str) -> None:
        self.told.append(name)

    def found(self, result: CheckResult) -> None:
        self.told.append(result)


def test_findings_that_need_no_training_are_told_before_it_begins(session: GradingSession) -> None:
    """A student need not wait for the training to read what is wrong with the plot."""
    watching = Watching()
    report = session.grade(FOLDER / "reference.py", watcher=watching).report
    findings = [one for one in watching.told if isinstance(one, CheckResult)]
    assert {one.id: one for one in findings} == {check.id: check for task in report.tasks for check in task.checks}
    trained = watching.told.index("train")
    later = [one.id.split("/")[0] for one in watching.told[trained:] if isinstance(one, CheckResult)]
    assert later
    assert set(later) == {"train"}
    earlier = {one.id for one in watching.told[:trained] if isinstance(one, CheckResult)}
    assert len(earlier) == len(findings) - len(later)

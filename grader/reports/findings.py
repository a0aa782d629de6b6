"""Tasks and checks as a student reads them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.reports.concepts import Concept, read_concept
from grader.reports.text import safe_block, safe_text
from grader.reports.words import STATUS, TONE, fraction, points
from grader.results import CheckResult, Report, Status, TaskResult, Where

FIX_FIRST = "fix-first"
_WAITING = re.compile(r"Waiting for `(?P<what>[^`]+)`\.?")
_EXPLAINED = frozenset({"failed", "not_attempted"})
"""Statuses that the check's concept explains. An error in the code is its own subject, whatever the check asks."""


@dataclass(frozen=True)
class ShownConcept:
    """A concept and the place on the page where its text is; `here` where that is beside this very check."""

    concept: Concept
    anchor: str
    here: bool


@dataclass(frozen=True)
class CheckView:
    """One finding. `at_top` says that it is explained in full in the box at the top of the page."""

    anchor: str
    title: str
    status: Status
    words: str
    tone: str
    points: str
    of: str
    seen: str
    expected: str
    why: str
    hint: str
    where: str
    traceback: str
    at_top: bool
    concept: ShownConcept | None


@dataclass(frozen=True)
class TaskView:
    """One task: findings that need work, those that wait, those that passed.

    Attributes:
        filled: share of the points reached, 0 to 1.
        weight: points of this task as a share of the task with most points, 0 to 1.
        output: what the student's code printed in this task.
    """

    anchor: str
    name: str
    title: str
    words: str
    tone: str
    points: str
    of: str
    filled: float
    weight: float
    findings: tuple[CheckView, ...]
    waiting: tuple[CheckView, ...]
    waiting_for: str
    passed: tuple[CheckView, ...]
    output: str


@dataclass(frozen=True)
class Findings:
    """All findings of a report: the one to fix first, in full, and every task."""

    first: CheckView | None
    first_task: TaskView | None
    tasks: tuple[TaskView, ...]


def findings_of(report: Report, concepts: Sequence[Path] = ()) -> Findings:
    """The findings of a report; each concept text appears once, where it is needed first.

    Args:
        concepts: folders of concept texts; the first that has one is taken.
    """
    views = _Views(report, concepts)
    first = next((check for task in report.tasks for check in task.checks if check.id == report.fix_first), None)
    first_view = views.check(first, FIX_FIRST) if first else None
    tasks = tuple(views.task(task, f"task-{number}") for number, task in enumerate(report.tasks, start=1))
    first_task = next(
        (view for view, task in zip(tasks, report.tasks, strict=True) if first is not None and first in task.checks),
        None,
    )
    return Findings(first_view, first_task, tasks)


def where_text(where: Where | None) -> str:
    """`cell 4, line 12` or nothing."""
    return str(where) if where is not None else ""


class _Views:
    """Makes views in the order of the page, remembering which concept texts stand on it already."""

    def __init__(self, report: Report, concepts: Sequence[Path]) -> None:
        self._report = report
        self._folders = concepts
        self._shown: dict[str, ShownConcept] = {}
        self._titles = {task.name: task.title for task in report.tasks}
        self._titles |= {check.id: check.title for task in report.tasks for check in task.checks}
        self._largest = max((task.max_score for task in report.tasks), default=0.0)

    def task(self, task: TaskResult, anchor: str) -> TaskView:
        views = [self.check(check, f"{anchor}-{number}") for number, check in enumerate(task.checks, start=1)]
        waiting = tuple(view for view in views if view.status == "blocked")
        return TaskView(
            anchor=anchor,
            name=safe_text(task.name, limit=200),
            title=safe_text(task.title, limit=200) or safe_text(task.name, limit=200),
            words=waiting[0].words if waiting and task.status == "blocked" else STATUS[task.status],
            tone=TONE[task.status],
            points=points(task.score),
            of=points(task.max_score),
            filled=fraction(task.score, task.max_score),
            weight=fraction(task.max_score, self._largest),
            findings=tuple(view for view in views if view.status not in ("passed", "blocked")),
            waiting=waiting,
            waiting_for=waiting[0].words if len({view.words for view in waiting}) == 1 else "waiting",
            passed=tuple(view for view in views if view.status == "passed"),
            output=safe_block(self._report.output.get(task.name, "")),
        )

    def check(self, check: CheckResult, anchor: str) -> CheckView:
        at_top = check.id == self._report.fix_first and anchor != FIX_FIRST
        explain = check.status in _EXPLAINED and not at_top
        return CheckView(
            anchor=anchor,
            title=safe_text(check.title, limit=300) or safe_text(check.id, limit=300),
            status=check.status,
            words=self._words(check),
            tone=TONE[check.status],
            points=points(check.score),
            of=points(check.max_score),
            seen=safe_text(check.seen),
            expected=safe_text(check.expected),
            why=safe_text(check.why),
            hint=safe_text(check.hint),
            where=where_text(check.where),
            traceback=safe_block(check.traceback),
            at_top=at_top,
            concept=self._concept(check.concept) if explain else None,
        )

    def _words(self, check: CheckResult) -> str:
        if check.status == "blocked" and (match := _WAITING.fullmatch(check.seen)):
            what = match["what"]
            return f"waiting for “{safe_text(self._titles.get(what, what), limit=200).rstrip('.')}”"
        return STATUS[check.status]

    def _concept(self, slug: str) -> ShownConcept | None:
        if slug in self._shown:
            before = self._shown[slug]
            return ShownConcept(before.concept, before.anchor, here=False)
        concept = read_concept(slug, self._folders)
        if concept is None:
            return None
        self._shown[slug] = shown = ShownConcept(concept, f"about-{len(self._shown) + 1}", here=True)
        return shown

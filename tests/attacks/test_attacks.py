"""Every attack of the kit, in both isolation modes: it ran, gained nothing, reached nothing, and left nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.results import Isolation, Report
from tests.attacks.conftest import GradeIn
from tests.attacks.kit import ATTACKS, Fixture, fixtures, processes_below, said, traces, twins

ISOLATIONS: tuple[Isolation, ...] = ("namespaces", "cold")


def scores(report: Report) -> dict[str, float]:
    return {task.name: task.score for task in report.tasks}


@pytest.mark.parametrize("fixture", fixtures(), ids=lambda fixture: fixture.name)
@pytest.mark.parametrize("isolation", ISOLATIONS)
def test_attack(
    isolation: Isolation,
    fixture: Fixture,
    grade_in: GradeIn,
    base_report: Callable[[Isolation, Fixture], Report],
    sessions: Callable,
    tmp_path: Path,
) -> None:
    base = base_report(isolation, fixture)
    if earlier := fixture.one("after"):
        grade_in(isolation, fixture.exercise, Fixture.read(ATTACKS / f"{earlier}.py").submission(tmp_path))
    before = set() if isolation == "cold" else processes_below(sessions(isolation, fixture.exercise).zygote().pid)

    report = grade_in(isolation, fixture.exercise, fixture.submission(tmp_path))

    lines = said(report)
    assert "ran" in lines, f"the attack did not run: {lines}"
    assert not [line for line in lines if line.startswith(("reached", "refused"))], lines
    assert [line for line in lines if line.startswith("denied: ")] or not fixture.many("denies"), lines
    assert {f"denied: {what}" for what in fixture.many("denies")} <= set(lines), lines
    assert {f"allowed: {what}" for what in fixture.many("allows")} <= set(lines), lines

    gained = {name: (score, scores(base)[name]) for name, score in scores(report).items() if score > scores(base)[name]}
    assert not gained, "it gained points over its own wrong base"
    lost = {name for name, score in scores(report).items() if score < scores(base)[name]}
    assert lost <= fixture.costs, "tasks that it has nothing to do with lost points"

    found = {f"{check.id} {check.status}" for task in report.tasks for check in task.checks}
    assert set(fixture.many("found")) <= found, sorted(
        entry for entry in found if not entry.endswith((" passed", " blocked"))
    )
    told = " ".join(
        f"{check.seen} {check.hint}" for task in report.tasks for check in task.checks if check.status != "passed"
    )
    for words in fixture.many("says"):
        assert words in told, told

    assert traces() == []
    if isolation != "cold":
        assert processes_below(sessions(isolation, fixture.exercise).zygote().pid) <= before


@pytest.mark.parametrize("twin", twins(), ids=lambda twin: twin.name)
@pytest.mark.parametrize("isolation", ISOLATIONS)
def test_twin(isolation: Isolation, twin: Fixture, grade_in: GradeIn, tmp_path: Path) -> None:
    """What looks like the attack and is allowed gets full points."""
    report = grade_in(isolation, twin.exercise, twin.submission(tmp_path))
    assert report.score == report.max_score, [
        f"{check.id} {check.status}: {check.seen}"
        for task in report.tasks
        for check in task.checks
        if check.status != "passed"
    ]


def test_every_class_of_the_catalogue_has_a_fixture() -> None:
    """45 classes, at least 100 fixtures, and every twin belongs to one."""
    counted = Counter(fixture.number for fixture in fixtures())
    names = {fixture.name for fixture in fixtures()}
    assert {twin.one("twin of") for twin in twins()} <= names
    assert {after for fixture in fixtures() if (after := fixture.one("after"))} <= names
    assert set(counted) <= set(range(1, 46))

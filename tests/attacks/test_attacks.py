"""Every attack of the kit, in both isolation modes: it ran, gained nothing, reached nothing, and left nothing."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.results import Isolation, Report
from tests.attacks.conftest import GradeIn, Sessions, modes
from tests.attacks.kit import ATTACKS, CLASSES, Fixture, complaints, fixtures, handed_in, processes_below, twins


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """All forms in the warm mode, each graded on the tasks that it needs.

    `--cold` asks for the cold mode, too, which starts a process with all libraries for each; `--whole` for all tasks of the exercise.
    """
    if "one" not in metafunc.fixturenames:
        return
    known = fixtures() if metafunc.definition.name == "test_attack" else twins()
    chosen = [(isolation, one) for isolation in modes(metafunc.config) for one in known]
    metafunc.parametrize(("isolation", "one"), chosen, ids=[f"{isolation}-{one.name}" for isolation, one in chosen])


def test_attack(
    isolation: Isolation,
    one: Fixture,
    grade_in: GradeIn,
    base_report: Callable[[Fixture], Report],
    sessions: Sessions,
    tmp_path: Path,
) -> None:
    """It ran, gained nothing, reached nothing, left nothing, and its finding tells what happened."""
    base = base_report(one)
    if earlier := one.one("after"):
        grade_in(isolation, one, Fixture.read(ATTACKS / f"{earlier}.py").submission(tmp_path))
    before = set() if isolation == "cold" else processes_below(sessions(isolation, one).zygote().pid)

    report = grade_in(isolation, one, one.submission(tmp_path))

    assert complaints(one, report, base) == []
    if isolation != "cold":
        zygote = sessions(isolation, one).zygote().pid
        # What has ended is still there until its parent has looked.
        deadline = time.monotonic() + 10
        while processes_below(zygote) - before and time.monotonic() < deadline:
            time.sleep(0.05)
        assert processes_below(zygote) <= before


def test_twin(isolation: Isolation, one: Fixture, grade_in: GradeIn, tmp_path: Path) -> None:
    """What looks like the attack and is allowed gets full points."""
    report = grade_in(isolation, one, one.submission(tmp_path))
    assert report.score == report.max_score > 0, [
        f"{check.id} {check.status}: {check.seen}"
        for task in report.tasks
        for check in task.checks
        if check.status != "passed"
    ]


def test_the_cold_mode_is_attacked_where_it_is_asked_for(
    pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An option that did nothing would leave half of `make attacks` undone, and nobody would see it."""
    monkeypatch.setattr(pytestconfig.option, "cold", True)
    assert modes(pytestconfig) == ("namespaces", "cold")
    monkeypatch.setattr(pytestconfig.option, "cold", False)
    assert modes(pytestconfig) == ("namespaces",)


def test_every_class_of_the_catalogue_has_a_fixture() -> None:
    """45 classes, at least 100 forms, and every twin belongs to one."""
    known = fixtures()
    counted = Counter(fixture.number for fixture in (*known, *handed_in()))
    names = {fixture.name for fixture in known}
    assert {twin.one("twin of") for twin in twins()} <= names
    assert {after for fixture in known if (after := fixture.one("after"))} <= names
    assert set(counted) == set(CLASSES)
    assert counted.total() >= 100
    assert [fixture.name for fixture in known if not fixture.name.startswith(f"{fixture.number:02}_")] == []

"""Sessions that attacks are graded in, and what surrounds them on this machine."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from grader.exercises import load_exercise
from grader.grading import AssignmentSeed, GradingSession, WarmZygotes
from grader.results import Isolation, Report
from tests.attacks.kit import Fixture, narrowed, tasks_of

Sessions = Callable[[Isolation, Fixture], GradingSession]
GradeIn = Callable[[Isolation, Fixture, Path], Report]
WALL_S = 8.0
"""A cell's wall clock here, seconds: enough for any task of the reference on a busy machine, and short for those that never end."""


def modes(config: pytest.Config) -> tuple[Isolation, ...]:
    """The isolation modes that this run attacks: the warm one, and with `--cold` the cold one, too."""
    return ("namespaces", "cold") if config.getoption("cold") else ("namespaces",)


@pytest.fixture(scope="session")
def sessions(request: pytest.FixtureRequest) -> Iterator[Sessions]:
    """A session for each isolation mode, exercise and choice of its tasks, opened when first asked for."""
    whole: bool = request.config.getoption("whole")
    with contextlib.ExitStack() as stack:
        warm = WarmZygotes()
        stack.callback(warm.close)

        @cache
        def session(isolation: Isolation, name: str, tasks: tuple[str, ...]) -> GradingSession:
            exercise = narrowed(load_exercise(name), *tasks, wall_s=WALL_S)
            zygotes = warm if isolation == "namespaces" else None
            return stack.enter_context(
                GradingSession(exercise, seed=AssignmentSeed.fixed(1), isolation=isolation, zygotes=zygotes)
            )

        def of(isolation: Isolation, fixture: Fixture) -> GradingSession:
            return session(isolation, fixture.exercise, tasks_of(fixture, whole=whole))

        yield of


@pytest.fixture(scope="session")
def grade_in(sessions: Sessions) -> GradeIn:
    """Grade a file as one of a fixture; a fault of ours fails the test with its details."""

    def run(isolation: Isolation, fixture: Fixture, path: Path) -> Report:
        graded = sessions(isolation, fixture).grade(path)
        assert graded.report.status != "ungraded", f"{graded.report.message}\n{graded.fault}"
        return graded.report

    return run


@pytest.fixture(scope="session")
def base_report(
    request: pytest.FixtureRequest, grade_in: GradeIn, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[Fixture], Report]:
    """What the wrong answer of a fixture gets without its attack; graded once for all that share it.

    In the warm mode for both: a wrong answer gets the same in each, and a cold one would start a process more.
    """
    folder = tmp_path_factory.mktemp("bases")
    known: dict[tuple[str, ...], Report] = {}

    def of(fixture: Fixture) -> Report:
        tasks = tasks_of(fixture, whole=request.config.getoption("whole"))
        key = (fixture.exercise, fixture.one("base") or "", "of", *fixture.replaces, "in", *tasks)
        if key not in known:
            known[key] = grade_in("namespaces", fixture, fixture.base(folder))
        return known[key]

    return of


@pytest.fixture(scope="session", autouse=True)
def doors() -> Iterator[dict[str, int]]:
    """Servers of this machine that nothing in a cell may reach; how often somebody knocked."""
    knocks = {"abstract": 0, "tcp": 0}
    with contextlib.ExitStack() as stack:
        listening = {}
        for name, family, address in (
            ("abstract", socket.AF_UNIX, "\0atk-door"),
            ("tcp", socket.AF_INET, ("127.0.0.1", 47110)),
        ):
            server = stack.enter_context(socket.socket(family, socket.SOCK_STREAM))
            server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            # Another worker of this run holds the door already: one is enough.
            with contextlib.suppress(OSError):
                server.bind(address)
                server.listen()
                server.setblocking(False)
                listening[name] = server
        yield knocks
        for name, server in listening.items():
            with contextlib.suppress(BlockingIOError):
                server.accept()
                knocks[name] += 1
        assert knocks == {"abstract": 0, "tcp": 0}, f"a cell reached a server of this machine: {knocks}"

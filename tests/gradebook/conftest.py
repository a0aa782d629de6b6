"""A gradebook in each kind of database, and reports to put into it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from grader.gradebook import Gradebook
from tests.gradebook.postgresql import PostgreSql, running


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSql]:
    """A server of our own, on a socket in a temporary folder."""
    with running() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database: the path of a file that is not there yet, or a URL."""
    if request.param == "sqlite":
        return str(tmp_path / "gradebook.db")
    return request.getfixturevalue("postgresql").fresh()


@pytest.fixture
def clock() -> Callable[[], datetime]:
    """A minute later each time it is asked."""
    minutes = count()
    return lambda: datetime(2026, 3, 10, tzinfo=UTC) + timedelta(minutes=next(minutes))


@pytest.fixture
def book(url: str, clock: Callable[[], datetime]) -> Iterator[Gradebook]:
    """An empty gradebook."""
    with Gradebook.open(url, clock=clock) as opened:
        yield opened

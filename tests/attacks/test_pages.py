"""Reports and overviews of real submissions full of markup, opened in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from grader.reports import IndexRow, write_grades_csv, write_index, write_report
from tests.attacks.conftest import Sessions
from tests.attacks.kit import fixtures
from tests.reports.browser import chromium, opened

OF_MARKUP = [fixture for fixture in fixtures() if fixture.number == 34]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


def test_nothing_of_a_submission_runs_in_the_pages_of_its_report(
    sessions: Sessions, browser: Browser, tmp_path: Path
) -> None:
    """Every form of class 34: its own page and the index of all of them, with and without the pages' policy."""
    rows = []
    for fixture in OF_MARKUP:
        session = sessions("namespaces", fixture)
        graded = session.grade(fixture.submission(tmp_path))
        assert graded.report.status == "graded", graded.fault
        folder = tmp_path / "out" / fixture.name
        write_report(graded.report, graded.exhibits, folder, concepts=session.exercise.concepts)
        rows.append(IndexRow.from_report(graded.report, fixture.name))
    index = write_index(rows, tmp_path / "out")
    for page in (index, *(tmp_path / "out").glob("*/report.html")):
        for policy in (True, False):
            seen = opened(browser, page, policy=policy)
            assert (seen.active, seen.requested) == ([], []), page.name
    grades = write_grades_csv(rows, tmp_path / "out").read_text(encoding="utf-8-sig")
    assert not [
        cell for line in grades.splitlines() for cell in line.split(",") if cell.startswith(("=", "+", "-", "@", "\t"))
    ]

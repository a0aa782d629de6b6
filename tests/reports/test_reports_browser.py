"""Pages with every hostile text, opened in a real Chromium: nothing runs, nothing is fetched."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import Seen, chromium, opened
from hostile import hostile, hostile_exhibits
from playwright.sync_api import Browser

from grader.reports import IndexRow, write_index, write_report


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    report = hostile()
    write_report(report, hostile_exhibits(), folder / "one")
    return {
        "report": folder / "one" / "report.html",
        "index": write_index([IndexRow.from_report(report, "one")], folder),
    }


@pytest.mark.parametrize("policy", [True, False], ids=["with its policy", "without it"])
@pytest.mark.parametrize("name", ["report", "index"])
def test_nothing_runs_and_nothing_is_fetched(browser: Browser, pages: dict[str, Path], name: str, policy: bool) -> None:
    """Neither with the page's content security policy nor by its escaping alone."""
    seen = opened(browser, pages[name], policy=policy)
    assert seen.active == []
    assert seen.requested == []


def test_the_browser_sees_what_runs(browser: Browser, tmp_path: Path) -> None:
    """The twin: a page without any defence does all of it, and its policy alone stops the scripts."""
    body = """<title>x</title><img src=x onerror="document.title='reached'"><a href="javascript:1">x</a>
    <script>alert(1)</script><iframe srcdoc="x"></iframe>"""
    page = tmp_path / "page.html"
    page.write_text(f"<!doctype html>{body}", encoding="utf-8")
    seen = opened(browser, page)
    assert {"title: reached", "dialog: 1", "attribute onerror", "element script", "element iframe"} <= {*seen.active}
    assert len(seen.requested) == 1
    head = "<meta http-equiv='Content-Security-Policy' content=\"default-src 'none'\">"
    page.write_text(f"<!doctype html>{head}{body}", encoding="utf-8")
    assert ran(opened(browser, page)) == []


def ran(seen: Seen) -> list[str]:
    return [line for line in seen.active if line.startswith(("dialog", "title", "window"))]

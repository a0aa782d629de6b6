"""Opening pages in a real browser, and noting whatever runs or is fetched there."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

MARK = "reached"
"""Payloads put this into the page's title."""


@dataclass
class Seen:
    """What a page did.

    Attributes:
        active: signs that something of the page ran: dialogs, changed title, frames, new windows, listeners in its attributes.
        requested: addresses that it asked for, its own excepted.
        title: after everything has settled.
    """

    title: str = ""
    active: list[str] = field(default_factory=list)
    requested: list[str] = field(default_factory=list)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium.

    Raises:
        AssertionError: it is not installed.
    """
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert program is not None, "the tests of reports need Chromium: apt install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


def opened(browser: Browser, path: Path, *, policy: bool = True) -> Seen:
    """Open a page, click what can be clicked, and wait for what it does.

    Args:
        policy: False takes the page's own content security policy out first: its text alone must be harmless, too.
    """
    seen = Seen()
    address = path.resolve().as_uri()
    context = browser.new_context(bypass_csp=not policy)
    page = context.new_page()
    page.on("dialog", lambda dialog: (seen.active.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    page.on("popup", lambda popup: seen.active.append(f"window: {popup.url}"))
    page.on("request", lambda request: seen.requested.append(request.url) if request.url != address else None)
    page.on("pageerror", lambda error: seen.active.append(f"error of a script: {error}"))
    page.goto(address)
    page.evaluate(
        """() => {
            for (const part of document.querySelectorAll("details")) part.open = true;
            for (const part of document.querySelectorAll("*")) {
                for (const kind of ["mouseover", "focus", "click", "toggle", "load", "error"])
                    if (kind !== "click" || !part.closest("a[href]")) part.dispatchEvent(new Event(kind));
            }
        }"""
    )
    page.wait_for_timeout(300)
    seen.title = page.title()
    seen.active += page.evaluate(
        """() => [...document.querySelectorAll("*")].flatMap(part => [
            ...[...part.attributes].filter(one => one.name.startsWith("on")).map(one => `attribute ${one.name}`),
            ...["script", "iframe", "object", "embed", "base", "form", "link"].includes(part.localName)
                ? [`element ${part.localName}`] : [],
            ...(part.href && !/^(https?:|mailto:|file:|#)/.test(String(part.href.baseVal ?? part.href)))
                ? [`link ${part.href}`] : [],
        ])"""
    )
    if MARK in seen.title:
        seen.active.append(f"title: {seen.title}")
    context.close()
    return seen

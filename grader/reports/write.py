"""Write the report of one submission: HTML, Markdown, and last the JSON that says it is done."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import takewhile
from pathlib import Path

import msgspec

from grader.reports.files import write_in_order
from grader.reports.jinja import render_html, render_markdown
from grader.reports.page import page_of
from grader.reports.text import encodable
from grader.results import Exhibit, Report, plain, to_json

HTML = "report.html"
MARKDOWN = "report.md"
JSON = "report.json"


def write_report(report: Report, exhibits: Sequence[Exhibit], out: Path, *, concepts: Sequence[Path] = ()) -> Path:
    """Write `report.html`, `report.md` and `report.json` into `out` and return the path of the last.

    Everything is rendered, then written beside its place, then renamed, `report.json` last: whoever sees it sees
    the whole report, and a failure on the way leaves an earlier report as it was.

    Args:
        exhibits: pictures for the HTML, embedded there; no file of theirs is written.
        concepts: folders of concept texts, `<concept>.md`; the first that has one is taken.
    """
    page = page_of(report, exhibits, concepts)
    files = {
        HTML: render_html("report.html.j2", page=page),
        MARKDOWN: render_markdown("report.md.j2", page=page),
        JSON: to_json(storable(report)),
    }
    write_in_order(out, files)
    return out / JSON


def storable(report: Report) -> Report:
    """The report with what JSON cannot hold taken out, however a student made it.

    Lone surrogates in any text are replaced, and a curve ends before its first value that is not finite.
    """
    cleaned = msgspec.convert(_clean(plain(report)), Report)
    curves = {name: list(takewhile(math.isfinite, values)) for name, values in cleaned.curves.items()}
    return msgspec.structs.replace(cleaned, curves=curves)


def _clean(value: object) -> object:
    if isinstance(value, str):
        return encodable(value)
    if isinstance(value, dict):
        return {_clean(key): _clean(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(item) for item in value]
    return value

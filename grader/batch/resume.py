"""Whether a submission was graded before, under exactly what decides its grade now."""

from __future__ import annotations

from pathlib import Path

from grader.batch.engine import Plan
from grader.results import Report, from_json


def finished_report(out: Path, key: str, plan: Plan) -> Report | None:
    """The report in `out` if it is whole, has this key and is final; None means to grade.

    A key of "" matches nothing. An `ungraded` report is never final, and one made without isolation is not taken
    over into a run with it: student code could have written it.
    """
    try:
        report = from_json((out / "report.json").read_bytes())
    except (OSError, ValueError):
        return None
    if not key or report.key != key or report.status == "ungraded":
        return None
    if report.isolation == "unsafe" and plan.isolation != "unsafe":
        return None
    return report

"""A report as Gradescope's `results.json`.

Keys as in https://gradescope-autograders.readthedocs.io/en/latest/specs/: a `score` on top counts and not the sum of the
tests, `status` is `passed` or `failed`, and text is shown as text (`output_format`), never as markup.
"""

from __future__ import annotations

import json
from typing import Any

from grader.errors import UsageError
from grader.reports.text import safe_block, safe_text
from grader.reports.words import STATUS
from grader.results import CheckResult, Report

LONGEST = 4_000


def results_json(report: Report, *, score: float | None = None, told: str = "") -> bytes:
    """`results.json` as UTF-8.

    Args:
        score: the grade where it is not the report's own score, such as after a late deduction.
        told: text above the tests, such as why it differs.

    Raises:
        UsageError: the report has no score. Gradescope would take its results for a zero.
    """
    if report.status != "graded" and score is None:
        raise UsageError(
            f"{report.submission.file} is {report.status}, which is no score; a missing score is never a zero."
        )
    return (
        json.dumps(results(report, score=score, told=told), indent=2, ensure_ascii=True, allow_nan=False).encode()
        + b"\n"
    )


def results(report: Report, *, score: float | None = None, told: str = "") -> dict[str, Any]:
    """The same as plain JSON types."""
    lines = [told, safe_text(report.message), *(f"Note: {safe_text(note.text)}" for note in report.notes)]
    return {
        "score": round(report.score if score is None else score, 6),
        "execution_time": round(report.timings.total_s),
        "output": "\n".join(line for line in lines if line),
        "output_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": [_test(check) for task in report.tasks for check in task.checks],
        "extra_data": {
            "max_score": report.max_score,
            "exercise": report.exercise.name,
            "exercise_version": report.exercise.version,
            "key": report.key,
            "needs_review": report.needs_review,
        },
    }


def _test(check: CheckResult) -> dict[str, Any]:
    return {
        "name": safe_text(check.title or check.id, limit=300),
        "name_format": "text",
        "number": safe_text(check.id, limit=200),
        "score": check.score,
        "max_score": check.max_score,
        "status": "passed" if check.status == "passed" else "failed",
        "output": _output(check),
        "output_format": "text",
        "visibility": "visible",
        "tags": [check.status, *([check.concept] if check.concept else [])],
    }


def _output(check: CheckResult) -> str:
    if check.status == "passed":
        return ""
    parts = {
        "": STATUS[check.status],
        "What we saw": check.seen,
        "Expected": check.expected,
        "Why it matters": check.why,
        "Hint": check.hint,
        "Where": str(check.where or ""),
    }
    lines = [f"{name}: {safe_text(text)}" if name else text for name, text in parts.items() if text]
    if check.traceback:
        lines.append(safe_block(check.traceback, limit=LONGEST))
    return "\n".join(lines)

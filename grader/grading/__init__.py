"""Grades one submission: starts the cells, stands between them, puts the report together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from grader.grading.key import installed_versions, report_key
    from grader.grading.seed import AssignmentSeed
    from grader.grading.session import Graded, GradingSession
    from grader.grading.zygotes import WarmZygotes

__all__ = ["AssignmentSeed", "Graded", "GradingSession", "WarmZygotes", "installed_versions", "report_key"]

_HOMES = {
    "AssignmentSeed": "grader.grading.seed",
    "Graded": "grader.grading.session",
    "GradingSession": "grader.grading.session",
    "WarmZygotes": "grader.grading.zygotes",
    "installed_versions": "grader.grading.key",
    "report_key": "grader.grading.key",
}


def __getattr__(name: str) -> Any:
    # Lazy, so that listing exercises or computing a key does not load the sandbox, which is for Linux alone.
    import importlib

    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

"""Reports and files to record."""

from __future__ import annotations

import hashlib
from typing import Any

from grader.batch.testing import toy_report
from grader.gradebook import HandedIn
from grader.results import CheckResult, Report, SubmissionRef, TaskResult, Where

CODE = b"def create_model():\n    return None\n"


def check(name: str, status: str = "passed", points: float = 5.0, of: float = 5.0, **texts: Any) -> CheckResult:
    """One finding."""
    return CheckResult(id=name, title=f"Title of {name}", status=status, score=points, max_score=of, **texts)


def report(
    score: float = 8.0,
    *,
    data: bytes = CODE,
    file: str = "ada/week1.py",
    key: str = "k1",
    max_score: float = 10.0,
    **changes: Any,
) -> Report:
    """A graded report over one task with two checks, of which the second tells what was seen."""
    tasks = (
        TaskResult(
            name="create_model",
            title="A model",
            status="failed",
            score=score,
            max_score=max_score,
            checks=(
                check("create_model/compiled", points=0, of=0),
                check(
                    "create_model/rescaling",
                    "failed",
                    score,
                    max_score,
                    seen="No rescaling was seen.",
                    expected="A Rescaling layer.",
                    why="Because.",
                    hint="Add one.",
                    where=Where(cell=None, line=1),
                    traceback="Traceback of ada",
                ),
            ),
        ),
    )
    fields: dict[str, Any] = {
        "submission": SubmissionRef(file=file, sha256=hashlib.sha256(data).hexdigest()),
        "max_score": max_score,
        "tasks": tasks,
        "output": {"create_model": "printed by ada"},
        "environment": {"grader": "0.1.0", "grader_digest": "g1", "params_digest": "p1", "python": "3.11"},
    }
    return toy_report(file, key=key, score=score, **(fields | changes))


def handed_in(student: str = "Ada Lovelace", *, data: bytes | None = CODE, **changes: Any) -> HandedIn:
    """The file of that report."""
    return HandedIn(**({"student": student, "file": "ada/week1.py", "data": data} | changes))

"""Reports of submissions that got no mark: unusable (theirs to mend) or ungraded (ours)."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Literal

from grader.batch.engine import Plan
from grader.results import ExerciseRef, Report, SubmissionRef

LARGEST_HASHED = 64 << 20
"""Bytes. What is larger was no notebook; its report names no digest."""


def unmarked_report(
    exercise: ExerciseRef,
    plan: Plan,
    *,
    file: str,
    path: Path | None,
    status: Literal["unusable", "ungraded"],
    message: str,
    key: str = "",
) -> Report:
    """A report without tasks that says in one line why. Never a zero: it has no points to lose.

    Args:
        path: the file, whose bytes are named by digest where they can be read; None leaves them unread.
    """
    return Report(
        exercise=exercise,
        submission=SubmissionRef(file=file, sha256=digest_of(path) if path is not None else None),
        status=status,
        score=0.0,
        max_score=0.0,
        fix_first=None,
        needs_review=True,
        isolation=plan.isolation,
        seed=plan.seed.digest,
        key=key,
        tasks=(),
        message=message,
    )


def digest_of(path: Path) -> str | None:
    """sha256 of a regular file's bytes; None where there is none to read or it is too large."""
    try:
        if path.is_symlink() or not path.is_file() or path.stat().st_size > LARGEST_HASHED:
            return None
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return None

"""The key of a report: a digest of all that decides the grade. Equal key, equal grade."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from grader.data import dataset_digest
from grader.exercises import Exercise
from grader.grading.seed import AssignmentSeed
from grader.grading.variant import chosen_variant
from grader.submissions import Submission, slice_submission


def report_key(exercise: Exercise, seed: AssignmentSeed, submission: Submission, *, exit_first: bool = False) -> str:
    """Digest of sliced code, exercise in its variant with its params, data, grader and seed; milliseconds, no TensorFlow.

    A resubmission in which only text, plots or stray cells changed has the same key.
    """
    exercise = chosen_variant(exercise, submission)
    parts = [
        exercise.name,
        exercise.digest,
        dataset_digest(exercise.data),
        grader_digest(),
        seed.digest,
        submission.kind,
    ]
    if exit_first:
        # Such a report says less than a whole one, and must never be taken for it.
        parts.append("exit-first")
    for name in exercise.entry_points:
        found = slice_submission(submission, [name])
        parts += [name, found.digest, str(found.broken)]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


@cache
def grader_digest() -> str:
    """Digest of the grader's own source files, so that a new version never serves an old grade."""
    root = Path(__file__).resolve().parent.parent
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()

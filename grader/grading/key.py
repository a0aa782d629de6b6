"""The key of a report: a digest of all that decides the grade. Equal key, equal grade."""

from __future__ import annotations

import hashlib
import platform
import re
from functools import cache
from importlib import metadata
from pathlib import Path

import grader
from grader.data import dataset_digest
from grader.exercises import Exercise
from grader.grading.elsewhere import belonging
from grader.grading.plan import Plan
from grader.grading.seed import AssignmentSeed
from grader.grading.variant import as_called, chosen_variant
from grader.submissions import Submission, slice_submission

_LIBRARIES = ("tensorflow", "keras", "numpy", "pillow")
_SHOWN = 16
"""Hexadecimal digits of a digest: enough to tell two apart by accident, short enough to be read."""

_READS_ITSELF = re.compile(
    r"__(?!init__|call__|len__|getitem__|name__|main__)\w"
    r"|\b(?:getattr|attrgetter|import_module|exec|eval|globals|locals|vars|sys|help|modules|autograph)\b"
    r"|inspect|linecache|lineno|_getframe|currentframe|traceback|tokenize|doctest"
)
"""Of code that may read its own comments or line numbers, these count, too. It is generous, since names can be put together from
pieces and a mistake costs no more than a grading; it need not catch docstrings, which the digest of a slice holds."""


def report_key(exercise: Exercise, seed: AssignmentSeed, submission: Submission, *, exit_first: bool = False) -> str:
    """Digest of sliced code, exercise in its variant with its params, data, grader and seed; milliseconds, no TensorFlow.

    A resubmission in which only text, comments, layout, plots or stray cells changed has the same key.
    """
    every = exercise
    exercise = chosen_variant(every, submission)
    told = [note.text for note in belonging(every, exercise, submission)]
    submission = as_called(exercise, submission)
    parts = [
        exercise.name,
        exercise.digest,
        dataset_digest(exercise.data),
        grader_digest(),
        seed.digest,
        submission.kind,
    ]
    # The data sets of one convention may be asked for as those of another are.
    parts += [str(exercise.calls["pipeline"].arguments), *told]
    plan = Plan(exercise, submission)
    if exit_first:
        # Such a report says less than a whole one, and must never be taken for it.
        parts.append("exit-first")
    for name in exercise.entry_points:
        found = slice_submission(submission, [name])
        # What a finding suggests comes from beside the slice.
        parts += [
            name,
            found.digest,
            str(found.broken),
            str(sorted(found.similar.items())),
            str(plan.in_place_of(name)),
        ]
    # Cells hold several at once, and then their order counts.
    together = slice_submission(submission, exercise.entry_points)
    parts.append(together.digest)
    text = "\n".join(cell.source for cell in together.cells)
    if _READS_ITSELF.search(text):
        parts.append(text)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


@cache
def grader_digest() -> str:
    """Digest of the grader's own source files, so that a new version never serves an old grade."""
    root = Path(__file__).resolve().parent.parent
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def installed_versions(exercise: Exercise, *, exit_first: bool = False) -> dict[str, str]:
    """What decides a grade beside submission and seed, by name, for two machines to compare. Milliseconds, no TensorFlow.

    The key leaves the libraries out, so that an update of one of them makes no report stale; but the machines of one run must
    have the same ones, since two students are compared.

    Raises:
        UsageError: the exercise's data set is not on this machine.
    """
    digests = [exercise.digest, *(variant.digest for variant in exercise.variants)]
    content = hashlib.sha256("\0".join(digests).encode()).hexdigest()
    found = {
        "grader": f"{grader.__version__} {grader_digest()[:_SHOWN]}",
        "exercise": f"{exercise.version} {content[:_SHOWN]}",
        "data": f"{exercise.data} {dataset_digest(exercise.data)[:_SHOWN]}",
        "python": ".".join(platform.python_version_tuple()[:2]),
        **{name: metadata.version(name) for name in _LIBRARIES},
    }
    if exit_first:
        found["extent"] = "until the first lost point"
    return found

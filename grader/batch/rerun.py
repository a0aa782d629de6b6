"""Grade a submission again, as it was graded, and say what differs: for a disputed grade, or after a change of ours."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import msgspec

from grader.batch.engine import Engine
from grader.batch.single import grade_file
from grader.errors import UsageError
from grader.results import CheckResult, Isolation, Report
from grader.watching import Watcher

if TYPE_CHECKING:
    from grader.grading import AssignmentSeed

LONGEST_FILE_NAME = 100
TEXTS = ("seen", "expected", "why", "hint", "where", "traceback")


@dataclass(frozen=True)
class Difference:
    """One thing that is not as it was.

    Attributes:
        what: `score`, `status` and the like for the whole report, `task/name status` and the like for a check.
        before: as text; empty where there was none.
        after: as text; empty where there is none.
    """

    what: str
    before: str
    after: str


def rerun(
    before: Report,
    data: bytes,
    suffix: str,
    *,
    seed: AssignmentSeed,
    params_file: Path | None = None,
    isolation: Isolation = "namespaces",
    out: Path | None = None,
    watcher: Watcher | None = None,
    engine: Engine | None = None,
) -> Report:
    """Grade the bytes of a report with the grader of today; returns a report of the same file.

    Args:
        data: what was handed in, or what was kept of it.
        suffix: `.ipynb` or `.py`.
        seed: that of the assignment.
        out: folder for the new report; None writes none.
        engine: how to grade; for tests and other graders.

    Raises:
        UsageError: the exercise or a param does not exist any more, or `out` cannot be written.
        IsolationUnavailable: this machine cannot isolate student code as asked.
    """
    with tempfile.TemporaryDirectory(prefix="grader-rerun-") as folder:
        # Under the name that it had: tracebacks of a `.py` show it.
        file = Path(folder) / _file_name(before.submission.file, suffix)
        file.write_bytes(data)
        graded = grade_file(
            before.exercise.name,
            file,
            out=out,
            params_file=params_file,
            isolation=isolation,
            watcher=watcher,
            engine=engine,
            assignment_seed=seed,
        ).report
    message = graded.message
    if message.startswith(f"{file.name}: "):
        message = before.submission.file + message[len(file.name) :]
    # The kept bytes lack what their metadata said of people; the report is of what was handed in.
    return msgspec.structs.replace(graded, submission=before.submission, message=message)


def original_seed(before: Report, report: Path, *, seed_from: Path | None = None) -> AssignmentSeed:
    """The secret seed of a report, which itself holds only its digest.

    Args:
        report: where the report lies; its folder and the one above are looked into.
        seed_from: the output folder whose seed to take instead, whether it is the same or not.

    Raises:
        UsageError: it is not to be found.
    """
    from grader.grading.seed import AssignmentSeed

    if seed_from is not None:
        seed = AssignmentSeed.found_in(seed_from)
        if seed is None:
            raise UsageError(f"{seed_from} holds no seed of an assignment; name the folder that --out named back then.")
        return seed
    for folder in (report.absolute().parent, report.absolute().parent.parent):
        seed = AssignmentSeed.found_in(folder)
        if seed is not None and seed.digest == before.seed:
            return seed
    raise UsageError(
        f"The secret seed of this report (digest {before.seed[:16]}) is not at hand; "
        "name the output folder that it was graded into with --seed-from OUT."
    )


def same_bytes(before: Report, data: bytes) -> bool:
    """Whether a report is of these bytes; True where it does not tell."""
    return before.submission.sha256 in (None, hashlib.sha256(data).hexdigest())


def differences(before: Report, after: Report) -> tuple[Difference, ...]:
    """What differs between two reports of the same file: status, score, and each check's status, points and text."""
    found = [
        Difference(what, str(getattr(before, what)), str(getattr(after, what)))
        for what in ("status", "score", "max_score", "needs_review")
    ]
    found.append(Difference("message", _message(before), _message(after)))
    old, new = (dict(_checks(report)) for report in (before, after))
    for name in (*old, *(name for name in new if name not in old)):
        found += _of_check(name, old.get(name), new.get(name))
    return tuple(one for one in found if one.before != one.after)


def _of_check(name: str, before: CheckResult | None, after: CheckResult | None) -> Iterator[Difference]:
    fields: tuple[str, ...] = ("status", "score", "max_score")
    if before is not None and after is not None:
        fields += TEXTS
    for field in fields:
        yield Difference(f"{name} {field}", _text(before, field), _text(after, field))


def _text(check: CheckResult | None, field: str) -> str:
    value = None if check is None else getattr(check, field)
    return "" if value is None else str(value)


def _checks(report: Report) -> Iterator[tuple[str, CheckResult]]:
    return ((check.id, check) for task in report.tasks for check in task.checks)


def _message(report: Report) -> str:
    """The message without the label that it may begin with."""
    file = report.submission.file
    for name in (file, PurePosixPath(file).name):
        if name and report.message.startswith(f"{name}: "):
            return report.message[len(name) + 2 :]
    return report.message


def _file_name(label: str, suffix: str) -> str:
    name = PurePosixPath(label).name
    plain = name.isprintable() and len(name.encode()) <= LONGEST_FILE_NAME and name.lower().endswith(suffix)
    return name if plain and suffix else f"submission{suffix}"

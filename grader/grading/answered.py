"""A report of code that was graded before, for a submission that was not run: whose code is the same gets the same grade.

Equal key means equal code, exercise, params, data, grader and seed. What the key leaves out is made to fit here: label,
digest, and the places that findings name. Nothing of the earlier file is shown where it differs: no comment, no line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise

import msgspec

from grader.errors import UnusableSubmission
from grader.exercises import Exercise
from grader.grading.variant import as_called, chosen_variant
from grader.results import (
    ANSWERED,
    CheckResult,
    Note,
    Report,
    Status,
    SubmissionRef,
    Timings,
    Where,
)
from grader.submissions import Submission, moved_lines, same_text, submission_from_bytes

_MACHINE: frozenset[Status] = frozenset({"timeout", "memory", "grader_fault"})
"""May have been the machine's doing and not the code's."""

_PLACE = re.compile(r"(?:cell (?P<cell>\d{1,9}), )?line (?P<line>\d{1,9})(?P<rest>, in .*)?")
BY = "by an earlier grading of the same code"
TOLD = (
    "Code that does the same was graded before, under the same exercise, data and seed, and gets the same grade. It was "
    "not run again, so pictures are missing here"
)


def reusable(report: Report) -> bool:
    """Whether another submission of the same code may get this report: graded, and by nothing that the machine may have done."""
    return report.status == "graded" and not any(
        check.status in _MACHINE for task in report.tasks for check in task.checks
    )


def answered(
    exercise: Exercise, earlier: Report, data: bytes | None, suffix: str, submission: Submission
) -> Report | None:
    """The earlier report as that of `submission`, which has the same key.

    Args:
        data: the file of the earlier report, or what was kept of it; None where it is not at hand.
        suffix: of that file, `.ipynb` or `.py`.

    Returns:
        None where it has to be graded: the report is none to go by, or names places that cannot be found again.
    """
    if not reusable(earlier):
        return None
    if earlier.submission.sha256 == submission.sha256:
        return _of(submission, earlier, output=True)
    shows_code = _shows_code(earlier)
    if data is None or not (shows_code or earlier.output):
        return None if shows_code else _of(submission, earlier, output=False)
    try:
        before = submission_from_bytes(data, "earlier", notebook=suffix == ".ipynb")
        chosen = chosen_variant(exercise, submission)
        names = chosen.entry_points
        if before.kind != submission.kind:
            return None
        # Compared in the form that the key is of.
        before, after = as_called(chosen, before), as_called(chosen, submission)
        if same_text(before, after, names):
            return _of(submission, earlier, output=True)
        moved = moved_lines(before, after, names)
        return None if moved is None else _of(submission, _moved(earlier, moved, submission), output=False)
    except (UnusableSubmission, _NotFound):
        return None


class _NotFound(LookupError):
    """A place that the report names and that is no line of the code."""


def _shows_code(report: Report) -> bool:
    """Whether the report shows places or lines of the file."""
    checks = [check for task in report.tasks for check in task.checks]
    return any(check.where is not None or check.traceback for check in checks) or any(
        note.where is not None for note in report.notes
    )


def _of(submission: Submission, report: Report, *, output: bool) -> Report:
    """The report under the label of `submission`, marked.

    Args:
        output: keep what the code printed; it may quote comments and line numbers of the other file.
    """
    lost = bool(report.output) and not output
    told = f"{TOLD}{', and so is what the code printed' if lost else ''}."
    return msgspec.structs.replace(
        report,
        submission=SubmissionRef(file=submission.file, sha256=submission.sha256),
        notes=(*(note for note in report.notes if note.kind != ANSWERED), Note(kind=ANSWERED, text=told)),
        output=report.output if output else {},
        timings=Timings(),
        message="",
        environment={**report.environment, ANSWERED: BY},
    )


def _moved(report: Report, moved: Mapping[Where, Where], submission: Submission) -> Report:
    """The report with every place and quoted line taken from `submission`.

    Raises:
        _NotFound: a place is no line of the code.
    """
    # Of the parts of a plain file that does not parse as a whole, the last one holds all that can have run.
    lines = {cell.number: cell.source.split("\n") for cell in submission.cells}
    tasks = tuple(
        msgspec.structs.replace(task, checks=tuple(_check(check, moved, lines) for check in task.checks))
        for task in report.tasks
    )
    notes = tuple(msgspec.structs.replace(note, where=_place(note.where, moved)) for note in report.notes)
    return msgspec.structs.replace(report, tasks=tasks, notes=notes)


def _check(check: CheckResult, moved: Mapping[Where, Where], lines: Mapping[int | None, list[str]]) -> CheckResult:
    return msgspec.structs.replace(
        check, where=_place(check.where, moved), traceback=_traceback(check.traceback, moved, lines)
    )


def _place(where: Where | None, moved: Mapping[Where, Where]) -> Where | None:
    if where is None:
        return None
    if where not in moved:
        raise _NotFound(str(where))
    return moved[where]


def _traceback(text: str, moved: Mapping[Where, Where], lines: Mapping[int | None, list[str]]) -> str:
    """Frames are two lines each, a place and the line of code there; the rest is what was raised."""
    rows = text.split("\n")
    given = tuple(rows)
    for number, (row, code) in enumerate(pairwise(given)):
        found = _PLACE.fullmatch(row)
        if found is None or not code.startswith("    "):
            continue
        place = moved.get(Where(cell=int(found["cell"]) if found["cell"] else None, line=int(found["line"])))
        if place is None or place.line is None:
            raise _NotFound(row)
        rows[number] = f"{place}{found['rest'] or ''}"
        rows[number + 1] = f"    {lines[place.cell][place.line - 1].strip()[:300]}"
    return "\n".join(rows)

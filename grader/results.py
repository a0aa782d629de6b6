"""The schema of a result: check, task, report. One file, so that a consumer can read it whole.

`report.json` is `Report` encoded as JSON (`grader-report/1`). Consumers ignore keys they do not know.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

SCHEMA = "grader-report/1"
OLDER = "variant"
"""Kind of the note on a submission in an earlier calling convention."""
ANSWERED = "answered"
"""Kind of the note, and name in the environment, of a report that was taken from an earlier grading of the same code."""

Status = Literal[
    "passed",
    "failed",
    "not_attempted",
    "blocked",
    "student_error",
    "timeout",
    "memory",
    "output",
    "grader_fault",
]
ReportStatus = Literal["graded", "unusable", "ungraded"]
Isolation = Literal["namespaces", "cold", "unsafe"]


class Where(msgspec.Struct, frozen=True, kw_only=True):
    """A place in the student's own file. `cell` counts all cells from 1 and is None in a plain `.py`."""

    cell: int | None
    line: int | None

    def __str__(self) -> str:
        cell = f"cell {self.cell}" if self.cell is not None else ""
        line = f"line {self.line}" if self.line is not None else ""
        return ", ".join(part for part in (cell, line) if part)


class CheckResult(msgspec.Struct, frozen=True, kw_only=True):
    """The finding of one check. A check is all or nothing: `score` is 0 or `max_score`."""

    id: str
    title: str
    status: Status
    score: float
    max_score: float
    seen: str = ""
    expected: str = ""
    why: str = ""
    hint: str = ""
    where: Where | None = None
    concept: str = ""
    traceback: str = ""
    """The student's own frames, for `student_error`; never a frame of ours."""


class TaskResult(msgspec.Struct, frozen=True, kw_only=True):
    """One graded part of an exercise. `name` is the entry point's."""

    name: str
    title: str
    status: Status
    score: float
    max_score: float
    checks: tuple[CheckResult, ...]


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """Advice that costs no points. `kind` is a short slug such as `drift`, `dropped-line`, `no-seed`."""

    kind: str
    text: str
    where: Where | None = None


class ExerciseRef(msgspec.Struct, frozen=True, kw_only=True):
    """Which exercise was graded."""

    name: str
    title: str
    version: str
    variant: str


class SubmissionRef(msgspec.Struct, frozen=True, kw_only=True):
    """Which bytes were graded. `file` is a label as the student gave it: escape it wherever it is shown."""

    file: str
    sha256: str | None


class Timings(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds of wall clock: the whole, student cells, the trainer, the examiner."""

    total_s: float = 0.0
    cell_s: float = 0.0
    training_s: float = 0.0
    examiner_s: float = 0.0


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome of one submission."""

    schema: str = SCHEMA
    exercise: ExerciseRef
    submission: SubmissionRef
    status: ReportStatus
    score: float
    max_score: float
    fix_first: str | None
    needs_review: bool
    isolation: Isolation
    seed: str
    """Digest of the assignment's secret seed, never the seed."""
    key: str
    """Digest of all that decides the grade: sliced code, exercise, params, data, grader, seed."""
    tasks: tuple[TaskResult, ...]
    notes: tuple[Note, ...] = ()
    timings: Timings = Timings()
    environment: dict[str, str] = {}
    message: str = ""
    """One line for a person where the status is not `graded`."""
    curves: dict[str, list[float]] = {}
    """History of the grader's own training: `accuracy`, `val_accuracy`, `loss`, `val_loss` per epoch."""
    measures: dict[str, float] = {}
    """What was measured for a threshold, by the name of its param, such as `unseen_accuracy`."""
    output: dict[str, str] = {}
    """What the student's code printed, by task, capped. Text, never markup."""

    @property
    def answered(self) -> bool:
        """Whether it was taken from an earlier grading of the same code."""
        return ANSWERED in self.environment

    def check(self, check_id: str) -> CheckResult:
        """The result of one check by id (`task/name`).

        Raises:
            KeyError: no check has this id.
        """
        for task in self.tasks:
            for check in task.checks:
                if check.id == check_id:
                    return check
        raise KeyError(check_id)


class Exhibit(msgspec.Struct, frozen=True, kw_only=True):
    """A picture for the HTML report, already decoded and re-encoded by us."""

    name: str
    """One of `samples`, `journey`, `plot_history`, `plot_feature_maps`, or a task's own."""
    title: str
    caption: str
    png: bytes


def to_json(report: Report) -> bytes:
    """`report.json` as UTF-8, indented by two spaces, ending in a newline."""
    return msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n"


def from_json(data: bytes) -> Report:
    """Read `report.json`; unknown keys are ignored.

    Raises:
        ValueError: not JSON, or not of this schema.
    """
    try:
        return msgspec.json.decode(data, type=Report)
    except msgspec.MsgspecError as error:
        raise ValueError(f"not a {SCHEMA} report: {error}") from error


def task_status(checks: tuple[CheckResult, ...]) -> Status:
    """Passed, else the status of the first check neither passed nor blocked, else blocked."""
    if not checks:
        return "grader_fault"
    if all(check.status == "passed" for check in checks):
        return "passed"
    for check in checks:
        if check.status not in ("passed", "blocked"):
            return check.status
    return "blocked"


def fix_first(tasks: tuple[TaskResult, ...]) -> str | None:
    """The check whose cause to mend first: tasks and checks stand in order of dependence.

    What was not attempted comes after what is wrong, because not attempted is not wrong.
    """
    checks = [check for task in tasks for check in task.checks]
    for check in checks:
        if check.status not in ("passed", "blocked", "not_attempted"):
            return check.id
    for check in checks:
        if check.status == "not_attempted":
            return check.id
    return None


def plain(value: Any) -> Any:
    """A result as plain JSON types (dict, list, str, …), for templates and tables."""
    return msgspec.to_builtins(value)

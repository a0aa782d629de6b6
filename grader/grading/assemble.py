"""From the examiner's result to a report. Fails closed: a check that did not report makes the submission ungraded."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from grader.data import dataset_digest
from grader.errors import GraderFault, UnusableSubmission
from grader.exercises import Exercise
from grader.grading.key import grader_digest
from grader.grading.seed import AssignmentSeed
from grader.results import (
    OLDER,
    CheckResult,
    ExerciseRef,
    Exhibit,
    Isolation,
    Note,
    Report,
    SubmissionRef,
    TaskResult,
    Timings,
    Where,
    fix_first,
    task_status,
)
from grader.submissions import Submission
from grader.wire import Message

PICTURES = {
    "samples": ("Your training images", "A few images as your pipeline hands them to the network, with their labels."),
    "journey": (
        "The journey of one image",
        "What each convolution and pooling layer of your trained network makes of one picture.",
    ),
    "confusion": (
        "What is taken for what",
        "For each true class, in its row, how often your network gave which answer.",
    ),
    "plot_history": ("Your plot of a training run", "What your `plot_history` drew for a made-up run."),
    "plot_feature_maps": ("Your plot of feature maps", "What your `plot_feature_maps` drew."),
}


@dataclass(frozen=True)
class Facts:
    """What every report of a session says, whatever its outcome."""

    exercise: Exercise
    seed: AssignmentSeed
    isolation: Isolation
    file: str
    sha256: str | None = None
    key: str = ""

    def of(self, submission: Submission, key: str) -> Facts:
        """The same, with a submission that could be read."""
        return replace(self, sha256=submission.sha256, key=key)

    def report(self, **fields: Any) -> Report:
        """A report with these facts and `fields`."""
        exercise = self.exercise
        environment = {
            "grader": version(),
            "grader_digest": grader_digest()[:16],
            "python": platform.python_version(),
            "params_digest": exercise.digest[:16],
            "data_digest": dataset_digest(exercise.data)[:16],
            **fields.pop("environment", {}),
        }
        return Report(
            exercise=ExerciseRef(
                name=exercise.name, title=exercise.title, version=exercise.version, variant=exercise.variant
            ),
            submission=SubmissionRef(file=self.file, sha256=self.sha256),
            isolation=self.isolation,
            seed=self.seed.digest,
            key=self.key,
            environment=environment,
            **fields,
        )


def _older(exercise: Exercise) -> Note:
    tasks = ", ".join(f"`{name}`" for name in exercise.not_asked)
    if exercise.sizes:
        told = f"Graded as a notebook of the public labs (`{exercise.variant}`), because of its sizes and of what it does not define."
    else:
        told = f"Graded as a notebook of an earlier generation (`{exercise.variant}`), because of the functions that it defines."
    checks = [f"`{name}`" for name in exercise.omitted if "/" in name]
    left_out = f" Nor are these checks: {', '.join(checks)}." if checks else ""
    return Note(kind=OLDER, text=f"{told} Not asked for there, and not in the points: {tasks}.{left_out}")


def version() -> str:
    """The grader's version."""
    import grader

    return str(grader.__version__)


def unusable_report(facts: Facts, error: UnusableSubmission, total_s: float) -> Report:
    """The file cannot be read as a submission."""
    return facts.report(
        status="unusable", score=0.0, max_score=0.0, fix_first=None, needs_review=False, tasks=(),
        message=f"{error.reason} {error.advice}".strip(), timings=Timings(total_s=round(total_s, 3)),
    )  # fmt: skip


def ungraded_report(facts: Facts, fault: str, total_s: float) -> Report:
    """A fault of ours: no score at all. `fault` is one line; the details are not for the report, which students see."""
    return facts.report(
        status="ungraded",
        score=0.0,
        max_score=0.0,
        fix_first=None,
        needs_review=True,
        tasks=(),
        message=f"A fault of the grader, not scored: {fault[:500]}",
        timings=Timings(total_s=round(total_s, 3)),
    )


def graded_report(
    facts: Facts, result: Message, *, output: Mapping[str, str], total_s: float, examiner_s: float, cell_s: float,
    training_s: float,
) -> tuple[Report, tuple[Exhibit, ...]]:  # fmt: skip
    """The report of a submission whose checks all reported.

    Raises:
        GraderFault: a check is missing, failed for a reason of ours, or its task is unknown.
    """
    body = result.body
    checks = msgspec.convert(body["results"], list[CheckResult])
    faults = [*body["faults"], *(check.seen for check in checks if check.status == "grader_fault")]
    if faults:
        which, (last, *_) = faults[0].partition(":")[0], reversed(faults[0].strip().splitlines())
        # Of the first line, which the report shows, only the type: what our own exceptions say may quote hidden inputs.
        raise GraderFault(f"{len(faults)} checks could not be run; {which}: {last.partition(':')[0]}\n{faults[0]}")
    expected, reported = set(body["expected"]), {check.id for check in checks}
    if not expected or expected != reported:
        raise GraderFault(f"checks that did not report: {', '.join(sorted(expected ^ reported)) or 'all'}")
    tasks = []
    for task in facts.exercise.tasks:
        mine = tuple(check for check in checks if check.id.split("/")[0] == task.name)
        if not mine and any(one.split("/")[0] == task.name for one in facts.exercise.omitted):
            continue  # an overlay leaves out every check of it, one by one
        tasks.append(
            TaskResult(
                name=task.name,
                title=task.title,
                status=task_status(mine),
                checks=mine,
                score=sum(check.score for check in mine),
                max_score=sum(check.max_score for check in mine),
            )
        )
    if sum(len(task.checks) for task in tasks) != len(checks) or any(not task.checks for task in tasks):
        raise GraderFault("the exercise's tasks and the tasks of its checks differ.")
    notes = tuple(
        Note(kind=str(note["kind"]), text=str(note["text"]), where=msgspec.convert(note["where"], Where | None))
        for note in body["notes"]
    )
    older = facts.exercise.variant if facts.exercise.not_asked else ""
    if older:
        notes = (_older(facts.exercise), *notes)
    report = facts.report(
        status="graded",
        score=sum(task.score for task in tasks),
        max_score=sum(task.max_score for task in tasks),
        fix_first=fix_first(tuple(tasks)),
        # Whoever chooses the names of the functions chooses the tasks.
        needs_review=bool(body["needs_review"]) or bool(older and not facts.exercise.variants_named),
        tasks=tuple(tasks),
        notes=notes,
        timings=Timings(
            total_s=round(total_s, 3), cell_s=round(cell_s, 3), training_s=round(training_s, 3),
            examiner_s=round(max(0.0, examiner_s - cell_s - training_s), 3),
        ),
        environment=dict(body["environment"]),
        curves={name: [float(value) for value in values] for name, values in body["curves"].items()},
        measures={name: float(value) for name, value in body["measures"].items()},
        output=dict(output),
    )  # fmt: skip
    exhibits = tuple(
        Exhibit(
            name=name,
            title=PICTURES[name][0],
            caption=PICTURES[name][1],
            png=result.arrays[f"picture:{name}"].tobytes(),
        )
        for name in PICTURES
        if f"picture:{name}" in result.arrays
    )
    return report, exhibits

"""Grade an exercise's own solutions and judge the verdicts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import Protocol

from grader.batch import BatchEvents, Choices, Engine, Silent, grade_folder
from grader.batch.collect import file_named_by
from grader.batch.pool import WorkerPool
from grader.batch.selection import Selection
from grader.errors import GraderFault, UsageError
from grader.exercises import Exercise, load_exercise
from grader.exercises.generate import stale_files
from grader.results import Isolation, Report, from_json
from grader.validation.cases import staged_cases
from grader.validation.judge import Judgement, judge
from grader.validation.outcome import ExerciseOutcome, ValidationOutcome, checks_never_failed


class ValidationEvents(Protocol):
    """Told what is validated next; may give events for its batch."""

    def exercise(self, name: str, seed: int, seeds: int) -> BatchEvents:
        """One exercise under one seed begins."""


class SilentValidation:
    """Events that go nowhere."""

    def exercise(self, name: str, seed: int, seeds: int) -> BatchEvents:  # noqa: ARG002  # the protocol's signature
        """Nothing is shown."""
        return Silent()


def validate(
    names: Sequence[str],
    out: Path,
    *,
    seeds: int = 1,
    first_seed: int = 0,
    jobs: int | None = None,
    params_file: Path | None = None,
    only: Sequence[str] = (),
    isolation: Isolation = "namespaces",
    events: ValidationEvents | None = None,
    engine: Engine | None = None,
    open_executor: Callable[[int], Executor] = WorkerPool,
) -> ValidationOutcome:
    """Grade references, starters, alternates and mistakes of each exercise under `seeds` seeds, and judge them.

    Reports are kept below `out`, and a second run with the same `out` takes over what has not changed.

    Args:
        names: of exercises.
        seeds: how many assignments to play, each with its own hidden images.
        first_seed: number of the first one.
        params_file: an overlay; solutions follow it through their `# param:` lines.
        only: patterns over solutions, such as `mistakes/plot_*`; with any, whether every check is failed by some mistake is not asked.

    Raises:
        UsageError: no such exercise, no reference here, or an overlay that cannot be.
        IsolationUnavailable: this machine cannot isolate student code as asked.
    """
    if seeds < 1:
        raise UsageError(f"`seeds` (={seeds}) must be at least 1.")
    events = events or SilentValidation()
    outcomes = []
    for exercise in _with_any(only, [load_exercise(name, params_file) for name in names], out):
        judgements: list[Judgement] = []
        # Of all variants that some solution follows.
        known: dict[str, None] = {}
        interrupted = False
        for seed in range(first_seed, first_seed + seeds):
            home = out / exercise.name
            cases = {case.file: case for case in staged_cases(exercise, home / "solutions")}
            batch = grade_folder(
                exercise.name, home / "solutions", home / f"seed-{seed}", jobs=jobs, seed=seed, params_file=params_file,
                isolation=isolation, events=events.exercise(exercise.name, seed, seeds), engine=engine,
                open_executor=open_executor, choices=Choices(layout="flat"), selection=Selection(only=tuple(only)),
            )  # fmt: skip
            for row in batch.rows:
                # What an earlier run left in the same folder is listed, too.
                if only and not file_named_by(only, row.file):
                    continue
                report = from_json((batch.out / row.report / "report.json").read_bytes())
                judgements.append(judge(cases[row.file], report, exercise, seed))
                known |= dict.fromkeys(check_ids(report))
            if batch.interrupted:
                interrupted = True
                break
        asked = () if only else checks_never_failed(judgements, tuple(known))
        outcomes.append(_outcome(exercise, judgements, tuple(known), asked, interrupted=interrupted))
        if interrupted:
            break
    return ValidationOutcome(tuple(outcomes))


def _with_any(only: Sequence[str], exercises: Sequence[Exercise], out: Path) -> Sequence[Exercise]:
    """The exercises that have a solution named by `only`.

    Raises:
        UsageError: none has.
    """
    if not only:
        return exercises
    chosen = []
    for exercise in exercises:
        files = [case.file for case in staged_cases(exercise, out / exercise.name / "solutions")]
        if any(file_named_by(only, file) for file in files):
            chosen.append(exercise)
    if not chosen:
        raise UsageError(
            f"no solution is named by {', '.join(map(repr, only))}; patterns are over paths such as 'mistakes/plot_*'."
        )
    return chosen


def check_ids(report: Report) -> tuple[str, ...]:
    """Ids of all checks of a graded report, in their order."""
    return tuple(check.id for task in report.tasks for check in task.checks)


def _outcome(
    exercise: Exercise,
    judgements: Sequence[Judgement],
    known: Sequence[str],
    unexercised: tuple[str, ...],
    *,
    interrupted: bool,
) -> ExerciseOutcome:
    if not known and not interrupted and not any(one.fault for one in judgements):
        raise GraderFault(f"no solution of {exercise.name} was graded.")
    # What is on disk is made with the default params; an overlay makes its own.
    default = load_exercise(exercise.name)
    return ExerciseOutcome(
        exercise=exercise.name,
        judgements=tuple(judgements),
        stale=tuple(path.name for path in stale_files(default)),
        unexercised=unexercised,
        checks=len(known),
        interrupted=interrupted,
    )

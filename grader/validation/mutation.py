"""Grade the mutants of a reference: those that lose no point survive, and each survivor wants an explanation."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path

import msgspec

from grader.batch import BatchEvents, Engine, GradingEngine, grade_folder
from grader.batch.outcome import FAULT, INTERRUPTED, SUCCESS
from grader.batch.pool import WorkerPool
from grader.exercises import Exercise
from grader.exercises.loading import read_toml
from grader.exercises.source import reference_source
from grader.paths import solutions_dir
from grader.results import Isolation
from grader.validation.mutants import Mutant, mutants_of
from grader.validation.outcome import WRONG

MOST_EQUIVALENT = 0.10
"""Largest share of the sample that may be declared equivalent: more would say that the operators miss the point."""
LEAST_KILLED = 0.90
"""Smallest share of the others that must lose points."""
DECLARATIONS = "equivalent_mutants.toml"


class Declared(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One mutant that is as right as the reference, and why."""

    id: str
    change: str
    reason: str


class DeclarationFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`equivalent_mutants.toml` beside the reference."""

    mutant: tuple[Declared, ...] = ()


@dataclass(frozen=True)
class MutationOutcome:
    """What became of the mutants of one reference.

    Attributes:
        killed: mutants that lost points.
        survived: mutants with full points that nobody declared equivalent.
        equivalent: mutants with full points that are declared so, by id with the reason.
        outdated: declared ids that are no mutant of the sample, or that lose points after all.
        unjudged: mutants without a grade: a fault of ours, or a file that could not be read.
    """

    exercise: str
    killed: tuple[Mutant, ...]
    survived: tuple[Mutant, ...]
    equivalent: Mapping[str, str]
    outdated: tuple[str, ...]
    unjudged: tuple[Mutant, ...]
    interrupted: bool = False

    @property
    def total(self) -> int:
        """Mutants in the sample."""
        return len(self.killed) + len(self.survived) + len(self.equivalent) + len(self.unjudged)

    @property
    def killed_share(self) -> float:
        """Share of the judged, non-equivalent mutants that lost points, 0 to 1."""
        judged = len(self.killed) + len(self.survived)
        return len(self.killed) / judged if judged else 0.0

    @property
    def exit_code(self) -> int:
        """130 when interrupted, 3 where a mutant was left ungraded, 1 where too many survive, else 0."""
        if self.interrupted:
            return INTERRUPTED
        if self.unjudged:
            return FAULT
        few = len(self.equivalent) <= MOST_EQUIVALENT * self.total
        return SUCCESS if few and not self.outdated and self.killed_share >= LEAST_KILLED else WRONG


def mutate(
    exercise: Exercise,
    out: Path,
    *,
    params_file: Path | None = None,
    seed: int = 0,
    jobs: int | None = None,
    isolation: Isolation = "namespaces",
    events: BatchEvents | None = None,
    engine: Engine | None = None,
    open_executor: Callable[[int], Executor] = WorkerPool,
) -> MutationOutcome:
    """Grade the fixed sample of mutants of an exercise's reference, each up to the first check that it loses.

    Reports are kept in `out`, and a second run with the same `out` takes over what has not changed.

    Raises:
        UsageError: there is no reference here, or the declarations cannot be read.
        IsolationUnavailable: this machine cannot isolate student code as asked.
    """
    mutants = {one.id: one for one in mutants_of(reference_source(exercise), exercise.entry_points)}
    folder = out / "mutants"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for one in mutants.values():
        (folder / f"{one.id}.py").write_text(one.source, encoding="utf-8")
    batch = grade_folder(
        exercise.name, folder, out / "graded", jobs=jobs, seed=seed, params_file=params_file, isolation=isolation,
        events=events, engine=engine or GradingEngine(exit_first=True), open_executor=open_executor,
    )  # fmt: skip
    rows = {row.file.removesuffix(".py"): row for row in batch.rows}
    unjudged = {key for key, row in rows.items() if row.status != "graded"}
    whole = {key for key, row in rows.items() if row.status == "graded" and row.score == row.max_score}
    declared = declared_equivalent(exercise)
    return MutationOutcome(
        exercise=exercise.name,
        killed=tuple(mutants[key] for key in rows if key not in whole | unjudged),
        survived=tuple(mutants[key] for key in rows if key in whole - set(declared)),
        equivalent={key: reason for key, reason in declared.items() if key in whole},
        outdated=() if batch.interrupted else tuple(key for key in declared if key not in whole | unjudged),
        unjudged=tuple(mutants[key] for key in rows if key in unjudged),
        interrupted=batch.interrupted,
    )


def declared_equivalent(exercise: Exercise) -> dict[str, str]:
    """Reasons by mutant id, from `equivalent_mutants.toml` beside the reference; empty where there is none."""
    path = solutions_dir() / exercise.name / DECLARATIONS
    if not path.is_file():
        return {}
    written = read_toml(path, DeclarationFile, f"{exercise.name}/{DECLARATIONS}")
    return {one.id: one.reason for one in written.mutant}

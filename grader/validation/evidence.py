"""Verdicts of correct solutions over many seeds, kept in a file that a later run goes on from."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from grader.batch import BatchEvents, BatchRow, Engine, GradingEngine, Plan, Silent
from grader.batch.lock import locked
from grader.batch.pool import WorkerPool, default_jobs
from grader.batch.resume import finished_report
from grader.batch.schedule import Schedule
from grader.batch.worker import Job, JobResult, close_worker, fault_message, grade_job, write_unmarked
from grader.errors import UsageError
from grader.exercises import Exercise
from grader.results import Report, from_json
from grader.validation.cases import staged_cases

FIELDS = ("solution", "seed", "key", "score", "max_score", "lost", "measures")
CORRECT = ("reference/reference.py", "alternates/")


@dataclass(frozen=True)
class Row:
    """One correct solution under one seed.

    Attributes:
        key: of the report: rows of another key were made by another version.
        lost: ids of the checks that did not pass.
        measures: what was measured for a threshold, by the name of its param.
    """

    solution: str
    seed: int
    key: str
    score: float
    max_score: float
    lost: tuple[str, ...]
    measures: Mapping[str, float]

    @property
    def right(self) -> bool:
        """Whether the correct solution got full points."""
        return self.score == self.max_score > 0

    @classmethod
    def of(cls, solution: str, seed: int, report: Report) -> Row:
        """The row of a report."""
        lost = tuple(check.id for task in report.tasks for check in task.checks if check.status != "passed")
        return cls(solution, seed, report.key, report.score, report.max_score, lost, report.measures)


def read_rows(path: Path) -> dict[tuple[str, int], Row]:
    """Rows by solution and seed; empty where there is no file yet."""
    if not path.is_file():
        return {}
    rows = {}
    with path.open(newline="", encoding="utf-8") as file:
        for cells in csv.DictReader(file):
            measures = dict(pair.split("=") for pair in cells["measures"].split())
            row = Row(
                cells["solution"], int(cells["seed"]), cells["key"], float(cells["score"]), float(cells["max_score"]),
                tuple(cells["lost"].split()), {name: float(value) for name, value in measures.items()},
            )  # fmt: skip
            rows[row.solution, row.seed] = row
    return rows


def write_rows(path: Path, rows: Iterable[Row]) -> None:
    """Write rows, sorted, so that a diff shows what changed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    with unfinished.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, FIELDS, lineterminator="\n")
        writer.writeheader()
        for row in sorted(rows, key=lambda one: (one.solution, one.seed)):
            measures = " ".join(f"{name}={value:.4f}" for name, value in sorted(row.measures.items()))
            writer.writerow({
                "solution": row.solution, "seed": row.seed, "key": row.key[:16], "score": f"{row.score:g}",
                "max_score": f"{row.max_score:g}", "lost": " ".join(row.lost), "measures": measures,
            })  # fmt: skip
    # At once, so that whoever is stopped here loses no row.
    unfinished.replace(path)


@dataclass(frozen=True)
class SeededJob(Job):
    """One solution to grade under one seed."""

    solution: str
    seed: int


def grade_seeded(engine: Engine, exercise: str, job: SeededJob) -> JobResult:
    """What executors run."""
    return grade_job(engine, plan_of(engine, exercise, job.seed), job)


def plan_of(engine: Engine, exercise: str, seed: int) -> Plan:
    """The run of one seed."""
    return Plan(exercise, None, engine.seed(None, seed), "namespaces")


def gather(
    exercise: Exercise,
    path: Path,
    work: Path,
    *,
    reference_seeds: int,
    alternate_seeds: int,
    any_version: bool = False,
    jobs: int | None = None,
    events: BatchEvents | None = None,
    engine: Engine | None = None,
    open_executor: Callable[[int], Executor] = WorkerPool,
) -> bool:
    """Grade what is missing in the file of rows at `path`, in the order of seeds, writing it after each solution.

    All seeds go through one executor, so that neither a core nor a warm zygote waits for the last solution of a seed.

    Args:
        work: folder for solutions and reports; a report in it that is of this version is not made again.
        reference_seeds: seeds 0, 1, ... under which the reference is graded.
        alternate_seeds: the same for each alternate.
        any_version: keep rows that another version of grader, exercise or solution made.

    Returns:
        Whether nothing was left out; False when it was stopped by Ctrl-C. A solution that a fault of ours left ungraded has no
        row, and the next run tries it again.

    Raises:
        UsageError: fewer than 1 job, or another run works in the same folder.
        IsolationUnavailable: this machine cannot isolate student code.
    """
    if jobs is not None and jobs < 1:
        raise UsageError(f"`jobs` (={jobs}) must be at least 1.")
    work.mkdir(parents=True, exist_ok=True)
    with locked(work):
        gathering = _Gathering(exercise, path, work, engine or GradingEngine(), events or Silent())
        pending = gathering.missing(reference_seeds, alternate_seeds, any_version=any_version)
        return gathering.run(pending, jobs, open_executor)


class _Gathering:
    """One run of `gather`; holds the rows as they come in."""

    def __init__(self, exercise: Exercise, path: Path, work: Path, engine: Engine, events: BatchEvents) -> None:
        self.exercise, self.path, self.work = exercise, path, work
        self.engine, self.events = engine, events
        self.rows = read_rows(path)

    def missing(self, reference_seeds: int, alternate_seeds: int, *, any_version: bool) -> list[SeededJob]:
        """What has to be graded. Rows that a report in the work folder holds already are taken over."""
        folder = self.work / "solutions"
        cases = [case for case in staged_cases(self.exercise, folder) if case.file.startswith(CORRECT)]
        pending: list[SeededJob] = []
        for seed in range(max(reference_seeds, alternate_seeds)):
            plan = plan_of(self.engine, self.exercise.name, seed)
            key_of = self.engine.keys(plan)
            for case in cases:
                row = self.rows.get((case.file, seed))
                if seed >= (reference_seeds if case.kind == "reference" else alternate_seeds):
                    continue
                if row is not None and any_version:
                    continue
                key = key_of(folder / case.file, None)
                if row is not None and key.startswith(row.key[:16]):
                    continue
                name = f"seed-{seed}/{case.file.replace('/', '-')}"
                job = SeededJob(
                    f"{case.file}, seed {seed}", folder / case.file, None, self.work / name, name, case.file, seed
                )
                if report := finished_report(self.work / name, key, plan):
                    self.rows[case.file, seed] = Row.of(case.file, seed, report)
                else:
                    pending.append(job)
        write_rows(self.path, self.rows.values())
        return pending

    def run(self, pending: Sequence[SeededJob], jobs: int | None, open_executor: Callable[[int], Executor]) -> bool:
        """Grade; False when it was stopped by Ctrl-C."""
        width = min(jobs, len(pending) or 1) if jobs is not None else default_jobs(len(pending))
        self.events.planned(len(pending), 0, width)
        schedule = Schedule(
            partial(grade_seeded, self.engine, self.exercise.name), open_executor=open_executor, width=width,
            events=self.events, finish=self._finish, give_up=self._give_up,
        )  # fmt: skip
        try:
            schedule.run(pending)
        except KeyboardInterrupt:
            return False
        finally:
            # Of use where the executor ran jobs in this very process.
            close_worker()
        return True

    def _finish(self, job: SeededJob, line: BatchRow) -> None:
        if line.status == "graded":
            report = from_json((self.work / job.folder / "report.json").read_bytes())
            self.rows[job.solution, job.seed] = Row.of(job.solution, job.seed, report)
            write_rows(self.path, self.rows.values())
        self.events.finished(line)

    def _give_up(self, job: SeededJob, reason: str) -> BatchRow:
        plan = plan_of(self.engine, self.exercise.name, job.seed)
        report = write_unmarked(self.engine, plan, job, "ungraded", fault_message(reason))
        return BatchRow.of(job.file, job.folder, report)


def table(exercise: Exercise, rows: Iterable[Row]) -> str:
    """Rows as a Markdown table: for each solution seeds, verdicts, and mean [minimum, maximum] of each measure."""
    by_solution: dict[str, list[Row]] = {}
    for row in rows:
        by_solution.setdefault(row.solution, []).append(row)
    names = sorted({name for some in by_solution.values() for row in some for name in row.measures})
    lines = [
        f"| solution | seeds | full points | {' | '.join(f'`{name}`' for name in names)} |",
        f"|---|---|---|{'---|' * len(names)}",
    ]
    for solution, some in sorted(by_solution.items(), key=lambda item: (not item[0].startswith("reference"), item[0])):
        cells = [_spread([row.measures[name] for row in some if name in row.measures]) for name in names]
        right = sum(row.right for row in some)
        lines.append(f"| {solution} | {len(some)} | {right} of {len(some)} | {' | '.join(cells)} |")
    for name in names:
        if name in exercise.params:
            lines.append(f"\nThreshold `{name}`: {exercise.params[name]}.")
    lost = sorted((row.solution, row.seed, row.lost) for some in by_solution.values() for row in some if not row.right)
    lines += [f"\n{solution} lost {', '.join(checks)} under seed {seed}." for solution, seed, checks in lost]
    return "\n".join(lines) + "\n"


def _spread(values: Sequence[float]) -> str:
    return f"{sum(values) / len(values):.3f} [{min(values):.3f}, {max(values):.3f}]" if values else "–"

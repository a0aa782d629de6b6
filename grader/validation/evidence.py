"""Verdicts of correct solutions over many seeds, kept in a file that a later run goes on from."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path

from grader.batch import BatchEvents, Engine, GradingEngine, Plan, grade_folder
from grader.batch.pool import WorkerPool
from grader.exercises import Exercise
from grader.results import Report, from_json
from grader.validation.cases import Case, staged_cases

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
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, FIELDS, lineterminator="\n")
        writer.writeheader()
        for row in sorted(rows, key=lambda one: (one.solution, one.seed)):
            measures = " ".join(f"{name}={value:.4f}" for name, value in sorted(row.measures.items()))
            writer.writerow({
                "solution": row.solution, "seed": row.seed, "key": row.key[:16], "score": f"{row.score:g}",
                "max_score": f"{row.max_score:g}", "lost": " ".join(row.lost), "measures": measures,
            })  # fmt: skip


def gather(
    exercise: Exercise,
    path: Path,
    work: Path,
    *,
    reference_seeds: int,
    alternate_seeds: int,
    any_version: bool = False,
    jobs: int | None = None,
    events: Callable[[int], BatchEvents] | None = None,
    engine: Engine | None = None,
    open_executor: Callable[[int], Executor] = WorkerPool,
) -> bool:
    """Grade what is missing in the file of rows at `path`, seed by seed, writing it after each.

    Args:
        work: folder for solutions and reports.
        reference_seeds: seeds 0, 1, ... under which the reference is graded.
        alternate_seeds: the same for each alternate.
        any_version: keep rows that another version of grader, exercise or solution made.

    Returns:
        Whether all is there; False when it was stopped by Ctrl-C.
    """
    engine = engine or GradingEngine()
    cases = [case for case in staged_cases(exercise, work / "all") if case.file.startswith(CORRECT)]
    rows = read_rows(path)
    for seed in range(max(reference_seeds, alternate_seeds)):
        key_of = engine.keys(Plan(exercise.name, None, engine.seed(None, seed), "namespaces"))
        due = [case for case in cases if seed < (reference_seeds if case.kind == "reference" else alternate_seeds)]
        missing = []
        for case in due:
            row = rows.get((case.file, seed))
            fresh = row is not None and (any_version or key_of(work / "all" / case.file, None).startswith(row.key[:16]))
            if not fresh:
                missing.append(case)
        if not missing:
            continue
        folder = _folder_of(missing, work, seed)
        batch = grade_folder(
            exercise.name, folder, work / f"seed-{seed}", jobs=jobs, seed=seed, engine=engine,
            events=events(seed) if events else None, open_executor=open_executor,
        )  # fmt: skip
        for one in batch.rows:
            report = from_json((batch.out / one.report / "report.json").read_bytes())
            if report.status == "graded":
                rows[one.file, seed] = Row.of(one.file, seed, report)
        write_rows(path, rows.values())
        if batch.interrupted:
            return False
    return True


def _folder_of(cases: Sequence[Case], work: Path, seed: int) -> Path:
    folder = work / f"seed-{seed}-solutions"
    for case in cases:
        target = folder / case.file
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((work / "all" / case.file).read_bytes())
    return folder


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

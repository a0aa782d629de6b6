"""How soon the findings are there that need no training, against `import tensorflow`, for each exercise.

    .venv/bin/python benchmarks/first_finding.py [--count N] [--exercise NAME ...] [--timeline] [--json]

The reference of each exercise, whose checks all run. Medians of N, taken in turns with the import so that all see the same machine:

* warm: from handing a submission to a session whose zygote and data are there, to the last finding before the examiner asks for its
  first training; the checks of `train` stand last in every exercise;
* cold: the same from starting a process that has nothing, its own start, imports and zygote included;
* report: warm, from handing in to the whole report where an overlay leaves `train` out.

The run fails (exit 1) where warm takes more than half an import (one in
week 3, which loads a backbone) or cold more than two.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from recording import keep
from throughput import SEED, import_seconds

from grader.batch.pool import default_jobs
from grader.batch.single import AHEAD
from grader.exercises import exercise_names, load_exercise
from grader.grading import AssignmentSeed, GradingSession
from grader.paths import solutions_dir
from grader.results import CheckResult

WARM_TARGETS = {"week3_transfer_learning": 1.0}
WARM_TARGET = 0.5
COLD_TARGET = 2.0
WITHOUT_TRAINING = 'leave_out = ["train"]\n'


class Reached(BaseException):
    """A training was asked for: nothing after it is of interest. No `Exception`, which the session would take for a fault."""


@dataclass
class Stages:
    """When each student cell or training was asked for, and when the newest finding came, in seconds from the start."""

    began: float = field(default_factory=time.monotonic)
    seen: list[tuple[str, float]] = field(default_factory=list)
    reached: float = 0.0

    def stage(self, name: str) -> None:
        self.seen.append((name, time.monotonic() - self.began))
        if name == "train":
            raise Reached

    def found(self, result: CheckResult) -> None:  # noqa: ARG002  # only when it came
        self.reached = time.monotonic() - self.began


@dataclass
class Measured:
    """Seconds of one exercise, one entry a round.

    Attributes:
        checks: that need no training.
        timeline: of the last warm round.
    """

    warm: list[float] = field(default_factory=list)
    cold: list[float] = field(default_factory=list)
    report: list[float] = field(default_factory=list)
    checks: int = 0
    timeline: list[tuple[str, float]] = field(default_factory=list)


def reference(exercise: str) -> Path:
    return solutions_dir() / exercise / "reference.py"


def session_of(exercise: str, overlay: Path | None = None) -> GradingSession:
    """A session as `grader grade` has it, but that remembers no answer, so that each round asks for all."""
    loaded, ahead = load_exercise(exercise, overlay), default_jobs(AHEAD)
    return GradingSession(loaded, seed=AssignmentSeed.fixed(SEED), on_training=lambda _spec, _result: None, ahead=ahead)


def until_training(session: GradingSession, exercise: str) -> Stages:
    """Grade up to the first training."""
    stages = Stages()
    try:
        report = session.grade(reference(exercise), watcher=stages).report
    except Reached:
        return stages
    raise SystemExit(f"the reference of {exercise} was never trained: {report.status} {report.message}")


def whole_report(session: GradingSession, exercise: str) -> tuple[float, int]:
    """Seconds to a report of everything but training, and its number of checks."""
    began = time.monotonic()
    report = session.grade(reference(exercise)).report
    if report.status != "graded" or report.score != report.max_score:
        raise SystemExit(f"the reference of {exercise} got {report.score:g} of {report.max_score:g}: {report.message}")
    return time.monotonic() - began, sum(len(task.checks) for task in report.tasks)


def cold_seconds(exercise: str) -> float:
    """Seconds from starting a process to its first training."""
    command = [sys.executable, __file__, "--one", exercise]
    began = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        line = process.stdout.readline() if process.stdout is not None else ""
        seconds = time.monotonic() - began
    if line.strip() != exercise:
        raise SystemExit(f"a cold grading of {exercise} ended in {process.returncode} without a training")
    return seconds


def one(exercise: str) -> None:
    """What a process does that has nothing: say the exercise's name as soon as a training is asked for."""
    with session_of(exercise) as session:
        until_training(session, exercise)
        print(exercise, flush=True)


def measure(exercises: list[str], count: int, overlay: Path) -> tuple[list[float], dict[str, Measured]]:
    """Seconds of the imports, and of each exercise."""
    found = {exercise: Measured() for exercise in exercises}
    imports = []
    for exercise, measured in found.items():
        with session_of(exercise) as session, session_of(exercise, overlay) as short:
            for each in (session, short):
                each.zygote()
                each.warm()
            for _ in range(count):
                imports.append(import_seconds())
                stages = until_training(session, exercise)
                measured.warm.append(stages.reached)
                measured.timeline = stages.seen
                seconds, measured.checks = whole_report(short, exercise)
                measured.report.append(seconds)
                measured.cold.append(cold_seconds(exercise))
        print(exercise, file=sys.stderr, flush=True)
    return imports, found


def ratios(measured: Measured, imports: float) -> dict[str, float]:
    """Medians over the median import."""
    return {name: statistics.median(getattr(measured, name)) / imports for name in ("warm", "cold", "report")}


def target(exercise: str) -> float:
    """Of warm, in imports."""
    return WARM_TARGETS.get(exercise, WARM_TARGET)


def shown(imports: float, found: dict[str, Measured], *, timeline: bool) -> Iterator[str]:
    """The run as a table in Markdown."""
    yield f"import tensorflow: {imports:.2f} s"
    yield "| exercise | checks | warm s | imports | target | cold s | imports | target | report s | imports |"
    yield "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|"
    for exercise, measured in found.items():
        of = ratios(measured, imports)
        warm, cold, report = (f"{of[name] * imports:.2f} | {of[name]:.2f}" for name in ("warm", "cold", "report"))
        yield (
            f"| {exercise} | {measured.checks} | {warm} | {target(exercise):g} | {cold} | {COLD_TARGET:g} | {report} |"
        )
    for exercise, measured in found.items() if timeline else ():
        told = ", ".join(f"{stage} {seconds:.2f}" for stage, seconds in measured.timeline)
        yield f"{exercise}, asked after s: {told}"


def main() -> int:
    """Run the benchmark and print its table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=5, metavar="N", help="rounds (5)")
    parser.add_argument("--exercise", nargs="+", choices=exercise_names(), help="only these")
    parser.add_argument("--timeline", action="store_true", help="when each student cell was asked for, too")
    parser.add_argument("--json", action="store_true", help="keep the run in benchmarks/results")
    parser.add_argument("--one", metavar="EXERCISE", help="one cold grading, for use by the others")
    options = parser.parse_args()
    if options.one:
        one(options.one)
        return 0
    with tempfile.TemporaryDirectory(prefix="grader-first-finding-") as name:
        overlay = Path(name) / "without_training.toml"
        overlay.write_text(WITHOUT_TRAINING, encoding="utf-8")
        seconds, found = measure(options.exercise or list(exercise_names()), options.count, overlay)
    imports = statistics.median(seconds)
    print("\n".join(shown(imports, found, timeline=options.timeline)))
    if options.json:
        exercises = {
            exercise: asdict(measured) | {"ratios": ratios(measured, imports), "target": target(exercise)}
            for exercise, measured in found.items()
        }
        keep("first_finding", {"import_s": imports, "cold_target": COLD_TARGET, "exercises": exercises})
    figures = {exercise: ratios(measured, imports) for exercise, measured in found.items()}
    good = all(of["warm"] <= target(exercise) and of["cold"] <= COLD_TARGET for exercise, of in figures.items())
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())

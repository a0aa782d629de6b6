"""The same week 1 submissions graded by nbgrader and by this grader, in one run.

    .venv/bin/python benchmarks/against_nbgrader.py [--count N] [--epochs E] [--jobs W] [--json]

N notebooks with differing code, the last two of them wrong, as a course of nbgrader's (`nbgrader_course.py`): same pictures, same
hidden pictures, test cells that ask what the hidden checks ask. Both sides grade the same folder `submitted`. Three figures, each of
whole commands from start to end, nothing cached:

1. equal epochs: both train E epochs, the same number of optimiser steps. What is reached of the speed-up over nbgrader that the bare
   trainings over W workers would have, which is all that a grader without any cost of its own could reach;
2. as users run it: the grader stops a training once its thresholds are met, the notebook trains its E epochs;
3. checks alone: neither trains.

`nbgrader autograde` grades one submission after the other and has no option to do otherwise; TensorFlow may take all cores in it. The
run fails (exit 1) where a figure misses its target, where a verdict differs, or where the steps of 1 do.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from nbgrader_course import CALLBACK, NBGRADER, ROOT, STEPS, Assignment, Course, users_environment
from recording import keep
from throughput import EXERCISE, SEED, bare, grade, start_bare, start_grading, timed, variants

from grader.exercises import load_exercise
from grader.exercises.source import BEGIN
from grader.grading import AssignmentSeed, GradingSession
from grader.paths import solutions_dir

TARGETS = {"equal": 0.85, "users": 8.0, "checks": 8.0}
OVERLAYS = {
    "equal": "[params]\nepochs = {epochs}\nstop_early = false\n",
    "users": "",
    "checks": 'leave_out = ["train"]\n',
}
WRONG = (
    ("EarlyStoppingCallback", "STOP_ACCURACY and logs", "STOP_ACCURACY or logs"),
    (
        "create_model",
        '            tf.keras.layers.Conv2D(64, 3, activation="relu"),\n            tf.keras.layers.MaxPooling2D(),\n',
        "",
    ),
)
"""Task that is lost, and what is written in place of what."""
Lost = dict[str, list[str]]
SOLUTION = re.compile(rf"^( *){re.escape(BEGIN)}\n", re.MULTILINE)


@dataclass
class Measured:
    """What one run measured, in seconds of wall clock of whole commands.

    Attributes:
        ours: by mode.
        nbgrader: with training and without.
        bare: the trainings of mode `equal` as plain fits, with the start of their processes, which import TensorFlow, and ...
        bare_start: ... that start alone.
        steps: optimiser steps of all submissions, by who took them.
        callback_epochs: of the notebooks' epochs, how many the reference's own callback would have run, all submissions together.
    """

    count: int
    epochs: int
    jobs: int
    ours: dict[str, float] = field(default_factory=dict)
    nbgrader: dict[str, float] = field(default_factory=dict)
    bare: float = 0.0
    bare_start: float = 0.0
    steps: dict[str, int] = field(default_factory=dict)
    callback_epochs: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def figures(self) -> dict[str, float]:
        """The three figures, by mode."""
        return {
            "equal": self.bare / self.ours["equal"],
            "users": self.nbgrader["training"] / self.ours["users"],
            "checks": self.nbgrader["checks"] / self.ours["checks"],
        }

    @property
    def seconds(self) -> dict[str, float]:
        """All of them, by what a reader calls them."""
        return {
            "bare training": self.bare,
            "grader, equal epochs": self.ours["equal"],
            "grader, as users run it": self.ours["users"],
            "nbgrader, training": self.nbgrader["training"],
            "grader, checks alone": self.ours["checks"],
            "nbgrader, checks alone": self.nbgrader["checks"],
        }

    @property
    def good(self) -> bool:
        return not self.faults and all(self.figures[mode] >= target for mode, target in TARGETS.items())


def handed_in(folder: Path, count: int) -> tuple[dict[str, Path], Lost]:
    """Student → solution, the last two wrong, and student → tasks that these must lose.

    The code of every task differs from student to student, as in a class: what a session has asked of equal code it would not ask
    again.
    """
    paths = variants(folder, count)
    for number, path in enumerate(paths):
        marked = SOLUTION.sub(rf"\g<0>\g<1>student = {number}\n", path.read_text(encoding="utf-8"))
        path.write_text(marked, encoding="utf-8")
    lost: Lost = {f"student{number:02}": [] for number in range(count)}
    for number, (task, right, wrong) in zip((count - 2, count - 1), WRONG, strict=True):
        source = paths[number].read_text(encoding="utf-8")
        if source.count(right) != 1:
            raise SystemExit(f"the reference no longer has exactly one {right!r} to spoil")
        paths[number].write_text(source.replace(right, wrong), encoding="utf-8")
        lost[f"student{number:02}"] = [task]
    return dict(zip(lost, paths, strict=True)), lost


def overlay(home: Path, mode: str, epochs: int) -> Path:
    """The file for `--params` of a mode."""
    path = home / f"{mode}.toml"
    path.write_text(OVERLAYS[mode].format(epochs=epochs), encoding="utf-8")
    return path


def graded(course: Course, assignment: Assignment, params: Path, out: Path, jobs: int) -> tuple[float, Lost]:
    """Seconds of `grader batch` over the course's submissions, and the tasks that are not full."""
    command = [sys.executable, "-m", "grader", "batch", EXERCISE, course.submitted, "--layout", "nbgrader"]
    command += ["--assignment", assignment.name, "--out", out, "--jobs", str(jobs), "--seed", str(SEED)]
    command += ["--params", params, "--json"]
    began = time.monotonic()
    done = subprocess.run(command, check=False, cwd=ROOT, env=users_environment(), capture_output=True, text=True)
    seconds = time.monotonic() - began
    if done.returncode:
        raise SystemExit(f"grader batch ended in {done.returncode}:\n{done.stderr[-4000:]}")
    rows = json.loads(done.stdout)["rows"]
    return seconds, {row["student"]: lost_tasks(out / row["report"] / "report.json") for row in rows}


def lost_tasks(report: Path) -> list[str]:
    """Tasks of a report that are not full."""
    tasks = json.loads(report.read_bytes())["tasks"]
    return sorted(task["name"] for task in tasks if task["score"] < task["max_score"])


def bare_training(measured: Measured, folder: Path, paths: list[Path], params: Path) -> None:
    """The trainings of mode `equal` as plain fits. They are taken from a grading of their own, outside of all clocks."""
    workers = min(measured.jobs, measured.count)
    _, _, found = timed(workers, start_grading, ("namespaces", str(folder), params), grade, paths)
    started, seconds, steps = timed(workers, start_bare, (), bare, [tuple(files) for _, _, files, _ in found])
    measured.bare, measured.bare_start = started + seconds, started
    measured.steps |= {"graded": sum(taken for _, taken, _, _ in found), "bare": sum(steps)}


def measure(home: Path, count: int, epochs: int, jobs: int) -> Measured:
    """One run of everything."""
    measured = Measured(count, epochs, jobs)
    solutions = home / "solutions"
    solutions.mkdir()
    students, due = handed_in(solutions, count)
    # What is made once for an assignment is made before: pictures on either side, nbgrader's source and release.
    GradingSession(load_exercise(EXERCISE), seed=AssignmentSeed.fixed(SEED)).warm()
    course = Course(home / "course")
    training, checks = Assignment("training", epochs), Assignment("checks", None)
    reference = solutions_dir() / EXERCISE / "reference.py"
    params = {mode: overlay(home, mode, epochs) for mode in OVERLAYS}
    for assignment, modes in ((checks, ("checks",)), (training, ("users", "equal"))):
        course.add(assignment, reference, students)
        for mode in modes:
            measured.ours[mode], lost = graded(course, assignment, params[mode], home / f"out-{mode}", jobs)
            measured.faults += differences(f"the grader, {mode}", lost, due)
            say(f"grader, {mode}", measured.ours[mode])
        measured.nbgrader[assignment.name] = course.autograde(assignment)
        measured.faults += differences(f"nbgrader, {assignment.name}", course.lost(assignment), due)
        say(f"nbgrader, {assignment.name}", measured.nbgrader[assignment.name])
    measured.steps["nbgrader"] = sum(course.printed(training, STEPS).values())
    measured.callback_epochs = sum(course.printed(training, CALLBACK).values())
    bare_training(measured, home, list(students.values()), params["equal"])
    if len(set(measured.steps.values())) > 1:
        measured.faults.append(f"unequal numbers of optimiser steps: {measured.steps}")
    return measured


def differences(who: str, lost: Lost, due: Lost) -> Iterator[str]:
    """Where verdicts are not those that the submissions deserve."""
    for student in sorted({*due, *lost}):
        if lost.get(student) != due.get(student):
            yield f"{who}: {student} lost {lost.get(student)}, should lose {due.get(student)}"


def say(what: str, seconds: float) -> None:
    print(f"{what}: {seconds:.1f} s", file=sys.stderr, flush=True)


def shown(measured: Measured) -> Iterator[str]:
    """The run as lines."""
    ours, theirs, figures = measured.ours, measured.nbgrader, measured.figures
    yield (
        f"{measured.count} submissions, {measured.epochs} epochs, {measured.jobs} jobs; {NBGRADER}, which grades one "
        "submission after the other"
    )
    yield f"optimiser steps with equal epochs: {measured.steps}"
    for label, seconds in measured.seconds.items():
        yield f"{label:<24} {seconds:8.2f} s  {seconds / measured.count:7.2f} s a submission"
    possible = theirs["training"] / measured.bare
    strict = (measured.bare - measured.bare_start) / ours["equal"]
    yield (
        f"1. equal epochs: {theirs['training'] / ours['equal']:.2f} times as fast of {possible:.2f} possible = "
        f"{figures['equal']:.2f} (target {TARGETS['equal']}); {strict:.2f} where starting the bare training's processes is not counted"
    )
    yield (
        f"2. as users run it: {figures['users']:.2f} times as fast (target {TARGETS['users']:g}); the reference's callback would "
        f"have trained {measured.callback_epochs} of {measured.count * measured.epochs} epochs"
    )
    yield f"3. checks alone: {figures['checks']:.2f} times as fast (target {TARGETS['checks']:g})"
    yield from measured.faults or ["verdicts: the same, as each submission deserves"]


def main() -> int:
    """Run the benchmark and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=16, metavar="N", help="submissions, two of them wrong (16)")
    parser.add_argument("--epochs", type=int, default=15, metavar="E", help="that the notebooks train (15)")
    parser.add_argument("--jobs", type=int, default=2, metavar="W", help="the grader's workers (2)")
    parser.add_argument("--json", action="store_true", help="keep the run in benchmarks/results")
    options = parser.parse_args()
    if options.count < len(WRONG) + 1:
        parser.error(f"--count (={options.count}) must be at least {len(WRONG) + 1}.")
    with tempfile.TemporaryDirectory(prefix="grader-nbgrader-") as name:
        measured = measure(Path(name), options.count, options.epochs, options.jobs)
    print("\n".join(shown(measured)))
    if options.json:
        keep(
            "against_nbgrader",
            {
                **asdict(measured),
                "release": NBGRADER,
                "seconds": measured.seconds,
                "figures": measured.figures,
                "targets": TARGETS,
            },
        )
    return 0 if measured.good else 1


if __name__ == "__main__":
    sys.exit(main())

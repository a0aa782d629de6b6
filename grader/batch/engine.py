"""What batch needs of grading, as an interface, and the one that the grader has.

A test, or another way to grade, passes an engine of its own. An engine crosses to worker processes, so it is a
value without open resources.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar, cast

from grader.batch.earlier import Earlier
from grader.batch.outcome import BatchRow
from grader.results import ExerciseRef, Exhibit, Isolation, Report, from_json
from grader.watching import Watcher

if TYPE_CHECKING:
    from grader.exercises import Exercise
    from grader.grading import AssignmentSeed, WarmZygotes

T = TypeVar("T", bound="Closable")


@dataclass(frozen=True)
class Plan:
    """What all submissions of one run have in common. It crosses to worker processes of ours, never to a cell."""

    exercise: str
    params_file: Path | None
    seed: AssignmentSeed
    isolation: Isolation


class Graded(Protocol):
    """A report with its pictures, as `GradingSession.grade` returns it."""

    @property
    def report(self) -> Report:
        """What was found."""

    @property
    def exhibits(self) -> tuple[Exhibit, ...]:
        """Pictures for the HTML report."""

    @property
    def fault(self) -> str:
        """What helps to mend a fault of ours, for no student's eyes; empty where there was none."""


class Session(Protocol):
    """A warm grader for one exercise."""

    def grade(self, file: Path, *, root: Path | None = None, watcher: Watcher | None = None) -> Graded:
        """Grade one file. A bad submission is not an error: the report's status says so."""


class Closable(Protocol):
    """Something that holds processes until it is closed."""

    def close(self) -> None:
        """End them."""


class Kept:
    """What the sessions of one process hand on to each other, such as a warm zygote, made when first asked for."""

    def __init__(self) -> None:
        self._things: dict[Hashable, Closable] = {}

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """What was made under this key, or is made now."""
        if key not in self._things:
            self._things[key] = make()
        return cast("T", self._things[key])

    def close(self) -> None:
        """End all of it; whoever asks later gets it anew."""
        while self._things:
            self._things.popitem()[1].close()


class Engine(Protocol):
    """The way from a file to a report."""

    def exercise(self, name: str, params_file: Path | None) -> ExerciseRef:
        """The exercise of this name with this overlay.

        Raises:
            UsageError: there is none, or its params file is wrong.
        """

    def seed(self, out: Path | None, number: int | None) -> AssignmentSeed:
        """The seed of a run: fixed where a number is given, else that of the assignment in `out`, else random.

        Raises:
            UsageError: the number is negative.
        """

    def keys(self, plan: Plan) -> Callable[[Path, Path | None], str]:
        """A function from a file and its root to the digest of all that decides its grade, in milliseconds.

        That function raises `UnusableSubmission` where the file cannot be read as a submission.
        """

    def answered(self, plan: Plan, earlier: Earlier, file: Path, root: Path | None) -> Report | None:
        """The report for a file from an earlier grading with the same key; None where it has to be graded.

        Nothing in it names the earlier submission, and it says that it is not from a grading of its own.
        """

    def versions(self, plan: Plan) -> dict[str, str]:
        """What a grade depends on beside submission and seed, by name, as short texts: equal on two machines, equal grades.

        Raises:
            UsageError: the exercise is not on this machine, or not as the plan asks.
        """

    def warm(self, exercise: str, params_file: Path | None, isolation: Isolation, kept: Kept) -> None:
        """Start and make what every submission of this exercise needs, and put it into `kept`."""

    def open(self, plan: Plan, kept: Kept) -> AbstractContextManager[Session]:
        """A session, warm once entered. What it can share with later ones of this process, under other plans, goes into `kept`.

        Raises:
            IsolationUnavailable: this machine cannot isolate student code as the plan asks.
        """

    def write(self, plan: Plan, report: Report, exhibits: Sequence[Exhibit], out: Path) -> None:
        """Write the report's files into `out`, `report.json` last."""

    def write_overviews(self, rows: Sequence[BatchRow], out: Path) -> tuple[Path, Path]:
        """Write `index.html` and `grades.csv` into `out` and return their paths."""


@dataclass(frozen=True)
class GradingEngine:
    """Grading as the grader does it. Imports what it needs when it is needed, so that `--help` stays quick.

    Attributes:
        exit_first: stop once a submission has lost points, for who asks only whether it does.
        ahead: see `GradingSession`.
    """

    exit_first: bool = False
    ahead: int = 0

    def exercise(self, name: str, params_file: Path | None) -> ExerciseRef:
        """What a report says of an exercise."""
        from grader.exercises import load_exercise
        from grader.grading.data import check_data

        exercise = load_exercise(name, params_file)
        # Now, so that an overlay with a data set that is not there costs one line and no retries.
        check_data(exercise)
        return ExerciseRef(name=exercise.name, title=exercise.title, version=exercise.version, variant=exercise.variant)

    def seed(self, out: Path | None, number: int | None) -> AssignmentSeed:
        """The seed of a run."""
        from grader.grading import AssignmentSeed

        if number is not None:
            return AssignmentSeed.fixed(number)
        if out is not None:
            return AssignmentSeed.for_folder(out)
        return AssignmentSeed.fresh()

    def keys(self, plan: Plan) -> Callable[[Path, Path | None], str]:
        """`report_key` of the file, the exercise being read once."""
        from grader.exercises import load_exercise
        from grader.grading import report_key
        from grader.submissions import read_submission

        exercise = load_exercise(plan.exercise, plan.params_file)

        def key(file: Path, root: Path | None) -> str:
            return report_key(exercise, plan.seed, read_submission(file, root=root), exit_first=self.exit_first)

        return key

    def answered(self, plan: Plan, earlier: Earlier, file: Path, root: Path | None) -> Report | None:
        """See `grader.grading.answered`."""
        from grader.exercises import load_exercise
        from grader.grading.answered import answered
        from grader.submissions import read_submission

        exercise = load_exercise(plan.exercise, plan.params_file)
        submission = read_submission(file, root=root)
        return answered(exercise, from_json(earlier.report), earlier.data, earlier.suffix, submission)

    def versions(self, plan: Plan) -> dict[str, str]:
        """The digests that `report_key` takes in, and the libraries that draw, train and measure."""
        from grader.exercises import load_exercise
        from grader.grading import installed_versions

        return installed_versions(load_exercise(plan.exercise, plan.params_file), exit_first=self.exit_first)

    def warm(self, exercise: str, params_file: Path | None, isolation: Isolation, kept: Kept) -> None:
        """The zygote, and the public images of the exercise."""
        from grader.data import public_dataset
        from grader.exercises import load_exercise

        loaded = load_exercise(exercise, params_file)
        public_dataset(loaded.data)
        if isolation != "cold":
            _zygotes(loaded, isolation, kept).get()

    def open(self, plan: Plan, kept: Kept) -> AbstractContextManager[Session]:
        """A `GradingSession`. Sessions of one exercise share their zygote, whose start takes longer than many a grading."""
        from grader.exercises import load_exercise
        from grader.grading import GradingSession

        exercise = load_exercise(plan.exercise, plan.params_file)
        zygotes = None if plan.isolation == "cold" else _zygotes(exercise, plan.isolation, kept)
        return GradingSession(
            exercise, seed=plan.seed, isolation=plan.isolation, zygotes=zygotes, exit_first=self.exit_first,
            ahead=self.ahead,
        )  # fmt: skip

    def write(self, plan: Plan, report: Report, exhibits: Sequence[Exhibit], out: Path) -> None:
        """`report.html`, `report.md` and `report.json`, with the exercise's concept pages."""
        from grader.exercises import load_exercise
        from grader.reports import write_report

        write_report(report, exhibits, out, concepts=load_exercise(plan.exercise, plan.params_file).concepts)

    def write_overviews(self, rows: Sequence[BatchRow], out: Path) -> tuple[Path, Path]:
        """`index.html` and `grades.csv`, from the reports that the rows name."""
        from grader.reports import IndexRow, write_grades_csv, write_index

        entries = []
        for row in rows:
            report = from_json((out / row.report / "report.json").read_bytes())
            entries.append(IndexRow.from_report(report, row.report, student=row.told_student, time=row.submitted or ""))
        return write_index(entries, out), write_grades_csv(entries, out)


def _zygotes(exercise: Exercise, isolation: Isolation, kept: Kept) -> WarmZygotes:
    from grader.grading import WarmZygotes

    hidden = (exercise.hidden_tests,)
    return kept.get((isolation, hidden), lambda: WarmZygotes(isolation, hidden))

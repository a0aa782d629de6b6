"""Stand-ins for tests of whatever drives a batch: an executor without processes, an engine without TensorFlow."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast

import msgspec

from grader.batch.earlier import Earlier
from grader.batch.engine import Kept, Plan
from grader.batch.outcome import BatchRow
from grader.errors import GraderFault, IsolationUnavailable, UnusableSubmission, UsageError
from grader.results import (
    ANSWERED,
    CheckResult,
    ExerciseRef,
    Exhibit,
    Isolation,
    Report,
    ReportStatus,
    Status,
    SubmissionRef,
    from_json,
    to_json,
)
from grader.watching import Watcher

if TYPE_CHECKING:
    from grader.batch.engine import Session
    from grader.grading import AssignmentSeed

P = ParamSpec("P")
T = TypeVar("T")

BY = "by an earlier grading of the same code"
EXERCISE = ExerciseRef(name="toy", title="A toy exercise", version="1.0.0", variant="default")


class WorkerDied(BaseException):
    """Raised by a scripted submission where a real one would take its process down."""


class SerialExecutor(Executor):
    """Runs each call at once, in this process. A `WorkerDied` breaks it, as a death breaks a process pool."""

    def __init__(self, width: int = 1) -> None:
        self.width = width
        self.broken = False

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """A future that is done already; Ctrl-C passes through."""
        if self.broken:
            raise BrokenProcessPool("broken by an earlier job")
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except WorkerDied:
            self.broken = True
            future.set_exception(BrokenProcessPool("a worker died"))
        except Exception as error:  # noqa: BLE001  # a future holds whatever its call raised
            future.set_exception(error)
        return future


@dataclass(frozen=True)
class ScriptedGraded:
    """A report without pictures."""

    report: Report
    exhibits: tuple[Exhibit, ...] = ()
    fault: str = ""


@dataclass(frozen=True)
class ScriptedSeed:
    """A seed that is no secret."""

    digest: str


@dataclass(frozen=True)
class ScriptedEngine:
    """Grades a file by the words in it, and writes what it did into `log`, across processes.

    `pass` and `half` are graded; `unreadable` cannot be used; `fault` raises a grader fault, `ungraded` returns one,
    `die` ends the worker and `interrupt` is a Ctrl-C. With ` once` behind it, the second try is a `pass`.

    Attributes:
        log: file that gets one line for each session opened or closed and each grading begun.
        version: part of the key, as the exercise's content is.
        by_name: the file's name is part of the key, so that files with the same words are graded each.
        isolates: False stands for a machine that cannot isolate.
        processes: `die` ends the real process instead of raising `WorkerDied`.
    """

    log: Path
    version: str = "1"
    by_name: bool = True
    isolates: bool = True
    processes: bool = False

    def exercise(self, name: str, params_file: Path | None) -> ExerciseRef:
        """The toy exercise; there is no other."""
        if name != EXERCISE.name:
            raise UsageError(f"No exercise is called {name!r}.")
        return EXERCISE

    def seed(self, out: Path | None, number: int | None) -> AssignmentSeed:
        """A seed named after its number."""
        return cast("AssignmentSeed", ScriptedSeed(f"seed {number}"))

    def keys(self, plan: Plan) -> Callable[[Path, Path | None], str]:
        """Digest of the words, the version and the seed; what stands behind a `#` does not count."""

        def key(file: Path, root: Path | None) -> str:
            content = file.read_text()
            if content == "unreadable":
                raise UnusableSubmission(file.name, "is not a notebook.", "Save it again.")
            code = content.partition("#")[0].strip(), file.name if self.by_name else ""
            return hashlib.sha256(repr((*code, self.version, plan.seed.digest)).encode()).hexdigest()

        return key

    def answered(self, plan: Plan, earlier: Earlier, file: Path, root: Path | None) -> Report | None:
        """The earlier report, if it is graded, under the name of this file."""
        report = from_json(earlier.report)
        if report.status != "graded":
            return None
        self.note(f"answer {file.name}")
        sha256 = None if report.submission.sha256 is None else hashlib.sha256(file.read_bytes()).hexdigest()
        return msgspec.structs.replace(
            report,
            submission=SubmissionRef(file=file.name, sha256=sha256),
            environment={**report.environment, ANSWERED: BY},
        )

    def versions(self, plan: Plan) -> dict[str, str]:
        """The engine's own version."""
        return {"exercise": self.version}

    def warm(self, exercise: str, params_file: Path | None, isolation: Isolation, kept: Kept) -> None:
        """A line in the log."""
        self.note(f"warm {exercise}")

    @contextmanager
    def open(self, plan: Plan, kept: Kept) -> Iterator[Session]:
        """A session that does as the file says, and has nothing to share."""
        if not self.isolates:
            raise IsolationUnavailable("This machine cannot isolate; run `grader doctor`.")
        self.note("open")
        yield ScriptedSession(self, plan)
        self.note("close")

    def write(self, plan: Plan, report: Report, exhibits: Sequence[Exhibit], out: Path) -> None:
        """`report.json` alone."""
        out.mkdir(parents=True, exist_ok=True)
        (out / "report.json").write_bytes(to_json(report))

    def write_overviews(self, rows: Sequence[BatchRow], out: Path) -> tuple[Path, Path]:
        """One line for each row, twice."""
        lines = "".join(f"{row.file},{row.status},{row.score:g}\n" for row in rows)
        for name in ("index.html", "grades.csv"):
            (out / name).write_text(lines)
        return out / "index.html", out / "grades.csv"

    def note(self, line: str) -> None:
        """Append to the log."""
        with self.log.open("a") as log:
            log.write(f"{line}\n")

    def noted(self) -> list[str]:
        """The lines of the log."""
        return self.log.read_text().splitlines() if self.log.exists() else []


class ScriptedSession:
    """One session of a `ScriptedEngine`."""

    def __init__(self, engine: ScriptedEngine, plan: Plan) -> None:
        self.engine = engine
        self.plan = plan

    def grade(self, file: Path, *, root: Path | None = None, watcher: Watcher | None = None) -> ScriptedGraded:
        """Do as the file says."""
        word, _, once = file.read_text().partition("#")[0].strip().partition(" ")
        # The log is read only where it is asked: for each of thousands it would take ever longer.
        if once and f"grade {file.name}" in self.engine.noted():
            word = "pass"
        self.engine.note(f"grade {file.name}")
        if word == "fault":
            raise GraderFault("the examiner sent nothing")
        if word == "interrupt":
            raise KeyboardInterrupt
        if word == "die":
            if self.engine.processes:
                os._exit(1)
            raise WorkerDied
        key = self.engine.keys(self.plan)(file, root)
        if word == "ungraded":
            return ScriptedGraded(
                toy_report(file.name, key=key, status="ungraded", message="The examiner died."), fault="why it died"
            )
        score = 5.0 if word == "half" else 10.0
        if watcher is not None:
            watcher.stage("create_model")
            watcher.found(toy_finding("create_model/compiled", passed=score > 5))
        return ScriptedGraded(toy_report(file.name, key=key, score=score, isolation=self.plan.isolation))


def toy_finding(name: str, *, passed: bool) -> CheckResult:
    """The finding of one of the toy exercise's checks."""
    status: Status = "passed" if passed else "failed"
    seen = "" if passed else "compile() was not called"
    return CheckResult(
        id=name, title="Is compiled.", status=status, score=5.0 if passed else 0.0, max_score=5.0, seen=seen
    )


def toy_report(
    file: str,
    *,
    key: str = "key",
    status: ReportStatus = "graded",
    score: float = 0.0,
    message: str = "",
    isolation: Isolation = "namespaces",
    **changes: Any,
) -> Report:
    """A report of the toy exercise."""
    fields: dict[str, Any] = {
        "exercise": EXERCISE,
        "submission": SubmissionRef(file=file, sha256=None),
        "status": status,
        "score": score,
        "max_score": 10.0,
        "fix_first": None if score == 10 or status != "graded" else "create_model/compiled",
        "needs_review": False,
        "isolation": isolation,
        "seed": "seed",
        "key": key,
        "tasks": (),
        "message": message,
    }
    return Report(**(fields | changes))

"""A grading session: one exercise, one seed, one warm zygote, any number of submissions."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec
import numpy as np

from grader.data import HiddenImages, hidden_images, public_dataset
from grader.data.messy import MessyFolder, messy_folder
from grader.data.secret import derive
from grader.data.thumbnails import decoded, file_thumbnails
from grader.errors import GraderFault, GradingError, IsolationUnavailable, UnusableSubmission
from grader.exercises import Exercise
from grader.grading.assemble import Facts, graded_report, ungraded_report, unusable_report
from grader.grading.broker import Broker, ExaminerTooLarge
from grader.grading.data import check_data
from grader.grading.elsewhere import LOOKED_AT, belonging
from grader.grading.key import report_key
from grader.grading.plan import Plan
from grader.grading.remembered import Remembered
from grader.grading.seed import AssignmentSeed
from grader.grading.variant import arranged, as_called, chosen_variant, class_folders, resolved_calls
from grader.grading.zygotes import WarmZygotes
from grader.paths import hidden_tests_dir
from grader.results import Exhibit, Isolation, Report
from grader.sandbox import Zygote
from grader.submissions import read_submission
from grader.watching import Watcher
from grader.wire import Message

TRAINED_TASK = "train"
"""An exercise with a task of this name trains."""
MOST_TOO_LARGE = 3
"""Parts of one submission that are left out for want of memory before it counts as a fault of ours."""


@dataclass(frozen=True)
class Graded:
    """A report and the pictures that belong to it; of a fault of ours, what helps to mend it."""

    report: Report
    exhibits: tuple[Exhibit, ...] = ()
    fault: str = ""


class GradingSession:
    """Grades submissions of one exercise under one seed. Use as a context manager.

    Args:
        exercise: what to grade.
        seed: the assignment's secret seed.
        isolation: `namespaces` (a warm zygote for all submissions), `cold` (a zygote for each), or `unsafe`.
        zygotes: shares its warm zygotes with other sessions, one at a time, and outlives this one; without it the session has
            its own.
        on_training: called with each training's spec and result messages; benchmarks repeat the same training with it. Without
            it, what was asked of a student cell or trained before in this session is not asked or trained again.
        exit_first: stop once a submission has lost points, as pytest's `--exitfirst` does at a failure. The score then says
            only whether it is full; checks that were not reached are reported as blocked.
        ahead: cells of a submission that may run before they are asked for, beside the examiner: more than one process at a time
            for one submission, so that whoever waits for it waits less. Of no use where submissions fill the machine.
    """

    def __init__(
        self,
        exercise: Exercise,
        *,
        seed: AssignmentSeed,
        isolation: Isolation = "namespaces",
        zygotes: WarmZygotes | None = None,
        on_training: Callable[[Message, Message], None] | None = None,
        exit_first: bool = False,
        ahead: int = 0,
    ) -> None:
        # Found now, so that a missing instructors' package is one line about usage and not a fault while grading.
        hidden_tests_dir(exercise.name)
        check_data(exercise)
        self.exercise = exercise
        self.seed = seed
        self.isolation: Isolation = isolation
        self._on_training = on_training
        self._exit_first = exit_first
        self._ahead = ahead
        # Who wants to see every training gets every training.
        self._trained = Remembered() if on_training is None else None
        self._answers = Remembered() if on_training is None else None
        if zygotes is not None and (zygotes.isolation != isolation or isolation == "cold"):
            raise ValueError(f"isolation (={isolation!r}) cannot be had from a shared zygote of {zygotes.isolation!r}.")
        self._shares = zygotes is not None
        self._zygotes = zygotes if zygotes is not None else WarmZygotes(isolation, (exercise.hidden_tests,))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the session's own zygote and all its cells."""
        if not self._shares:
            self._zygotes.close()

    def grade(self, file: Path, *, root: Path | None = None, watcher: Watcher | None = None) -> Graded:
        """Grade one submission. Never raises for a bad one: the report's status says it.

        Args:
            file: `.ipynb` or `.py`.
            root: folder that links may not leave.
            watcher: told the name of each task as its code is run, and each finding.

        Raises:
            IsolationUnavailable: the machine cannot isolate student code as asked.
        """
        began = time.monotonic()
        facts = Facts(self.exercise, self.seed, self.isolation, str(file.name))
        try:
            submission = read_submission(file, root=root)
            chosen = chosen_variant(self.exercise, submission)
            plan = Plan(chosen, as_called(chosen, submission))
            # Slicing, too, refuses what is too entangled.
            key = report_key(self.exercise, self.seed, submission, exit_first=self._exit_first)
        except UnusableSubmission as error:
            return Graded(unusable_report(facts, error, time.monotonic() - began))
        facts = replace(facts, exercise=plan.exercise).of(submission, key)
        try:
            return self._grade(facts, plan, began, watcher)
        except IsolationUnavailable:
            raise
        except GradingError as error:
            fault, details = str(error).splitlines()[0], str(error)
        except Exception as error:  # noqa: BLE001 - whatever breaks here is ours, and must not cost the student a point
            fault, details = f"{type(error).__name__}: {error}".splitlines()[0], traceback.format_exc()
        finally:
            if self.isolation == "cold":
                self.close()
        # What led to a fault may live on in the zygote: whoever tries again gets a fresh one.
        self._zygotes.close()
        return Graded(ungraded_report(facts, fault, time.monotonic() - began), fault=details)

    def _grade(self, facts: Facts, plan: Plan, began: float, watcher: Watcher | None) -> Graded:
        zygote = self.zygote()
        if any(task.name == TRAINED_TASK for task in plan.exercise.tasks):
            self._zygotes.expect_training()
        setup = self._setup(plan)
        examined = time.monotonic()
        broker, result = self._examine(zygote, plan, setup, watcher)
        now = time.monotonic()
        report, exhibits = graded_report(
            facts,
            result,
            output=broker.output,
            total_s=now - began,
            examiner_s=now - examined,
            cell_s=broker.cell_s,
            training_s=broker.training_s,
        )
        if told := belonging(self.exercise, plan.exercise, plan.submission):
            look = any(note.kind in LOOKED_AT for note in told)
            report = msgspec.structs.replace(
                report, notes=(*told, *report.notes), needs_review=report.needs_review or look
            )
        return Graded(report, exhibits)

    def _examine(self, zygote: Zygote, plan: Plan, setup: Message, watcher: Watcher | None) -> tuple[Broker, Message]:
        """The examiner's result. Where it has no memory for a part of the submission, it begins again without that part."""
        too_large: list[str] = []
        while True:
            broker = Broker(
                zygote, self._zygotes.training, plan, plan.exercise.limits, watcher=watcher, on_training=self._on_training,
                answers=self._answers, trained=self._trained, ahead=self._ahead,
            )  # fmt: skip
            try:
                return broker, broker.examine(Message("setup", {**setup.body, "too_large": too_large}, setup.arrays))
            except ExaminerTooLarge as error:
                if not error.subject or error.subject in too_large or len(too_large) >= MOST_TOO_LARGE:
                    raise
                too_large.append(error.subject)

    def warm(self) -> None:
        """Make or read all data that submissions of this session share, so that the first costs what the others do."""
        _ = (
            self._hidden_pixels,
            self._messy,
            self._training_files,
            self._training_thumbnails,
            self._assets,
        )

    def zygote(self) -> Zygote:
        """The warm zygote of students' cells and examiners, started on first use and replaced where it has died."""
        return self._zygotes.get()

    @cached_property
    def _hidden(self) -> HiddenImages:
        return hidden_images(self.exercise.data, self.seed.value, self.exercise.hidden_images)

    @cached_property
    def _hidden_pixels(self) -> tuple[list[list[int]], np.ndarray[Any, Any]]:
        """Height and width of each hidden image, and all their pixels one after another: decoded once a session."""
        images = [decoded(data) for data in self._hidden.jpegs]
        return [[*image.shape[:2]] for image in images], np.concatenate([image.reshape(-1) for image in images])

    @cached_property
    def _messy(self) -> MessyFolder:
        return messy_folder(derive(self.seed.value, "messy"))

    @cached_property
    def _training_files(self) -> dict[str, bytes]:
        folder = public_dataset(self.exercise.data, seed=self.seed.value)
        return {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }

    @cached_property
    def _training_thumbnails(self) -> np.ndarray[Any, Any]:
        return file_thumbnails(list(self._training_files.values()))

    @cached_property
    def _assets(self) -> dict[str, bytes]:
        """Files of the exercise by the param that names their place in the student's folder."""
        return {name: path.read_bytes() for name, path in self.exercise.assets.items()}

    def _setup(self, plan: Plan) -> Message:
        exercise = plan.exercise
        tests = {name: path.read_bytes() for name, path in exercise.test_files.items()}
        if not any(name.endswith(".py") for name in tests):
            raise GraderFault(
                f"{exercise.name} has no hidden tests; install the instructors' package, or work in a checkout."
            )
        if self.isolation == "unsafe" and str(exercise.params.get("train_folder", "")).startswith("/"):
            raise GraderFault(
                f"the variant {exercise.variant} puts files below /tmp, which without isolation is everybody's folder; "
                "grade such notebooks without --unsafe."
            )
        classes = class_folders(self.exercise, exercise)
        names = arranged(list(self._training_files), exercise.params, classes)
        arrays = {
            "tests": _joined(tests.values()),
            "training": _joined(self._training_files.values()),
            "hidden": _joined(self._hidden.jpegs),
            "assets": _joined(self._assets.values()),
            "training_thumbnails": self._training_thumbnails,
            "messy": _joined(self._messy.files.values()),
            "hidden_pixels": self._hidden_pixels[1],
        }
        calls = resolved_calls(exercise, plan.submission)
        body = {
            "params": {
                name: list(value) if isinstance(value, tuple) else value for name, value in exercise.params.items()
            },
            "calls": calls,
            "varies": plan.varies(calls["pipeline"]["names"]),
            "omitted": list(exercise.omitted),
            "built_on_globals": list(plan.built_on_globals()),
            "trains": list(plan.trains()),
            "networks": list(plan.networks()),
            "seed": self.seed.value.hex(),
            "tests": [[name, len(data)] for name, data in tests.items()],
            "training": [[names[name], len(data)] for name, data in self._training_files.items()],
            "assets": [[name, len(data)] for name, data in self._assets.items()],
            "hidden": [len(data) for data in self._hidden.jpegs],
            "hidden_shapes": self._hidden_pixels[0],
            "memory_bytes": exercise.limits.memory_bytes,
            "exit_first": self._exit_first,
            "foresees": self._ahead > 0,
            "labels": [classes.get(label, label) for label in self._hidden.labels],
            "messy": [[name, len(data)] for name, data in self._messy.files.items()],
            "readable": list(self._messy.readable),
            "kinds": self._messy.kinds,
            "points": dict(exercise.points),
            "locations": {
                name: None if where is None else {"cell": where.cell, "line": where.line}
                for name, where in plan.locations().items()
            },
        }
        return Message("setup", body, arrays)


def _joined(parts: Iterable[bytes]) -> np.ndarray[Any, Any]:
    return np.frombuffer(b"".join(parts), dtype=np.uint8)

"""A scripted engine whose reports say what real ones do: seed, digest of the bytes, findings, the grader's digests."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from grader.batch.engine import Kept, Plan
from grader.batch.testing import ScriptedEngine, ScriptedGraded, ScriptedSession
from grader.errors import UnusableSubmission
from grader.grading import AssignmentSeed
from grader.results import SubmissionRef, TaskResult, Timings
from tests.gradebook.samples import check


def word_of(file: Path) -> str:
    """What a file says to do: the text of a `.py`, the first cell of a notebook."""
    if file.suffix == ".ipynb":
        return json.loads(file.read_text())["cells"][0]["source"]
    return file.read_text().strip()


@dataclass(frozen=True)
class SeededEngine(ScriptedEngine):
    """Grades by the words in a file, with the assignment's seed.

    Attributes:
        sees: what its only check tells; another text is another grader.
        params: digest of the exercise and its params.
    """

    sees: str = "No rescaling was seen."
    params: str = "p1"

    def seed(self, out: Path | None, number: int | None) -> AssignmentSeed:
        return AssignmentSeed.for_folder(out) if out is not None else AssignmentSeed.fixed(number or 0)

    def keys(self, plan: Plan) -> Callable[[Path, Path | None], str]:
        def key(file: Path, _root: Path | None) -> str:
            if word_of(file) == "unreadable":
                raise UnusableSubmission(file.name, "is not a notebook.", "Save it again.")
            return hashlib.sha256(repr((word_of(file), self.version, plan.seed.digest)).encode()).hexdigest()

        return key

    @contextmanager
    def open(self, plan: Plan, kept: Kept) -> Iterator[SeededSession]:
        yield SeededSession(self, plan)


class SeededSession(ScriptedSession):
    """One session of a `SeededEngine`."""

    def grade(self, file: Path, *, root: Path | None = None, watcher=None) -> ScriptedGraded:
        if word_of(file) == "unreadable":
            self.engine.keys(self.plan)(file, root)
        graded = super().grade(plain_copy(file), root=root, watcher=watcher)
        report = graded.report
        status = "passed" if report.score == report.max_score else "failed"
        found = check("create_model/compiled", status, report.score, report.max_score, seen=self.engine.sees)
        task = TaskResult(
            name="create_model",
            title="A model",
            status=status,
            score=report.score,
            max_score=report.max_score,
            checks=(found,),
        )
        return dataclasses.replace(
            graded,
            report=msgspec.structs.replace(
                report,
                submission=SubmissionRef(file=file.name, sha256=hashlib.sha256(file.read_bytes()).hexdigest()),
                seed=self.plan.seed.digest,
                key=self.engine.keys(self.plan)(file, root),
                timings=Timings(total_s=float(len(self.engine.noted()))),  # no two gradings take equally long
                tasks=(task,) if report.status == "graded" else (),
                environment={"grader": "0.1.0", "grader_digest": "g1", "params_digest": self.engine.params},
            ),
        )


def plain_copy(file: Path) -> Path:
    """The file as the scripted session reads it: a word."""
    if file.suffix != ".ipynb":
        return file
    copy = file.with_suffix(".ipynb.py")
    copy.write_text(word_of(file))
    return copy

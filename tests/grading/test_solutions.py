"""The reference and every alternate get full points; every mistake fails exactly what it is labelled with."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.exercises import Exercise, exercise_names, load_exercise
from grader.exercises.labels import labels_of
from grader.grading import AssignmentSeed, GradingSession, WarmZygotes
from grader.paths import solutions_dir
from grader.results import Report
from tests.grading.kit import FOLDER, briefly, failing, graded_by

EXERCISES = exercise_names()
LARGE = ("second_", "outsider_lab_")
"""Notebooks with the sizes of the public labs: at 150 pixels each costs several of the others."""
TRAINED = 3
"""One alternate in so many is trained here. The other ones are judged by all checks but those of `train`: whether a correct solution
gets over a threshold is a matter of many seeds, which `make evidence` grades each of them under."""
JUDGED_HERE = ("week1_larger_dataset",)
"""Exercises whose mistakes the suite grades one by one; `make validate` grades those of all, which takes longer. Those with large
pictures are left to it, too."""


def files(kind: str, exercises: tuple[str, ...] = EXERCISES) -> list[object]:
    """Solutions of one kind, of these exercises."""
    return [
        pytest.param(path, id=f"{name}-{path.name}")
        for name in exercises
        for path in sorted((solutions_dir() / name / kind).glob("*"))
        if path.suffix in (".py", ".ipynb") and not (kind == "mistakes" and path.name.startswith(LARGE))
    ]


def explain(report: Report) -> str:
    lines = [f"{c.id}: {c.status}: {c.seen}" for t in report.tasks for c in t.checks if c.status != "passed"]
    return "\n".join(lines)


def is_trained(path: Path) -> bool:
    """Whether this alternate is one of the sample: by its name, so that a new one changes nothing for the others.

    Those with large pictures are left to `make evidence`."""
    return not path.name.startswith(LARGE) and hashlib.sha256(path.name.encode()).digest()[0] % TRAINED == 0


class Sessions:
    """Warm sessions for each exercise, with and without its training, opened when first needed."""

    def __init__(self, zygotes: WarmZygotes, untrained: Path) -> None:
        self._zygotes = zygotes
        self._untrained = untrained
        self._open: dict[tuple[str, bool], GradingSession] = {}

    def grade(self, name: str, path: Path, *, trained: bool = True) -> Report:
        """Grade a file; a fault of ours fails the test with its details."""
        if (name, trained) not in self._open:
            exercise = load_exercise(name, None if trained else self._untrained)
            self._open[name, trained] = GradingSession(exercise, seed=AssignmentSeed.fixed(1), zygotes=self._zygotes)
        return graded_by(self._open[name, trained])(path)

    def close(self) -> None:
        for session in self._open.values():
            session.close()


@pytest.fixture(scope="module")
def sessions(zygotes: WarmZygotes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sessions]:
    untrained = tmp_path_factory.mktemp("overlays") / "untrained.toml"
    untrained.write_text('leave_out = ["train"]\n', encoding="utf-8")
    opened = Sessions(zygotes, untrained)
    yield opened
    opened.close()


def test_every_exercise_has_an_alternate_that_is_trained() -> None:
    """A sample by name could leave one out."""
    for name in EXERCISES:
        assert any(is_trained(path) for path in (solutions_dir() / name / "alternates").glob("*"))


@pytest.mark.parametrize("exercise_name", EXERCISES)
@pytest.mark.parametrize("name", ["reference.py", "reference.ipynb"])
def test_the_reference_gets_full_points(sessions: Sessions, exercise_name: str, name: str) -> None:
    """As a notebook and as a script."""
    report = sessions.grade(exercise_name, solutions_dir() / exercise_name / name)
    assert report.score == report.max_score == 100, explain(report)
    assert report.fix_first is None
    assert not report.needs_review
    assert report.isolation == "namespaces"


@pytest.mark.parametrize("exercise_name", EXERCISES)
def test_the_untouched_starter_gets_nothing_and_is_called_not_attempted(sessions: Sessions, exercise_name: str) -> None:
    """Not attempted is not wrong: no task of an untouched starter is called failed."""
    for name in ("starter.ipynb", "starter.py"):
        report = sessions.grade(exercise_name, load_exercise(exercise_name).folder / name)
        assert report.score == 0
        assert {task.status for task in report.tasks} == {"not_attempted"}


@pytest.mark.parametrize("path", files("alternates"))
def test_an_alternate_gets_full_points(sessions: Sessions, path: Path) -> None:
    """What is right passes, however it is written."""
    report = sessions.grade(path.parts[-3], path, trained=is_trained(path))
    assert report.score == report.max_score > 50, explain(report)
    assert bool(report.curves) == is_trained(path)
    assert report.needs_review == (report.exercise.variant != "default")


@pytest.mark.parametrize("path", files("mistakes", JUDGED_HERE))
def test_a_mistake_fails_exactly_what_it_is_labelled_with(sessions: Sessions, path: Path) -> None:
    """Nothing less, nothing more, and the report names the real cause first."""
    labels = labels_of(path)
    trained = any(check.startswith("train/") for check in labels.fails | labels.may_fail)
    report = sessions.grade(path.parts[-3], path, trained=trained)
    found = failing(report)
    assert labels.fails <= found <= labels.fails | labels.may_fail, explain(report)
    assert report.fix_first == labels.fix_first, explain(report)
    assert report.score < report.max_score


@pytest.mark.parametrize("number", range(2, 5))
def test_verdicts_do_not_depend_on_the_seed(exercise: Exercise, zygotes: WarmZygotes, number: int) -> None:
    """Another assignment, other hidden images, the same verdict."""
    with GradingSession(exercise, seed=AssignmentSeed.fixed(number), zygotes=zygotes) as session:
        report = session.grade(FOLDER / "reference.py").report
    assert report.score == 100, explain(report)


def test_one_seed_gives_one_report_and_two_seeds_differ(exercise: Exercise, zygotes: WarmZygotes) -> None:
    """Equal in everything but timings; another seed means other hidden images and other initial weights."""

    def graded(seed: int) -> Report:
        # Each in a session of its own, or the second would be given the training of the first.
        with GradingSession(briefly(exercise), seed=AssignmentSeed.fixed(seed), zygotes=zygotes) as session:
            return session.grade(FOLDER / "alternates" / "functional_api.py").report

    first, second, third = graded(1), graded(1), graded(2)
    assert first.curves == second.curves
    assert first.tasks == second.tasks
    assert (first.key, first.seed) == (second.key, second.seed)
    assert first.curves["loss"][0] != third.curves["loss"][0]
    assert first.curves["val_loss"][0] != third.curves["val_loss"][0]
    assert first.key != third.key

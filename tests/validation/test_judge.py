"""What a verdict should be, on made-up reports."""

from __future__ import annotations

import dataclasses

import msgspec
import pytest

from grader.exercises import Exercise, load_exercise
from grader.exercises.labels import Labels
from grader.results import (
    OLDER,
    CheckResult,
    ExerciseRef,
    Note,
    Report,
    SubmissionRef,
    TaskResult,
    fix_first,
    task_status,
)
from grader.validation import Case, judge
from grader.validation.outcome import checks_never_failed

ALTERNATE = Case("alternate", "alternates/mine.py")
STARTER = Case("starter", "starter/starter.py")
MISTAKE = Case("mistake", "mistakes/one.py", Labels("mistake", "one", frozenset({"a/one"}), fix_first="a/one"))


@pytest.fixture
def exercise() -> Exercise:
    return load_exercise("week1_larger_dataset")


def report(measures: dict[str, float] | None = None, **statuses: str) -> Report:
    """A report of one task `a` whose checks have these statuses, a point each."""
    checks = tuple(
        CheckResult(
            id=f"a/{name}", title=name, status=status, score=float(status == "passed"), max_score=1.0, seen="so"
        )
        for name, status in statuses.items()
    )
    task = TaskResult(
        name="a",
        title="A",
        status=task_status(checks),
        score=sum(c.score for c in checks),
        max_score=len(checks),
        checks=checks,
    )
    return Report(
        exercise=ExerciseRef(name="toy", title="Toy", version="1", variant="default"),
        submission=SubmissionRef(file="x.py", sha256="0"), status="graded", score=task.score, max_score=task.max_score,
        fix_first=fix_first((task,)), needs_review=False, isolation="namespaces", seed="0", key="0", tasks=(task,),
        measures=measures or {},
    )  # fmt: skip


def test_a_correct_solution_with_full_points_is_right(exercise: Exercise) -> None:
    assert judge(ALTERNATE, report(one="passed", two="passed"), exercise, 0).problem == ""


def test_a_correct_solution_that_loses_a_point_is_wrongly_rejected(exercise: Exercise) -> None:
    """The check and what it saw are named."""
    verdict = judge(ALTERNATE, report(one="passed", two="failed"), exercise, 0)
    assert verdict.problem == "wrongly rejected: a/two (failed: so)"


def test_a_correct_solution_sent_to_review_is_not_right(exercise: Exercise) -> None:
    reviewed = msgspec.structs.replace(report(one="passed"), needs_review=True)
    assert judge(ALTERNATE, reviewed, exercise, 0).problem == "passes but is sent to review"


def test_an_earlier_convention_is_looked_at_and_still_right(exercise: Exercise) -> None:
    """That it is sent to review says nothing of how right it is."""
    older = msgspec.structs.replace(
        report(one="passed"), needs_review=True, notes=(Note(kind=OLDER, text="Graded as an earlier one."),)
    )
    assert judge(ALTERNATE, older, exercise, 0).problem == ""


def test_a_mistake_that_fails_its_labels_is_right(exercise: Exercise) -> None:
    """What is blocked behind it does not count as failed."""
    verdict = judge(MISTAKE, report(one="failed", two="blocked"), exercise, 0)
    assert (verdict.problem, verdict.named_right) == ("", True)


@pytest.mark.parametrize(
    ("statuses", "problem"),
    [
        ({"one": "passed", "two": "passed"}, "wrongly accepted: full points"),
        ({"one": "failed", "two": "failed"}, "also fails a/two"),
        ({"two": "failed", "one": "passed"}, "passes a/one; also fails a/two; names a/two first, not a/one"),
        ({"two": "failed", "one": "failed"}, "also fails a/two; names a/two first, not a/one"),
    ],
)
def test_a_mistake_with_another_verdict_is_told(exercise: Exercise, statuses: dict[str, str], problem: str) -> None:
    assert judge(MISTAKE, report(**statuses), exercise, 0).problem == problem


def test_a_starter_counts_as_not_attempted(exercise: Exercise) -> None:
    assert judge(STARTER, report(one="not_attempted"), exercise, 0).problem == ""
    assert judge(STARTER, report(one="failed"), exercise, 0).problem == "a starter counts as attempted in a"


def test_a_fault_of_ours_is_no_verdict(exercise: Exercise) -> None:
    broken = msgspec.structs.replace(report(one="passed"), status="ungraded", message="no memory")
    verdict = judge(ALTERNATE, broken, exercise, 0)
    assert verdict.fault
    assert verdict.problem == "left ungraded: no memory"


@pytest.mark.parametrize(
    ("margin", "measured", "problem"),
    [
        (0.02, 0.83, ""),
        (0.02, 0.81, "`unseen_accuracy` is measured as 0.810: 0.010 from its threshold, not 0.02"),
        (-0.02, 0.77, ""),
        (-0.02, 0.79, "`unseen_accuracy` is measured as 0.790: 0.010 from its threshold, not 0.02"),
    ],
)
def test_a_threshold_keeps_the_margin_that_it_claims(
    exercise: Exercise, margin: float, measured: float, problem: str
) -> None:
    """Upwards where the margin is positive, downwards where it is negative; the threshold of week 1 is .80."""
    claiming = dataclasses.replace(exercise, margins={"unseen_accuracy": margin})
    passed = report(measures={"unseen_accuracy": measured}, one="passed")
    assert judge(ALTERNATE, passed, claiming, 0).problem == problem


def test_a_check_that_no_mistake_fails_is_found(exercise: Exercise) -> None:
    judged = [judge(MISTAKE, report(one="failed", two="passed"), exercise, 0)]
    assert checks_never_failed(judged, ("a/one", "a/two")) == ("a/two",)

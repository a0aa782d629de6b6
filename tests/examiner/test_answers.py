"""Whatever a student cell answers, it is graded: readers and checks give findings, never a fault of ours."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.checks.finding import CheckFailed
from grader.examiner.source import Unusable
from grader.wire import Message
from tests.examiner.kit import Key, evidence_of, judge, over_the_wire, valid_answers
from tests.examiner.mutations import JUNK, mutate

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning", "ignore::UserWarning")

TASKS = {
    "readable_images": "file_names",
    "train_val_datasets": "datasets",
    "create_model": "model",
    "EarlyStoppingCallback": "callback",
    "plot_history": "figure",
    "feature_maps": "feature_maps",
    "train": "datasets",
}
EXAMPLES = {"create_model": 25, "train_val_datasets": 30, "train": 12, "feature_maps": 25}


def accept(error: Exception) -> None:
    """Findings are fine, anything else is a fault."""
    if not isinstance(error, CheckFailed | Unusable):
        raise AssertionError(f"not a finding: {type(error).__name__}: {error}") from error
    assert not isinstance(error, Unusable) or error.seen


def refuse(error: Exception) -> None:
    raise AssertionError(str(error)) from error


@pytest.mark.parametrize("task", [task for task in TASKS if task != "train"])
def test_valid_answers_pass(task: str) -> None:
    """The reference's own answers meet every check, so what a changed one does is the change's doing."""
    judge(evidence_of(valid_answers()), refuse, task)


@pytest.mark.parametrize("task", TASKS)
def test_a_malformed_answer_is_a_finding(task: str) -> None:
    """Missing keys, wrong types, ranks and lengths, NaN, huge and negative numbers, at any place of an answer."""
    adapter = TASKS[task]

    @settings(
        max_examples=EXAMPLES.get(task, 100), deadline=None, suppress_health_check=list(HealthCheck), database=None,
        derandomize=True,
    )  # fmt: skip
    @given(st.integers(0, 2**32 - 1))
    def holds(seed: int) -> None:
        random = Random(seed)
        answers: dict[Key, Message] = {}
        for key, message in valid_answers().items():
            answers[key] = over_the_wire(mutate(message, random)) if key[0] == adapter else message
        judge(evidence_of(answers), accept, task)

    holds()


@pytest.mark.parametrize("key", ["type", "message", "problem", "hint", "frames", "notes"])
@pytest.mark.parametrize("quiet", [True, False], ids=["hidden files", "no files"])
def test_a_malformed_error_is_a_finding(key: str, quiet: bool) -> None:
    """Whatever stands where text or frames are due."""
    frame = {"cell": 1, "line": 1, "function": "f", "code": "x"}
    valid = {"type": "ValueError", "problem": "", "message": "no", "frames": [frame], "notes": []}
    more = [[{"cell": junk, "line": junk, "function": junk, "code": junk}] for junk in JUNK] if key == "frames" else []
    for junk in (*JUNK, *more):
        body = {**valid, key: junk}
        error = over_the_wire(Message("error", body))
        task = "readable_images" if quiet else "plot_history"
        judge(evidence_of(dict.fromkeys(valid_answers(), error)), accept, task)

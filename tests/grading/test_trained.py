"""A training that was run before in a session is not run again, and nothing but an equal one is answered from it."""

from __future__ import annotations

import msgspec
import numpy as np

from grader.exercises import Exercise
from grader.grading import AssignmentSeed, GradingSession, WarmZygote
from grader.grading.trained import Trained
from grader.results import Report, Timings
from grader.wire import Message
from tests.grading.kit import FOLDER, Vary


def spec(value: float = 1.0, epochs: int = 3) -> Message:
    return Message("train", {"epochs": epochs}, {"images": np.full((2, 3), value, dtype=np.float32)})


def result(size: int = 10) -> Message:
    return Message("trained", {}, {"weights": np.zeros(size, dtype=np.uint8)})


def test_only_an_equal_spec_is_answered() -> None:
    """One value of one pixel, or one number of the rule, makes another training."""
    kept, answer = Trained(), result()
    kept.put(Trained.digest(spec()), answer)
    assert kept.get(Trained.digest(spec())) is answer
    assert kept.get(Trained.digest(spec(value=1.5))) is None
    assert kept.get(Trained.digest(spec(epochs=4))) is None


def test_memory_is_bounded_and_the_longest_unused_goes_first() -> None:
    kept = Trained(most_bytes=25)
    for name in ("a", "b"):
        kept.put(name, result())
    assert kept.get("a") is not None
    kept.put("c", result())
    assert kept.get("b") is None
    assert kept.get("a") is not None
    kept.put("huge", result(26))
    assert kept.get("huge") is None


def test_a_resubmission_that_trains_the_same_is_not_trained_again(
    exercise: Exercise, zygotes: WarmZygote, vary: Vary
) -> None:
    """Another callback, the same training: the report is that of a fresh session but for the times."""
    mended = vary(
        replace={"EarlyStoppingCallback": "class EarlyStoppingCallback(tf.keras.callbacks.Callback):\n    pass"}
    )

    def timeless(report: Report) -> Report:
        return msgspec.structs.replace(report, timings=Timings())

    with GradingSession(exercise, seed=AssignmentSeed.fixed(3), zygotes=zygotes) as fresh:
        alone = fresh.grade(mended).report
    with GradingSession(exercise, seed=AssignmentSeed.fixed(3), zygotes=zygotes) as session:
        first = session.grade(FOLDER / "reference.py").report
        second = session.grade(mended).report
    assert first.timings.training_s > 0
    assert alone.timings.training_s > 0
    assert second.timings.training_s == 0
    assert second.status == "graded"
    assert timeless(second) == timeless(alone)

"""What was asked or trained before in a session is not asked or trained again, and nothing but an equal one is answered from it."""

from __future__ import annotations

import numpy as np

from grader.exercises import Exercise
from grader.grading import AssignmentSeed, GradingSession, WarmZygotes
from grader.grading.remembered import Answer, Remembered
from grader.wire import Message
from tests.grading.kit import FOLDER, Vary, timeless


def spec(value: float = 1.0, epochs: int = 3) -> Message:
    return Message("train", {"epochs": epochs}, {"images": np.full((2, 3), value, dtype=np.float32)})


def result(size: int = 10, output: str = "") -> Answer:
    return Answer(Message("trained", {}, {"weights": np.zeros(size, dtype=np.uint8)}), output)


def test_only_an_equal_question_is_answered() -> None:
    """One value of one pixel, one number of the rule, or where one message ends and the next begins makes another."""
    kept, answer = Remembered(), result()
    kept.put(Remembered.digest(spec(), spec(2.0)), answer)
    assert kept.get(Remembered.digest(spec(), spec(2.0))) is answer
    for other in ((spec(1.5), spec(2.0)), (spec(epochs=4), spec(2.0)), (spec(2.0), spec()), (spec(),)):
        assert kept.get(Remembered.digest(*other)) is None


def test_memory_is_bounded_and_the_longest_unused_goes_first() -> None:
    """What was printed counts, too."""
    kept = Remembered(most_bytes=25)
    for name in ("a", "b"):
        kept.put(name, result())
    assert kept.get("a") is not None
    kept.put("c", result(5, "12345"))
    assert kept.get("b") is None
    assert kept.get("a") is not None
    kept.put("huge", result(26))
    assert kept.get("huge") is None


def test_a_resubmission_runs_what_changed_alone(
    exercise: Exercise, zygotes: WarmZygotes, vary: Vary, begun: list[str]
) -> None:
    """Another callback, all else as it was: the report is that of a fresh session but for the times."""
    never = """class EarlyStoppingCallback(tf.keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        self.model.stop_training = logs["accuracy"] > 2
"""
    mended = vary(replace={"EarlyStoppingCallback": never})
    with GradingSession(exercise, seed=AssignmentSeed.fixed(3), zygotes=zygotes) as fresh:
        alone = fresh.grade(mended).report
    assert "trainer" in begun
    with GradingSession(exercise, seed=AssignmentSeed.fixed(3), zygotes=zygotes) as session:
        first = session.grade(FOLDER / "reference.py").report
        begun.clear()
        second = session.grade(mended).report
    assert set(begun) == {"examiner", "student:EarlyStoppingCallback"}
    assert first.timings.training_s > 0
    assert second.timings.training_s == 0
    assert second.status == "graded"
    assert timeless(second) == timeless(alone)


def test_what_was_printed_is_remembered_and_what_may_be_the_machines_is_not(
    exercise: Exercise, zygotes: WarmZygotes, vary: Vary, begun: list[str]
) -> None:
    """A cell that died, or raised, may have met a fault of the machine; it is asked again each time."""
    body = "def plot_history(history):\n    print('drawing')\n    import os\n    os._exit(0)\n"
    raising = "def EarlyStoppingCallback():\n    print('made')\n    raise OSError('no space left')\n"
    file = vary(replace={"plot_history": body, "EarlyStoppingCallback": raising})
    head = "def feature_maps(model, image):\n"
    file.write_text(file.read_text(encoding="utf-8").replace(head, f"{head}    print('looked')\n"), encoding="utf-8")
    with GradingSession(exercise, seed=AssignmentSeed.fixed(3), zygotes=zygotes) as session:
        first = session.grade(file).report
        begun.clear()
        second = session.grade(file).report
    assert set(begun) == {"examiner", "student:plot_history", "student:EarlyStoppingCallback"}
    assert first.output["feature_maps"].startswith("looked")
    assert timeless(second) == timeless(first)

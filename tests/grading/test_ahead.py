"""A session that begins with what will be asked for gives the same report, asks no more, and leaves nothing running."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from grader.errors import GraderFault
from grader.exercises import Exercise, load_exercise
from grader.grading import AssignmentSeed, GradingSession, WarmZygotes
from grader.grading.ahead import Ahead
from grader.grading.remembered import Answer
from grader.paths import solutions_dir
from grader.wire import Message
from tests.attacks.kit import processes_below
from tests.grading.kit import EXERCISE, Vary, briefly, failing, timeless

SEED = AssignmentSeed.fixed(5)
PATIENCE_S = 30.0


def answer(name: str) -> Answer:
    return Answer(Message("answer", {"name": name}))


@pytest.fixture
def ahead() -> Iterator[Ahead]:
    made = Ahead(1)
    yield made
    made.close()


def test_what_was_begun_is_not_done_again(ahead: Ahead) -> None:
    done = threading.Event()

    def work() -> Answer:
        done.set()
        return answer("early")

    ahead.begin("a", work)
    assert done.wait(PATIENCE_S)
    ahead.begin("a", lambda: answer("twice"))
    assert ahead.take("a", lambda: answer("late")).message.body == {"name": "early"}
    assert ahead.take("b", lambda: answer("late")).message.body == {"name": "late"}


def test_nobody_waits_for_room(ahead: Ahead) -> None:
    """With one at work, the next is done by whoever asks for it."""
    begun, held = threading.Event(), threading.Event()

    def work() -> Answer:
        begun.set()
        held.wait(PATIENCE_S)
        return answer("early")

    ahead.begin("a", work)
    ahead.begin("b", lambda: answer("early"))
    assert begun.wait(PATIENCE_S)
    assert ahead.take("b", lambda: answer("now")).message.body == {"name": "now"}
    held.set()
    assert ahead.take("a", lambda: answer("now")).message.body == {"name": "early"}


def test_a_fault_is_that_of_whoever_asks(ahead: Ahead) -> None:
    def work() -> Answer:
        raise GraderFault("the zygote has ended.")

    ahead.begin("a", work)
    time.sleep(0.05)
    with pytest.raises(GraderFault, match="zygote"):
        ahead.take("a", lambda: answer("now"))


class Held:
    """Stands for a cell that runs until it is killed."""

    def __init__(self) -> None:
        self.killed = threading.Event()

    def kill(self) -> None:
        self.killed.set()


def test_what_nobody_asks_for_is_ended() -> None:
    """No report waits for a cell that is of no use any more, whether it had started before or is about to."""
    made, first, second = Ahead(2), Held(), Held()
    started, closing = threading.Event(), threading.Event()

    def runs(cell: Held, *, late: bool) -> Answer:
        started.set()
        if late:
            closing.wait(PATIENCE_S)
        with made.running(cell.kill):
            assert cell.killed.wait(PATIENCE_S)
        return answer("ended")

    made.begin("a", lambda: runs(first, late=False))
    assert started.wait(PATIENCE_S)
    made.begin("b", lambda: runs(second, late=True))
    first.killed.clear()
    threading.Thread(target=lambda: (first.killed.wait(PATIENCE_S), closing.set())).start()
    began = time.monotonic()
    made.close()
    assert first.killed.is_set()
    assert second.killed.is_set()
    assert time.monotonic() - began < PATIENCE_S


def test_without_room_nothing_begins() -> None:
    none = Ahead(0)
    none.begin("a", lambda: answer("early"))
    assert none.take("a", lambda: answer("now")).message.body == {"name": "now"}
    none.close()


@pytest.mark.parametrize("name", [EXERCISE, "week2_augmentation", "week3_transfer_learning", "week4_multiclass"])
def test_a_correct_one_is_foreseen_in_full_and_gets_the_same_report(
    name: str, zygotes: WarmZygotes, begun: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nearly all is begun before it is asked for, none of it for nothing, and no word of the report differs."""
    taken: list[bool] = []
    take = Ahead.take

    def noted(self: Ahead, digest: str, work: object) -> Answer:
        taken.append(digest in self._begun)
        return take(self, digest, work)

    exercise, file = briefly(load_exercise(name)), solutions_dir() / name / "reference.py"
    with GradingSession(exercise, seed=SEED, zygotes=zygotes) as plain:
        asked = plain.grade(file).report
    one_by_one = sorted(begun)
    begun.clear()
    monkeypatch.setattr(Ahead, "take", noted)
    with GradingSession(exercise, seed=SEED, zygotes=zygotes, ahead=2) as session:
        foreseen = session.grade(file).report
        assert sorted(begun) == one_by_one
        # A check that asks twice asks for the second without a word: so does the training of week 3, on the network that came first.
        assert all(taken[:-1])
        begun.clear()
        again = session.grade(file).report
    assert {check.split("/")[0] for check in failing(asked)} <= {"train"}
    assert asked.curves
    assert timeless(foreseen) == timeless(asked) == timeless(again)
    # Answers are remembered: nothing is begun that need not be asked.
    assert begun == ["examiner"]


def test_a_wrong_one_gets_the_same_report_and_leaves_nothing_running(
    exercise: Exercise, zygotes: WarmZygotes, vary: Vary
) -> None:
    """Code that raises, prints, waits for ever or gives nothing of use, each in a task of its own."""
    wrong = vary(
        replace={
            "readable_images": "def readable_images(folder):\n    print('looking')\n    raise ValueError('no')",
            "train_val_datasets": "def train_val_datasets():\n    return 1, 2",
            "EarlyStoppingCallback": "def EarlyStoppingCallback():\n    import os\n    os._exit(3)",
            "plot_history": "def plot_history(history):\n    return 1",
        }
    )
    with GradingSession(exercise, seed=SEED, zygotes=zygotes) as plain:
        asked = plain.grade(wrong).report
    zygote = zygotes.get().pid
    before = processes_below(zygote)
    with GradingSession(exercise, seed=SEED, zygotes=zygotes, ahead=2) as session:
        foreseen = session.grade(wrong).report
    assert {name.split("/")[0] for name in failing(asked)} >= {
        "readable_images", "train_val_datasets", "EarlyStoppingCallback", "plot_history",
    }  # fmt: skip
    assert timeless(foreseen) == timeless(asked)
    deadline = time.monotonic() + PATIENCE_S
    while processes_below(zygote) - before and time.monotonic() < deadline:
        time.sleep(0.05)
    assert processes_below(zygote) <= before

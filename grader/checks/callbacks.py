"""When a callback stops the training, from made-up logs on either side of each threshold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from grader.checks.finding import CheckFailed

Group = Literal["both", "one", "edge"]
LONG = 60
"""Epochs of a long made-up training at most: beyond any patience, and few enough for a callback that writes a file after each."""
WHY = "Training on after the goal is reached costs time and, on small data, trades understanding for memory."
TOO_EARLY = "A high training accuracy alone can be learnt by heart; a high validation accuracy alone can be luck."
HOW_TO_STOP = "Set `self.model.stop_training = True` in `on_epoch_end`; logs hold fractions such as 0.95, not percent."


@dataclass(frozen=True)
class Scenario:
    """Logs epoch by epoch, and after which of them the callback must stop (None: never)."""

    group: Group
    first_epoch: int
    logs: tuple[tuple[float, float], ...]
    stop_after: int | None

    def request(self, key: str) -> dict[str, Any]:
        """As the student cell plays it, with accuracy under `key`."""
        logs = [{key: a, "loss": 1 - a / 2, f"val_{key}": v, "val_loss": 1 - v / 2} for a, v in self.logs]
        return {"first_epoch": self.first_epoch, "logs": logs}


def scenarios(accuracy: float, val_accuracy: float, seed: int) -> tuple[Scenario, ...]:
    """Made-up runs around the two thresholds, drawn anew for each assignment: lengths, epochs, values and their order.

    A callback that knows a table of runs by heart, or counts instead of reading, so has nothing to hold on to; the thresholds
    themselves come exactly.

    Args:
        accuracy: training accuracy at which to stop, 0 to 1.
        val_accuracy: validation accuracy at which to stop, 0 to 1.
        seed: of the drawing.
    """
    rng = np.random.default_rng(seed)
    limits = (accuracy, val_accuracy)

    def reached(side: int) -> float:
        """Above the threshold, where a rule that sets it a little too high would stop, too."""
        return float(round((1 + limits[side]) / 2 + rng.uniform(0, 0.004), 4))

    def missed(side: int) -> float:
        return float(round(limits[side] - rng.uniform(0.06, 0.1), 4))

    def nearly(side: int) -> float:
        return limits[side] - 1e-4

    def before(most: int = 3) -> tuple[tuple[float, float], ...]:
        """Epochs without any reason to stop."""
        return tuple((missed(0), missed(1)) for _ in range(rng.integers(1, most + 1)))

    def both(first_epoch: int, start: tuple[tuple[float, float], ...]) -> Scenario:
        return Scenario("both", first_epoch, (*start, (reached(0), reached(1))), len(start))

    def plateau(most: int) -> tuple[tuple[float, float], ...]:
        """A long training that wavers below both thresholds."""
        return tuple((missed(0), missed(1)) for _ in range(int(rng.integers(most // 2, most))))

    edges = before()
    long = plateau(LONG)
    played = [
        both(0, before()),
        both(0, ()),
        both(int(rng.integers(20, 60)), before()),
        Scenario("one", 0, ((reached(0), missed(1)), (1.0, missed(1)), (reached(0), nearly(1))), None),
        Scenario(
            "one",
            int(rng.integers(1, 9)),
            (*before(), (missed(0), reached(1)), (missed(0), 1.0), (nearly(0), reached(1))),
            None,
        ),
        Scenario("one", 0, (*before(), (0.5, 0.5)), None),
        # Each reached once, in different epochs: the best so far is not this epoch.
        Scenario(
            "one", 0, ((reached(0), missed(1)), (missed(0), reached(1)), (missed(0), reached(1)), *before()), None
        ),
        Scenario(
            "one", 0, (*before(2), (missed(0), reached(1)), (reached(0), missed(1)), (missed(0), missed(1))), None
        ),
        # Nothing but the thresholds ends it: not patience, and no number of epochs.
        both(0, long),
        Scenario("both", int(rng.integers(200, 400)), plateau(LONG), None),
        Scenario("edge", int(rng.integers(2, 12)), (*edges, limits), len(edges)),
        Scenario("edge", 1, ((accuracy, reached(1)),), 0),
        Scenario("edge", 2, ((reached(0), val_accuracy),), 0),
    ]
    return tuple(played[place] for place in rng.permutation(len(played)))


def assert_decides(played: Sequence[Scenario], stops: Sequence[Sequence[bool]], goal: tuple[float, float]) -> None:
    """The callback stops somewhere, and not everywhere at once: else each scenario that fits is met by chance.

    Args:
        played: the scenarios.
        stops: what `model.stop_training` was after each epoch of each scenario.
        goal: the two thresholds, for the message.

    Raises:
        CheckFailed: it never stops, or always after the first epoch.
    """
    expected = _expected(goal)
    if not any(any(seen) for seen in stops):
        best = max(scenario.logs[-1] for scenario in played if scenario.group == "both")
        raise CheckFailed(
            f"Training never stopped, not even at {_place(best)}.", expected=expected, why=WHY, hint=HOW_TO_STOP,
        )  # fmt: skip
    if all(seen[0] for seen in stops):
        worst = min(scenario.logs[0] for scenario in played)
        raise CheckFailed(
            f"Training always stopped after its first epoch, even at {_place(worst)}.", expected=expected, why=TOO_EARLY,
            hint="Set `self.model.stop_training = True` only inside an `if` that compares both accuracies from `logs`.",
        )  # fmt: skip


def _expected(goal: tuple[float, float]) -> str:
    return f"It stops at the end of the epoch in which {_both(goal)}."


def _both(goal: tuple[float, float]) -> str:
    return f"accuracy is at least {goal[0]:g} and val_accuracy at least {goal[1]:g}"


def _place(logs: tuple[float, float]) -> str:
    return f"accuracy {logs[0]:.4g} and val_accuracy {logs[1]:.4g}"


def assert_stops(
    played: Sequence[Scenario], stops: Sequence[Sequence[bool]], group: Group, goal: tuple[float, float]
) -> None:
    """The callback stops exactly where each scenario of `group` says.

    Args:
        played: the scenarios.
        stops: what `model.stop_training` was after each epoch of each scenario.
        group: which scenarios to judge.
        goal: the two thresholds, for the message.

    Raises:
        CheckFailed: it stopped too early, too late or not at all.
    """
    for scenario, seen in zip(played, stops, strict=True):
        if scenario.group != group:
            continue
        first = next((i for i, stopped in enumerate(seen) if stopped), None)
        if first == scenario.stop_after:
            continue
        at = scenario.logs[first if first is not None else scenario.stop_after or 0]
        if first is None:
            raise CheckFailed(
                f"Training went on at {_place(at)}.",
                expected=_expected(goal),
                why=WHY,
                hint="`>` leaves out the threshold itself; `>=` takes it in." if group == "edge" else HOW_TO_STOP,
            )
        raise CheckFailed(
            f"Training stopped at {_place(at)}.",
            expected=f"It goes on until {_both(goal)}, both in the same epoch.",
            why=TOO_EARLY,
            hint="Nothing else ends the training: take out what counts epochs or waits for an improvement."
            if at[0] < goal[0] and at[1] < goal[1]
            else "Join the two conditions with `and`, and read both from this epoch's `logs`, not from the best so far.",
        )

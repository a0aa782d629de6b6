"""Evidence of functions that read logs and histories: a callback that ends training, a figure of its curves."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any, TypeVar

from grader.checks import callbacks, figures
from grader.checks.finding import CheckFailed
from grader.examiner import answers
from grader.examiner.answers import reading_an_answer
from grader.examiner.cases import Case
from grader.examiner.evidence import Evidence
from grader.examiner.keys import ACCURACY_KEY, accuracy_key
from grader.examiner.once import once
from grader.examiner.own import own_history
from grader.examiner.source import Unusable

Value = TypeVar("Value")


class HistoriesEvidence:
    """What the checks of `EarlyStoppingCallback` and `plot_history` look at, gathered as they ask for it."""

    def __init__(self, root: Evidence) -> None:
        self._root = root

    @once
    def stops(self) -> tuple[tuple[callbacks.Scenario, ...], list[list[bool]]]:
        """`EarlyStoppingCallback` against made-up logs."""
        played = callbacks.scenarios(
            self._root.params.stop_accuracy, self._root.params.stop_val_accuracy, self._root.assignment.number("stops")
        )
        name, goal = "EarlyStoppingCallback", (self._root.params.stop_accuracy, self._root.params.stop_val_accuracy)

        def ask(key: str) -> list[list[bool]]:
            reply = self._root.ask_once(
                name, name, {}, "callback", {"scenarios": [scenario.request(key) for scenario in played]}
            )
            with reading_an_answer():
                stops = answers.stops_of(reply, [len(scenario.logs) for scenario in played])
            callbacks.assert_decides(played, stops, goal)
            return stops

        return played, self._by_own_key(ask)

    def _by_own_key(self, ask: Callable[[str], Value]) -> Value:
        """What `ask` answers for the key `accuracy`, or else for the key that the student's own model reports.

        Who compiles with `metrics=["acc"]` reads `acc` from logs and histories, and is right to.
        """
        try:
            return ask(ACCURACY_KEY)
        except (Unusable, CheckFailed):
            try:
                key = accuracy_key(self._root.model_data.compile_config)
            except Unusable:
                key = ACCURACY_KEY
            if key != ACCURACY_KEY:
                with contextlib.suppress(Unusable, CheckFailed):
                    return ask(key)
            raise

    @once
    def history(self) -> dict[str, list[float]]:
        """A made-up history, as `plot_history` is given it."""
        return own_history(self._root.assignment.number("history"))

    @once
    def history_drawing(self) -> figures.Drawing:
        """The figure that `plot_history` returns."""

        def ask(key: str) -> figures.Drawing:
            def named(history: dict[str, list[float]]) -> dict[str, Any]:
                return {"history": {name.replace(ACCURACY_KEY, key): curve for name, curve in history.items()}}

            others = [own_history(self._root.assignment.number(f"history {number}")) for number in range(2)]
            reply = self._root.ask_once(
                "plot_history", "plot_history", {}, "figure", named(self.history),
                rehearsals=[Case(named(other)) for other in others],
            )  # fmt: skip
            with reading_an_answer():
                return answers.drawing_of(reply)

        drawing = self._by_own_key(ask)
        self._root.pictures["plot_history"] = drawing.png
        return drawing

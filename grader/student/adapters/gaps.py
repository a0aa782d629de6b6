"""Evidence of a function that measures a history: `overfitting_gap(history)` on made-up histories."""

from __future__ import annotations

from typing import Any

import numpy as np

from grader.student.failures import NotWhatWasAsked
from grader.student.module import StudentModule
from grader.wire import Message


def run(module: StudentModule, request: Message) -> Message:
    """Call `entry(history)` with a Keras History for each dictionary of the body's `histories`.

    Answers `values`: one number each, None where it was NaN or infinite.
    """
    import keras

    entry = request.body["entry"]
    function = module.get(entry)
    values: list[float | None] = []
    for curves in request.body["histories"]:
        history = keras.callbacks.History()
        history.history = {name: list(curve) for name, curve in curves.items()}
        history.epoch = list(range(max(len(curve) for curve in history.history.values())))
        history.params = {"epochs": len(history.epoch), "steps": 1, "verbose": 0}
        values.append(number_of(function(history), entry))
    return Message("answer", {"values": values})


def number_of(returned: Any, entry: str) -> float | None:
    """One number, be it Python's, NumPy's or a tensor of one element; None where it is not finite.

    Raises:
        NotWhatWasAsked: anything else.
    """
    if returned is None:
        raise NotWhatWasAsked("none", f"`{entry}` returned None.")
    try:
        array = np.asarray(returned)
    except (TypeError, ValueError):
        array = np.empty(0)
    if array.size != 1 or array.dtype.kind not in "fiu":
        kind = type(returned).__name__[:80]
        raise NotWhatWasAsked(
            "not_a_number", f"`{entry}` returned a {kind}, not one number.", "Return the number itself: `return gap`."
        )
    value = float(array.reshape(()))
    return value if np.isfinite(value) else None

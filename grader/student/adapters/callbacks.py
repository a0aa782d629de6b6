"""Evidence of a stopping callback: fed with made-up logs, epoch by epoch, when does it stop?"""

from __future__ import annotations

from typing import Any

from grader.student.failures import NotWhatWasAsked
from grader.student.module import StudentModule
from grader.wire import Message


def run(module: StudentModule, request: Message) -> Message:
    """Play each scenario against a fresh instance on a fresh model.

    Args:
        module: the student's code.
        request: body `scenarios`: a list of {"first_epoch": int, "logs": [{"accuracy": …}, …]}.

    Answers `stops`: for each scenario the list of `model.stop_training` after every epoch.
    """
    import keras

    entry = request.body["entry"]
    callback_class = module.get(entry)
    stops: list[list[bool]] = []
    for scenario in request.body["scenarios"]:
        callback = callback_class() if isinstance(callback_class, type) else callback_class
        if not isinstance(callback, keras.callbacks.Callback):
            raise NotWhatWasAsked(
                "not_a_callback",
                f"`{entry}` is not a Keras callback: it is a {type(callback).__name__[:80]}.",
            )
        stops.append(_play(callback, scenario))
    return Message("answer", {"stops": stops})


def _play(callback: Any, scenario: dict[str, Any]) -> list[bool]:
    import keras

    # A real model, because callbacks read `self.model.optimizer` or save its weights.
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile(optimizer="adam", loss="mse", metrics=["accuracy"])
    model.stop_training = False
    first = scenario["first_epoch"]
    callback.set_params({"epochs": first + len(scenario["logs"]), "steps": 1, "verbose": 0})
    callback.set_model(model)
    callback.on_train_begin({})
    seen: list[bool] = []
    for offset, logs in enumerate(scenario["logs"]):
        callback.on_epoch_begin(first + offset, {})
        callback.on_epoch_end(first + offset, dict(logs))
        seen.append(bool(model.stop_training))
    callback.on_train_end({})
    return seen

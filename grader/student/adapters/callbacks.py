"""Evidence of a stopping callback: fed with made-up logs, epoch by epoch, when does it stop?"""

from __future__ import annotations

import inspect
from typing import Any

from grader.student.failures import NotWhatWasAsked
from grader.student.module import StudentModule
from grader.wire import Message


def run(module: StudentModule, request: Message) -> Message:
    """Play each scenario against a fresh instance.

    Args:
        module: the student's code.
        request: body `scenarios`: a list of {"first_epoch": int, "logs": [{"accuracy": …}, …]}.

    Answers `stops`: for each scenario the list of `model.stop_training` after every epoch.
    """
    entry = request.body["entry"]
    given = module.get(entry)
    model = _model()
    stops = [_play(_made(given, entry), model, scenario) for scenario in request.body["scenarios"]]
    return Message("answer", {"stops": stops})


def _made(given: Any, entry: str) -> Any:
    """A fresh instance of a class, or what a function without arguments makes; an instance is taken as it is.

    Raises:
        NotWhatWasAsked: no Keras callback.
    """
    import keras

    callback = given() if isinstance(given, type) or _makes(given) else given
    if not isinstance(callback, keras.callbacks.Callback):
        kind = type(callback).__name__[:80]
        raise NotWhatWasAsked("not_a_callback", f"`{entry}` is not a Keras callback: it is a {kind}.")
    return callback


def _makes(given: Any) -> bool:
    """Whether it can be called without arguments: a function that is itself meant as the callback cannot."""
    if not callable(given):
        return False
    try:
        inspect.signature(given).bind()
    except (TypeError, ValueError):
        return False
    return True


def _model() -> Any:
    """A real one, because callbacks read `self.model.optimizer`, `self.model.history` or save its weights."""
    import keras

    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile(optimizer="adam", loss="mse", metrics=["accuracy"])
    return model


def _play(callback: Any, model: Any, scenario: dict[str, Any]) -> list[bool]:
    """As `fit` would: through Keras' own list of callbacks, and with the last logs at the end of training."""
    import keras

    model.stop_training = False
    first = scenario["first_epoch"]
    playing = keras.callbacks.CallbackList(
        [callback], add_history=True, model=model, epochs=first + len(scenario["logs"]), steps=1, verbose=0
    )
    playing.on_train_begin()
    seen: list[bool] = []
    for offset, logs in enumerate(scenario["logs"]):
        playing.on_epoch_begin(first + offset)
        playing.on_epoch_end(first + offset, dict(logs))
        seen.append(bool(model.stop_training))
    playing.on_train_end(dict(scenario["logs"][-1]))
    return seen

"""The adapter of functions that measure a history."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from grader.student.adapters import ADAPTERS
from grader.student.failures import NotWhatWasAsked
from grader.student.module import StudentModule
from grader.wire import Message, decode, encode

HISTORIES = [{"accuracy": [0.5, 0.9], "val_accuracy": [0.5, 0.8]}, {"acc": [1.0], "val_acc": [0.5]}]


def ask(entry: Any) -> Any:
    """The values for two histories, through bytes and back."""
    module = StudentModule.from_namespace({"entry": entry})
    request = Message("request", {"adapter": "gap", "entry": "entry", "histories": HISTORIES})
    reply = ADAPTERS["gap"](module, request)
    return decode(b"".join(bytes(chunk) for chunk in encode(reply))).body["values"]


def test_each_history_is_a_keras_history_of_its_own() -> None:
    """What `fit` returns, so that `.history`, `.epoch` and `.params` are there, and changes to one do not reach another."""

    def entry(history: Any) -> float:
        assert isinstance(history, keras.callbacks.History)
        length = len(next(iter(history.history.values())))
        assert history.epoch == list(range(length))
        history.history.clear()
        return float(length)

    assert ask(entry) == [2.0, 1.0]


@pytest.mark.parametrize(
    "number", [7, 7.0, np.float32(7), np.array(7.0), np.array([7.0]), tf.constant(7.0)], ids=lambda n: type(n).__name__
)
def test_a_number_may_be_of_any_make(number: Any) -> None:
    """Python's, NumPy's or a tensor's."""
    assert ask(lambda _: number) == [7.0, 7.0]


def test_what_is_not_finite_crosses_as_nothing() -> None:
    """JSON knows no NaN."""
    assert ask(lambda _: float("nan")) == [None, None]


@pytest.mark.parametrize(
    ("returned", "slug"),
    [(None, "none"), ("7", "not_a_number"), ([1, 2], "not_a_number"), (True, "not_a_number"), ({}, "not_a_number"),
     ([[1], [1, 2]], "not_a_number"), (1j, "not_a_number")],
)  # fmt: skip
def test_anything_else_is_a_finding(returned: Any, slug: str) -> None:
    """Named, and never an exception of ours."""
    with pytest.raises(NotWhatWasAsked) as caught:
        ask(lambda _: returned)
    assert caught.value.problem == slug

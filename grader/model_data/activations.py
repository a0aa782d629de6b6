"""Activation functions that are not Keras' own objects, replaced by the built-in one that they equal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import keras
import numpy as np

from grader.model_data.flatten import describe
from grader.model_data.notes import ModelNote
from grader.model_data.paths import children
from grader.model_data.problems import CannotExport

_NAMES = (
    "relu", "sigmoid", "softmax", "tanh", "linear", "elu", "selu", "silu", "gelu", "relu6", "leaky_relu",
    "hard_sigmoid", "softplus", "softsign", "exponential", "mish", "log_softmax", "hard_silu", "celu",
)  # fmt: skip


@contextmanager
def builtin_activations(model: keras.Model, notes: list[ModelNote]) -> Iterator[None]:
    """While open, every layer's activation is one that a config can name: `tf.nn.relu` has become `relu`.

    Raises:
        CannotExport: a function equals no built-in activation.
    """
    undo: list[tuple[Any, Any]] = []
    try:
        for layer in _layers(model):
            activation = getattr(layer, "activation", None)
            if activation is None or not callable(activation) or _is_keras(activation):
                continue
            undo.append((layer, activation))
            # Past Keras' own `__setattr__`: a built layer takes no further layer, and an activation may be one.
            vars(layer)["activation"] = _equal(layer, activation, notes)
        yield
    finally:
        for layer, activation in undo:
            vars(layer)["activation"] = activation


def _is_keras(activation: Any) -> bool:
    if isinstance(activation, keras.layers.Layer):
        return True
    name = str(getattr(activation, "__name__", ""))
    return getattr(keras.activations, name, None) is activation


def _equal(layer: Any, activation: Any, notes: list[ModelNote]) -> Any:
    values = np.random.default_rng(3).normal(0.0, 3.0, (4, 6)).astype("float32")
    name = str(getattr(activation, "__name__", type(activation).__name__))[:60]
    try:
        seen = np.asarray(activation(keras.ops.convert_to_tensor(values)))
    except Exception:  # the student's code may raise anything
        seen = np.empty(0)
    for builtin in _NAMES:
        function = getattr(keras.activations, builtin)
        expected = np.asarray(function(keras.ops.convert_to_tensor(values)))
        if seen.shape == expected.shape and np.allclose(seen, expected, rtol=1e-4, atol=1e-5):
            if name != builtin:
                notes.append(ModelNote("activation", name, builtin))
            return function
    if (same := _with_a_number(values, seen)) is not None:
        notes.append(ModelNote("subclassed_layer", name, type(same).__name__))
        return same
    raise CannotExport(
        describe(layer),
        f"its activation `{name}` is a function of your own.",
        "Use one of Keras' own by name, such as `activation='relu'`.",
    )


def _with_a_number(values: Any, seen: Any) -> keras.layers.Layer | None:
    """The activation of Keras that gives `seen` for `values` with another number than its usual one: a slope, a height, an end."""
    if seen.shape != values.shape or not np.isfinite(seen).all():
        return None
    below = values < 0
    given, taken = seen[below].astype(np.float64), values[below].astype(np.float64)
    slope, height, top = float(np.median(given / taken)), float(np.median(given / np.expm1(taken))), float(seen.max())
    tried = [
        *([keras.layers.LeakyReLU(negative_slope=slope)] if slope >= 0 else []),
        keras.layers.ELU(alpha=height),
        *([keras.layers.ReLU(max_value=top)] if top > 0 else []),
    ]
    for one in tried:
        if np.allclose(np.asarray(one(keras.ops.convert_to_tensor(values))), seen, rtol=1e-4, atol=1e-5):
            return one
    return None


def _layers(layer: Any) -> Iterator[Any]:
    yield layer
    for part in children(layer):
        yield from _layers(part)

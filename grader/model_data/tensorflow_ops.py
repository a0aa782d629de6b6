"""`tf.` functions that students call inside `call`, made to work on a KerasTensor.

Keras 3 refuses `tf.cast(x, tf.float32)` on a symbolic tensor although `keras.ops.cast` does the same. While a model is
traced, the common ones go to their twin in `keras.ops`; on anything else they are TensorFlow's own.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import keras


@contextmanager
def tensorflow_functions_on_keras_tensors() -> Iterator[None]:
    """While open, the functions in `_twins` accept KerasTensors. Without TensorFlow loaded, does nothing."""
    tensorflow = sys.modules.get("tensorflow")
    if tensorflow is None:
        yield
        return
    undo: list[tuple[Any, str, Any]] = []
    try:
        for dotted, twin in _twins().items():
            *parents, name = dotted.split(".")
            owner: Any = tensorflow
            for parent in parents:
                owner = getattr(owner, parent)
            original = getattr(owner, name)
            undo.append((owner, name, original))
            setattr(owner, name, _either(original, twin))
        yield
    finally:
        for owner, name, original in reversed(undo):
            setattr(owner, name, original)


def _either(original: Callable[..., Any], twin: Callable[..., Any]) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        symbolic = any(isinstance(x, keras.KerasTensor) for x in keras.tree.flatten((args, kwargs)))
        return (twin if symbolic else original)(*args, **kwargs)

    return call


def _twins() -> dict[str, Callable[..., Any]]:
    """TensorFlow's name → a function with TensorFlow's arguments, made of `keras.ops`."""
    ops = keras.ops
    twins: dict[str, Callable[..., Any]] = {
        "cast": _cast, "concat": _concat, "reshape": _reshape, "expand_dims": _expand_dims, "squeeze": _squeeze,
        "clip_by_value": _clip, "image.resize": _resize, "image.rgb_to_grayscale": _plain(ops.image.rgb_to_grayscale, 1),
        "nn.softmax": _softmax, "nn.leaky_relu": _leaky_relu,
    }  # fmt: skip
    for name, twin in {"mean": ops.mean, "max": ops.max, "sum": ops.sum}.items():
        twins[f"reduce_{name}"] = twins[f"math.reduce_{name}"] = _over_axes(twin)
    for name in ("relu", "relu6", "sigmoid", "tanh", "elu", "selu", "silu", "gelu"):
        twins[f"nn.{name}"] = _plain(getattr(ops, name), 1)
    for name in ("abs", "square", "sqrt", "exp", "sigmoid", "tanh"):
        twins[name] = _plain(getattr(ops, name), 1)
    for name in ("add", "subtract", "multiply", "divide"):
        twins[name] = _plain(getattr(ops, name), 2)
    return twins


def _over_axes(function: Callable[..., Any]) -> Callable[..., Any]:
    def reduce(input_tensor: Any, axis: Any = None, keepdims: bool = False, name: Any = None) -> Any:
        return function(input_tensor, axis=axis, keepdims=keepdims)

    return reduce


def _plain(function: Callable[..., Any], count: int) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        kwargs.pop("name", None)
        return function(*[*args, *kwargs.values()][:count])

    return call


def _cast(x: Any, dtype: Any, name: Any = None) -> Any:
    return keras.ops.cast(x, getattr(dtype, "name", dtype))


def _concat(values: Any, axis: Any, name: Any = None) -> Any:
    return keras.ops.concatenate(values, axis=axis)


def _reshape(tensor: Any, shape: Any, name: Any = None) -> Any:
    return keras.ops.reshape(tensor, tuple(shape))


def _softmax(logits: Any, axis: Any = -1, name: Any = None) -> Any:
    return keras.ops.softmax(logits, axis=-1 if axis is None else axis)


def _expand_dims(input: Any, axis: Any, name: Any = None) -> Any:
    return keras.ops.expand_dims(input, axis)


def _squeeze(input: Any, axis: Any = None, name: Any = None) -> Any:
    return keras.ops.squeeze(input, axis)


def _resize(images: Any, size: Any, method: str = "bilinear", **rest: Any) -> Any:
    return keras.ops.image.resize(images, tuple(size), interpolation=method)


def _leaky_relu(features: Any, alpha: float = 0.2, name: Any = None) -> Any:
    return keras.ops.leaky_relu(features, alpha)


def _clip(t: Any, clip_value_min: Any, clip_value_max: Any, name: Any = None) -> Any:
    return keras.ops.clip(t, clip_value_min, clip_value_max)

"""Functions that draw at random inside `call`, made to draw anew in every call of the graph that is traced.

A number drawn while a model is traced would be the same in every step ever after, and no operation of `keras.ops` draws.
Keras' random layers do, and rest at inference, so each function here is made of them.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import keras

from grader.model_data.tensorflow_ops import batch_of, with_contrast, with_saturation


class DrawsTooEarly(Exception):
    """A function that draws at random was called outside of training, where a graph cannot draw."""


@contextmanager
def numbers_drawn_in_the_graph(source: Any, training: Callable[[], bool | None]) -> Iterator[None]:
    """While open, `keras.random` and `tf.random` give tensors of a graph that begins at the KerasTensor `source`.

    Args:
        source: batch axis first; numbers for each picture are for each of its pictures.
        training: whether the call that is being traced may draw, as one that trains; None leaves the functions as they are. They
            raise DrawsTooEarly where it may not.
    """
    tensorflow = sys.modules.get("tensorflow")
    undo: list[tuple[Any, str, Any]] = []
    try:
        for owner in (keras.random, *([] if tensorflow is None else [tensorflow.random])):
            for name, twin in {"uniform": _uniform, "normal": _normal, "truncated_normal": _normal}.items():
                original = getattr(owner, name)
                undo.append((owner, name, original))
                setattr(owner, name, _drawing(original, twin, source, training))
        yield
    finally:
        for owner, name, original in reversed(undo):
            setattr(owner, name, original)


def _drawing(
    original: Callable[..., Any], twin: Callable[..., Any], source: Any, training: Callable[[], bool | None]
) -> Callable[..., Any]:
    def call(shape: Any, *args: Any, **kwargs: Any) -> Any:
        trains = training()
        if trains is None:
            return original(shape, *args, **kwargs)
        if not trains:
            raise DrawsTooEarly
        return twin(_noise(source, tuple(shape)), *args, **kwargs)

    return call


def _noise(source: Any, shape: tuple[int | None, ...]) -> Any:
    """Normal numbers in training, 0 at inference; None in front stands for the batch."""
    ops = keras.ops
    if shape and shape[0] is None:
        zero = ops.zeros_like(source[(slice(None), *[slice(0, 1)] * (len(source.shape) - 1))])
        zero, shape = ops.reshape(zero, (-1, *[1] * (len(shape) - 1))), (1, *shape[1:])
    else:
        zero = ops.reshape(zero_of(source), (1,) * len(shape))
    zero = ops.cast(zero, "float32")
    return keras.layers.GaussianNoise(1.0)(ops.tile(zero, tuple(int(side or 1) for side in shape)) if shape else zero)


def _uniform(
    noise: Any, minval: Any = 0.0, maxval: Any = None, dtype: Any = None, seed: Any = None, name: Any = None
) -> Any:
    share = 0.5 + 0.5 * keras.ops.erf(noise / math.sqrt(2.0))  # the share of normal numbers below it
    drawn = minval + ((1.0 if maxval is None else maxval) - minval) * share
    kind = str(getattr(dtype, "name", dtype))
    return keras.ops.cast(keras.ops.floor(drawn), kind) if "int" in kind else drawn


def _normal(
    noise: Any, mean: Any = 0.0, stddev: Any = 1.0, dtype: Any = None, seed: Any = None, name: Any = None
) -> Any:
    return mean + stddev * noise


def random_twins(training: Callable[[], bool]) -> dict[str, Callable[..., Any]]:
    """TensorFlow's name → a function with TensorFlow's arguments, made of Keras' random layers."""
    twins: dict[str, Callable[..., Any]] = {
        "flip_left_right": _flips("horizontal"), "flip_up_down": _flips("vertical"), "contrast": _random_contrast,
        "brightness": _random_brightness, "saturation": _random_saturation, "hue": _random_hue, "crop": _random_crop,
    }  # fmt: skip

    def in_training(twin: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            if not training():
                raise DrawsTooEarly
            return twin(*args, **kwargs)

        return call

    return {
        f"image.{kind}random_{name}": in_training(twin) for name, twin in twins.items() for kind in ("", "stateless_")
    }


def zero_of(tensor: Any) -> Any:
    """A zero that hangs on `tensor`, of one element and the same rank: a graph begins at its input."""
    ones = (1,) * len(tensor.shape)
    return keras.ops.reshape(keras.ops.zeros_like(tensor[tuple(slice(0, 1) for _ in ones)]), ones)


def _flips(mode: str) -> Callable[..., Any]:
    def flip(image: Any, seed: Any = None) -> Any:
        return keras.layers.RandomFlip(mode)(batch_of(image))

    return flip


def _between(lower: float, upper: float) -> None:
    """Raises ValueError as TensorFlow does."""
    if not 0 <= lower < upper:
        raise ValueError(f"lower must be at least 0 and below upper, not {lower} and {upper}")


# TensorFlow draws one number for a whole batch, Keras one for each picture. So Keras' layer gets a tiny picture of its
# own, which shows what it drew. What it drew at inference leaves the picture as it is, exactly.


def _random_brightness(image: Any, max_delta: float, seed: Any = None) -> Any:
    if max_delta < 0:
        raise ValueError("max_delta must be non-negative")
    reach = min(float(max_delta), 127.5)
    gray = zero_of(batch_of(image)) + 127.5
    delta = keras.layers.RandomBrightness(reach / 255)(gray) - 127.5
    return image + delta * (max_delta / max(reach, 1e-12))


def _random_contrast(image: Any, lower: float, upper: float, seed: Any = None) -> Any:
    _between(lower, upper)
    reach = min(max(abs(1 - lower), abs(upper - 1)), 1.0)
    zero = zero_of(batch_of(image))
    edge = keras.layers.RandomContrast(reach)(keras.ops.concatenate([zero + 64.0, zero + 191.0], axis=2))
    drawn = (edge[:, :, 1:, :] - edge[:, :, :1, :]) / 127.0
    return with_contrast(image, _scaled(drawn, (1 - reach, 1 + reach), (lower, upper)))


def _random_saturation(image: Any, lower: float, upper: float, seed: Any = None) -> Any:
    _between(lower, upper)
    low, high = min(lower, 0.9), min(max(upper, 1.1), 9.0)
    zero = zero_of(batch_of(image))
    reddish = keras.ops.concatenate([zero + 200.0, zero + 180.0, zero + 180.0], axis=-1)
    # Keras draws the share f / (1 + f) for a factor f.
    seen = keras.layers.RandomSaturation((low / (1 + low), high / (1 + high)))(reddish)
    drawn = (seen[..., :1] - seen[..., 1:2]) / 20.0
    return with_saturation(image, _scaled(drawn, (low, high), (lower, upper)))


def _scaled(drawn: Any, source: tuple[float, float], to: tuple[float, float]) -> Any:
    """A factor drawn from one range as one of another; 1, which is what comes at inference, stays 1."""
    share = (drawn - source[0]) / (source[1] - source[0])
    return keras.ops.where(keras.ops.equal(drawn, 1.0), 1.0, to[0] + share * (to[1] - to[0]))


def _random_hue(image: Any, max_delta: float, seed: Any = None) -> Any:
    if not 0 <= max_delta <= 0.5:
        raise ValueError("max_delta must be between 0 and 0.5")
    # One for each picture, not one for the batch: nobody can tell.
    return keras.layers.RandomHue((0.0, 2.0 * max_delta))(batch_of(image))


def _random_crop(value: Any, size: Any, seed: Any = None, name: Any = None) -> Any:
    _, height, width, _ = tuple(size)
    if any(to > side for side, to in zip(batch_of(value).shape[1:3], (height, width), strict=True)):
        raise ValueError(f"a picture of shape {tuple(value.shape[1:])} has no part of {height} × {width}")
    # At inference the layer lets pictures through in their own size.
    return keras.layers.RandomCrop(int(height), int(width))(value)[:, :height, :width, :]

"""`tf.` functions that students call inside `call`, made to work on a KerasTensor.

Keras 3 refuses `tf.cast(x, tf.float32)` on a symbolic tensor although `keras.ops.cast` does the same. While a model is
traced, the common ones go to their twin in `keras.ops`; on anything else they are TensorFlow's own.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import keras
import numpy as np


@contextmanager
def tensorflow_functions_on_keras_tensors(random_twins: dict[str, Callable[..., Any]]) -> Iterator[None]:
    """While open, the functions in `_twins` accept KerasTensors. Without TensorFlow loaded, does nothing.

    Args:
        random_twins: more of them, by TensorFlow's name.
    """
    tensorflow = sys.modules.get("tensorflow")
    if tensorflow is None:
        yield
        return
    undo: list[tuple[Any, str, Any]] = []
    try:
        for dotted, twin in (_twins() | random_twins).items():
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
        # `tf.shape` gives a tuple here, with None for the number of pictures, and TensorFlow cannot take that apart.
        symbolic = symbolic or (twin is _unstack and isinstance((*args, *kwargs.values())[0], tuple))
        symbolic = symbolic or (twin is _each_picture and _counts_pictures(*args, **kwargs))
        return (twin if symbolic else original)(*args, **kwargs)

    return call


def _twins() -> dict[str, Callable[..., Any]]:
    """TensorFlow's name → a function with TensorFlow's arguments, made of `keras.ops`."""
    ops = keras.ops
    twins: dict[str, Callable[..., Any]] = {
        "cast": _cast, "concat": _concat, "reshape": _reshape, "expand_dims": _expand_dims, "squeeze": _squeeze,
        "clip_by_value": _clip, "image.resize": _resize, "image.rgb_to_grayscale": _plain(ops.image.rgb_to_grayscale, 1),
        "image.flip_left_right": _flipped(-2), "image.flip_up_down": _flipped(-3), "image.rot90": _rot90,
        "image.adjust_contrast": with_contrast, "image.adjust_brightness": _plain(ops.add, 2),
        "image.adjust_saturation": with_saturation, "image.central_crop": _central_crop,
        "image.resize_with_crop_or_pad": _crop_or_pad, "image.grayscale_to_rgb": _grayscale_to_rgb,
        "image.per_image_standardization": _standardized, "shape": _shape, "where": _where,
        "nn.softmax": _softmax, "nn.leaky_relu": _leaky_relu, "unstack": _unstack, "ensure_shape": _same, "identity": _same,
        "transpose": _transpose, "tile": _plain(ops.tile, 2), "range": _each_picture, "stack": _stack,
        "image.crop_and_resize": _crop_and_resize,
    }  # fmt: skip
    for name, twin in {"mean": ops.mean, "max": ops.max, "sum": ops.sum}.items():
        twins[f"reduce_{name}"] = twins[f"math.reduce_{name}"] = _over_axes(twin)
    for name in ("relu", "relu6", "sigmoid", "tanh", "elu", "selu", "silu", "gelu"):
        twins[f"nn.{name}"] = _plain(getattr(ops, name), 1)
    for names, count in ((_OF_ONE, 1), (_OF_TWO, 2)):
        for name in names:
            twins[name] = twins[f"math.{name}"] = _plain(getattr(ops, name), count)
    twins["pow"] = twins["math.pow"] = _plain(ops.power, 2)
    for name in ("zeros_like", "ones_like"):
        twins[name] = _like(getattr(ops, name))
    return twins


_OF_ONE = (
    "abs", "square", "sqrt", "exp", "sigmoid", "tanh", "round", "floor", "sign", "sin", "cos", "logical_not",
)  # fmt: skip
_OF_TWO = (
    "add", "subtract", "multiply", "divide", "maximum", "minimum", "equal", "not_equal", "less", "less_equal", "greater",
    "greater_equal", "logical_and", "logical_or",
)  # fmt: skip


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


def _shape(input: Any, out_type: Any = None, name: Any = None) -> tuple[int | None, ...]:
    return tuple(input.shape)


def _unstack(value: Any, num: Any = None, axis: int = 0, name: Any = None) -> list[Any]:
    if isinstance(value, tuple):
        return list(value)
    before = axis % len(value.shape)
    return [value[(*[slice(None)] * before, i)] for i in range(value.shape[axis])]


def _like(function: Callable[..., Any]) -> Callable[..., Any]:
    def fill(input: Any, dtype: Any = None, name: Any = None) -> Any:
        return function(input, dtype=getattr(dtype, "name", dtype))

    return fill


def _same(input: Any, *_: Any, **__: Any) -> Any:
    return input


def _transpose(a: Any, perm: Any = None, conjugate: bool = False, name: Any = None) -> Any:
    return keras.ops.transpose(a, perm)


def _where(condition: Any, x: Any, y: Any, name: Any = None) -> Any:
    return keras.ops.where(condition, x, y)


def _flipped(axis: int) -> Callable[..., Any]:
    def flip(image: Any) -> Any:
        return keras.ops.flip(image, axis=axis)

    return flip


def _rot90(image: Any, k: int = 1, name: Any = None) -> Any:
    batch = batch_of(image)
    for _ in range(k % 4):
        batch = keras.ops.flip(keras.ops.swapaxes(batch, 1, 2), axis=1)
    return batch


def with_contrast(images: Any, contrast_factor: Any) -> Any:
    """Each channel's distances from its mean over a picture, times a factor."""
    mean = keras.ops.mean(images, axis=(-3, -2), keepdims=True)
    return (images - mean) * contrast_factor + mean


def with_saturation(image: Any, saturation_factor: Any, name: Any = None) -> Any:
    """As by way of HSV: hue and value (the largest channel) stay, and saturation ends at 1."""
    value = keras.ops.max(image, axis=-1, keepdims=True)
    chroma = value - keras.ops.min(image, axis=-1, keepdims=True)
    most = keras.ops.where(chroma > 0.0, keras.ops.maximum(value, 0.0) / keras.ops.maximum(chroma, 1e-12), 1e12)
    return value - (value - image) * keras.ops.minimum(most, saturation_factor)


def _grayscale_to_rgb(images: Any, name: Any = None) -> Any:
    return keras.ops.concatenate([images] * 3, axis=-1)


def _standardized(image: Any) -> Any:
    axes = (-3, -2, -1)
    mean = keras.ops.mean(image, axis=axes, keepdims=True)
    count = float(math.prod(image.shape[-3:]))
    return (image - mean) / keras.ops.maximum(keras.ops.std(image, axis=axes, keepdims=True), count**-0.5)


def _central_crop(image: Any, central_fraction: float) -> Any:
    height, width = batch_of(image).shape[1:3]
    top, left = (int((side - side * central_fraction) / 2) for side in (height, width))
    return image[:, top : height - top, left : width - left, :]


def _crop_or_pad(image: Any, target_height: int, target_width: int) -> Any:
    sides = batch_of(image).shape[1:3]
    targets = (int(target_height), int(target_width))
    cut = [slice(max(side - to, 0) // 2, max(side - to, 0) // 2 + to) for side, to in zip(sides, targets, strict=True)]
    missing = [max(to - side, 0) for side, to in zip(sides, targets, strict=True)]
    around = ((0, 0), *((more // 2, more - more // 2) for more in missing), (0, 0))
    return keras.ops.pad(image[:, cut[0], cut[1], :], around)


class EachPicture:
    """What `tf.range(n)` gives where n is the number of pictures: each picture once, in order."""

    __hash__ = None  # type: ignore[assignment]  # what cannot be compared cannot be looked up

    def __repr__(self) -> str:
        return "the numbers of the pictures"

    def __eq__(self, other: object) -> bool:
        raise TypeError(_WHILE_IT_RUNS)


_WHILE_IT_RUNS = "`tf.range` over the pictures of a batch is known only while the network runs"


def _counts_pictures(start: Any = 0, limit: Any = 0, *_: Any, **__: Any) -> bool:
    """Whether the number of pictures, None while a model is traced, is among what `tf.range` is given."""
    return start is None or limit is None


def _each_picture(start: Any, limit: Any = None, delta: Any = 1, dtype: Any = None, name: Any = None) -> EachPicture:
    if delta != 1 or limit is not None or not (start is None or (isinstance(start, int) and start == 0)):
        raise TypeError(_WHILE_IT_RUNS)
    return EachPicture()


def _stack(values: Any, axis: int = 0, name: Any = None) -> Any:
    return keras.ops.stack(values, axis=axis)


def _crop_and_resize(
    image: Any, boxes: Any, box_indices: Any, crop_size: Any, method: str = "bilinear", extrapolation_value: float = 0.0,
    name: Any = None,
) -> Any:  # fmt: skip
    """One box for each picture, (top, left, bottom, right) from 0 to 1 as its own columns; both ends lie on centres of pixels."""
    if not isinstance(box_indices, EachPicture):
        raise ValueError("boxes are read one for each picture, in order: `tf.range(tf.shape(images)[0])`")
    ops = keras.ops
    _, height, width, channels = batch_of(image).shape
    rows, columns = (int(side) for side in crop_size)
    top, left, bottom, right = (ops.cast(boxes[:, i : i + 1], "float32") for i in range(4))
    (down, in_height), (across, in_width) = (
        _picked(top, bottom, height, rows, method), _picked(left, right, width, columns, method),
    )  # fmt: skip
    lines = ops.reshape(ops.cast(image, "float32"), (-1, height, width * channels))
    lines = ops.reshape(ops.matmul(down, lines), (-1, rows, width, channels))
    lines = ops.reshape(ops.swapaxes(lines, 1, 2), (-1, width, rows * channels))
    cut = ops.swapaxes(ops.reshape(ops.matmul(across, lines), (-1, columns, rows, channels)), 1, 2)
    inside = ops.reshape(in_height, (-1, rows, 1, 1)) * ops.reshape(in_width, (-1, 1, columns, 1))
    return cut * inside + float(extrapolation_value) * (1.0 - inside)


def _picked(first: Any, last: Any, side: int, count: int, method: str) -> tuple[Any, Any]:
    """Shares (n, count, side) of pixels in `count` places from `first` to `last`, and which places lie inside (n, count), 1 or 0.

    Args:
        first: share of the side where the places begin, (n, 1).
        last: share of the side where they end, (n, 1).
        side: pixels.
        count: places.
        method: `bilinear` or `nearest`.
    """
    ops = keras.ops
    steps = np.linspace(0.0, 1.0, count, dtype=np.float32)[None] if count > 1 else np.full((1, 1), 0.5, np.float32)
    places = (first + (last - first) * steps) * (side - 1.0)
    within = ops.cast(ops.logical_and(places >= 0.0, places <= side - 1.0), "float32")
    if method == "nearest":
        places = ops.floor(places + 0.5)
    apart = ops.expand_dims(places, -1) - np.arange(side, dtype=np.float32).reshape(1, 1, side)
    return ops.relu(1.0 - ops.abs(apart)), within


def batch_of(image: Any) -> Any:
    """The pictures themselves; ValueError unless they come as (n, height, width, channels)."""
    if len(image.shape) != 4:
        raise ValueError(f"pictures come in batches here, and one of shape {tuple(image.shape)} is none")
    return image

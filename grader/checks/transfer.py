"""A pre-trained backbone: are its weights really the shipped ones, is it frozen, is it cut at the right layer?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from grader.checks.finding import CheckFailed
from grader.model_data import ModelData

Array = np.ndarray[Any, Any]
MAPS = 4
"""Axes of an output that still is a stack of maps: batch, height, width, channels."""
RELATIVE, ABSOLUTE = 1e-5, 1e-6
"""Within which two numbers count as one weight: a file may have been written in another precision."""
ALIKE = 1e-3
"""Largest difference of two outputs, as a share of their spread, at which they count as the same: float32 sums in
another order differ by 1e-6 of it."""


def same(one: Array, other: Array) -> bool:
    """Whether two arrays of weights hold the same values."""
    return one.shape == other.shape and bool(np.allclose(one, other, rtol=RELATIVE, atol=ABSOLUTE))


def assert_no_top(model: Any) -> None:
    """The network ends in maps: neither classes nor pooling behind them.

    Raises:
        CheckFailed: it ends in anything else.
    """
    shape = model.output_shape
    if isinstance(shape, tuple) and len(shape) == MAPS:
        return
    dense = any(type(layer).__name__ == "Dense" for layer in model.layers)
    raise CheckFailed(
        f"The network ends in an output of shape {shape}" + (": its own classes are still on top." if dense else "."),
        expected="Maps, of shape (None, height, width, channels).",
        why="Its old answers are of no use here. What you want is what it sees: the maps below them.",
        hint="Build it with `include_top=False`." if dense else "Leave `pooling` out: that is the head's business.",
    )


def assert_weights_loaded(data: ModelData, truth: Mapping[str, Array]) -> None:
    """The network holds the weights of the shipped file, value by value.

    Compared in the order of layers, so names do not matter.

    Args:
        data: the student's network.
        truth: the shipped weights by path.

    Raises:
        CheckFailed: random ones, other ones, or only a part.
    """
    mine, due = list(data.weights.items()), list(truth.items())
    expected = "Every weight as it stands in the file that you were given."
    why = "What the network learnt from many thousands of pictures is in these numbers. Without them it knows nothing."
    if len(mine) < len(due) or any(a.shape != b.shape for (_, a), (_, b) in zip(mine, due, strict=False)):
        raise CheckFailed(
            f"The network has {data.parameters:,} parameters in {len(mine)} arrays, the file holds "
            f"{sum(v.size for v in truth.values()):,} in {len(due)}, or they are shaped differently.",
            expected="The same architecture as the file's, layer by layer.",
            why=why,
            hint="Compare architecture, width (`alpha`) and channels with what the task names.",
        )
    equal = [same(a, b) for (_, a), (_, b) in zip(mine, due, strict=False)]
    if all(equal):
        return
    # Zeros and ones are what many arrays begin with; kernels tell.
    kernels = [hit for hit, (path, _) in zip(equal, due, strict=True) if "kernel" in path]
    if any(kernels):
        raise CheckFailed(
            f"Only {sum(kernels)} of {len(kernels)} kernels are those of the file.",
            expected=expected, why=why,
            hint="Load the file as a whole, without `skip_mismatch` or `by_name`, and change no weight afterwards.",
        )  # fmt: skip
    if _fresh(dict(mine)):
        raise CheckFailed(
            "The weights are random: those that Keras starts with.",
            expected=expected, why=why,
            hint="`weights=None` makes the empty network; `model.load_weights(...)` must follow.",
        )  # fmt: skip
    raise CheckFailed(
        "The weights are trained ones, but not those of the file.",
        expected=expected, why=why, hint="Load the file whose path the notebook gives you, and no other.",
    )  # fmt: skip


def _fresh(weights: Mapping[str, Array]) -> bool:
    """Whether BatchNormalization has never seen a picture: means 0, variances 1."""
    means = [value for path, value in weights.items() if path.endswith("moving_mean")]
    return bool(means) and all(not value.any() for value in means)


def assert_nothing_trainable(data: ModelData) -> None:
    """No weight of the backbone would be changed by training.

    Raises:
        CheckFailed: some, or all, would.
    """
    open_to = [path for path, trainable in data.trainable.items() if trainable]
    if not open_to:
        return
    layers = {path.rsplit("/", 1)[0] for path in open_to}
    closed = {path.rsplit("/", 1)[0] for path in data.trainable} - layers
    raise CheckFailed(
        f"{len(layers)} layers of the backbone would still be trained, "
        f"{'`' + open_to[0].rsplit('/', 1)[0] + '` among them.' if closed else 'all that have weights.'}",
        expected="A backbone in which nothing is trainable.",
        why="The head starts with random numbers, and its first large errors would spoil what the backbone has learnt.",
        hint="`pre_trained_model.trainable = False`, or the same for each layer of `pre_trained_model.layers`.",
    )


def assert_right_layer(cut: Any, truth: Any, backbone: Any, last_layer: str, images: Array) -> None:
    """The output is that of `last_layer`: first its shape, then its values.

    Args:
        cut: from the backbone's input to what the student returned.
        truth: from the backbone's input to `last_layer`.
        backbone: the whole one, to say which layer it is instead.
        last_layer: name of the layer asked for.
        images: (n, H, W, C), in the backbone's range.

    Raises:
        CheckFailed: it is another layer's, or has been worked on.
    """
    mine, due = np.asarray(cut(images, training=False)), np.asarray(truth(images, training=False))
    if mine.shape == due.shape and alike(mine, due):
        return
    found = _layer_giving(backbone, mine, images)
    shapes = f"(None, {', '.join(map(str, mine.shape[1:]))})", f"(None, {', '.join(map(str, due.shape[1:]))})"
    raise CheckFailed(
        f"The output is that of `{found}`, of shape {shapes[0]}." if found else f"The output has shape {shapes[0]}"
        + (" but other values than the layer's." if mine.shape == due.shape else "."),
        expected=f"The output of `{last_layer}`, of shape {shapes[1]}, as it is.",
        why="Early layers see edges, late ones whole things of the old task. Where to cut decides what the head is given.",
        hint=f'`pre_trained_model.get_layer("{last_layer}").output`. Pooling and flattening belong to the head.',
    )  # fmt: skip


def _layer_giving(backbone: Any, values: Array, images: Array) -> str | None:
    import keras

    layers = [layer for layer in backbone.layers if tuple(layer.output.shape[1:]) == values.shape[1:]]
    if not layers:
        return None
    outputs: Sequence[Any] = keras.Model(backbone.input, [layer.output for layer in layers])(images, training=False)
    outputs = outputs if isinstance(outputs, (list, tuple)) else [outputs]
    return next(
        (str(one.name) for one, out in zip(layers, outputs, strict=True) if alike(np.asarray(out), values)), None
    )


def alike(one: Array, other: Array) -> bool:
    """Whether two arrays of outputs are the same up to rounding; never where a value is not finite."""
    if one.shape != other.shape or not (np.isfinite(one).all() and np.isfinite(other).all()):
        return False
    spread = max(float(np.std(other)), 1e-6)
    return float(np.abs(one.astype(np.float64) - other).max(initial=0.0)) <= ALIKE * max(
        spread, float(np.abs(other).max())
    )

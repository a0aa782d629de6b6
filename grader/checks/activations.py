"""Whether something bends between one convolution and the next layer that learns, and whether it leads there at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import numpy as np

from grader.checks.applying import applying_model
from grader.checks.architecture import is_convolution, layers_of
from grader.checks.finding import CheckFailed

Array = np.ndarray[Any, Any]

TRIED = 2
"""Random settings of the channels that are tried: by chance a bent function looks straight on one, hardly on both."""
STRAIGHT = 1e-3
"""Largest deviation from a straight line, relative to the values, that counts as rounding: float32 gives 1e-6, the gentlest
usual activation (softplus, GELU) 0.05."""
UNMOVED = 1e-7
"""Of the largest output: what rounding leaves of a difference of nothing. Values of 0 to 4 in a map move an untrained output by 1e-3 and
more, unless a saturated end hides them, which no two random settings of the channels do."""


Way = Literal["bent", "straight", "nowhere"]


def ways_of_convolutions(model: Any, images: Array) -> dict[str, Way]:
    """How the result of each convolution reaches the next layer that learns, by its name: with an activation, without, or not at all.

    Measured, not read off: the convolution's result is replaced by maps that are constant over height and width, so that
    pooling, padding and flattening hand them on as they are, and what arrives at the next kernel is compared at -c, 0, c and
    2c. Along a straight line g(c) + g(-c) = 2 g(0) and g(2c) + g(0) = 2 g(c); whatever bends breaks one of the two, wherever
    it stands: in the layer, as a layer of its own, after batch normalisation. A convolution that no kernel follows
    makes the outputs and counts as bent: those may be raw scores. One on which no output depends leads nowhere.

    Args:
        model: the rebuilt model; it is left as it was.
        images: (n, H, W, C), at least one image of the model's input shape.

    Raises:
        CheckFailed: the model cannot be applied to them.
    """
    learning = [layer for layer in layers_of(model) if is_convolution(layer) or type(layer).__name__ == "Dense"]
    # Two: a network that squeezes axes of length 1 may take any batch but one of a single image.
    few = np.resize(images, (2, *images.shape[1:]))
    return {layer.name: _way(model, few, layer, learning) for layer in learning if is_convolution(layer)}


def assert_convolutions_activated(model: Any, images: Array) -> None:
    """Every convolution is followed by an activation before the next layer that learns.

    Raises:
        CheckFailed: some are not, or lead nowhere.
    """
    ways = ways_of_convolutions(model, images)
    lost = [name for name, way in ways.items() if way == "nowhere"]
    if lost:
        raise CheckFailed(
            f"No output of the network depends on what `{lost[0]}` puts out.",
            expected="Convolutions through which the pictures pass.",
            why="A layer beside the way of the pictures finds nothing for anybody.",
            hint=f"Hand what `{lost[0]}` returns to the next layer, and multiply it by nothing that is 0.",
        )
    names = [name for name, way in ways.items() if way == "straight"]
    if names:
        shown = ", ".join(f"`{name}`" for name in names[:3])
        raise CheckFailed(
            f"Nothing bends what {shown} {'puts' if len(names) == 1 else 'put'} out: there is no activation.",
            expected="An activation such as ReLU on every convolution.",
            why="Two convolutions in a row without an activation can do no more than a single one: a sum of sums is a sum.",
            hint='`Conv2D(..., activation="relu")`, or a layer `ReLU()` after it.',
        )


def _way(model: Any, image: Array, convolution: Any, learning: list[Any]) -> Way:
    for seed in range(TRIED):
        tried = [_arrivals(model, image, convolution, learning, seed, factor) for factor in (-1, 0, 1, 2)]
        arrived = [values for values, _ in tried]
        place = _first_that_depends(arrived)
        if place is None:
            still = _all_alike([output for _, output in tried])
            return "nowhere" if still and not _moves_the_output(model, image, convolution) else "bent"
        minus, zero, plus, double = (values[place] for values in arrived)
        size = max(float(np.abs(plus - zero).max()), float(np.abs(double - zero).max()))
        bend = max(float(np.abs(plus + minus - 2 * zero).max()), float(np.abs(double + zero - 2 * plus).max()))
        if not np.isfinite(bend) or bend > STRAIGHT * size:
            return "bent"
    return "straight"


def _moves_the_output(model: Any, image: Array, convolution: Any) -> bool:
    """Whether any output depends on the convolution once everything behind it may: vectors that begin at 0 have values, and maps vary.

    A residual branch that ends in a scale of 0 says nothing yet, and normalising over a map leaves nothing of one that is constant.
    """
    rng = np.random.default_rng(0)
    silent = [variable for variable in model.trainable_variables if not np.any(np.asarray(variable))]
    before = [np.asarray(variable) for variable in silent]
    outputs: list[Array] = []
    original = convolution.call

    def call(inputs: Any, *args: Any, **kwargs: Any) -> Any:
        import keras

        result = original(inputs, *args, **kwargs)
        return keras.ops.cast(rng.normal(0, 2, tuple(result.shape)), result.dtype)

    for variable, value in zip(silent, before, strict=True):
        variable.assign(rng.normal(0, 1, value.shape).astype(value.dtype))
    convolution.call = call
    try:
        with applying_model(image):
            outputs += [np.asarray(model(image, training=False), dtype=np.float64) for _ in range(2)]
    finally:
        del convolution.call
        for variable, value in zip(silent, before, strict=True):
            variable.assign(value)
    return not _all_alike(outputs)


def _all_alike(outputs: list[Array]) -> bool:
    """Whether outputs are the same but for rounding, as those of different values never are."""
    room = UNMOVED * float(np.abs(outputs[0]).max(initial=1e-9))
    return all(
        one.shape == outputs[0].shape and np.abs(one - outputs[0]).max(initial=0.0) <= room for one in outputs[1:]
    )


def _first_that_depends(arrived: list[list[Array]]) -> int | None:
    """The first layer after the convolution whose input changes with the convolution's result."""
    for place, values in enumerate(zip(*arrived, strict=True)):
        if any(value.shape != values[0].shape for value in values):
            return None
        if any(not np.array_equal(value, values[0]) for value in values[1:]):
            return place
    return None


def _arrivals(
    model: Any, image: Array, convolution: Any, learning: list[Any], seed: int, factor: float
) -> tuple[list[Array], Array]:
    """What the layers that learn are given after `convolution`, whose result is `factor` times random constant maps; and the output."""
    import keras

    seen: list[Array] = []
    begun = False

    def watched(layer: Any) -> Callable[..., Any]:
        original = layer.call

        def call(inputs: Any, *args: Any, **kwargs: Any) -> Any:
            nonlocal begun
            result = original(inputs, *args, **kwargs)
            if layer is convolution:
                begun = True
                setting = np.random.default_rng(seed).normal(0, 2, result.shape[-1])
                flat = np.broadcast_to(factor * setting, tuple(result.shape)).astype(np.float32)
                constant = keras.ops.cast(flat, result.dtype)
                activation = getattr(layer, "activation", None)
                return constant if activation is None else activation(constant)
            if begun:
                seen.append(np.asarray(inputs, dtype=np.float64))
            return result

        return call

    for layer in learning:
        layer.call = watched(layer)
    try:
        with applying_model(image):
            output = np.asarray(model(image, training=False), dtype=np.float64)
    finally:
        for layer in learning:
            del layer.call
    return seen, output

"""Structure of a rebuilt Keras model, judged by what it does wherever that can be run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.checks.applying import applying_model, fitting
from grader.checks.finding import CheckFailed

Array = np.ndarray[Any, Any]

UNSCALED = 20.0
"""Largest absolute value at the first weights up to which pictures count as rescaled: 0–1, -1–1 and standardised ones
stay below 6, untouched ones reach 247."""
FADED = 0.02
FADED_NORMALISED = 0.3
"""The same behind a BatchNormalization, which keeps its distance from zero: 0–1 gives 0.99, 0–1/255 0.035."""
"""Standard deviation at the first weights below which pictures count as rescaled twice: 0–1 gives 0.28, 0–1/255 0.001."""


def layers_of(model: Any) -> Iterator[Any]:
    """Every layer of a model, those of nested models included, in order; the models themselves are left out."""
    for layer in model.layers:
        if hasattr(layer, "layers"):
            yield from layers_of(layer)
        else:
            yield layer


def is_convolution(layer: Any) -> bool:
    """Whether a layer convolves over height and width."""
    name = type(layer).__name__
    return "Conv2D" in name


def is_pooling(layer: Any) -> bool:
    """Whether a layer shrinks height and width: pooling, or a convolution with strides."""
    name = type(layer).__name__
    if "Pooling" in name and name.startswith("Global"):
        return True
    strides = getattr(layer, "strides", 1)
    return ("Pooling" in name or is_convolution(layer)) and max(np.atleast_1d(strides)) > 1


def assert_compiled(compile_config: dict[str, Any] | None) -> None:
    """The model was compiled.

    Raises:
        CheckFailed: it was not.
    """
    if not compile_config:
        raise CheckFailed(
            "The model is not compiled.",
            expected="A compiled model, ready for `fit`.",
            why="Compiling tells Keras what to minimise (the loss), how (the optimiser) and what to report (the metrics).",
            hint="Call `model.compile(optimizer=..., loss=..., metrics=[...])` before you return the model.",
        )


def assert_input_shape(model: Any, size: int, channels: int = 3, hint: str = "") -> None:
    """The model takes images of (size, size, channels). Sides of None take any size.

    Args:
        model: the student's.
        size: of the images.
        channels: of the images.
        hint: what to do, where another `Input` is not it.

    Raises:
        CheckFailed: it takes another shape.
    """
    shape = model.input_shape
    wanted = (size, size, channels)
    fits = isinstance(shape, tuple) and len(shape) == 4 and all(
        mine is None or mine == due for mine, due in zip(shape[1:], wanted, strict=True)
    )  # fmt: skip
    if not fits:
        shown = shape[1:] if isinstance(shape, tuple) else shape
        raise CheckFailed(
            f"The model takes inputs of shape {shown}.",
            expected=f"Inputs of shape {wanted}, as the pipeline gives them.",
            why="Model and data must agree on the shape, or nothing can be trained.",
            hint=hint or f"Begin with `keras.Input(shape={wanted})`.",
        )


@dataclass(frozen=True)
class FirstWeights:
    """What reaches the first layer with a kernel: its type, largest absolute value, standard deviation."""

    layer: str
    largest: float
    spread: float
    normalised: bool = False
    """Whether a BatchNormalization comes before."""


def values_at_first_weights(model: Any, images: Array, *, training: bool = True) -> FirstWeights | None:
    """Run `images` (n, H, W, C), as the pipeline gives them, and look at the input of the first convolution or dense layer.

    In training mode by default, so that a leading BatchNormalization counts for what it does. None where no layer has a kernel.

    Raises:
        CheckFailed: the model cannot be applied to images.
    """
    seen: list[tuple[str, Array]] = []
    normalising: list[str] = []
    watched = [
        layer for layer in layers_of(model)
        if is_convolution(layer) or type(layer).__name__ in ("Dense", "BatchNormalization")
    ]  # fmt: skip

    def watch(layer: Any) -> None:
        original, name = layer.call, type(layer).__name__

        def call(inputs: Any, *args: Any, **kwargs: Any) -> Any:
            if not seen and name == "BatchNormalization":
                normalising.append(name)
            elif not seen:
                seen.append((name, np.asarray(inputs, dtype=np.float64)))
            return original(inputs, *args, **kwargs)

        layer.call = call

    for layer in watched:
        watch(layer)
    state = [np.asarray(value) for value in model.non_trainable_variables]
    # At least two, so that there is a spread; of a very large model no more than memory holds.
    few = np.asarray(images)[: max(2, fitting(model, images, at_most=len(images)))]
    try:
        with applying_model(few):
            model(few, training=training)
    finally:
        for layer in watched:
            del layer.call
        for variable, value in zip(model.non_trainable_variables, state, strict=True):
            variable.assign(value)
    if not seen:
        return None
    name, values = seen[0]
    return FirstWeights(name, float(np.abs(values).max()), float(values.std()), bool(normalising))


def assert_rescaled_once(model: Any, images: Array) -> None:
    """Over pipeline and model together, pixel values are brought to a small range exactly once.

    Judged by the values that reach the first kernel, so a `Rescaling` layer, a division in the pipeline,
    `Normalization` or a leading `BatchNormalization` are all right.

    Args:
        model: the rebuilt model.
        images: a batch over the whole range of brightness, as the student's pipeline gives it.

    Raises:
        CheckFailed: untouched, rescaled twice, or no layer that learns from pixels.
    """
    found = values_at_first_weights(model, images)
    expected = "Pixel values between 0 and 1 (or about -1 to 1) at the first layer that learns."
    if found is None:
        raise CheckFailed(
            "The model has no convolution and no dense layer.",
            expected=expected,
            why="Rescaling is there for the layers that learn from the pixels.",
            hint="Put convolutions behind the `Rescaling` layer.",
        )
    if not np.isfinite(found.largest) or found.largest > UNSCALED:
        plain = values_at_first_weights(model, images, training=False)
        if plain is not None and plain.largest <= UNSCALED:
            raise CheckFailed(
                f"In training, values up to {found.largest:.0f} reach the first {found.layer} layer, and up to {plain.largest:.2g} at inference.",
                expected=expected,
                why="A layer that varies brightness adds shares of 255 unless it is told the range of the values that it gets.",
                hint="Vary first and rescale then, or tell the layer: `RandomBrightness(..., value_range=(0, 1))`.",
            )
        raise CheckFailed(
            f"Values up to {found.largest:.0f} reach the first {found.layer} layer.",
            expected=expected,
            why="Weights start small and are made for small inputs; with values up to 255 the first steps are far too large.",
            hint="Begin the model with `layers.Rescaling(1./255)`, or divide in the pipeline on both sides.",
        )
    if not found.largest:
        raise CheckFailed(
            f"Nothing but 0 reaches the first {found.layer} layer.",
            expected=expected,
            why="Where every pixel is 0, all pictures are the same one.",
            hint="`1 // 255` is a whole number, 0: write `1 / 255`.",
        )
    if found.spread < (FADED_NORMALISED if found.normalised else FADED):
        raise CheckFailed(
            f"Values of at most {found.largest:.2g} reach the first {found.layer} layer.",
            expected=expected,
            why="Divided by 255 twice, dark and bright become almost the same number, and learning slows to a crawl.",
            hint="Rescale in one place alone: in the pipeline or with a `Rescaling` layer.",
        )


def assert_convolutions(model: Any, at_least: int) -> None:
    """At least `at_least` convolutions, and pooling (or strides) between.

    Raises:
        CheckFailed: fewer, or nothing that shrinks the maps.
    """
    layers = list(layers_of(model))
    convolutions = sum(map(is_convolution, layers))
    pooling = sum(map(is_pooling, layers))
    if convolutions < at_least or not pooling:
        raise CheckFailed(
            f"The model has {convolutions} convolution layers and {pooling} that shrink the maps.",
            expected=f"At least {at_least} convolution layers with pooling between them.",
            why="Convolutions find edges, then textures, then parts; pooling lets each one look at a larger piece of the picture.",
            hint='Repeat the pair `Conv2D(..., activation="relu")`, `MaxPooling2D()` with more filters each time.',
        )


def assert_at_most_convolutions(model: Any, at_most: int, at_least: int = 1) -> None:
    """From `at_least` to `at_most` convolutions, and no more than `at_most` pooling layers; global pooling is not counted.

    Raises:
        CheckFailed: fewer or more convolutions, or more pooling layers.
    """
    names = [type(layer).__name__ for layer in layers_of(model)]
    convolutions = sum(map(is_convolution, layers_of(model)))
    pooling = sum("Pooling" in name and not name.startswith("Global") for name in names)
    if at_least <= convolutions <= at_most and pooling <= at_most:
        return
    many = convolutions > at_most or pooling > at_most
    raise CheckFailed(
        f"The model has {convolutions} convolution and {pooling} pooling layers.",
        expected=f"From {at_least} to {at_most} convolution layers, and at most {at_most} pooling layers.",
        why="Small, simple pictures need no deep network: two rounds of looking and shrinking are enough, and they train fast."
        if many
        else "A convolution finds a stroke wherever it stands; without one the network has to learn every place anew.",
        hint="Leave out the deeper rounds; fewer pixels than filters are left there anyway."
        if many
        else 'Begin with `Conv2D(16, 3, activation="relu")` and `MaxPooling2D()`.',
    )


def assert_parameter_budget(model: Any, at_most: int) -> None:
    """No more than `at_most` parameters.

    Raises:
        CheckFailed: more.
    """
    count = model.count_params()
    if count > at_most:
        raise CheckFailed(
            f"The model has {count:,} parameters.",
            expected=f"At most {at_most:,}.",
            why="A few hundred pictures cannot fill millions of parameters: the network would learn them by heart.",
            hint="Most parameters sit between `Flatten` and the first `Dense`: pool once more, or make that layer smaller.",
        )

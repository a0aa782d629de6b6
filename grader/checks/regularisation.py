"""Augmentation and dropout inside a network: where they sit, and whether they work in training alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from grader.checks.applying import applying_model
from grader.checks.architecture import is_convolution, layers_of
from grader.checks.changes import is_random
from grader.checks.finding import CheckFailed

Array = np.ndarray[Any, Any]
Role = Literal["augmentation", "dropout", "kernel", "other"]
NOTHING: frozenset[Role] = frozenset()
DROPOUT: frozenset[Role] = frozenset(("dropout",))
ALL_ELSE: frozenset[Role] = frozenset(("augmentation", "kernel", "other"))
HIGHEST_RATE = 0.6
"""Source: what tutorials and papers use lies between .1 and .5; above .6 too little of a small network is left."""
LOWEST_RATE = 0.05
"""Source: below the lowest that papers try, .1, by half; less than one value in twenty is hardly missed."""
NOISE = "GaussianNoise"
"""Augmentation on pictures; behind a layer that learns it regularises, as its documentation says."""
TOUCHED = 1e-6
NOTICEABLE_SHARE = 0.01
"""Of the spread of values: 1 of 255 on pictures whose spread is about 70."""


@dataclass(frozen=True)
class Station:
    """One call of one layer while a picture passes through the network, in order.

    Attributes:
        name: of the layer.
        kind: its class's name.
        role: what it is here for.
        rate: of a dropout layer; 0 for all others.
        trained_change: relative difference between what goes in and what comes out in training; dropout only.
        still_change: the same at inference.
    """

    name: str
    kind: str
    role: Role
    rate: float = 0.0
    trained_change: float = 0.0
    still_change: float = 0.0


@dataclass(frozen=True)
class Passage:
    """The stations of a network, and how the values that reach its first kernel vary.

    Attributes:
        stations: in the order in which a picture passes them.
        varies: share of pictures that reach the first kernel changed from one training call to the next; None where nobody
            looked.
        varies_at_inference: the same at inference.
    """

    stations: tuple[Station, ...]
    varies: float | None
    varies_at_inference: float | None

    @property
    def dropouts(self) -> tuple[Station, ...]:
        """Dropout layers of all sorts."""
        return tuple(station for station in self.stations if station.role == "dropout")

    def positions(self, role: Role) -> list[int]:
        """Where stations of a role stand."""
        return [i for i, station in enumerate(self.stations) if station.role == role]


def role_of(layer: Any) -> Role:
    """What a layer of Keras is here for. Augmentation is random and works on pictures, dropout on values of any kind."""
    name = type(layer).__name__
    if is_random(layer):
        return "augmentation"
    if "Dropout" in name:
        return "dropout"
    return "kernel" if is_convolution(layer) or name == "Dense" else "other"


def passage_of(model: Any, images: Array, *, augmentation: bool = True) -> Passage:
    """Send `images` (n, H, W, C), in the student's range, through `model` and watch.

    Dropout is watched with everything else that differs in training (augmentation, batch normalisation) held still.

    Args:
        model: built.
        images: a few.
        augmentation: watch what varies, too, which takes twice as many calls again; without it both shares are None.

    Raises:
        CheckFailed: the model cannot be applied to pictures in training.
    """
    trained, at_rest = (_run(model, images, training=training, held=ALL_ELSE) for training in (True, False))
    stations = tuple(_station(*pair) for pair in zip(trained, at_rest, strict=True))
    if not augmentation:
        return Passage(stations, None, None)
    # Holes that dropout makes into pixels are no augmentation, so for what varies it is held.
    first, second = (_run(model, images, training=True, held=DROPOUT) for _ in range(2))
    calm = [_run(model, images, training=False, held=NOTHING) for _ in range(2)]
    return Passage(stations, _varying(_first_kernel(first), _first_kernel(second)), _varying(*map(_first_kernel, calm)))


def with_restless_dropout(passage: Passage) -> Passage:
    """The passage of a network of which it is known otherwise that its dropout works at inference, too."""
    stations = (replace(one, still_change=1.0) if one.role == "dropout" else one for one in passage.stations)
    return replace(passage, stations=tuple(stations))


def _run(model: Any, images: Array, *, training: bool, held: frozenset[Role]) -> list[Call]:
    with _watching(model, held=held) as seen, applying_model(images):
        model(images, training=training)
    return seen


Call = tuple[Any, Array, Array]
"""A layer, what went in, what came out."""


@contextmanager
def _watching(model: Any, *, held: frozenset[Role]) -> Iterator[list[Call]]:
    """While open, every call of a layer is noted; layers of the roles `held` work as at inference."""
    seen: list[Call] = []
    layers = list({id(layer): layer for layer in layers_of(model)}.values())

    def watch(layer: Any) -> None:
        original = layer.call
        takes_training = layer._call_has_training_arg  # noqa: SLF001 - as Keras itself asks
        at_rest = role_of(layer) in held

        def call(inputs: Any, *args: Any, **kwargs: Any) -> Any:
            if at_rest and takes_training:
                kwargs["training"] = False
            outputs = original(inputs, *args, **kwargs)
            if not isinstance(inputs, (list, tuple, dict)):
                seen.append((layer, np.asarray(inputs), np.asarray(outputs)))
            return outputs

        layer.call = call

    # The random generators' states are none of these: two runs shall draw different numbers.
    state = [np.asarray(value) for value in model.non_trainable_weights]
    for layer in layers:
        watch(layer)
    try:
        yield seen
    finally:
        for layer in layers:
            del layer.call
        for variable, value in zip(model.non_trainable_weights, state, strict=True):
            variable.assign(value)


def _first_kernel(calls: Sequence[Call]) -> Array | None:
    return next((np.asarray(inputs, np.float64) for layer, inputs, _ in calls if role_of(layer) == "kernel"), None)


def _varying(first: Array | None, second: Array | None) -> float:
    """Share of pictures that differ by more than NOTICEABLE_SHARE of the spread of all values."""
    if first is None or second is None or first.shape != second.shape:
        return 0.0
    difference = np.abs(first - second).reshape(len(first), -1).mean(axis=1)
    return float(np.mean(difference > NOTICEABLE_SHARE * max(float(np.std(second)), 1e-9)))


def _station(trained: Call, at_rest: Call) -> Station:
    layer = trained[0]
    role = role_of(layer)
    if role != "dropout":
        return Station(layer.name, type(layer).__name__, role)
    rate = float(getattr(layer, "rate", 0.0))
    if not np.any(trained[1]):
        # Behind units that are all silent nothing can be seen to drop; then its rate has to do.
        return Station(layer.name, type(layer).__name__, role, rate, rate, _relative(*at_rest[1:]))
    return Station(layer.name, type(layer).__name__, role, rate, _relative(*trained[1:]), _relative(*at_rest[1:]))


def _relative(inputs: Array, outputs: Array) -> float:
    size = float(np.linalg.norm(inputs.astype(np.float64)))
    return float(np.linalg.norm(outputs.astype(np.float64) - inputs)) / size if size else 0.0


def assert_augmented_first(passage: Passage, *, pipeline_augments: bool) -> None:
    """What reaches the first kernel varies in training, stays the same at inference, and nothing augments later.

    Augmentation of the training side of the pipeline counts, too: judged over pipeline and model together.

    Args:
        passage: the network's.
        pipeline_augments: whether the training images already change from pass to pass.

    Raises:
        CheckFailed: no augmentation, one that also works at inference, or one behind a layer that learns.
    """
    kernels, random = passage.positions("kernel"), passage.positions("augmentation")
    if passage.varies is None or passage.varies_at_inference is None:
        raise ValueError("the passage was made without a look at what varies")
    late = [i for i in random if kernels and i > kernels[0] and passage.stations[i].kind != NOISE]
    expected = "Augmentation right after the input, before the first layer that learns."
    if late:
        raise CheckFailed(
            f"`{passage.stations[late[0]].kind}` comes after a layer that learns.",
            expected=expected,
            why="Flips and rotations make sense of pictures, not of what a network has already made of them.",
            hint="Call your augmentation model on the input itself, before `Rescaling` and the convolutions.",
        )
    if passage.varies_at_inference > 0:
        raise CheckFailed(
            "The network's augmentation works outside of training, too.",
            expected="With `training=False` a picture reaches the first convolution unchanged.",
            why="The answer about one and the same photo would differ from call to call.",
            hint="Leave `training=True` out: Keras tells each layer whether it trains.",
        )
    if not passage.varies and not pipeline_augments:
        raise CheckFailed(
            "In training, pictures reach the first layer that learns just as they came.",
            expected=expected,
            why="An augmentation model that nobody calls changes nothing.",
            hint="Put `create_augmentation_model()` right after the `Input` of your network.",
        )


def assert_augmented_once(passage: Passage, own: Mapping[str, int], *, pipeline_augments: bool) -> None:
    """Pictures go through the augmentation a single time.

    Args:
        passage: the network's.
        own: how often each class of random layer stands in the student's augmentation model; empty where unknown.
        pipeline_augments: whether the training images already change from pass to pass.

    Raises:
        CheckFailed: every part of the augmentation works twice, or the pipeline augments as well.
    """
    first = min(passage.positions("kernel"), default=len(passage.stations))
    inside = Counter(
        station.kind for i, station in enumerate(passage.stations)
        if station.role == "augmentation" and (i < first or station.kind != NOISE)
    )  # fmt: skip
    twice = bool(own) and all(inside[kind] >= 2 * count for kind, count in own.items())
    if twice or (inside and pipeline_augments):
        raise CheckFailed(
            "Pictures are augmented by the data sets and by the network." if not twice else
            "Pictures go through the augmentation twice.",
            expected="One augmentation, at one place.",
            why="Twice turned and twice zoomed is twice as far from a photo as you meant.",
            hint="Call `create_augmentation_model()` once, in `create_model`, and leave the data sets as they are.",
        )  # fmt: skip


def assert_dropout_active(passage: Passage) -> None:
    """At least one dropout layer drops values in training, and none does at inference.

    Raises:
        CheckFailed: there is none, its rate is next to 0, or it works at inference, too.
    """
    why = (
        "Dropout makes a network spread what it knows: whatever may be gone in the next step cannot be relied on alone."
    )
    if any(station.still_change > TOUCHED for station in passage.dropouts):
        raise CheckFailed(
            "A dropout layer drops values outside of training, too.",
            expected="With `training=False` dropout lets everything through.",
            why="Afterwards the whole network should answer, and give one answer to one picture.",
            hint="Leave `training=True` out: Keras tells each layer whether it trains.",
        )
    if not any(one.trained_change > TOUCHED and one.rate >= LOWEST_RATE - 1e-9 for one in passage.dropouts):
        most = max((one.rate for one in passage.dropouts), default=0.0)
        raise CheckFailed(
            "The network has no dropout layer."
            if not passage.dropouts
            else f"The dropout layers drop next to nothing: their rate is {most:.2g}."
            if most
            else "The dropout layers drop nothing: their rate is 0.",
            expected="At least one `Dropout` that works in training.",
            why=why,
            hint="`layers.Dropout(0.3)` sets three in ten values to 0, others in every step.",
        )


def assert_dropout_rate(passage: Passage) -> None:
    """No dropout layer drops more than HIGHEST_RATE.

    Raises:
        CheckFailed: one drops more.
    """
    highest = max((station.rate for station in passage.dropouts), default=0.0)
    if highest > HIGHEST_RATE + 1e-9:
        raise CheckFailed(
            f"A dropout layer drops {highest:.0%} of the values.",
            expected="Rates from about 0.1 to 0.5.",
            why="The rate is the share that is *dropped*. With nine in ten gone, hardly anything is left to learn from.",
            hint=f"`Dropout({1 - highest:.1g})`, if you meant the share that is kept."
            if highest < 1
            else "`Dropout(0.3)` is a start.",
        )


def assert_dropout_place(passage: Passage) -> None:
    """Dropout sits between the first and the last layer that learns, and never behind the last one.

    Raises:
        CheckFailed: it follows the output, or stands before everything.
    """
    kernels = passage.positions("kernel")
    places = passage.positions("dropout")
    if not kernels or not places:
        return
    expected = "Dropout between the convolutions and the output layer."
    if any(place > kernels[-1] for place in places):
        raise CheckFailed(
            "A dropout layer comes after the output layer.",
            expected=expected,
            why="It then drops the answer itself: in part of the steps the network is told that it said 0, whatever it said.",
            hint="Put `Dropout` before the last `Dense` layer.",
        )
    if not any(kernels[0] < place < kernels[-1] for place in places):
        raise CheckFailed(
            "The only dropout comes before the first layer that learns.",
            expected=expected,
            why="There it makes holes into photos. What dropout is for is to keep layers from relying on single features.",
            hint="Put `Dropout` after `Flatten` or between the `Dense` layers.",
        )

"""A network on top of a frozen backbone: what of the backbone is in it, what training changes, what reaches it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from grader.checks.applying import applying_model
from grader.checks.architecture import is_convolution, layers_of
from grader.checks.finding import CheckFailed
from grader.checks.outputs import gives_one_vector
from grader.checks.transfer import same

Array = np.ndarray[Any, Any]
KERNEL_AXES = 4
ALIKE = 0.95
"""Correlation from which a kernel counts as a copy of another. Kernels of one network reach .4 with each other."""
NEAR = 0.08
"""Of the width of the backbone's range: how far black and white may be off. Dividing by 128 for 127.5 is off by 0.004."""
SMALL_SHARE = 1e-4
"""Of the largest answer: float32 rounds at 1e-7, and a batch in another order adds up otherwise by some 1e-6."""
LEAST_MOVE = 0.05
"""Of the difference between the answers to two pictures, that has to come from the cut. With nothing beside it that is all of it; two small
branches of random weights have about half each."""
LATE = (
    "You froze the backbone after `compile`. In today's Keras that works as long as `fit` has not run; freeze first, "
    "compile then, and it always does."
)
BEGIN = (
    "Begin at the backbone's own input: `Model(pre_trained_model.input, x)`. `last_output` is where your layers begin, not the "
    "network, and a new `Input` would leave the backbone out."
)
FROZEN_LATE = ("frozen-after-compile", LATE)
WHY_FROZEN = (
    "The head starts with random numbers. Its first large errors run back through the network, and a backbone that is "
    "not frozen forgets in a few steps what it took millions of pictures to learn."
)


@dataclass(frozen=True)
class Transferred:
    """A network that should hold a backbone.

    Attributes:
        weights: of the whole network, by path.
        truth: of the backbone up to the cut, as shipped, by path.
        beyond: paths of the backbone's weights behind the cut.
        after: the network's weights after real training steps, by path; empty where none were run.
        trainable: by path of the network, whether the optimiser changes it.
        trainable_at_compile: the same when it was compiled last; None where that is not known.
    """

    weights: Mapping[str, Array] = field(repr=False)
    truth: Mapping[str, Array] = field(repr=False)
    beyond: tuple[str, ...] = ()
    after: Mapping[str, Array] = field(default_factory=dict, repr=False)
    trainable: Mapping[str, bool] = field(default_factory=dict, repr=False)
    trainable_at_compile: Mapping[str, bool] | None = field(default=None, repr=False)

    @cached_property
    def prefix(self) -> str:
        """What stands before the backbone's paths in the network: nothing where it is flat, else the names of models around it.

        That under which most of its weights are, since a layer of the head may be called as one of the backbone.
        """
        found: Counter[str] = Counter()
        tails = {path.split("/", 1)[0] for path in self.truth}
        for mine in self.weights:
            parts = mine.split("/")
            for i, part in enumerate(parts):
                if part in tails and "/".join(parts[i:]) in self.truth:
                    found["".join(f"{one}/" for one in parts[:i])] += 1
        # Of equals the outermost.
        return min(found, key=lambda one: (-found[one], one.count("/")), default="")

    def place(self, path: str) -> str | None:
        """Where a weight of the backbone is in the network, flat or nested; None where it is not."""
        mine = f"{self.prefix}{path}"
        return mine if mine in self.weights else None

    @property
    def places(self) -> dict[str, str]:
        """Path in the backbone → path in the network, for what is there."""
        found = {path: self.place(path) for path in self.truth}
        return {path: place for path, place in found.items() if place is not None}

    @property
    def head(self) -> tuple[str, ...]:
        """Paths of the network's weights that do not belong to the backbone."""
        known = set(self.places.values()) | {self.place(path) for path in self.beyond}
        return tuple(path for path in self.weights if path not in known)


def _layers(paths: Any) -> list[str]:
    return list(dict.fromkeys(path.rsplit("/", 1)[0] for path in paths))


def assert_built_on_cut(found: Transferred, last_layer: str) -> None:
    """The network holds the backbone up to the cut, all of it and no more.

    Raises:
        CheckFailed: it is not in it, or another piece of it is.
    """
    places = found.places
    expected = f"The backbone up to `{last_layer}`, and your own layers behind it."
    why = (
        "The head is to work on what you cut out for it: `last_output` is where the backbone ends and your part begins."
    )
    if not places:
        raise CheckFailed(
            "Nothing of the backbone is in the network.", expected=expected, why=why,
            hint="Begin with `x = ...(last_output)`, and end with `Model(pre_trained_model.input, x)`.",
        )  # fmt: skip
    extra = [path for path in found.beyond if found.place(path) is not None]
    if extra:
        raise CheckFailed(
            f"The network goes on in the backbone behind the cut, to `{_layers(extra)[-1]}`.",
            expected=expected, why=why, hint="Continue from `last_output`, not from `pre_trained_model.output`.",
        )  # fmt: skip
    missing = [path for path in found.truth if path not in places]
    if missing:
        raise CheckFailed(
            f"{len(_layers(missing))} layers of the backbone are missing, `{_layers(missing)[0]}` first.",
            expected=expected, why=why, hint="Continue from `last_output` as it was given.",
        )  # fmt: skip


def assert_leans_on_cut(model: Any, last_layer: str, images: Array) -> None:
    """What the network answers depends on what the cut puts out.

    The cut's outputs are exchanged between the pictures: the answers have to move with them. Where all pictures get one and the same
    answer, where answers differ from call to call, or where the network has no layer of that name, nothing is said.

    Args:
        model: the rebuilt network.
        last_layer: name of the cut.
        images: a few different ones as the pipeline gives them, (n, H, W, C).

    Raises:
        CheckFailed: the answers stay with their pictures.
    """
    cuts = list({id(layer): layer for layer in layers_of(model) if layer.name == last_layer}.values())
    if not cuts or not gives_one_vector(model):
        return
    with applying_model(images):
        before, again = (np.asarray(model(images, training=False), np.float64) for _ in range(2))
        for cut in cuts:
            cut.call = _turned_around(cut.call)
        try:
            after = np.asarray(model(images, training=False), np.float64)
        finally:
            for cut in cuts:
                del cut.call
    if before.shape != after.shape or len(before) != len(images) or not before.size or not np.isfinite(before).all():
        return
    room = SMALL_SHARE * float(np.abs(before).max())
    differ = float(np.abs(before - before[::-1]).max())
    if differ <= room or np.abs(again - before).max() > room or not np.abs(after - before).max() <= LEAST_MOVE * differ:
        return
    raise CheckFailed(
        f"The network's answers do not depend on what `{last_layer}` puts out.",
        expected=f"What the network knows of a picture comes through `{last_layer}`.",
        why="A backbone that stands beside the way of the pictures has nothing to say, whatever it knows.",
        hint="Begin your own layers with `last_output`, and multiply it by nothing that is 0.",
    )


def _turned_around(original: Any) -> Any:
    def call(*args: Any, **kwargs: Any) -> Any:
        return original(*args, **kwargs)[::-1]

    return call


def assert_backbone_unchanged(found: Transferred) -> None:
    """The backbone's weights in the network are the shipped ones.

    Raises:
        CheckFailed: values differ.
    """
    changed = [path for path, place in found.places.items() if not same(found.weights[place], found.truth[path])]
    if changed:
        every = len(changed) >= 0.9 * len(found.truth)
        raise CheckFailed(
            f"{len(_layers(changed))} layers of the backbone hold other weights than you were given"
            + (": nearly all of them." if every else f", `{_layers(changed)[0]}` first."),
            expected="The backbone of `pre_trained_model`, value by value.",
            why="You were given what it has learnt. Overwritten, that is lost before training has begun.",
            hint="Use the model you are given: do not build, clone, reset or load another in `create_final_model`."
            if every else "Look for `set_weights`, `assign` and `fit` in `create_final_model`.",
        )  # fmt: skip


def assert_backbone_frozen(found: Transferred) -> None:
    """Real training steps leave every number of the backbone as it was, BatchNormalization's averages included.

    Raises:
        CheckFailed: something moved; the message says why, as far as flags and times tell.
    """
    moved = [path for path, place in found.places.items() if _moved(found, place)]
    if not moved:
        _assert_no_copy_learns(found)
        return
    expected = "After some steps of training, a backbone in which no number has changed."
    places = [found.places[path] for path in moved]
    averages = all("moving_" in path for path in moved)
    total = len(_layers(found.truth))
    at_compile = found.trainable_at_compile
    if averages:
        raise CheckFailed(
            f"Training changes the moving averages of {len(_layers(moved))} BatchNormalization layers.",
            expected=expected,
            why="BatchNormalization that trains counts along with every batch, even where nothing else learns.",
            hint="Freeze those layers, too: `layer.trainable = False` puts them into inference mode.",
        )
    if at_compile is not None and not any(at_compile.get(place, False) for place in places):
        raise CheckFailed(
            f"The backbone was frozen when you compiled; then {len(_layers(moved))} of its layers were thawed again.",
            expected=expected, why=WHY_FROZEN,
            hint="Take out what sets `trainable = True` after `model.compile(...)`: at the first `fit` it counts.",
        )  # fmt: skip
    raise CheckFailed(
        f"Training changes {'all' if len(_layers(moved)) == total else len(_layers(moved))} layers of the backbone"
        + ("." if len(_layers(moved)) == total else f", `{_layers(moved)[0]}` first."),
        expected=expected, why=WHY_FROZEN,
        hint="Leave `trainable` of the backbone's layers as it is given to you: False.",
    )  # fmt: skip


def _assert_no_copy_learns(found: Transferred) -> None:
    """No second backbone learns beside the one that is frozen.

    Raises:
        CheckFailed: the head holds most kernels of the backbone a second time, and training changes them.
    """
    kernels = [value for value in found.truth.values() if value.ndim == KERNEL_AXES]
    learning = [
        found.weights[path] for path in found.head if found.weights[path].ndim == KERNEL_AXES and _moved(found, path)
    ]
    copied = sum(any(_alike(kernel, other) for other in learning) for kernel in kernels)
    if kernels and copied > len(kernels) / 2:
        raise CheckFailed(
            f"The backbone that was given to you is frozen; a copy of {copied} of its {len(kernels)} convolutions learns beside it.",
            expected="One backbone, frozen, with your own layers behind it.", why=WHY_FROZEN,
            hint="Build on `last_output` alone: do not clone the backbone.",
        )  # fmt: skip


def _alike(kernel: Array, other: Array) -> bool:
    if kernel.shape != other.shape or not kernel.std() or not other.std():
        return False
    return float(np.corrcoef(kernel.ravel(), other.ravel())[0, 1]) > ALIKE


def frozen_late(found: Transferred) -> bool:
    """Whether the backbone was still trainable when compiled, and frozen afterwards: it works, and deserves a note."""
    at_compile = found.trainable_at_compile
    places = found.places.values()
    return at_compile is not None and any(
        at_compile.get(p, False) and not found.trainable.get(p, False) for p in places
    )


def _moved(found: Transferred, place: str) -> bool:
    return not np.array_equal(found.after[place], found.weights[place])


def assert_head_learns(found: Transferred) -> None:
    """Real training steps change the layers behind the backbone.

    Raises:
        CheckFailed: there are none with weights, or they stay as they are.
    """
    head = found.head
    expected = "Layers of your own behind the backbone, which training changes."
    if not head:
        raise CheckFailed(
            "There is no layer with weights behind the backbone.", expected=expected,
            why="The backbone knows shapes and textures. Which of them make a horse, somebody has to learn: the head.",
            hint="Add at least one `Dense` layer behind `last_output`.",
        )  # fmt: skip
    if not any(_moved(found, path) for path in head):
        raise CheckFailed(
            "Training changes nothing at all: the layers behind the backbone are frozen, too.", expected=expected,
            why="Whoever freezes the whole network has a network that cannot learn.",
            hint="Freeze `pre_trained_model`, not the final model: `model.trainable = False` closes every layer in it.",
        )  # fmt: skip


def assert_backbone_identical(found: Transferred) -> None:
    """After the whole training the backbone is still the shipped one, value by value.

    Raises:
        CheckFailed: something of it moved, or it was another to begin with.
    """
    if not found.places:
        raise CheckFailed(
            "The network that was trained holds nothing of the backbone.",
            expected="A network on top of the backbone.", why="Learnt features are what this week is about.",
            hint="Look first at what is marked in `create_final_model`.",
        )  # fmt: skip
    changed = [path for path, place in found.places.items() if not same(found.after[place], found.truth[path])]
    if changed:
        raise CheckFailed(
            f"After the training {len(_layers(changed))} of {len(_layers(found.truth))} layers of the backbone are no longer "
            "those of the file.",
            expected="The backbone after training exactly as it was before.",
            why=WHY_FROZEN,
            hint="Look first at what is marked in `create_pre_trained_model` and `create_final_model`.",
        )  # fmt: skip


SAME_SCALE = 0.2
"""Of the distance between black and white: less than the four ways to scale twice differ from each other."""


@dataclass(frozen=True)
class Reach:
    """What black and white pixels have become at the backbone's first convolution.

    Attributes:
        black: of a pixel that is 0 in the file.
        white: of one that is 255.
        given: black and white as the data sets give them; None where that is not known.
    """

    black: float
    white: float
    given: tuple[float, float] | None = None


def reach_of(model: Any, first: str, black: Array, white: Array) -> Reach | None:
    """Send a batch of black and one of white pictures, as the pipeline would give them, through the network.

    Args:
        model: the rebuilt network.
        first: name of the backbone's first convolution.
        black: (n, H, W, C).
        white: the same.

    Returns:
        The median at the convolution's input of either; None where no convolution is reached.

    Raises:
        CheckFailed: the network cannot be applied.
    """
    layers = [layer for layer in layers_of(model) if is_convolution(layer)]
    watched = next((layer for layer in layers if layer.name == first), layers[0] if layers else None)
    if watched is None:
        return None
    seen: list[float] = []
    original = watched.call

    def call(inputs: Any, *args: Any, **kwargs: Any) -> Any:
        seen.append(float(np.median(np.asarray(inputs, dtype=np.float64))))
        return original(inputs, *args, **kwargs)

    watched.call = call
    try:
        for images in (black, white):
            with applying_model(images):
                model(images, training=False)
    finally:
        del watched.call
    return Reach(seen[0], seen[1]) if len(seen) == 2 else None


def assert_preprocessed_once(reach: Reach | None, low: float, high: float) -> None:
    """Over pipeline and network together, pixels reach the backbone in the range that it was trained on.

    Args:
        reach: what black and white become.
        low: what black should be.
        high: what white should be.

    Raises:
        CheckFailed: untouched, another range, or preprocessed twice.
    """
    expected = f"{low:g} for black and {high:g} for white at the backbone's first convolution."
    why = "The backbone was trained on one range of values. In another it meets numbers that it has never seen."
    hint = "Apply the backbone's own `preprocess_input` in one place: to both data sets, or in the model."
    if reach is None:
        raise CheckFailed("No picture reaches a convolution of the backbone.", expected=expected, why=why, hint=hint)
    black, white = reach.black, reach.white
    room = NEAR * (high - low)
    if np.isfinite([black, white]).all() and abs(black - low) <= room and abs(white - high) <= room:
        return
    seen = f"At the backbone's first convolution black is {black:.3g} and white is {white:.3g}"
    if not np.isfinite([black, white]).all():
        raise CheckFailed(f"{seen}.", expected=expected, why=why, hint="Look for a division by zero.")
    if white - black > 100:
        raise CheckFailed(f"{seen}: the pixels are untouched, or only shifted.", expected=expected, why=why, hint=hint)
    if abs(white - black) < 0.1:
        raise CheckFailed(
            f"{seen}: {_scaled_twice(reach, low, high)}, dark and bright have become almost the same.", expected=expected,
            why=why, hint=f"{_place_of(reach)} Keep `preprocess_input` alone, and once.",
        )  # fmt: skip
    if abs(black) <= room and abs(white - 1) <= room:
        raise CheckFailed(
            f"{seen}: a range from 0 to 1, as networks of your own like it.", expected=expected, why=why,
            hint="In place of the division by 255 use the backbone's own `preprocess_input`.",
        )  # fmt: skip
    raise CheckFailed(f"{seen}: another range than the backbone's.", expected=expected, why=why, hint=hint)


def _scaled_twice(reach: Reach, low: float, high: float) -> str:
    """How pixels came to be that close together, by where they lie."""

    def preprocessed(value: float) -> float:
        return low + (high - low) * value / 255

    found = {
        "preprocessed twice": (preprocessed(low), preprocessed(high)),
        "divided by 255 and then preprocessed": (preprocessed(0), preprocessed(1)),
        "preprocessed and then divided by 255": (low / 255, high / 255),
        "divided by 255 twice": (0.0, 1 / 255),
    }
    fitting = (
        what for what, (black, white) in found.items()
        if max(abs(reach.black - black), abs(reach.white - white)) <= SAME_SCALE * abs(reach.white - reach.black)
    )  # fmt: skip
    return next(fitting, "scaled more than once")


def _place_of(reach: Reach) -> str:
    if reach.given is None:
        return "Look in the data sets and in the model."
    black, white = reach.given
    if abs(white - black) < 0.1:
        return "It is so in the data sets already: see `train_val_datasets`."
    if white - black > 100:
        return "The data sets give pixels as they are: it happens in the model."
    return "The data sets scale the pixels, and then the model does."

"""Fine-tuning: which layers of a backbone were thawed, whether BatchNormalization stayed closed, and at what rate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from grader.checks.finding import CheckFailed
from grader.checks.transfer import same

Array = np.ndarray[Any, Any]

SAME_LAYERS = (
    "Whatever number `n_layers` is, the same layers are opened. Count from the argument: the last `n_layers` of the backbone, not those "
    "from a fixed place on."
)
FAR_APART = 3
"""Layers that learn by which two numbers differ at least for that; a slip by one or two opens the same ones for numbers closer together."""
LEAST_SHARE = 1e-6
"""Of the rate before, below which nothing is fine-tuned at all: a step then is lost in the rounding of most weights."""
LOWER = 0.999
"""A rate counts as lower below this share of the one before: Keras stores rates as float32."""


@dataclass(frozen=True)
class BackboneLayer:
    """One layer of the backbone: its name, whether it normalises batches, whether it has weights that can be trained."""

    name: str
    normalises: bool
    learns: bool


@dataclass(frozen=True)
class Tuned:
    """What `fine_tune(model, n_layers)` made of the grader's own model.

    Attributes:
        n_layers: as it was called.
        layers: the backbone's, from its input to its output.
        head: names of the layers behind it that have weights.
        trainable: by path, whether the optimiser changes the weight.
        moved: paths of weights that real training steps changed; None where none were run.
        rate_before: learning rate of the model as given.
        rate: of the model that came back; None where it is not compiled.
        recompiled: whether it has another optimiser than it was given with.
        unfit: what is wrong with loss or metrics that it was compiled with; None where nothing is.
    """

    n_layers: int
    layers: tuple[BackboneLayer, ...] = field(repr=False)
    head: tuple[str, ...]
    trainable: Mapping[str, bool] = field(repr=False)
    rate_before: float
    rate: float | None
    recompiled: bool
    moved: frozenset[str] | None = field(default=None, repr=False)
    unfit: CheckFailed | None = field(default=None, repr=False)

    @property
    def thawed(self) -> frozenset[str]:
        """Names of all layers with a weight that would be trained."""
        return frozenset(path.split("/")[-2] for path, on in self.trainable.items() if on and "/" in path)

    @property
    def due(self) -> frozenset[str]:
        """Names of the backbone's layers that should learn now: of the top `n_layers`, those that are no BatchNormalization."""
        top = self.layers[-self.n_layers :] if self.n_layers else ()
        return frozenset(one.name for one in top if one.learns and not one.normalises)


def assert_same_weights(weights: Mapping[str, Array], sent: Mapping[str, Array]) -> None:
    """The model that comes back holds the weights that it was given with. Nothing else means anything where it does not.

    Args:
        weights: of the model that came back, by path; models around it may stand before a path.
        sent: of the model that `fine_tune` was given.

    Raises:
        CheckFailed: weights are missing, or others.
    """
    lost = [
        path for path, value in sent.items()
        if not any(
            (mine == path or mine.endswith(f"/{path}")) and same(found, value) for mine, found in weights.items()
        )
    ]  # fmt: skip
    if lost:
        raise CheckFailed(
            f"{len(lost)} of {len(sent)} arrays of weights are not those that the model came with.",
            expected="The same model with the same weights, of which more may learn now.",
            why="Fine-tuning goes on from what was learnt. With new weights it begins at nothing.",
            hint="Change the model that arrives as argument: set `trainable` on its layers, compile it, return it. "
            "`clone_model` draws new weights.",
        )  # fmt: skip


def assert_compiled_again(cases: Sequence[Tuned]) -> None:
    """The model that comes back is compiled, and anew, with a loss and metrics that fit its output.

    Raises:
        CheckFailed: it is not.
    """
    why = "`compile` notes what is to be trained. Flags that change afterwards are a promise that nobody has to keep."
    for case in cases:
        if case.rate is None or not case.recompiled:
            raise CheckFailed(
                "The model that comes back is not compiled, or with an optimiser that is none of Keras' own." if case.rate is None
                else "The model still has the optimiser that it came with: it was not compiled again.",
                expected="A model that is compiled after its layers were thawed.", why=why,
                hint="Call `model.compile(...)` after the loop over the layers, and return the model.",
            )  # fmt: skip
        if case.unfit is not None:
            raise case.unfit


def assert_top_layers_thawed(cases: Sequence[Tuned]) -> None:
    """Exactly the top n layers of the backbone learn, counted from its output; BatchNormalization is another check's matter.

    Raises:
        CheckFailed: too many, too few, others.
    """
    opened = [case.thawed & {one.name for one in case.layers if one.learns and not one.normalises} for case in cases]
    # The same layers for numbers far apart: the number is not used.
    fixed = len(set(opened)) == 1 and any(len(case.due ^ cases[0].due) > FAR_APART for case in cases)
    for case in cases:
        normalising = {one.name for one in case.layers if one.normalises}
        learning = {one.name for one in case.layers if one.learns} - normalising
        open_now = case.thawed & learning
        if open_now == case.due:
            continue
        expected = (
            f"With n_layers={case.n_layers}: the last {case.n_layers} of the backbone's {len(case.layers)} layers, of which "
            f"{len(case.due)} have weights to train besides BatchNormalization."
        )
        why = "Late layers know the old task best and have most to relearn; early ones see edges, which are the same in every task."
        raise CheckFailed(
            _what_is_open(case, open_now, learning), expected=expected, why=why,
            hint=SAME_LAYERS if fixed and open_now and open_now != learning else _why_others(case, open_now, learning),
        )  # fmt: skip


def _what_is_open(case: Tuned, open_now: frozenset[str], learning: set[str]) -> str:
    if not open_now:
        return f"With n_layers={case.n_layers}, no layer of the backbone learns."
    if open_now == learning:
        return f"With n_layers={case.n_layers}, the whole backbone learns."
    some = f"{len(open_now)} layers" if len(open_now) > 1 else "one layer"
    return f"With n_layers={case.n_layers}, {some} of the backbone's {len(learning)} with weights to train may learn."


def _why_others(case: Tuned, open_now: frozenset[str], learning: set[str]) -> str:
    names = [one.name for one in case.layers]
    plain = [one.name for one in case.layers if not one.normalises]
    n = case.n_layers

    def learners(chosen: Sequence[str]) -> frozenset[str]:
        return frozenset(chosen) & learning

    if not open_now:
        return (
            "Set `layer.trainable = True` on each of those layers of `model`, the argument; layers of another network, such as a "
            "`pre_trained_model` of the notebook, are others. On a model that counts as trainable already, `model.trainable = True` "
            "changes nothing; and a frozen model around them keeps all of them frozen."
        )
    if open_now == learning:
        return "Thaw the last ones alone: `backbone_layers[-n_layers:]`, and leave the others as they are."
    if open_now == learners(names[:n]):
        return "These are the first ones. Count from the output: `backbone_layers[-n_layers:]`."
    if open_now == learning - case.due:
        return "These are exactly the others: `[:-n_layers]` leaves the last ones out, `[-n_layers:]` takes them."
    if open_now == learners([one.name for one in case.layers if one.learns][-n:]):
        return "Layers without weights count, too: activations, padding and additions are layers."
    if open_now == learners(plain[-n:]):
        return "BatchNormalization layers count: they take a place among the n, and stay frozen."
    if open_now < case.due and open_now == learners(names[len(names) - n + 1 :]):
        return "One layer too few: is the beginning off by one? Or does a layer of the head count along?"
    if open_now < case.due:
        return "Layers of the head do not count: begin at the backbone's last layer."
    return "Count from the backbone's last layer on towards the input, every layer one, whatever it is."


def assert_normalisation_closed(cases: Sequence[Tuned]) -> None:
    """No BatchNormalization of the backbone learns or counts along, in flags and in real training steps.

    Raises:
        CheckFailed: some do.
    """
    why = (
        "Few pictures and small batches give poor averages. BatchNormalization that takes them up shifts what every layer "
        "behind it sees, and what was learnt falls apart."
    )
    for case in cases:
        normalising = {one.name for one in case.layers if one.normalises}
        moving = {p.split("/")[-2] for p in case.moved or () if "moving_" in p and "/" in p} & normalising
        open_now = (case.thawed & normalising) | moving
        if open_now:
            raise CheckFailed(
                f"With n_layers={case.n_layers}, {len(open_now)} BatchNormalization layers of the backbone learn along.",
                expected="Every BatchNormalization of the backbone frozen, those among the top n, too.", why=why,
                hint="`if isinstance(layer, tf.keras.layers.BatchNormalization): layer.trainable = False`. Frozen, it also "
                "works in inference mode.",
            )  # fmt: skip


def assert_lower_rate(cases: Sequence[Tuned]) -> None:
    """The learning rate is lower than before, and not next to nothing.

    Raises:
        CheckFailed: as high, higher, or next to nothing.
    """
    for case in cases:
        rate = case.rate
        if rate is None or not LEAST_SHARE * case.rate_before < rate < LOWER * case.rate_before:
            raise CheckFailed(
                "The model has no learning rate that could be read." if rate is None
                else f"The model was compiled with a learning rate of {case.rate_before:.3g}; now it has {rate:.3g}.",
                expected="A lower rate than the model came with, for example a tenth of it.",
                why="What is thawed knows a lot already. Small steps adapt it, large ones overwrite it.",
                hint="`tf.keras.optimizers.Adam(learning_rate=float(model.optimizer.learning_rate) / 10)`, say. A fixed "
                "number is lower than some rates and higher than others.",
            )  # fmt: skip


def assert_head_still_learns(cases: Sequence[Tuned]) -> None:
    """The layers behind the backbone are still trained.

    Raises:
        CheckFailed: they are frozen.
    """
    for case in cases:
        closed = [name for name in case.head if name not in case.thawed]
        if closed:
            raise CheckFailed(
                f"`{closed[0]}`, which stands behind the backbone, is frozen.",
                expected="A head that goes on learning.",
                why="What the thawed layers tell it changes, and it has to follow.",
                hint="Set `trainable` of the backbone's layers alone, and leave those behind it as they are.",
            )


def rate_of(compile_config: Mapping[str, Any] | None) -> float | None:
    """The learning rate at the beginning, of a number or a schedule, after any warm-up; None where there is none."""
    optimizer = (compile_config or {}).get("optimizer")
    config = optimizer.get("config") if isinstance(optimizer, dict) else None
    if isinstance(config, dict) and "inner_optimizer" in config:
        return rate_of({"optimizer": config["inner_optimizer"]})
    rate = config.get("learning_rate") if isinstance(config, dict) else None
    if isinstance(rate, dict):
        inner = rate.get("config")
        settings = inner if isinstance(inner, dict) else {}
        rate = settings.get("initial_learning_rate", settings.get("values"))
        if isinstance(peak := settings.get("warmup_target"), (int, float)):
            rate = peak
        rate = max(rate, default=None) if isinstance(rate, list) else rate
    return float(rate) if isinstance(rate, (int, float)) and not isinstance(rate, bool) else None

"""A loss the student wrote, as values: what it returns on made-up cases says which built-in loss it equals.

The student cell evaluates the function on `cases`; the examiner evaluates every built-in loss on the same cases and
takes the one that agrees. The function itself never leaves the cell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import keras
import numpy as np

from grader.model_data.data import Array
from grader.model_data.outputs import OutputKind

Labels: TypeAlias = Literal["ids", "one_hot"]

_SIZES = (1, 1, 1, 3, 8)
_SEED = 20_240_229
_TOLERANCE = 2e-4


@dataclass(frozen=True, eq=False)
class Case:
    """One made-up batch. `y_true` is (n, 1) ids or (n, units) one-hot, `y_pred` (n, units); both float32."""

    labels: Labels
    outputs: OutputKind
    y_true: Array
    y_pred: Array


def cases(units: int) -> tuple[Case, ...]:
    """The made-up batches for a model of `units` outputs, the same in every process."""
    made = []
    for labels in ("ids", "one_hot"):
        for outputs in ("probability", "logit"):
            random = np.random.default_rng((_SEED, units, labels == "ids", outputs == "logit"))
            for size in _SIZES:
                made.append(_case(random, units, size, labels, outputs))
    return tuple(made)


def evaluate(loss: Callable[[Any, Any], Any], units: int) -> Array:
    """What Keras would make of `loss` on each case: float64, NaN where it raised."""
    return _returns(loss, cases(units))


def _returns(loss: Callable[[Any, Any], Any], made: Sequence[Case]) -> Array:
    wrapped = keras.losses.get(loss)
    if not isinstance(wrapped, keras.losses.Loss):
        function: Any = loss

        def wrapped(y_true: Any, y_pred: Any) -> Any:
            return keras.ops.mean(function(y_true, y_pred))

    values = []
    for case in made:
        try:
            value = wrapped(keras.ops.convert_to_tensor(case.y_true), keras.ops.convert_to_tensor(case.y_pred))
            values.append(float(np.mean(np.asarray(value, dtype="float64"))))
        except Exception:  # the student's code may raise anything; a case it does not take is a value like others
            values.append(float("nan"))
    return np.array(values, dtype="float64")


def matching_loss(values: Array, units: int, outputs: OutputKind) -> keras.losses.Loss | None:
    """The built-in loss that returns `values`, judged on outputs of the model's own kind; None where none does."""
    made = cases(units)
    if values.shape != (len(made),):
        return None
    for labels, loss in _candidates(units):
        rows = [i for i, case in enumerate(made) if case.labels == labels and case.outputs == outputs]
        seen = values[rows]
        if not np.isfinite(seen).all():
            continue
        if _agree(seen, loss, [made[i] for i in rows]):
            return loss
    return _smoothed(values, made, units, outputs)


def _agree(seen: Array, loss: keras.losses.Loss, some: Sequence[Case]) -> bool:
    return np.allclose(seen, _returns(loss, some), rtol=_TOLERANCE, atol=_TOLERANCE)


def _smoothed(values: Array, made: Sequence[Case], units: int, outputs: OutputKind) -> keras.losses.Loss | None:
    """A cross-entropy with any amount of label smoothing: it is linear in the amount, so two amounts tell the third."""
    labels: Labels = "ids" if units == 1 else "one_hot"
    rows = [i for i, case in enumerate(made) if case.labels == labels and case.outputs == outputs]
    seen, some = values[rows], [made[i] for i in rows]
    if not np.isfinite(seen).all():
        return None
    kinds = [keras.losses.BinaryCrossentropy] + [keras.losses.CategoricalCrossentropy] * (units > 1)
    for kind in kinds:
        for from_logits in (False, True):
            none, half = (
                _returns(kind(from_logits=from_logits, label_smoothing=amount), some) for amount in (0.0, 0.5)
            )
            slope = half - none
            amount = round(float(0.5 * ((seen - none) @ slope) / max(float(slope @ slope), 1e-12)), 4)
            if 0 < amount < 1:
                loss = kind(from_logits=from_logits, label_smoothing=amount)
                if _agree(seen, loss, some):
                    return loss
    return None


def _case(random: np.random.Generator, units: int, size: int, labels: Labels, outputs: OutputKind) -> Case:
    classes = max(units, 2)
    ids = random.integers(0, classes, size=size)
    logits = random.normal(0.0, 2.0, size=(size, units))
    y_pred = logits
    if outputs == "probability":
        y_pred = 1 / (1 + np.exp(-logits))
        if units > 1:
            y_pred = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    y_true = ids[:, None] if labels == "ids" or units == 1 else np.eye(units)[ids]
    return Case(labels, outputs, y_true.astype("float32"), y_pred.astype("float32"))


def _candidates(units: int) -> Iterator[tuple[Labels, keras.losses.Loss]]:
    """Built-in losses, the likeliest first, with the labels that each takes."""
    module = keras.losses
    both: tuple[Labels, ...] = ("ids",) if units == 1 else ("one_hot",)
    for reduction in ("sum_over_batch_size", "sum"):
        for from_logits in (False, True):
            for labels in both:
                yield labels, module.BinaryCrossentropy(from_logits=from_logits, reduction=reduction)
            if units > 1:
                yield "ids", module.SparseCategoricalCrossentropy(from_logits=from_logits, reduction=reduction)
                yield "one_hot", module.CategoricalCrossentropy(from_logits=from_logits, reduction=reduction)
        for labels in both:
            for name in _PLAIN:
                yield labels, getattr(module, name)(reduction=reduction)
    for from_logits in (False, True):
        for labels in both:
            for gamma in (1.0, 2.0, 3.0, 5.0):
                yield labels, module.BinaryFocalCrossentropy(from_logits=from_logits, gamma=gamma)
                if units > 1:
                    yield labels, module.CategoricalFocalCrossentropy(from_logits=from_logits, gamma=gamma)


_PLAIN = (
    "MeanSquaredError", "MeanAbsoluteError", "Hinge", "SquaredHinge", "CategoricalHinge", "Huber", "LogCosh",
    "KLDivergence", "Poisson", "MeanSquaredLogarithmicError",
)  # fmt: skip

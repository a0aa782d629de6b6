"""A metric the student wrote: what it returns on made-up cases says which of Keras' accuracies it computes.

It is tried where it lives, in the student cell, and travels as the built-in one that agrees. Nobody gains by a forged answer: whoever
writes the cell's answer can as well write `metrics=["accuracy"]`.
"""

from __future__ import annotations

import itertools
from typing import Any

import keras
import numpy as np

from grader.model_data.losses import Case, Labels, cases
from grader.model_data.outputs import OutputKind

_TOLERANCE = 1e-4
_KINDS: tuple[OutputKind, ...] = ("probability", "logit")
_DECIDED_AT: dict[OutputKind, float] = {"probability": 0.5, "logit": 0.0}
_NUMBERS = ("float32", "int32", "int64")
"""Types of class numbers: Keras hands a student's own function the labels as the pipeline gives them."""


def matching_accuracy(
    metric: Any, units: int, name: str, *, outputs: OutputKind | None = None, sparse: bool = False
) -> keras.metrics.Metric | None:
    """Keras' own accuracy that gives what `metric` gives on every case of one kind of labels and outputs; None where none does.

    Args:
        metric: a function of `(y_true, y_pred)`, or an object of a class derived from `keras.metrics.Metric`.
        units: outputs of the model.
        name: of the metric that is returned, so that logs and histories have the key that the student's has.
        outputs: what the model gives; None where that is not known.
        sparse: the loss takes class numbers, which decides where a metric takes both kinds of labels.
    """
    kinds = _KINDS if outputs is None else (outputs,)
    if units == 1:
        for kind in kinds:
            accuracy = keras.metrics.BinaryAccuracy(name=name, threshold=_DECIDED_AT[kind])
            if _agree(metric, accuracy, units, "ids", kind):
                return accuracy
        return None
    several: dict[Labels, keras.metrics.Metric] = {
        "ids": keras.metrics.SparseCategoricalAccuracy(name=name),
        "one_hot": keras.metrics.CategoricalAccuracy(name=name),
    }
    for labels in ("ids", "one_hot") if sparse else ("one_hot", "ids"):
        if any(_agree(metric, several[labels], units, labels, kind) for kind in kinds):
            return several[labels]
    return None


def _agree(metric: Any, accuracy: keras.metrics.Metric, units: int, labels: Labels, outputs: OutputKind) -> bool:
    some = [case for case in cases(units) if (case.labels, case.outputs) == (labels, outputs)]
    due = [_returns(accuracy, case, case.y_true) for case in some]
    forms = itertools.product(_NUMBERS, (False, True)) if labels == "ids" else [("float32", False)]
    return any(
        np.allclose([_returns(metric, case, _labels(case, *form)) for case in some], due, rtol=0, atol=_TOLERANCE)
        for form in forms
    )


def _labels(case: Case, kind: str, flat: bool) -> Any:
    return (case.y_true[:, 0] if flat else case.y_true).astype(kind)


def _returns(metric: Any, case: Case, labels: Any) -> float:
    try:
        value = _value(metric, keras.ops.convert_to_tensor(labels), keras.ops.convert_to_tensor(case.y_pred))
        return float(np.mean(np.asarray(value, dtype="float64")))
    except Exception:  # the student's code may raise anything; a case it does not take is a value like others
        return float("nan")


def _value(metric: Any, labels: Any, outputs: Any) -> Any:
    if not isinstance(metric, keras.metrics.Metric):
        return metric(labels, outputs)
    metric.reset_state()
    metric.update_state(labels, outputs)
    value = metric.result()
    metric.reset_state()
    return value

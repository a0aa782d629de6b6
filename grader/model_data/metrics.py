"""A metric the student wrote: what it returns on made-up cases says which of Keras' accuracies it computes.

It is tried where it lives, in the student cell, and travels as the built-in one that agrees. Nobody gains by a forged answer: whoever
writes the cell's answer can as well write `metrics=["accuracy"]`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import keras
import numpy as np

from grader.model_data.losses import Case, Labels, cases

_TOLERANCE = 1e-4


def matching_accuracy(metric: Any, units: int, name: str) -> keras.metrics.Metric | None:
    """Keras' own accuracy that gives what `metric` gives on every case of one kind of labels and outputs; None where none does.

    Args:
        metric: a function of `(y_true, y_pred)`, or an object of a class derived from `keras.metrics.Metric`.
        units: outputs of the model.
        name: of the metric that is returned, so that logs and histories have the key that the student's has.
    """
    made = cases(units)
    for labels, accuracy in _accuracies(units, name):
        for outputs in ("probability", "logit"):
            some = [case for case in made if (case.labels, case.outputs) == (labels, outputs)]
            due = _returns(accuracy, some, flat=False)
            # Keras hands a student's own function the labels as the pipeline gives them, (n,) or (n, 1).
            for flat in (False, True) if labels == "ids" else (False,):
                seen = _returns(metric, some, flat=flat)
                if np.allclose(seen, due, rtol=0, atol=_TOLERANCE):
                    return accuracy
    return None


def _accuracies(units: int, name: str) -> Iterator[tuple[Labels, keras.metrics.Metric]]:
    """Built-in accuracies for so many outputs, with the labels that each takes."""
    if units == 1:
        for threshold in (0.5, 0.0):
            yield "ids", keras.metrics.BinaryAccuracy(name=name, threshold=threshold)
    else:
        yield "ids", keras.metrics.SparseCategoricalAccuracy(name=name)
        yield "one_hot", keras.metrics.CategoricalAccuracy(name=name)


def _returns(metric: Any, some: Sequence[Case], *, flat: bool) -> np.ndarray[Any, Any]:
    values = []
    for case in some:
        labels = case.y_true[:, 0] if flat else case.y_true
        try:
            value = _value(metric, keras.ops.convert_to_tensor(labels), keras.ops.convert_to_tensor(case.y_pred))
            values.append(float(np.mean(np.asarray(value, dtype="float64"))))
        except Exception:  # the student's code may raise anything; a case it does not take is a value like others
            values.append(float("nan"))
    return np.array(values, dtype="float64")


def _value(metric: Any, labels: Any, outputs: Any) -> Any:
    if not isinstance(metric, keras.metrics.Metric):
        return metric(labels, outputs)
    metric.reset_state()
    metric.update_state(labels, outputs)
    value = metric.result()
    metric.reset_state()
    return value

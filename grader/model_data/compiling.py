"""What a student's model was compiled with, as data. Runs in the student cell."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import keras

from grader.model_data import allowed
from grader.model_data.data import LossValues
from grader.model_data.losses import evaluate
from grader.model_data.metrics import matching_accuracy
from grader.model_data.notes import UNKNOWN_METRIC, ModelNote
from grader.model_data.outputs import OutputKind
from grader.model_data.plain import plain

_CHOSEN_BY_KERAS = frozenset(("accuracy", "acc", "crossentropy", "ce"))
"""Names that stand for whichever metric fits outputs and labels."""
_RATE_STEPS = (0, 1, 10, 100, 1000)
"""Steps at which a learning rate of the student's own is asked for."""
_KEYS = ("optimizer", "loss", "loss_weights", "metrics", "weighted_metrics")


def export_compile_config(
    model: keras.Model, units: int, outputs: OutputKind | None = None
) -> tuple[dict[str, Any] | None, tuple[LossValues, ...], tuple[ModelNote, ...]]:
    """Compile settings, losses that travel as values, and notes. None for a model that is not compiled.

    Each setting is serialised on its own, so that one which Keras cannot write does not take the others with it.

    Args:
        model: the student's.
        units: outputs of the model, for losses that travel as values.
        outputs: what they are; None where that is not known.
    """
    if not getattr(model, "compiled", False) or getattr(model, "_compile_config", None) is None:
        return None, (), ()
    raw: dict[str, Any] = dict(model._compile_config.config)
    raw["optimizer"] = getattr(model, "optimizer", None)
    # With one output, what is given by the output's name is given for the model.
    for key in ("loss", "loss_weights", "metrics", "weighted_metrics"):
        raw[key] = _only(raw.get(key), key)
    notes: list[ModelNote] = []
    losses: list[LossValues] = []
    config: dict[str, Any] = dict.fromkeys(_KEYS)
    config["optimizer"] = _optimizer(raw["optimizer"], notes)
    config["loss"] = _loss(raw["loss"], units, losses, notes)
    weight = plain(raw.get("loss_weights"))
    # Keras takes a whole number in a list or by an output's name, and alone it does not.
    config["loss_weights"] = float(weight) if isinstance(weight, int) else weight
    sparse = "sparse" in str(getattr(raw["loss"], "name", getattr(raw["loss"], "__name__", raw["loss"]))).lower()

    def accuracy(metric: Any, name: str) -> keras.metrics.Metric | None:
        return matching_accuracy(metric, units, name, outputs=outputs, sparse=sparse)

    for key in ("metrics", "weighted_metrics"):
        config[key] = _metrics(raw.get(key), accuracy, notes)
    if raw.get("run_eagerly"):
        notes.append(ModelNote("eager"))
    return config, tuple(losses), tuple(notes)


def _optimizer(optimizer: Any, notes: list[ModelNote]) -> Any:
    if optimizer is None:
        return None
    if not _is_builtin(optimizer):
        notes.append(ModelNote("custom_optimizer", type(optimizer).__name__))
        return None
    try:
        described = _described(optimizer, notes)
    except Exception:  # a rate of the student's own may raise anything
        notes.append(ModelNote("undescribed_optimizer", type(optimizer).__name__))
        return None
    if not _is_known(described):
        notes.append(ModelNote("custom_optimizer", type(optimizer).__name__))
        return None
    return described


def _described(optimizer: Any, notes: list[ModelNote]) -> Any:
    """The optimizer as data. A learning rate that is code travels as the largest number that it gives early on.

    The largest is what a warm-up rises to and what a decay begins with.

    Raises:
        ValueError: the rate gives no usable number.
    """
    rate = getattr(optimizer, "_learning_rate", None)
    if isinstance(rate, keras.Variable) or not callable(rate) or _is_builtin(rate):
        return plain(keras.saving.serialize_keras_object(optimizer))
    values = [_rate_at(rate, step, optimizer.iterations.dtype) for step in _RATE_STEPS]
    usable = [value for value in values if math.isfinite(value) and value > 0]
    name = str(getattr(rate, "__name__", type(rate).__name__))[:100]
    if not usable:
        raise ValueError(f"its learning rate `{name}` gives no positive number")
    # Keras would describe the code; past its own tracking, so that the student's optimizer stays as it was.
    object.__setattr__(optimizer, "_learning_rate", max(usable))
    try:
        described = plain(keras.saving.serialize_keras_object(optimizer))
    finally:
        object.__setattr__(optimizer, "_learning_rate", rate)
    described["config"]["learning_rate"] = max(usable)
    notes.append(ModelNote("custom_rate", name, f"{max(usable):.3g}"))
    return described


def _rate_at(rate: Any, step: int, dtype: str) -> float:
    """The rate as Keras asks for it: a schedule by the number of the step, any other code without an argument."""
    if isinstance(rate, keras.optimizers.schedules.LearningRateSchedule):
        return float(rate(keras.ops.convert_to_tensor(step, dtype=dtype)))
    return float(rate())


def _only(setting: Any, key: str) -> Any:
    if isinstance(setting, dict) and len(setting) == 1:
        return next(iter(setting.values()))
    if isinstance(setting, list | tuple) and len(setting) == 1 and "metrics" not in key:
        return setting[0]
    return setting


def _loss(loss: Any, units: int, losses: list[LossValues], notes: list[ModelNote]) -> Any:
    loss = _made(loss)
    if loss is None or isinstance(loss, str):
        return None if loss is None else str(loss)
    if isinstance(loss, keras.losses.Loss) and _is_builtin(loss):
        try:
            described = plain(keras.saving.serialize_keras_object(loss))
        except Exception:  # settings of the student's own may raise anything
            notes.append(ModelNote("undescribed_loss", type(loss).__name__))
        else:
            if _is_known(described):
                return described
    name = str(getattr(loss, "__name__", type(loss).__name__))[:100]
    if name in allowed.LOSS_FUNCTIONS and getattr(keras.losses, name, None) is loss:
        return name
    if callable(loss) and not isinstance(loss, type):
        losses.append(LossValues(name, evaluate(loss, units)))
    return None


def _metrics(metrics: Any, accuracy: Callable[[Any, str], Any], notes: list[ModelNote]) -> Any:
    """Metrics do not change what is learnt, so one that is nothing that Keras has is dropped with a note.

    Args:
        accuracy: Keras' accuracy that a metric of the student's own computes, under this name; None where it computes none.
    """
    if metrics is None:
        return None
    if isinstance(metrics, str):
        notes.append(ModelNote("metrics", metrics))
        return [metrics]
    kept = []
    for given in metrics if isinstance(metrics, list | tuple) else [metrics]:
        metric = _made(given)
        if isinstance(metric, str) and metric.lower() in _CHOSEN_BY_KERAS:
            kept.append(metric)
        elif isinstance(metric, list | tuple):
            kept.append(_metrics(metric, accuracy, notes))
        elif metric is not None:
            name = str(getattr(metric, "__name__", getattr(metric, "name", type(metric).__name__)))[:100]
            described = _metric(metric)
            own = callable(metric) and not isinstance(metric, type)
            if described is None and own and (same := accuracy(metric, name)) is not None:
                described = _metric(same)
                notes.append(ModelNote("metric", name, type(same).__name__))
            if described is None:
                notes.append(ModelNote(UNKNOWN_METRIC, name))
            else:
                kept.append(described)
    return kept


def _made(thing: Any) -> Any:
    """An instance where a class was given, as Keras makes one itself."""
    if not isinstance(thing, type):
        return thing
    try:
        return thing()
    except Exception:  # a class that wants arguments; Keras refuses it, too
        return thing


def _is_known(described: Any) -> bool:
    return isinstance(described, dict) and (described.get("module"), described.get("class_name")) in allowed.ALLOWED


def _metric(metric: Any) -> Any:
    if isinstance(metric, str):
        try:
            metric = keras.metrics.get(metric)
        except Exception:  # a name that Keras does not know; the student's own training says so
            return None
    name = str(getattr(metric, "__name__", ""))
    if name in allowed.METRIC_FUNCTIONS and getattr(keras.metrics, name, None) is metric:
        return name
    if not isinstance(metric, keras.metrics.Metric) or not _is_builtin(metric):
        return None
    try:
        described = plain(keras.saving.serialize_keras_object(metric))
    except Exception:  # dropped with a note by the caller
        return None
    return described if _is_known(described) else None


def _is_builtin(thing: Any) -> bool:
    return type(thing).__module__.startswith("keras.")

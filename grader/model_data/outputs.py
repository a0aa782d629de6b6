"""What a model's outputs mean, and the grader's own decision from outputs to classes."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import keras
import numpy as np

from grader.model_data.data import Array

OutputKind: TypeAlias = Literal["probability", "logit"]
"""`probability`: one unit is decided at 0.5. `logit`: one unit is decided at 0. More units: the largest wins."""

PROBABILITIES = frozenset(("sigmoid", "softmax", "hard_sigmoid", "sparse_sigmoid", "sparsemax"))
"""Activations whose outputs are read as probabilities."""
CHOSEN_BY_KERAS = frozenset(("crossentropy", "ce"))
"""Names of the loss that Keras chooses while it trains; all that it may choose take probabilities."""
_CENTRED = frozenset(("tanh", "softsign", "hard_tanh"))
_CENTRED_LOSSES = frozenset(("hinge", "squared_hinge", "categorical_hinge"))


def output_kind(model: keras.Model) -> OutputKind:
    """Whether the outputs of a rebuilt model are probabilities or logits.

    The last activation decides where there is one; else the loss: `from_logits=True` and the hinge losses mean
    logits, everything else (a linear unit with mean squared error on labels 0 and 1) is decided at 0.5.
    """
    kind = kind_of_activation(model)
    if kind is not None:
        return kind
    loss = getattr(model, "loss", None) if getattr(model, "compiled", False) else None
    while isinstance(loss, list | tuple | dict) and len(loss) == 1:
        loss = next(iter(loss.values())) if isinstance(loss, dict) else loss[0]
    if loss is None:
        return "probability"
    if isinstance(loss, str):
        if loss.lower() in CHOSEN_BY_KERAS:
            return "probability"
        try:
            loss = keras.losses.get(loss)
        except ValueError:  # a name that Keras does not know; rebuilding says so
            return "probability"
    if getattr(loss, "_fn_kwargs", {}).get("from_logits"):
        return "logit"
    name = getattr(loss, "__name__", "") or getattr(getattr(loss, "fn", None), "__name__", "")
    return "logit" if name in _CENTRED_LOSSES else "probability"


def kind_of_activation(model: keras.Model) -> OutputKind | None:
    """What the last activation makes of the outputs; None where it is linear, so that the loss decides."""
    activation = last_activation(model)
    if activation in PROBABILITIES:
        return "probability"
    return "logit" if activation in _CENTRED else None


def last_operation(model: keras.Model) -> Any:
    """The layer or operation that a model's first output comes from, inside of nested models."""
    operation: Any = model
    while isinstance(operation, keras.Model):
        operation = operation.outputs[0]._keras_history.operation
    return operation


def last_activation(model: keras.Model) -> str:
    """Name of the activation that the output passes last, `linear` where there is none, as Keras spells it."""
    operation = last_operation(model)
    activation = getattr(operation, "activation", None)
    if isinstance(activation, keras.layers.Layer):
        return _spelling(type(activation).__name__)
    if activation is not None:
        return str(getattr(activation, "__name__", "linear"))
    name = _spelling(type(operation).__name__)
    return name if name in PROBABILITIES | _CENTRED else "linear"


def decide(outputs: Array, kind: OutputKind) -> Array:
    """Class ids, int64, shape (n,), from outputs of shape (n,), (n, 1) or (n, classes).

    A row with a value that is not finite gets -1, which is no class.
    """
    values = np.asarray(outputs)
    if values.ndim == 0:
        raise ValueError("outputs (a single number) must have one row per image.")
    values = values.reshape(len(values), -1).astype(np.float64)
    if values.shape[1] == 1:
        ids = (values[:, 0] > (0.5 if kind == "probability" else 0.0)).astype(np.int64)
    else:
        ids = values.argmax(axis=1).astype(np.int64)
    ids[~np.isfinite(values).all(axis=1)] = -1
    return ids


def label_ids(labels: Array) -> Array:
    """Class ids, int64, shape (n,), from labels as integers (n,) or (n, 1), or one-hot (n, classes)."""
    values = np.asarray(labels)
    values = values.reshape(len(values), -1)
    if values.shape[1] > 1:
        return np.asarray(values.argmax(axis=1), dtype=np.int64)
    return np.asarray(np.rint(values[:, 0].astype(np.float64)), dtype=np.int64)


def accuracy(outputs: Array, labels: Array, kind: OutputKind) -> float:
    """Share of rows whose decision equals the label, from 0 to 1."""
    if len(outputs) != len(labels) or not len(labels):
        raise ValueError(f"{len(outputs)} outputs and {len(labels)} labels must be as many, and at least one.")
    return float(np.mean(decide(outputs, kind) == label_ids(labels)))


def hits(outputs: Any, labels: Any, kind: OutputKind) -> Any:
    """`accuracy` before the mean, with tensors: 1 for each row decided as labelled, else 0; float32, shape (n,)."""
    ops = keras.ops
    values = ops.cast(outputs, "float32")
    values = ops.reshape(values, (ops.shape(values)[0], -1))
    if outputs.shape[-1] == 1 or len(outputs.shape) == 1:
        ids = ops.cast(values[:, 0] > (0.5 if kind == "probability" else 0.0), "int32")
    else:
        ids = ops.argmax(values, axis=1)
    wanted = ops.cast(labels, "float32")
    wanted = ops.reshape(wanted, (ops.shape(wanted)[0], -1))
    one_hot = len(labels.shape) > 1 and labels.shape[-1] != 1
    numbers = ops.argmax(wanted, axis=1) if one_hot else ops.cast(ops.round(wanted[:, 0]), "int32")
    right = ops.logical_and(
        ops.equal(ops.cast(ids, "int32"), ops.cast(numbers, "int32")), ops.all(ops.isfinite(values), axis=1)
    )
    return ops.cast(right, "float32")


def _spelling(class_name: str) -> str:
    """`HardSigmoid` → `hard_sigmoid`."""
    return "".join(f"_{c.lower()}" if c.isupper() and i else c.lower() for i, c in enumerate(class_name))

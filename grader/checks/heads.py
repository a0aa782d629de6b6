"""What the end of a network does to its last weights' output, found by trying it: names of layers can say anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.checks.applying import outputs_of
from grader.checks.architecture import layers_of
from grader.model_data.outputs import PROBABILITIES, last_activation, last_operation

Array = np.ndarray[Any, Any]

LARGE = 1e6
"""Size of the weights that are tried: whatever squashes its input to 0 … 1 is at one of both ends then."""
FEW = 4
"""Pictures tried."""
SIDE = 64
"""Pixels of a side that the network leaves open."""
EDGE = 0.01
"""A squashed output lies this near to 0 or 1 under such weights: a sigmoid of 1e6 is 1, a sigmoid of a sigmoid at most 0.73."""
UNBOUNDED = 10.0
"""From here on an output is no probability. Scores under such weights reach thousands."""
ROOM = 1e-3
_ACTIVATIONS = frozenset(
    ("sigmoid", "softmax", "hardsigmoid", "sparsesigmoid", "sparsemax", "relu", "relu6", "leakyrelu", "elu", "selu", "gelu",
     "softplus", "tanh", "exponential", "silu", "logsoftmax")
)  # fmt: skip
_PASSING = ("Activation", "BatchNormalization", "Dropout", "Flatten", "Identity", "Permute", "Reshape", "Rescaling")


@dataclass(frozen=True)
class Ending:
    """How a network's outputs come about.

    Attributes:
        activation: what acts on the scores: `softmax` and `sigmoid` where outputs are probabilities of that kind, whatever the
            last layer is called; `linear` where they have no bounds; else the last activation by its name.
        squashed_twice: whether two activations act one after another, so that an output never comes near 0 or 1.
    """

    activation: str
    squashed_twice: bool = False


def ending_of(model: Any) -> Ending:
    """Try the last layer that has a kernel with large random weights, and with their opposites; the model stays as it was.

    Raises:
        CheckFailed: the model cannot be applied to pictures of the shape that it says.
    """
    named = last_activation(model)
    if type(last_operation(model)).__name__ == "Dense":
        return Ending(named)  # nothing can stand between its scores and the output
    layer = next(
        (one for one in reversed(list(layers_of(model))) if hasattr(getattr(one, "kernel", None), "assign")), None
    )
    shape = model.input_shape
    if layer is None or not isinstance(shape, tuple):
        return Ending(named)
    rng = np.random.default_rng(0)
    images = rng.uniform(0, 255, (FEW, *(SIDE if side is None else side for side in shape[1:]))).astype(np.float32)
    tried = _outputs_under_large_weights(model, layer, images, rng)
    if not np.isfinite(tried).all():
        return Ending(named)
    if tried.min() < -ROOM or tried.max() > 1 + ROOM:
        return Ending("linear" if named in PROBABILITIES and np.abs(tried).max() > UNBOUNDED else named)
    shared_out = bool(np.abs(tried.sum(axis=-1) - 1).max() < ROOM)
    at_edge = tried.max() > 1 - EDGE and (shared_out or tried.min() < EDGE)
    moved = np.abs(tried[:FEW] - tried[FEW:]).max() > EDGE
    kind = "softmax" if shared_out else "sigmoid"
    fitting = named in PROBABILITIES and (named in ("softmax", "sparsemax")) == shared_out
    return Ending(named if fitting else kind, bool(not at_edge and moved and _follows_directly(model, layer)))


def _outputs_under_large_weights(model: Any, layer: Any, images: Array, rng: np.random.Generator) -> Array:
    """Outputs (2 n, units): with random weights in that layer, then with their opposites."""
    variables = [one for one in (layer.kernel, getattr(layer, "bias", None)) if one is not None]
    own = [np.asarray(one) for one in variables]
    drawn = [rng.normal(0, LARGE, one.shape) for one in own]
    try:
        found = []
        for sign in (1, -1):
            for variable, value in zip(variables, drawn, strict=True):
                variable.assign((sign * value).astype(np.float32))
            found.append(outputs_of(model, images).astype(np.float64).reshape(len(images), -1))
    finally:
        for variable, value in zip(variables, own, strict=True):
            variable.assign(value)
    return np.concatenate(found)


def _follows_directly(model: Any, layer: Any) -> bool:
    """Whether nothing but activations and changes of form stand behind the layer: a mean of outputs stays off the edges, too."""
    tensor = model.outputs[0]
    while True:
        operation = tensor._keras_history.operation  # noqa: SLF001 - Keras tells it nowhere else
        if operation is layer:
            return True
        name = type(operation).__name__
        squashes = name.lower().replace("_", "") in _ACTIVATIONS
        inputs = operation._inbound_nodes[0].input_tensors if len(operation._inbound_nodes) == 1 else []  # noqa: SLF001
        if not (squashes or name in _PASSING) or len(inputs) != 1:
            return False
        tensor = inputs[0]

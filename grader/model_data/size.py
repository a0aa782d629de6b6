"""How much memory and work one image costs a model, from the shapes of its layers' outputs."""

from __future__ import annotations

import math
from typing import Any

import keras

from grader.errors import ModelRefused
from grader.model_data.limits import ModelLimits
from grader.model_data.paths import children

_BYTES = 4


def check_size(model: Any, probe_shape: tuple[int, ...], limits: ModelLimits) -> None:
    """Refuse a model whose layers' outputs or multiplications for one image are above the limits.

    Args:
        model: built, its variables need no values.
        probe_shape: of a batch, for sides that the model leaves free.
        limits: `activation_bytes` and `multiply_adds` are read.

    Raises:
        ModelRefused: too large; names the largest layer.
    """
    side = max(probe_shape[1:3] or (1,))
    worst_name, worst, total, work = "", 0, 0, 0
    for operation, tensors in _calls(model):
        size = sum(math.prod(side if n is None else int(n) for n in t.shape[1:]) for t in tensors)
        total += size
        if size > worst:
            worst_name, worst = str(operation.name), size
        work += _multiply_adds(operation, tensors, side)
    if total * _BYTES > limits.activation_bytes:
        raise ModelRefused(
            f"Your model's layers put out {total * _BYTES / 2**20:,.0f} MiB for one image, most of it in "
            f"`{worst_name}`; the limit is {limits.activation_bytes / 2**20:,.0f} MiB",
            "Pool earlier, or use fewer filters.",
        )
    if work > limits.multiply_adds:
        raise ModelRefused(
            f"Your model needs {work:,} multiplications for one image; the limit is {limits.multiply_adds:,}",
            "Pool earlier, or use fewer filters and smaller kernels.",
        )


def _calls(model: Any) -> list[tuple[Any, list[Any]]]:
    """Every call in the graph of a model and of the models inside it, with the tensors that it puts out."""
    graph = model._functional if isinstance(model, keras.Sequential) else model
    calls: list[tuple[Any, list[Any]]] = []
    for operation in graph.operations:
        inner = [operation] if isinstance(operation, keras.Model) else []
        inner += [part for part in children(operation) if isinstance(part, keras.Model)] if not inner else []
        for node in operation._inbound_nodes:
            calls.append((operation, list(node.output_tensors)))
        for part in inner:
            calls += _calls(part)
    return calls


def _multiply_adds(operation: Any, tensors: list[Any], side: int) -> int:
    work = 0
    for variable in getattr(operation, "_trainable_variables", ()):
        if len(variable.shape) < 2:
            continue
        positions = max((math.prod(side if n is None else int(n) for n in t.shape[1:-1]) for t in tensors), default=1)
        work += positions * math.prod(variable.shape)
    return work

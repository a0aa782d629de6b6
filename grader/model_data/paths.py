"""Naming every variable of a model by where it sits, so that weights find their place in a rebuilt model.

Keras' own `variable.path` depends on how a layer came to be built (a `Normalization` that was adapted before it
joined a model has another path than its copy), so it cannot be the key. Here a path is the names of the models and
layers from the outside in, then the variable's name: `mobilenetv2/conv1/kernel`. Inside a composite layer, whose
parts have no stable names, parts go by position. Random seeds are not weights and are left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import keras
import numpy as np

from grader.model_data.data import WEIGHT_DTYPES, Array


def variables_by_path(model: keras.Model) -> dict[str, Any]:
    """The Keras variables of a built Sequential or functional model, by path, in layer order."""
    found: dict[str, Any] = {}
    seen: set[int] = set()
    for path, variable in _walk(model, ""):
        if id(variable) in seen:
            continue
        seen.add(id(variable))
        unique, count = path, 1
        while unique in found:
            count += 1
            unique = f"{path}#{count}"
        found[unique] = variable
    return found


def weights_of(model: keras.Model) -> dict[str, Array]:
    """Copies of the model's weights by path."""
    return {path: _values(variable) for path, variable in variables_by_path(model).items()}


def _values(variable: Any) -> Array:
    values = np.array(np.asarray(variable.value))
    return values if values.dtype.name in WEIGHT_DTYPES else values.astype("float32")


def trainable_of(model: keras.Model) -> dict[str, bool]:
    """For each path, whether the optimiser would change the variable as the flags stand now."""
    changing = {id(variable) for variable in model.trainable_variables}
    return {path: id(variable) in changing for path, variable in variables_by_path(model).items()}


def children(layer: Any) -> list[Any]:
    """Layers directly inside a layer or model, the input layers included."""
    if isinstance(layer, keras.Model):
        return list(keras.Model.layers.fget(layer))
    return [part for part in getattr(layer, "_layers", ()) if isinstance(part, keras.layers.Layer)]


def _walk(layer: Any, prefix: str) -> Iterator[tuple[str, Any]]:
    for variable in [*layer._trainable_variables, *layer._non_trainable_variables]:
        yield f"{prefix}{variable.name}", variable
    for position, part in enumerate(children(layer)):
        name = part.name if isinstance(layer, keras.Model) else str(position)
        yield from _walk(part, f"{prefix}{name}/")

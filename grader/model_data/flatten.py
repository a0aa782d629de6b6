"""Turning what a config cannot describe into layers and operations that it can.

A subclassed model, a `Lambda` and a layer of the student's own without weights are just Python that calls layers and operations.
Called on a `KerasTensor` instead of images, they leave a functional graph behind that does the same.
Runs in the student cell, on the student's objects.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import keras
from keras.src.models.functional import Functional  # the class itself is not exported

from grader.model_data.paths import children
from grader.model_data.problems import CannotExport, first_line
from grader.model_data.tensorflow_ops import tensorflow_functions_on_keras_tensors

_ADVICE = "Build it from layers of `keras.layers` and functions of `keras.ops`."
_INSTEAD_OF_LAMBDA = (
    "Use a built-in layer, such as `Rescaling(1./255)` for a division or `Activation` for an activation."
)


def is_custom(layer: Any) -> bool:
    """Whether what a layer does is the student's own code, so that a config cannot describe it."""
    if type(layer) in (Functional, keras.Sequential, keras.Model):
        return False
    if isinstance(layer, keras.layers.Lambda):
        return True
    return not type(layer).__module__.startswith("keras.")


def needs_flattening(layer: Any) -> bool:
    """Whether a layer, or anything inside it, is of a class of the student's own."""
    return is_custom(layer) or any(needs_flattening(part) for part in children(layer))


def is_plain_functional(model: Any) -> bool:
    """A functional or Sequential model, or a subclass of one that leaves `call` alone."""
    return type(model).call in (Functional.call, keras.Sequential.call)


def flatten(model: keras.Model, shape: tuple[int | None, ...], dtype: str, *, training: bool) -> keras.Model:
    """A functional model of built-in parts that shares the weights of `model`.

    Args:
        model: built; its layers may be of the student's own classes.
        shape: of the input, batch axis first.
        dtype: of the input.
        training: trace what `call` does while training. A branch such as `if training: x = self.augment(x)` is
            then part of the graph; the layers in it still tell training from inference by themselves.

    Raises:
        CannotExport: a layer holds weights of its own, or does what a KerasTensor cannot follow.
    """
    inputs = keras.Input(batch_shape=(None, *shape[1:]), dtype=dtype)
    with _calls_seen_through(training=training), tensorflow_functions_on_keras_tensors():
        outputs = _trace(model, (inputs,), {}, training=training)
    if not isinstance(outputs, keras.KerasTensor):
        raise CannotExport(describe(model), "it does not return one tensor.", "Return the output of its last layer.")
    _make_names_unique(outputs)
    return keras.Model(inputs, outputs, name=str(model.name))


def describe(layer: Any) -> str:
    """A layer as a person would name it."""
    kind = "model" if isinstance(layer, keras.Model) else "layer"
    return f"the {kind} `{getattr(layer, 'name', '')}` (`{type(layer).__name__}`)"


def _trace(layer: Any, args: tuple[Any, ...], kwargs: dict[str, Any], *, training: bool) -> Any:
    """The layer's own `call`, run on KerasTensors."""
    own = [*layer._trainable_variables, *layer._non_trainable_variables]
    if own and not isinstance(layer, Functional | keras.Sequential):
        raise CannotExport(describe(layer), f"it has weights of its own (`{own[0].name}`).", _ADVICE)
    kwargs = {name: value for name, value in kwargs.items() if name != "training" or value is not None}
    if is_custom(layer) and not is_plain_functional(layer) and training and "training" not in kwargs:
        parameters = inspect.signature(layer.call).parameters
        if "training" in parameters:
            kwargs["training"] = True
    try:
        if is_plain_functional(layer):
            return _through_graph(layer, args[0])
        return layer.call(*args, **kwargs)
    except CannotExport:
        raise
    except Exception as error:
        if isinstance(layer, keras.layers.Lambda):
            raise CannotExport(
                describe(layer),
                "the function in it cannot be written out as layers and operations.",
                _INSTEAD_OF_LAMBDA,
            ) from error
        raise CannotExport(
            describe(layer), f"called on a symbolic tensor, it raises: {first_line(error)}", _ADVICE
        ) from error


def _through_graph(model: Any, tensor: Any) -> Any:
    """A functional or Sequential model's layers applied one by one, without the model around them."""
    if isinstance(model, keras.Sequential):
        for layer in model.layers:
            tensor = layer(tensor)
        return tensor
    return model._run_through_graph([tensor], operation_fn=lambda operation: operation)


@contextmanager
def _calls_seen_through(*, training: bool) -> Iterator[None]:
    """While open, calling a layer of the student's own on a KerasTensor runs its `call` in place."""
    original = keras.layers.Layer.__call__

    def seen_through(layer: Any, *args: Any, **kwargs: Any) -> Any:
        symbolic = any(isinstance(x, keras.KerasTensor) for x in keras.tree.flatten((args, kwargs)))
        if not symbolic or not needs_flattening(layer):
            return original(layer, *args, **kwargs)
        if not layer.built:
            original(layer, *args, **kwargs)
        return _trace(layer, args, kwargs, training=training)

    keras.layers.Layer.__call__ = seen_through
    try:
        yield
    finally:
        keras.layers.Layer.__call__ = original


def _make_names_unique(outputs: Any) -> None:
    """Rename layers that came from different parents and share a name, which one graph forbids.

    They keep the new names: the config is written later, and the cell's model has served its purpose by then.
    """
    seen: dict[str, Any] = {}
    for operation in _operations(outputs):
        name, count = operation.name, 1
        while name in seen and seen[name] is not operation:
            count += 1
            name = f"{operation.name}_{count}"
        if name != operation.name:
            operation.name = name
        seen[name] = operation


def _operations(tensor: Any) -> list[Any]:
    """Operations that lead to a tensor, from the input on."""
    found: list[Any] = []
    seen: set[int] = set()
    stack = [(tensor, False)]
    while stack:
        current, expanded = stack.pop()
        operation, index, _ = current._keras_history
        if expanded:
            if operation not in found:
                found.append(operation)
            continue
        key = id(operation._inbound_nodes[index])
        if key in seen:
            continue
        seen.add(key)
        stack.append((current, True))
        stack.extend((parent, False) for parent in operation._inbound_nodes[index].input_tensors)
    return found

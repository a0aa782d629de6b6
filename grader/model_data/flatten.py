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
from grader.model_data.problems import CannotExport, DrawsAtInference, first_line
from grader.model_data.random_ops import DrawsTooEarly, numbers_drawn_in_the_graph, random_twins, zero_of
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


def flatten(
    model: keras.Model, shape: tuple[int | None, ...], dtype: str, *, training: bool, switched: bool = False, drawing: bool = False,
) -> keras.Model:  # fmt: skip
    """A functional model of built-in parts that shares the weights of `model`.

    Args:
        model: built; its layers may be of the student's own classes.
        shape: of the input, batch axis first.
        dtype: of the input.
        training: trace what `call` does while training. A branch such as `if training: x = self.augment(x)` is
            then part of the graph; the layers in it still tell training from inference by themselves.
        switched: trace both sides of layers of the student's own without weights; the graph takes the one or the
            other, as it trains or not.
        drawing: what draws at random outside of training is written out, and rests there, in place of an error.

    Raises:
        CannotExport: a layer holds weights of its own, or does what a KerasTensor cannot follow.
    """
    inputs = keras.Input(batch_shape=(None, *shape[1:]), dtype=dtype)
    trace = _Trace(training, switched, drawing)
    with (
        trace.calls_seen_through(),
        tensorflow_functions_on_keras_tensors(random_twins(lambda: bool(trace.may_draw(inside_keras=True)))),
        numbers_drawn_in_the_graph(inputs, trace.may_draw),
    ):
        outputs = trace.run(model, (inputs,), {})
    if not isinstance(outputs, keras.KerasTensor):
        raise CannotExport(describe(model), "it does not return one tensor.", "Return the output of its last layer.")
    _make_names_unique(outputs)
    return keras.Model(inputs, outputs, name=str(model.name))


def random_parts(model: keras.Model) -> set[str]:
    """Names of the layers of a flat model that are random in training."""
    return {layer.name for layer in model._flatten_layers() if _is_random(layer)}


def describe(layer: Any) -> str:
    """A layer as a person would name it."""
    kind = "model" if isinstance(layer, keras.Model) else "layer"
    return f"the {kind} `{getattr(layer, 'name', '')}` (`{type(layer).__name__}`)"


class _Trace:
    """One run of a model on KerasTensors.

    Attributes:
        training: of the call that is being followed, which its parts take over as in Keras; None where it said that.
    """

    def __init__(self, training: bool, switched: bool, drawing: bool) -> None:
        self.training: bool | None = training
        self._whole = training
        self._switched = switched
        self._drawing = drawing
        self._inside_keras = False

    def run(self, layer: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """The layer's own `call`, run on KerasTensors."""
        own = [*layer._trainable_variables, *layer._non_trainable_variables]
        if own and not isinstance(layer, Functional | keras.Sequential):
            raise CannotExport(describe(layer), f"it has weights of its own (`{own[0].name}`).", _ADVICE)
        takes_training = "training" in inspect.signature(layer.call).parameters
        training = self._said(layer, kwargs)
        kwargs = {name: value for name, value in kwargs.items() if name != "training"}
        plain = is_plain_functional(layer)
        try:
            if not (self._switched and training and takes_training and is_custom(layer)) or plain or layer.weights:
                return self._called(layer, args, kwargs, training, takes_training)
            moving, still = (self._called(layer, args, kwargs, side, takes_training) for side in (True, False))
            if moving is still or getattr(moving, "shape", None) != getattr(still, "shape", ()):
                return moving
            return keras.ops.where(_trains(moving), moving, still)
        except CannotExport:
            raise
        except DrawsTooEarly as error:
            raise DrawsAtInference(describe(layer)) from error
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

    def may_draw(self, *, inside_keras: bool = False) -> bool | None:
        """Whether the call that is being followed may draw, as one that trains does; None inside of Keras, which only asks for shapes.

        Args:
            inside_keras: ask there, too.
        """
        return None if self._inside_keras and not inside_keras else self._drawing or bool(self.training)

    def _said(self, layer: Any, kwargs: dict[str, Any]) -> bool | None:
        """Whether a call trains: as it says, or else as the call around it.

        The default in a signature counts where somebody said None, and nowhere else: `fit` and `predict` both say which
        of them it is.
        """
        if "training" in kwargs:
            said = kwargs["training"]
        elif self.training is not None:
            said = self.training
        else:
            parameter = inspect.signature(layer.call).parameters.get("training")
            said = parameter.default if parameter and isinstance(parameter.default, bool | int) else None
        return None if said is None else bool(said)

    def _called(
        self, layer: Any, args: tuple[Any, ...], kwargs: dict[str, Any], training: bool | None, takes_training: bool
    ) -> Any:
        with self._as(training):
            if is_plain_functional(layer):
                return self._through_graph(layer, args[0])
            return layer.call(*args, **kwargs, **({"training": training} if takes_training else {}))

    def _through_graph(self, model: Any, tensor: Any) -> Any:
        """A functional or Sequential model's layers applied one by one, without the model around them.

        A node holds the `training` of the call that made it, be it said there or the default of a signature. Keras puts
        that of the whole call in its place, in `fit` and in `predict`, and so does this.
        """
        if isinstance(model, keras.Sequential):
            for layer in model.layers:
                tensor = layer(tensor)
            return tensor

        def applied(operation: Any) -> Any:
            def call(*args: Any, **kwargs: Any) -> Any:
                if isinstance(operation, keras.layers.Layer) and self.training is not None:
                    kwargs.pop("training", None)
                return operation(*args, **kwargs)

            return call

        return model._run_through_graph([tensor], operation_fn=applied)

    @contextmanager
    def _as(self, training: bool | None) -> Iterator[None]:
        before, self.training = self.training, training
        try:
            yield
        finally:
            self.training = before

    @contextmanager
    def calls_seen_through(self) -> Iterator[None]:
        """While open, calling a layer of the student's own on a KerasTensor runs its `call` in place."""
        original = keras.layers.Layer.__call__

        def by_keras(layer: Any, *args: Any, **kwargs: Any) -> Any:
            before, self._inside_keras = self._inside_keras, True
            try:
                return original(layer, *args, **kwargs)
            finally:
                self._inside_keras = before

        def seen_through(layer: Any, *args: Any, **kwargs: Any) -> Any:
            symbolic = any(isinstance(x, keras.KerasTensor) for x in keras.tree.flatten((args, kwargs)))
            if not symbolic:
                return original(layer, *args, **kwargs)
            if not needs_flattening(layer):
                # In a graph every layer trains or none does. One whose call said `training=False` is left out.
                resting = self._whole and not self._inside_keras and args and not self._said(layer, kwargs)
                if resting and _is_random(layer):
                    return args[0]
                if resting and is_plain_functional(layer) and any(map(_is_random, layer._flatten_layers())):
                    return self.run(layer, args, kwargs)
                return by_keras(layer, *args, **kwargs)
            if not layer.built:
                by_keras(layer, *args, **kwargs)
            return self.run(layer, args, kwargs)

        keras.layers.Layer.__call__ = seen_through
        try:
            yield
        finally:
            keras.layers.Layer.__call__ = original


def _is_random(layer: Any) -> bool:
    """Whether a layer of Keras is random in training and lets everything through at inference."""
    name = type(layer).__name__
    if name == "RandomCrop":  # cuts at inference, too
        return False
    return name.startswith("Random") or "Dropout" in name or name in ("AugMix", "RandAugment", "GaussianNoise")


def _trains(tensor: Any) -> Any:
    """A condition in a graph, of one element and the rank of `tensor`: true in training alone."""
    # No operation knows whether it trains, but noise does: it is 0 at inference, and almost never in training.
    return keras.ops.not_equal(keras.layers.GaussianNoise(0.5)(zero_of(tensor)), 0.0)


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

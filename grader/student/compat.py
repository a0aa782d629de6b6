"""What older Keras accepted and today's refuses, accepted again in the student cell, with a note on what to write.

Courses and their solutions outlive the versions that they were written for. Each shim acts only where Keras would
raise, so code that is right today runs as it does without them.
"""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable
from typing import Any

from grader.student.module import cell_of

MAX_NOTES = 20
TEXTS: dict[str, str] = {
    "drift-lr": "Write `learning_rate=`; `lr=` is the old name.",
    "drift-metrics": 'Write `metrics=["accuracy"]`, with brackets: today\'s Keras wants a list of metrics.',
    "drift-acc": 'Write `metrics=["accuracy"]`; with "acc", the history\'s keys are `acc` and `val_acc`.',
    "drift-activation": 'Write the names of activations in lower case: `activation="relu"`.',
    "drift-output-shape": "Write `layer.output.shape`; `layer.output_shape` is gone.",
    "drift-input-shape": "Write `layer.input.shape`; `layer.input_shape` is gone.",
    "drift-sequential-input": "Write `model.inputs[0]`; a Sequential model has no `.input` until it is called.",
    "drift-sequential-output": "Write `model.outputs[0]`; a Sequential model has no `.output` until it is called.",
    "drift-first-layer": "Begin the model with `keras.Input(shape=...)`; `input_shape=` on a layer is the old way.",
}


class Notes:
    """What drifted, each kind once, in the order of first use."""

    def __init__(self) -> None:
        self._kinds: dict[str, str] = {}

    def add(self, kind: str) -> None:
        """Record one kind of `TEXTS`."""
        self._kinds[kind] = TEXTS[kind]

    def to_body(self) -> list[dict[str, str]]:
        """The notes as JSON, at most `MAX_NOTES`."""
        return [{"kind": kind, "text": text} for kind, text in self._kinds.items()][:MAX_NOTES]


def install() -> Notes:
    """Put the shims into Keras, for this process. Runs no operation and creates no tensor."""
    notes = Notes()
    _accept_lr(notes)
    _accept_bare_metrics(notes)
    _accept_any_case(notes)
    _accept_layer_shapes(notes)
    _accept_sequential_ends(notes)
    return notes


def _replace(owner: Any, name: str, value: Any) -> None:
    setattr(owner, name, value)


def _asked_by_student(depth: int) -> bool:
    """Whether the frame `depth` above the caller's is the student's own code.

    Keras and the grader ask with `hasattr` what a layer knows; they are to hear what they would hear without shims.
    """
    return cell_of(sys._getframe(depth + 1).f_code.co_filename)[0]  # noqa: SLF001 - the documented way to a caller


def _accept_lr(notes: Notes) -> None:
    """`lr=` for `learning_rate=`: every optimizer hands what it does not know to the one base class."""
    from keras.src.optimizers.base_optimizer import BaseOptimizer  # the class itself is not exported

    original = BaseOptimizer.__init__

    @functools.wraps(original)
    def init(self: Any, *args: Any, **kwargs: Any) -> None:
        if "lr" in kwargs and "learning_rate" in kwargs:
            # As it was: a given `lr` wins over the default that the subclass passes on.
            kwargs["learning_rate"] = kwargs.pop("lr")
            notes.add("drift-lr")
        original(self, *args, **kwargs)

    _replace(BaseOptimizer, "__init__", init)


def _accept_bare_metrics(notes: Notes) -> None:
    """`metrics="accuracy"`, or one metric without brackets; and notes on what `compile` sees of old spellings."""
    from keras.src.trainers.trainer import Trainer  # the class itself is not exported

    original = Trainer.compile
    signature = inspect.signature(original)

    @functools.wraps(original)
    def compile(self: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: A001 - it takes this name's place
        try:
            bound = signature.bind(self, *args, **kwargs)
        except TypeError:
            return original(self, *args, **kwargs)
        for name in ("metrics", "weighted_metrics"):
            given = bound.arguments.get(name)
            if (isinstance(given, str) and given) or callable(given):
                bound.arguments[name] = given = [given]
                notes.add("drift-metrics")
            if isinstance(given, list | tuple) and any(isinstance(metric, str) and metric == "acc" for metric in given):
                notes.add("drift-acc")
        if any(hasattr(layer, "_input_shape_arg") for layer in getattr(self, "layers", ())[:1]):
            notes.add("drift-first-layer")
        return original(*bound.args, **bound.kwargs)

    _replace(Trainer, "compile", compile)


def _accept_any_case(notes: Notes) -> None:
    """`activation="ReLU"`: names that only a change of case makes known."""
    from keras.src import activations  # layers look `get` up in this module, not in the exported one

    original = activations.get

    @functools.wraps(original)
    def get(identifier: Any) -> Any:
        try:
            return original(identifier)
        except ValueError:
            if not isinstance(identifier, str) or identifier.lower() == identifier:
                raise
            try:
                found = original(identifier.lower())
            except ValueError:
                found = None
            if found is None:
                raise
            notes.add("drift-activation")
            return found

    for name in ("keras.src.activations", "keras.activations", "keras._tf_keras.keras.activations"):
        module = sys.modules.get(name)
        if getattr(module, "get", None) is original:
            _replace(module, "get", get)


class _Shape:
    """`layer.output_shape` where neither the layer nor its class has one of its own.

    No data descriptor: a layer that assigns `self.output_shape` keeps what it assigned.
    """

    def __init__(self, name: str, tensors: str, note: Callable[[], None]) -> None:
        self._name = name
        self._tensors = tensors
        self._note = note

    def __get__(self, layer: Any, owner: type) -> Any:
        if layer is None or not _asked_by_student(1):
            kind = f"type object '{owner.__name__}'" if layer is None else f"'{owner.__name__}' object"
            raise AttributeError(f"{kind} has no attribute '{self._name}'", name=self._name, obj=layer)
        import keras

        found = keras.tree.map_structure(lambda tensor: tensor.shape, getattr(layer, self._tensors))
        self._note()
        return found


def _accept_layer_shapes(notes: Notes) -> None:
    """`layer.output_shape` and `layer.input_shape` on layers that are no models."""
    import keras

    for tensors in ("output", "input"):
        name = f"{tensors}_shape"
        note = functools.partial(notes.add, f"drift-{tensors}-shape")
        _replace(keras.layers.Layer, name, _Shape(name, tensors, note))


def _accept_sequential_ends(notes: Notes) -> None:
    """`model.input` and `model.output` of a Sequential that is built and was never called on a symbolic tensor."""
    import keras

    for name in ("input", "output"):
        _replace(keras.Sequential, name, _end(getattr(keras.Sequential, name), name, notes))


def _end(original: property, name: str, notes: Notes) -> property:
    def read(self: Any) -> Any:
        assert original.fget is not None
        try:
            return original.fget(self)
        except AttributeError:
            if not _asked_by_student(1) or not getattr(self, "_functional", None):
                raise
            tensors = getattr(self, f"{name}s")
            notes.add(f"drift-sequential-{name}")
            return tensors[0] if len(tensors) == 1 else tensors

    return property(read, doc=original.__doc__)

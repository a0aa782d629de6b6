"""What older Keras, NumPy and Pillow accepted and today's refuse, accepted again in the student cell, with a note on what to write.

Courses and their solutions outlive the versions that they were written for. Each shim acts only where Keras would
raise, so code that is right today runs as it does without them.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import inspect
import sys
from collections.abc import Callable
from typing import Any

from grader.student import notebook_display, old_imports, stand_ins
from grader.student.drift import TEXTS
from grader.student.module import cell_of


class Notes:
    """What drifted, each kind once, in the order of first use."""

    def __init__(self) -> None:
        self._kinds: dict[str, None] = {}

    def add(self, kind: str) -> None:
        """Record one kind of `drift.TEXTS`."""
        assert kind in TEXTS, kind
        self._kinds[kind] = None

    def to_body(self) -> list[str]:
        """The kinds as JSON; their texts are looked up where the student's code has not run."""
        return list(self._kinds)


def install() -> Notes:
    """Put the shims into Keras, for this process. Runs no operation and creates no tensor."""
    notes = Notes()
    _accept_lr(notes)
    _accept_lr_read(notes)
    _accept_no_epsilon(notes)
    _accept_legacy_optimizers(notes)
    _accept_bare_metrics(notes)
    _accept_no_pool_size(notes)
    _accept_any_case(notes)
    _accept_layer_shapes(notes)
    _accept_sequential_ends(notes)
    _accept_input_of_input_layer(notes)
    _accept_callback_model(notes)
    old_imports.install(notes.add, _replace)
    notebook_display.install(_replace, old_imports.ROOTS)
    stand_ins.install(_replace)
    return notes


def _replace(owner: Any, name: str, value: Any) -> None:
    setattr(owner, name, value)


def _asked_by_student(depth: int) -> bool:
    """Whether the frame `depth` above the caller's is the student's own code.

    Keras and the grader ask with `hasattr` what a layer knows; they are to hear what they would hear without shims.
    """
    return cell_of(sys._getframe(depth + 1).f_code.co_filename)[0]  # noqa: SLF001 - the documented way to a caller


def _accept_lr(notes: Notes) -> None:
    """`lr=` for `learning_rate=`, and any number as its value: every optimizer hands what it does not know to the one base class."""
    from keras.src.optimizers.base_optimizer import BaseOptimizer  # the class itself is not exported

    original = BaseOptimizer.__init__

    @functools.wraps(original)
    def init(self: Any, *args: Any, **kwargs: Any) -> None:
        if "lr" in kwargs and "learning_rate" in kwargs:
            # As it was: a given `lr` wins over the default that the subclass passes on.
            kwargs["learning_rate"] = kwargs.pop("lr")
            notes.add("drift-lr")
        if kwargs.get("decay"):
            notes.add("drift-decay")
        rate: Any = kwargs.get("learning_rate")
        if not isinstance(rate, float) and not callable(rate):
            # A whole number, NumPy's own or a tensor, as `optimizer.learning_rate / 10` is: a rate as before.
            with contextlib.suppress(TypeError, ValueError):
                kwargs["learning_rate"] = float(rate)
                notes.add("drift-rate")
        original(self, *args, **kwargs)

    _replace(BaseOptimizer, "__init__", init)


def _accept_lr_read(notes: Notes) -> None:
    """`optimizer.lr`, read and set: today setting it makes an attribute that nobody reads."""
    from keras.src.optimizers.base_optimizer import BaseOptimizer

    def read(self: Any) -> Any:
        notes.add("drift-lr-read")
        return self.learning_rate

    def write(self: Any, value: Any) -> None:
        notes.add("drift-lr-read")
        self.learning_rate = value

    _replace(BaseOptimizer, "lr", property(read, write))


def _accept_no_epsilon(notes: Notes) -> None:
    """`epsilon=None`, which meant Keras' own small number."""
    import keras
    from keras.src.optimizers.base_optimizer import BaseOptimizer

    original = BaseOptimizer.__setattr__

    @functools.wraps(original)
    def set_attribute(self: Any, name: str, value: Any) -> None:
        if name == "epsilon" and value is None:
            notes.add("drift-epsilon")
            value = keras.config.epsilon()
        original(self, name, value)

    _replace(BaseOptimizer, "__setattr__", set_attribute)


def _accept_legacy_optimizers(notes: Notes) -> None:
    """`tf.keras.optimizers.legacy.Adam`: today's optimizer of that name."""
    import keras

    def make(name: str) -> Callable[..., Any]:
        @functools.wraps(getattr(keras.optimizers, name))
        def build(*args: Any, **kwargs: Any) -> Any:
            notes.add("drift-legacy")
            return getattr(keras.optimizers, name)(*args, **kwargs)

        return build

    for root in old_imports.ROOTS:
        module = importlib.import_module(f"{root}.optimizers.legacy")
        for name in ("Adagrad", "Adam", "Ftrl", "RMSprop", "SGD"):
            _replace(module, name, make(name))


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
        weights = bound.arguments.get("loss_weights")
        named = isinstance(weights, list | tuple) and any(isinstance(one, str) or callable(one) for one in weights)
        if named and not bound.arguments.get("metrics"):
            # The third argument was the metrics once; weights are numbers.
            bound.arguments["metrics"] = bound.arguments.pop("loss_weights")
            notes.add("drift-metrics-third")
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


def _accept_no_pool_size(notes: Notes) -> None:
    """`AveragePooling2D()`: a size of 2 was the default, as it still is for the largest value."""
    import keras

    for name in ("AveragePooling1D", "AveragePooling2D", "AveragePooling3D"):
        owner = getattr(keras.layers, name)
        _replace(owner, "__init__", _with_pool_size(owner.__init__, notes))


def _with_pool_size(original: Callable[..., None], notes: Notes) -> Callable[..., None]:
    @functools.wraps(original)
    def init(self: Any, *args: Any, **kwargs: Any) -> None:
        if not args and "pool_size" not in kwargs:
            kwargs["pool_size"] = 2
            notes.add("drift-pool-size")
        original(self, *args, **kwargs)

    # Keras reads the names of arguments off `__init__` without looking behind a wrapper.
    init.__signature__ = inspect.signature(original)  # type: ignore[attr-defined]  # what inspect itself looks for
    return init


def _accept_any_case(notes: Notes) -> None:
    """`activation="ReLU"`: names that only a change of case makes known."""
    import keras
    from keras.src import activations  # layers look `get` up in this module, not in the exported one

    original = activations.get

    @functools.wraps(original)
    def get(identifier: Any) -> Any:
        try:
            return original(identifier)
        except ValueError:
            if not isinstance(identifier, str) or identifier.lower() == identifier:
                raise
            if identifier == "LeakyReLU":
                # Names of activation layers were taken as well; this one has no function of its name.
                notes.add("drift-leaky-relu")
                return keras.layers.LeakyReLU()
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


def _accept_input_of_input_layer(notes: Notes) -> None:
    """`model.layers[0].input` of an input layer, which was its tensor and is an empty list today."""
    import keras

    owner = keras.layers.InputLayer
    original = owner.input

    def read(self: Any) -> Any:
        found = original.fget(self)
        if found or not _asked_by_student(1):
            return found
        notes.add("drift-input-layer")
        return self.output

    _replace(owner, "input", property(read, doc=original.__doc__))


def _accept_callback_model(notes: Notes) -> None:
    """`self.model = None` in a callback's constructor, or in its own `set_model`."""
    import keras

    original = keras.callbacks.Callback.model

    def write(self: Any, model: Any) -> None:
        notes.add("drift-callback-model")
        self._model = model

    _replace(keras.callbacks.Callback, "model", property(original.fget, write, doc=original.__doc__))

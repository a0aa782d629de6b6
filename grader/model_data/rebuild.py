"""From checked `ModelData` to a live Keras model. Runs in the examiner and in the trainer."""

from __future__ import annotations

import copy
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from keras.src.backend.common import global_state  # the list of variables that wait for a value
from keras.src.models.sequential import Sequential  # whatever a student binds to `keras.Sequential`

from grader.errors import ModelRefused
from grader.model_data.check import check_model
from grader.model_data.data import ModelData
from grader.model_data.limits import DEFAULT_MODEL_LIMITS, ModelLimits
from grader.model_data.losses import matching_loss
from grader.model_data.notes import ModelNote
from grader.model_data.outputs import CHOSEN_BY_KERAS, output_kind
from grader.model_data.paths import variables_by_path
from grader.model_data.problems import first_line
from grader.model_data.size import check_size

RELATIVE_TOLERANCE = 1e-3
ABSOLUTE_TOLERANCE = 1e-4
_WAITING = "uninitialized_variables"


@dataclass(frozen=True, eq=False)
class Rebuilt:
    """A model built from its description.

    Attributes:
        model: with the student's weights and trainability; compiled where `compiled` says so.
        agrees: its outputs on the probe images are those that the student's model gave.
        max_difference: the largest deviation of an output, infinity where shapes differ or values are not finite.
        notes: those of the export, and what rebuilding adds.
        compile_problem: why a model that the student compiled could not be compiled here, for the student; else "".
    """

    model: Any
    agrees: bool
    max_difference: float
    notes: tuple[ModelNote, ...]
    compile_problem: str = ""

    @property
    def compiled(self) -> bool:
        """Whether the model can be trained."""
        return bool(self.model.compiled)


def rebuild_model(data: ModelData, limits: ModelLimits = DEFAULT_MODEL_LIMITS, *, probe: bool = True) -> Rebuilt:
    """Build the model that `data` describes, after checking it.

    Args:
        data: from the student cell.
        limits: on its size.
        probe: compare outputs on the probe images; without it `agrees` is True.

    Raises:
        ModelRefused: the description holds what is not allowed, is too large, or does not fit its weights.
    """
    check_model(data, limits)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = _build(data, limits)
        notes = list(data.notes)
        problem = _compile(model, data, notes)
        difference = _difference(model, data) if probe else 0.0
    tolerance = ABSOLUTE_TOLERANCE + RELATIVE_TOLERANCE * float(np.abs(data.probe_outputs).max(initial=0.0))
    return Rebuilt(model, difference <= tolerance, difference, tuple(notes), problem)


def _build(data: ModelData, limits: ModelLimits) -> Any:
    """The model with its weights. Variables get memory only once their shapes are known to be those of the weights."""
    with _variables_wait():
        with keras.StatelessScope(initialize_variables=False):
            try:
                with _sequential_built_once():
                    model = keras.saving.deserialize_keras_object(
                        copy.deepcopy(data.config), custom_objects={}, safe_mode=True
                    )
            except ModelRefused:
                raise
            except Exception as error:
                raise ModelRefused(
                    f"Keras cannot build your model from its own configuration ({first_line(error)})",
                    "Build it from layers of `keras.layers` that fit one another.",
                ) from error
            if not isinstance(model, keras.Model) or not model.built or len(model.inputs) != 1:
                raise ModelRefused(
                    "Your model does not say what it takes", "Begin it with `keras.Input(shape=(height, width, 3))`."
                )
            if len(model.outputs) != 1 or not (isinstance(model, keras.Sequential) or hasattr(model.output, "shape")):
                raise ModelRefused("Your model has several outputs", "Give it one output.")
            if tuple(model.input_shape) != data.input.shape or str(model.inputs[0].dtype) != data.input.dtype:
                raise ModelRefused("Your model takes another input than it says", "Return the model as Keras made it.")
            variables = variables_by_path(model)
            _check_shapes(variables, data)
            check_size(model, data.probe_inputs.shape, limits)
        for path, variable in variables.items():
            # Given its value as the initialiser, so that no random numbers are drawn for what is replaced at once.
            variable._initializer = _constant(data.weights[path])
        _initialize_waiting()
    for layer in model._flatten_layers():
        if isinstance(layer, keras.layers.Normalization):
            # It computes with copies of its weights, taken here.
            layer.finalize_state()
    _set_trainable(model, variables, data)
    return model


def _constant(value: Any) -> Any:
    def initializer(_shape: Any, dtype: Any) -> Any:
        return keras.ops.convert_to_tensor(value, dtype=dtype)

    return initializer


@contextmanager
def _variables_wait() -> Iterator[None]:
    """Afterwards no variable is left waiting for a value, whatever happened in between."""
    global_state.set_global_attribute(_WAITING, [])
    try:
        yield
    finally:
        global_state.set_global_attribute(_WAITING, [])


@contextmanager
def _sequential_built_once() -> Iterator[None]:
    """`Sequential.from_config` adds its layers one by one and runs through all of them anew each time; here it does so at the end."""
    sequential: Any = Sequential
    rebuild, from_config = sequential._maybe_rebuild, sequential.__dict__["from_config"]

    def whole(cls: Any, config: Any, custom_objects: Any = None) -> Any:
        model = from_config.__func__(cls, config, custom_objects)
        if model._functional is None and model._layers:
            rebuild(model)
        return model

    sequential._maybe_rebuild = lambda _model: None
    sequential.from_config = classmethod(whole)
    try:
        yield
    finally:
        sequential._maybe_rebuild, sequential.from_config = rebuild, from_config


def _initialize_waiting() -> None:
    for variable in global_state.get_global_attribute(_WAITING) or []:
        variable._deferred_initialize()


def _check_shapes(variables: dict[str, Any], data: ModelData) -> None:
    missing = [path for path in variables if path not in data.weights]
    if missing or len(variables) != len(data.weights):
        raise ModelRefused(
            f"Your model's weights are not those of its layers ({len(data.weights)} came, {len(variables)} are needed)",
            "Return the model as Keras made it.",
        )
    for path, variable in variables.items():
        value = data.weights[path]
        if tuple(value.shape) != tuple(variable.shape):
            raise ModelRefused(
                f"The weight `{path}` has shape {tuple(value.shape)}, its layer needs {tuple(variable.shape)}",
                "Return the model as Keras made it.",
            )


def _set_trainable(model: Any, variables: dict[str, Any], data: ModelData) -> None:
    """What the student's model would train is trained here, whatever the flags further out in the config say.

    A layer's own flag follows, because it also decides whether BatchNormalization uses the batch's statistics.
    """
    paths = {id(variable): path for path, variable in variables.items()}
    for layer in model._flatten_layers():
        own = {paths[id(variable)]: variable for variable in layer._trainable_variables if id(variable) in paths}
        if any(data.trainable[path] for path in own):
            layer._trainable = True
        for path, variable in own.items():
            variable.trainable = data.trainable[path]
    if any(data.trainable.values()):
        model._trainable = True


def _compile(model: Any, data: ModelData, notes: list[ModelNote]) -> str:
    """Compile as the student did. Returns why that is impossible, or ""."""
    config = data.compile_config
    if config is None:
        return ""
    if config.get("optimizer") is None:
        return (
            "Its optimizer is not one of Keras' own that the grader knows. Use one by name, such as `optimizer='adam'`."
        )
    loss = config.get("loss")
    for values in data.losses:
        units = model.output_shape[-1] if len(model.output_shape) > 1 else None
        found = None if units is None else matching_loss(values.values, int(units), output_kind(model))
        if found is None:
            return (
                f"Its loss `{values.name}` is none of Keras' own. "
                "Use one of those, such as `loss='binary_crossentropy'`."
            )
        notes.append(ModelNote("loss", values.name, type(found).__name__))
        loss = keras.saving.serialize_keras_object(found)
    try:
        arguments = keras.saving.deserialize_keras_object(
            copy.deepcopy({**config, "loss": loss}), custom_objects={}, safe_mode=True
        )
        if isinstance(loss, str) and loss.lower() not in CHOSEN_BY_KERAS:
            keras.losses.get(loss)  # Keras itself looks a name up in the first step of a training
        model.compile(**arguments, run_eagerly=False, jit_compile=False, steps_per_execution=1)
    except Exception as error:
        return f"Keras does not accept what it was compiled with: {first_line(error)}"
    return ""


def _difference(model: Any, data: ModelData) -> float:
    try:
        inputs = keras.ops.convert_to_tensor(data.probe_inputs, dtype=data.input.dtype)
        outputs = np.asarray(model(inputs, training=False), dtype="float64")
    except Exception as error:  # shapes that the student's model took and this one does not: they do not agree
        if isinstance(error, MemoryError) or type(error).__name__ == "ResourceExhaustedError":
            raise
        return float("inf")
    if outputs.shape != data.probe_outputs.shape:
        return float("inf")
    difference = np.abs(outputs - data.probe_outputs.astype("float64")).max(initial=0.0)
    return float(difference) if np.isfinite(difference) else float("inf")

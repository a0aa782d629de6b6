"""From a student's live model to `ModelData`. Runs in the student cell; what it says is evidence, not a verdict."""

from __future__ import annotations

import copy
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import keras
import numpy as np
from keras.src.models.functional import Functional  # the class itself is not exported

from grader.model_data.activations import builtin_activations
from grader.model_data.classes import builtin_classes
from grader.model_data.compiling import export_compile_config
from grader.model_data.data import Array, InputInfo, ModelData
from grader.model_data.flatten import describe, flatten, is_custom, is_plain_functional, needs_flattening, random_parts
from grader.model_data.notes import RANDOM_AT_INFERENCE, ModelNote
from grader.model_data.outputs import OutputKind, kind_of_activation
from grader.model_data.paths import children, trainable_of, weights_of
from grader.model_data.plain import plain
from grader.model_data.problems import CannotExport, DrawsAtInference, NotAModel, first_line

DEFAULT_SIDE = 64
_RANGES = ((0.0, 1.0), (-1.0, 1.0), (0.0, 255.0))
_IMAGES_PER_RANGE = 2


def export_model(model: Any, sample: Array | None = None, *, seed: int = 0) -> ModelData:
    """Describe a Keras model by its config, weights and behaviour.

    Args:
        model: what the student's function returned.
        sample: a batch of the student's own images, (n, height, width, channels), on which a model that does not
            say its input shape is built.
        seed: of the random images on which the model's outputs are recorded.

    Raises:
        NotAModel: `model` is something else.
        CannotExport: a part of the model has no description; says which and what to write instead.
    """
    if isinstance(model, type) and issubclass(model, keras.Model):
        raise NotAModel(f"the class `{model.__name__}` instead of an instance of it")
    if not isinstance(model, keras.Model):
        raise NotAModel("None" if model is None else f"an object of type `{type(model).__name__}`")
    notes: list[ModelNote] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        shape, dtype = _built(model, sample, notes)
        with builtin_classes(model, notes), builtin_activations(model, notes):
            probes = _probes(shape, sample, seed)
            outputs = _outputs(model, probes, dtype)
            # What Keras' own classes make of a graph never varies at inference, and a deep network takes long to ask.
            own_code = not is_plain_functional(model) or any(needs_flattening(part) for part in children(model))
            if own_code and not _close(outputs, _outputs(model, probes, dtype)):
                # A graph cannot carry this over: Keras lets `training=False` from outside win over what a `call` says.
                notes.append(ModelNote(RANDOM_AT_INFERENCE))
            exported = _described(model, shape, dtype, probes, outputs, notes)
            config = _config(exported)
        units = int(outputs.shape[-1]) if outputs.ndim > 1 else 1
        compile_config, losses, compile_notes = export_compile_config(model, units, _kind(exported))
    return ModelData(
        config=config,
        compile_config=compile_config,
        weights=weights_of(exported),
        trainable=trainable_of(exported),
        input=InputInfo(shape, dtype),
        probe_inputs=probes,
        probe_outputs=outputs,
        notes=(*notes, *compile_notes, *_overrides(model)),
        losses=losses,
    )


def _kind(exported: keras.Model) -> OutputKind | None:
    """What the last activation makes of the outputs; None where that is linear, or the model tells nothing of its graph."""
    try:
        return kind_of_activation(exported)
    except (AttributeError, ValueError):
        return None


def export_own_model(model: keras.Model) -> ModelData:
    """Describe a functional model of the grader's own: as `export_model`, without trying it on images."""
    notes: list[ModelNote] = []
    shape, dtype = _built(model, None, notes)
    compile_config, losses, _ = export_compile_config(model, int(model.output_shape[-1]))
    return ModelData(
        config=_config(model),
        compile_config=compile_config,
        weights=weights_of(model),
        trainable=trainable_of(model),
        input=InputInfo(shape, dtype),
        probe_inputs=np.zeros((1, *(side or DEFAULT_SIDE for side in shape[1:])), np.float32),
        probe_outputs=np.zeros((1, 1), np.float32),
        losses=losses,
    )


def _built(model: keras.Model, sample: Array | None, notes: list[ModelNote]) -> tuple[tuple[int | None, ...], str]:
    """Input shape (batch axis None) and dtype, after building the model on the sample where it needs that."""
    for layer in _all_layers(model):
        if isinstance(layer, keras.layers.Normalization) and layer.built:
            layer.finalize_state()
    shape = _input_shape(model)
    if shape is None:
        if sample is None:
            raise CannotExport(
                describe(model),
                "it does not say what shape of images it takes.",
                "Begin it with `keras.Input(shape=(height, width, channels))`.",
            )
        shape = (None, *np.asarray(sample).shape[1:])
        notes.append(ModelNote("built_on_batch"))
        try:
            if isinstance(model, keras.Sequential) and is_plain_functional(model):
                model.build(shape)
            else:
                model(keras.KerasTensor(shape, dtype="float32"))
        except Exception:
            _call_on_images(model, np.asarray(sample)[:2])
    dtype = "float32"
    if isinstance(model, Functional | keras.Sequential) and getattr(model, "inputs", None):
        if len(model.inputs) != 1 or len(keras.tree.flatten(model.outputs)) != 1:
            raise CannotExport(
                describe(model), "it has several inputs or outputs.", "Give it one input and one output."
            )
        dtype = str(model.inputs[0].dtype)
        shape = tuple(model.inputs[0].shape)
    return (None, *(None if side is None else int(side) for side in shape[1:])), dtype


def _input_shape(model: Any) -> tuple[int | None, ...] | None:
    try:
        shape = model.input_shape
    except (AttributeError, ValueError):
        shape = None
    if shape is None and getattr(model, "built", False):
        shape = getattr(model, "_build_shapes_dict", None)
        shape = next(iter(shape.values()), None) if shape else None
    if isinstance(shape, list) and len(shape) == 1:
        shape = shape[0]
    if isinstance(shape, dict | list):
        raise CannotExport(describe(model), "it has several inputs.", "Give it one input and one output.")
    return tuple(shape) if shape is not None else None


def _call_on_images(model: Any, images: Array) -> Any:
    try:
        return model(images.astype("float32"), training=False)
    except TypeError:
        return model(images.astype("float32"))
    except Exception as error:
        raise CannotExport(
            describe(model), f"called on a batch of images, it raises: {first_line(error)}", "Try it: `model(images)`."
        ) from error


def _probes(shape: tuple[int | None, ...], sample: Array | None, seed: int) -> Array:
    sides = list(shape[1:])
    if sample is not None and np.asarray(sample).ndim == len(shape):
        sides = [
            given if side is None else side for side, given in zip(sides, np.asarray(sample).shape[1:], strict=True)
        ]
    full = [DEFAULT_SIDE if side is None else side for side in sides]
    random = np.random.default_rng(seed)
    images = [random.uniform(low, high, (_IMAGES_PER_RANGE, *full)) for low, high in _RANGES]
    return np.concatenate(images).astype("float32")


def _outputs(model: Any, probes: Array, dtype: str) -> Array:
    outputs = _call_on_images(model, probes.astype(dtype))
    if _wrapped(outputs):
        outputs = next(iter(keras.tree.flatten(outputs)), None)
    try:
        array = np.asarray(outputs)
    except Exception:
        array = np.empty(0, dtype=object)
    if array.dtype.kind not in "fiub" or array.ndim < 1 or len(array) != len(probes):
        raise CannotExport(describe(model), "it does not return one tensor.", "Return the output of its last layer.")
    return array.astype("float32")


def _close(one: Array, other: Array) -> bool:
    return one.shape == other.shape and bool(np.allclose(one, other, rtol=1e-3, atol=1e-4, equal_nan=True))


def _described(
    model: Any, shape: tuple[int | None, ...], dtype: str, probes: Array, outputs: Array, notes: list[ModelNote]
) -> keras.Model:
    """A functional or Sequential model of built-in parts that computes what `model` computes."""
    if is_plain_functional(model) and not any(needs_flattening(part) for part in children(model)):
        if is_custom(model):
            notes.append(ModelNote("functional_subclass", type(model).__name__))
        elif isinstance(model, keras.Sequential) or not (_wrapped(model.input) or _wrapped(model.output)):
            return model
        return keras.Model(model.inputs[0], keras.tree.flatten(model.outputs)[0], name=str(model.name))
    flat = _flat(model, shape, dtype, probes, outputs, notes)
    own = model if is_custom(model) else next(part for part in _all_layers(model) if is_custom(part))
    notes.append(ModelNote("flattened", type(own).__name__))
    return flat


def _flat(
    model: Any, shape: tuple[int | None, ...], dtype: str, probes: Array, outputs: Array, notes: list[ModelNote]
) -> keras.Model:
    """What `model` does while training, written out so that it does at inference what `model` does there.

    Raises:
        CannotExport: one of both cannot be written out. What `model` does at inference never stands for its training:
            then an augmentation would be judged that is not the student's.
    """

    def agrees(flat: keras.Model) -> bool:
        try:
            return _close(_outputs(flat, probes, dtype), outputs)
        except CannotExport:  # a branch for training alone may not fit what comes behind it at inference
            return False

    trained = flatten(model, shape, dtype, training=True)
    if agrees(trained):
        return trained
    try:
        still = flatten(model, shape, dtype, training=False)
    except DrawsAtInference:
        # Without what it draws, it must do at inference what it does in training.
        resting = flatten(model, shape, dtype, training=False, drawing=True)
        if not _close(_outputs(trained, probes, dtype), _outputs(resting, probes, dtype)):
            raise
        if not any(note.code == RANDOM_AT_INFERENCE for note in notes):
            notes.append(ModelNote(RANDOM_AT_INFERENCE))
        return trained
    switched = flatten(model, shape, dtype, training=True, switched=True)
    if agrees(switched):
        return switched
    if not agrees(still):
        return trained
    if random_parts(trained) - random_parts(still):
        raise CannotExport(
            describe(model),
            "what it does under `if training` is more than random layers, and cannot be told from the rest.",
            "Move that branch into a layer of its own, without weights.",
        )
    # Such as logits while training and probabilities afterwards: close enough to be judged.
    notes.append(ModelNote("training_branch", type(model).__name__))
    return still


def _wrapped(structure: Any) -> bool:
    """Whether one tensor comes in a list or dict of its own, as from `keras.Model([inputs], [outputs])`."""
    return isinstance(structure, list | tuple | dict) and len(structure) == 1


@contextmanager
def _without_compile_settings(model: keras.Model) -> Iterator[None]:
    """What a model was compiled with travels apart, setting by setting: one that Keras cannot write must not cost the rest."""
    model.get_compile_config = lambda: None
    try:
        yield
    finally:
        del model.get_compile_config


def _config(model: keras.Model) -> dict[str, Any]:
    try:
        with _without_compile_settings(model):
            config = plain(keras.saving.serialize_keras_object(model))
    except CannotExport:
        raise
    except Exception as error:
        raise CannotExport(
            describe(model),
            f"Keras cannot write its configuration: {first_line(error)}",
            "Use layers of `keras.layers`.",
        ) from error
    config = copy.deepcopy(config)
    _normalise(config)
    return dict(config)


def _normalise(value: Any) -> None:
    """Free the batch axis of inputs, which a batch or a careful student may have fixed; mend what Keras writes wrongly."""
    if isinstance(value, list):
        for item in value:
            _normalise(item)
    elif isinstance(value, dict):
        config = value.get("config")
        if value.get("class_name") == "InputLayer" and isinstance(config, dict) and config.get("batch_shape"):
            config["batch_shape"][0] = None
        if value.get("class_name") == "RandomShear" and isinstance(config, dict):
            # Keras 3.15 writes a factor of 0.1 as [-0.1, 0.1] and refuses to read that.
            for name in ("x_factor", "y_factor"):
                factor = config.get(name)
                if isinstance(factor, list) and len(factor) == 2 and factor[0] == -factor[1]:
                    config[name] = factor[1]
        if value.get("class_name") == "Sequential" and isinstance(config, dict) and config.get("build_input_shape"):
            config["build_input_shape"][0] = None
        for item in value.values():
            _normalise(item)


def _overrides(model: Any) -> Iterator[ModelNote]:
    """Methods of Keras that the student's class replaces; the grader trains without them."""
    for name in ("train_step", "test_step", "compute_loss", "fit"):
        own = getattr(type(model), name, None)
        if own is not None and not str(getattr(own, "__module__", "")).startswith("keras."):
            yield ModelNote("own_method", f"{type(model).__name__}.{name}")


def _all_layers(layer: Any) -> Iterator[Any]:
    yield layer
    for part in children(layer):
        yield from _all_layers(part)

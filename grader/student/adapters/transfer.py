"""Evidence of functions around a pre-trained backbone: load it, cut it, build on it, fine-tune it.

Where a function works on a backbone, it is given the grader's own, rebuilt here from what was sent. A script has no functions:
there the grader's own is bound to the names that its later lines use (`stage.given` of a request), and what they make of it is
taken under its name. All that goes back is evidence: nothing in this process decides a point.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np

from grader.model_data import CannotExport, ModelData, NotAModel, export_model, rebuild_model, variables_by_path
from grader.student.failures import NotWhatWasAsked
from grader.student.module import StudentModule
from grader.wire import Message

Array = np.ndarray[Any, Any]

MODEL = "model/"
MOST_CASES = 8


def run_pretrained(module: StudentModule, request: Message) -> Message:
    """Call `entry()`, or `entry(weights_path)` where it takes an argument, or take a script's, and export the network.

    Args:
        module: the student's code.
        request: body `entry`, `weights_path`; array `sample` (n, H, W, C) for a model that does not say its input.
    """
    entry = request.body["entry"]
    model = _pretrained(module, request.body)
    return _answer(model, entry, request.arrays.get("sample"), lambda: {"open": _open_variables(model)})


def run_cut(module: StudentModule, request: Message) -> Message:
    """Call `entry(pre_trained_model)` on the grader's backbone and export what leads from its input to the result."""
    import keras

    entry = request.body["entry"]
    backbone = _given(request)
    tensor = _made(module, request.body, entry, backbone)
    _need_symbolic(tensor, entry, "returned" if "stage" not in request.body else "is")
    try:
        model = keras.Model(backbone.input, tensor)
    except ValueError as error:
        if "stage" in request.body:
            # A script may have its backbone under two names; the other one was not replaced.
            return _answer(keras.Model(keras.utils.get_source_inputs(tensor), tensor), entry, None)
        raise NotWhatWasAsked(
            "disconnected", f"What `{entry}` returned does not hang on the input of the model that it was given.",
            'Take it from the argument: `pre_trained_model.get_layer("...").output`. A new `Input`, or a model from another '
            "cell, is no part of it.",
        ) from error  # fmt: skip
    return _answer(model, entry, None)


def run_head(module: StudentModule, request: Message) -> Message:
    """Call `entry(pre_trained_model, last_output)` on the grader's backbone and its layer `last_layer`.

    Answers `model` and `trainable_at_compile`: what was trainable when the model was compiled last, by path, or None.
    """
    entry = request.body["entry"]
    backbone = _given(request)
    with _watching_compile() as compiled:
        model = _made(module, request.body, entry, backbone, backbone.get_layer(request.body["last_layer"]).output)
    sample = request.arrays.get("sample")
    return _answer(model, entry, sample, lambda: {"trainable_at_compile": _at_compile(model, compiled)})


def run_chain(module: StudentModule, request: Message) -> Message:
    """The student's own three functions one after another, each on what the one before gave; the last model is exported.

    Body `entries`: to load, to cut, to build; `weights_path` as in `run_pretrained`. A script's last model needs no calls.
    """
    load, cut, build = request.body["entries"]
    if "stage" in request.body:
        model = _made(module, request.body, build)
    else:
        backbone = _pretrained(module, {"entry": load, "weights_path": request.body["weights_path"]})
        model = module.get(build)(backbone, module.get(cut)(backbone))
    return _answer(model, build, request.arrays.get("sample"))


def run_features(module: StudentModule, request: Message) -> Message:
    """Call `entry(pre_trained_model, dataset)` on the grader's backbone and pictures.

    Args:
        module: the student's code.
        request: body `batch_size`, `reshuffle`: for each call whether the data set deals its pictures anew on every pass; arrays
            `images`, `labels` and those of the backbone. All calls get the same backbone, as in a notebook.

    Answers for call i the arrays `<i>/features` and `<i>/labels`, each with one row for each picture.
    """
    backbone = _given(request)
    arrays: dict[str, Any] = {}
    for number, reshuffle in enumerate(request.body["reshuffle"]):
        features, labels = _features(module, request, backbone, reshuffle=reshuffle)
        arrays |= {f"{number}/features": features, f"{number}/labels": labels}
    return Message("answer", {}, arrays)


def _features(module: StudentModule, request: Message, backbone: Any, *, reshuffle: bool) -> tuple[Array, Array]:
    import tensorflow as tf

    entry = request.body["entry"]
    images, labels = request.arrays["images"].copy(), request.arrays["labels"].copy()
    dataset = tf.data.Dataset.from_tensor_slices((images, labels))
    if reshuffle:
        dataset = dataset.shuffle(len(images), reshuffle_each_iteration=True)
    returned = module.get(entry)(backbone, dataset.batch(request.body["batch_size"]))
    if returned is None:
        raise NotWhatWasAsked("none", f"`{entry}` returned None.")
    if not isinstance(returned, (tuple, list)) or len(returned) != 2:
        kind = f"a {type(returned).__name__[:80]}"
        raise NotWhatWasAsked(
            "not_features", f"`{entry}` returned {kind}, not a pair of arrays.", "`return features, labels`."
        )
    features, own_labels = (_rows(one, entry) for one in returned)
    return features, own_labels


def run_fine_tune(module: StudentModule, request: Message) -> Message:
    """Call `entry(model, n_layers)` on a fresh copy of the grader's model for each of body `counts`.

    Answers, for case i, `cases[i]` (`model`, `recompiled`) and arrays `<i>/…`.
    """
    entry = request.body["entry"]
    cases: list[dict[str, Any]] = []
    arrays: dict[str, Any] = {}
    for number, count in enumerate(request.body["counts"][:MOST_CASES]):
        model = _given(request)
        with _watching_compile() as compiled:
            returned = module.get(entry)(model, count)
        reply = _answer(returned, entry, None, then := _Later())
        cases.append({"model": reply.body["model"], "recompiled": id(then.model) in compiled})
        arrays |= {f"{number}/{name}": array for name, array in reply.arrays.items()}
    return Message("answer", {"cases": cases}, arrays)


class _Later:
    """Keeps the model that was exported."""

    model: Any = None

    def __call__(self) -> dict[str, Any]:
        return {}


def _given(request: Message) -> Any:
    """The grader's own model, made anew. Layers that the student adds are numbered on from its own, as in their notebook."""
    import keras

    own = {name.removeprefix(MODEL): array for name, array in request.arrays.items() if name.startswith(MODEL)}
    model = rebuild_model(ModelData.from_wire(request.body["model"], own), probe=False).model
    for layer in model.layers:
        base, _, number = layer.name.rpartition("_")
        base, number = (base, number) if number.isdigit() else (layer.name, "0")
        while keras.backend.get_uid(base) <= int(number):
            pass
    return model


def _open_variables(model: Any) -> list[str]:
    """Paths of the variables that say of themselves that they learn.

    What is built from a model's tensors asks each layer, not the model around them.
    """
    return [path for path, variable in variables_by_path(model).items() if variable.trainable]


def _made(module: StudentModule, body: Mapping[str, Any], entry: str, *given: Any) -> Any:
    """What the function `entry` makes of `given`; in a script, what lines after those of `given` have made under that name."""
    if "stage" not in body:
        return module.get(entry)(*given)
    module.give(dict(zip(body["stage"].get("given", ()), given, strict=False)))
    found = module.get(entry)
    if found is None:
        raise NotWhatWasAsked("none_bound", f"`{entry}` is None.")
    return found


def _pretrained(module: StudentModule, body: Mapping[str, Any]) -> Any:
    if "stage" in body:
        return _made(module, body, body["entry"])
    function = module.get(body["entry"])
    return function(body["weights_path"]) if _wants_an_argument(function) else function()


def _wants_an_argument(function: Any) -> bool:
    """Whether a function takes the path of the weights file, as notebooks of an older generation do."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return False
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return any(one.kind in positional and one.default is inspect.Parameter.empty for one in parameters)


def _answer(model: Any, entry: str, sample: Any, more: Callable[[], dict[str, Any]] | None = None) -> Message:
    if model is None:
        raise NotWhatWasAsked("none", f"`{entry}` returned None.")
    try:
        data = export_model(model, sample)
    except NotAModel as error:
        raise NotWhatWasAsked("not_a_model", str(error)) from error
    except CannotExport as error:
        named = f"{error.layer[:1].upper()}{error.layer[1:]}"
        raise NotWhatWasAsked(
            "cannot_export", f"{named} cannot be rebuilt for grading: {error.reason}", error.instead
        ) from error
    if isinstance(more, _Later):
        more.model = model
    body, arrays = data.to_wire()
    return Message("answer", {"model": body, **(more() if more else {})}, arrays)


def _need_symbolic(tensor: Any, entry: str, verb: str) -> None:
    import keras

    if isinstance(tensor, keras.KerasTensor):
        return
    if tensor is None:
        raise NotWhatWasAsked("none", f"`{entry}` {verb} None.")
    kind = type(tensor).__name__[:80]
    if isinstance(tensor, keras.layers.Layer):
        raise NotWhatWasAsked(
            "not_an_output", f"`{entry}` {verb} the {'model' if isinstance(tensor, keras.Model) else 'layer'} itself (a {kind}).",
            "What the layer puts out is its `.output`.",
        )  # fmt: skip
    raise NotWhatWasAsked(
        "not_an_output", f"`{entry}` {verb} a {kind}, not the output of a layer.",
        '`pre_trained_model.get_layer("...").output`; calling the model on pictures gives numbers instead.',
    )  # fmt: skip


def _rows(returned: Any, entry: str) -> Array:
    try:
        array = np.asarray(returned)
    except (TypeError, ValueError):
        array = np.asarray(None)
    if array.dtype.kind not in "fiub" or array.ndim == 0:
        kind = f"a {type(returned).__name__[:80]}"
        raise NotWhatWasAsked(
            "not_features", f"`{entry}` returned {kind} that is no array with a row for each picture.",
            "Collect what the batches give in a list, then `np.concatenate(list)`.",
        )  # fmt: skip
    return array.astype(np.float32 if array.dtype.kind == "f" else np.int64)


@contextmanager
def _watching_compile() -> Iterator[dict[int, set[int]]]:
    """While open, notes for each model what was trainable when it was compiled last: ids of variables by id of the model."""
    import keras

    seen: dict[int, set[int]] = {}
    # Where it is defined: `compile_from_config` takes a class that defines it anew for one with a `compile` of its own,
    # and does nothing.
    owner = next(base for base in keras.Model.__mro__ if "compile" in vars(base))
    original = owner.compile

    def compile(self: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: A001 - Keras' name
        result = original(self, *args, **kwargs)
        seen[id(self)] = {id(variable) for variable in self.trainable_variables}
        return result

    owner.compile = compile
    try:
        yield seen
    finally:
        owner.compile = original


def _at_compile(model: Any, compiled: Mapping[int, set[int]]) -> dict[str, bool] | None:
    ids = compiled.get(id(model))
    if ids is None:
        return None
    return {path: id(variable) in ids for path, variable in variables_by_path(model).items()}

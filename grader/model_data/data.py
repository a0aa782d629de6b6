"""A Keras model as data: what crosses from the student cell to the examiner and on to the trainer."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import msgspec
import numpy as np

from grader.errors import WireError
from grader.model_data.notes import LONGEST, SENTENCES, UNKNOWN_METRIC, ModelNote

Array: TypeAlias = np.ndarray[Any, Any]

MAX_WEIGHTS = 5_000
MAX_NOTES = 200
MAX_DIMENSIONS = 8
MAX_TEXT = 2_000
MAX_PATH = 1_024
MAX_PROBE_NUMBERS = 64_000_000
WEIGHT_DTYPES = frozenset(("bool", "float16", "float32", "float64", "int32", "int64", "uint8", "uint32"))


@dataclass(frozen=True)
class InputInfo:
    """What the model takes: `shape` with the batch axis first, None where a side is free."""

    shape: tuple[int | None, ...]
    dtype: str


@dataclass(frozen=True)
class Note:
    """Something worth a line in the report that costs no points: `code` for programs, `text` for people."""

    code: str
    text: str
    layer: str = ""


@dataclass(frozen=True, eq=False)
class LossValues:
    """A loss the student wrote, as what it returns on the made-up cases of `losses.cases`.

    `values` has one row per case, NaN where the function raised.
    """

    name: str
    values: Array


@dataclass(frozen=True, eq=False)
class ModelData:
    """A model's description and state. Evidence from the student cell until `check_model` has seen it.

    Attributes:
        config: `{"module", "class_name", "config", …}` as Keras serialises it, without compile or build configs.
        compile_config: `optimizer`, `loss`, `loss_weights`, `metrics`, `weighted_metrics`, each serialised;
            None where the model is not compiled. `loss` is None where it travels in `losses`.
        weights: values by variable path (`paths.weights_of`).
        trainable: for each path, whether the optimiser would change it.
        input: shape and dtype of the input.
        probe_inputs: images, float32, shape (n, height, width, channels).
        probe_outputs: what the student's model makes of them at inference, shape (n, …).
        notes: drift and repairs.
        losses: losses of the student's own, as values.
    """

    config: dict[str, Any]
    compile_config: dict[str, Any] | None
    weights: Mapping[str, Array]
    trainable: Mapping[str, bool]
    input: InputInfo
    probe_inputs: Array
    probe_outputs: Array
    notes: tuple[ModelNote, ...] = ()
    losses: tuple[LossValues, ...] = field(default=())

    @property
    def parameters(self) -> int:
        """Numbers in all weights together."""
        return sum(int(value.size) for value in self.weights.values())

    @property
    def unknown_metrics(self) -> tuple[str, ...]:
        """What is told of metrics that `compile_config` leaves out."""
        return tuple(note.text for note in self.notes if note.code == UNKNOWN_METRIC)

    def to_wire(self) -> tuple[dict[str, Any], dict[str, Array]]:
        """A JSON body and arrays, the arrays named by position so that no path has to be a good name."""
        arrays: dict[str, Array] = {f"weight:{i}": np.asarray(v) for i, v in enumerate(self.weights.values())}
        arrays["probe_inputs"] = np.asarray(self.probe_inputs)
        arrays["probe_outputs"] = np.asarray(self.probe_outputs)
        arrays |= {f"loss:{i}": np.asarray(loss.values) for i, loss in enumerate(self.losses)}
        body = {
            "config": self.config,
            "compile_config": self.compile_config,
            "weights": [[path, bool(self.trainable.get(path, True))] for path in self.weights],
            "input": {"shape": list(self.input.shape), "dtype": self.input.dtype},
            "notes": [
                {"code": note.code, "subject": note.subject[:LONGEST], "value": note.value[:LONGEST]}
                for note in self.notes
            ],
            "losses": [{"name": loss.name} for loss in self.losses],
        }
        return body, arrays

    @classmethod
    def from_wire(cls, body: Any, arrays: Mapping[str, Array]) -> ModelData:
        """The model behind bytes that a student may have written.

        Raises:
            WireError: a field is missing, unknown, of another type or out of bounds. Whether the config is one
                that may be built is a separate question, for `check_model`.
        """
        try:
            read = msgspec.convert(body, _Body)
        except (msgspec.MsgspecError, RecursionError) as error:
            raise WireError(f"the model's description has another form than declared: {error}") from error
        expected = {f"weight:{i}" for i in range(len(read.weights))} | {f"loss:{i}" for i in range(len(read.losses))}
        expected |= {"probe_inputs", "probe_outputs"}
        if set(arrays) != expected:
            raise WireError("the arrays of the model are not those that its description lists.")
        weights: dict[str, Array] = {}
        for i, (path, _) in enumerate(read.weights):
            if path in weights:
                raise WireError("two weights of the model have the same path.")
            weights[path] = _array(arrays[f"weight:{i}"], "a weight", WEIGHT_DTYPES)
        inputs = _array(arrays["probe_inputs"], "probe_inputs", frozenset(("float32",)))
        outputs = _array(arrays["probe_outputs"], "probe_outputs", frozenset(("float16", "float32", "float64")))
        if inputs.ndim < 2 or outputs.ndim < 1 or len(inputs) != len(outputs) or not 1 <= len(inputs) <= 64:
            raise WireError("probe inputs and outputs of the model do not belong together.")
        if inputs.size > MAX_PROBE_NUMBERS or outputs.size > MAX_PROBE_NUMBERS:
            raise WireError("probe inputs or outputs of the model are too large.")
        if not np.isfinite(inputs).all():
            raise WireError("probe inputs of the model are not finite.")
        return cls(
            config=read.config,
            compile_config=read.compile_config,
            weights=weights,
            trainable=dict(read.weights),
            input=InputInfo(tuple(read.input.shape), read.input.dtype),
            probe_inputs=inputs,
            probe_outputs=outputs,
            notes=tuple(ModelNote(note.code, note.subject, note.value) for note in read.notes),
            losses=tuple(
                LossValues(loss.name, _loss_values(arrays[f"loss:{i}"])) for i, loss in enumerate(read.losses)
            ),
        )


class _Input(msgspec.Struct, forbid_unknown_fields=True):
    shape: list[int | None]
    dtype: str

    def __post_init__(self) -> None:
        sides = [side for side in self.shape if side is not None]
        if not 2 <= len(self.shape) <= MAX_DIMENSIONS or any(not 1 <= side < 1 << 31 for side in sides):
            raise ValueError("the input's shape is out of bounds")
        if len(self.dtype) > 32:
            raise ValueError("the input's dtype is no dtype")


class _Note(msgspec.Struct, forbid_unknown_fields=True):
    code: str
    subject: str
    value: str

    def __post_init__(self) -> None:
        if self.code not in SENTENCES:
            raise ValueError("there is no such note")
        if max(len(self.subject), len(self.value)) > MAX_TEXT:
            raise ValueError("a note is too long")


class _Loss(msgspec.Struct, forbid_unknown_fields=True):
    name: str

    def __post_init__(self) -> None:
        if len(self.name) > MAX_PATH:
            raise ValueError("the name of a loss is too long")


class _Body(msgspec.Struct, forbid_unknown_fields=True):
    config: dict[str, Any]
    compile_config: dict[str, Any] | None
    weights: list[tuple[str, bool]]
    input: _Input
    notes: list[_Note]
    losses: list[_Loss]

    def __post_init__(self) -> None:
        if len(self.weights) > MAX_WEIGHTS or len(self.notes) > MAX_NOTES or len(self.losses) > 1:
            raise ValueError("too many weights, notes or losses")
        if any(len(path) > MAX_PATH for path, _ in self.weights):
            raise ValueError("the path of a weight is too long")


def _array(value: Any, what: str, dtypes: frozenset[str]) -> Array:
    if type(value) is not np.ndarray or value.dtype.name not in dtypes or value.ndim > MAX_DIMENSIONS:
        raise WireError(f"{what} of the model is no array of a dtype and shape that is allowed.")
    return value


def _loss_values(value: Any) -> Array:
    array = _array(value, "the values of a loss", frozenset(("float64",)))
    if array.ndim != 1 or math.prod(array.shape) > 1_000:
        raise WireError("the values of a loss are out of bounds.")
    return array

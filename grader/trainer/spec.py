"""What the trainer is asked and what it answers, with their forms on the wire."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
import numpy as np

from grader.errors import WireError
from grader.model_data.data import Array, ModelData, Note
from grader.wire import Message

SPEC_KIND = "train"
RESULT_KIND = "trained"
REFUSED_KIND = "refused"
FAULT_KIND = "fault"
MEMORY_KIND = "memory"
_MODEL = "model/"
_MAX_EPOCHS = 1_000
_MAX_PASSES = 1_000
_MAX_BATCH = 1 << 16


@dataclass(frozen=True, eq=False)
class TrainingPass:
    """The training images of one epoch, as the student's data set delivered them.

    Attributes:
        images: (n, height, width, channels), in the student's own range; uint8 or float.
        labels: (n,), (n, 1) or (n, classes), as the student's data set gives them.
        sample_weights: (n,), or None.
    """

    images: Array
    labels: Array
    sample_weights: Array | None = None

    def __post_init__(self) -> None:
        weights = self.sample_weights
        if self.images.ndim < 2 or self.labels.ndim < 1 or not len(self.images):
            raise ValueError(f"a pass of images {self.images.shape} and labels {self.labels.shape} has nothing to fit.")
        if len(self.images) != len(self.labels) or (weights is not None and len(weights) != len(self.images)):
            raise ValueError(f"images (={len(self.images)}) and labels (={len(self.labels)}) must be as many.")


@dataclass(frozen=True, eq=False)
class Unseen:
    """Images that no student code saw, in the student's range, with labels in the student's form."""

    images: Array
    labels: Array

    def __post_init__(self) -> None:
        if len(self.images) != len(self.labels) or not len(self.images):
            raise ValueError(f"images (={len(self.images)}) and labels (={len(self.labels)}) must be as many.")


@dataclass(frozen=True, eq=False)
class TrainingSpec:
    """One training run.

    Attributes:
        model: as exported from the student cell.
        passes: one entry where passes differ only in order; several where the pipeline augments. Epoch `e` takes
            pass `e % len(passes)`. Every epoch has as many images as the shortest pass.
        batch_size: images per step; the last batch may be smaller.
        epochs: at most so many.
        seed: of Keras, NumPy and the order of images.
        shuffle: draw a new order for each epoch.
        unseen: measured after each epoch; None to measure nothing.
        stop_accuracy: stop once the training accuracy is at least this …
        stop_unseen: … and the accuracy on `unseen` at least this. A None is a threshold that always holds; two of
            them mean that training never stops early.
    """

    model: ModelData
    passes: tuple[TrainingPass, ...]
    batch_size: int
    epochs: int
    seed: int
    shuffle: bool = True
    unseen: Unseen | None = None
    stop_accuracy: float | None = None
    stop_unseen: float | None = None

    def __post_init__(self) -> None:
        if not 1 <= len(self.passes) <= _MAX_PASSES:
            raise ValueError(f"passes (={len(self.passes)}) must be from 1 to {_MAX_PASSES}.")
        forms = {(one.images.shape[1:], one.labels.shape[1:], one.sample_weights is None) for one in self.passes}
        if len(forms) > 1:
            raise ValueError("the passes of a training spec must have images and labels of the same shapes.")
        if not 1 <= self.batch_size <= _MAX_BATCH or not 0 <= self.epochs <= _MAX_EPOCHS:
            raise ValueError(f"batch_size (={self.batch_size}) or epochs (={self.epochs}) is out of bounds.")
        if not 0 <= self.seed < 1 << 32:
            raise ValueError(f"seed (={self.seed}) must fit in 32 bits.")
        if self.stop_unseen is not None and self.unseen is None:
            raise ValueError("stop_unseen needs unseen images.")

    @property
    def images_per_epoch(self) -> int:
        """Images of the shortest pass."""
        return min(len(one.images) for one in self.passes)

    def to_message(self) -> Message:
        """The spec on the wire."""
        model_body, model_arrays = self.model.to_wire()
        arrays: dict[str, Array] = {_MODEL + name: value for name, value in model_arrays.items()}
        for i, one in enumerate(self.passes):
            arrays[f"images:{i}"] = one.images
            arrays[f"labels:{i}"] = one.labels
            if one.sample_weights is not None:
                arrays[f"sample_weights:{i}"] = one.sample_weights
        if self.unseen is not None:
            arrays["unseen_images"] = self.unseen.images
            arrays["unseen_labels"] = self.unseen.labels
        body = {
            "model": model_body,
            "passes": len(self.passes),
            "batch_size": self.batch_size,
            "epochs": self.epochs,
            "seed": self.seed,
            "shuffle": self.shuffle,
            "stop_accuracy": self.stop_accuracy,
            "stop_unseen": self.stop_unseen,
        }
        return Message(SPEC_KIND, body, arrays)

    @classmethod
    def from_message(cls, message: Message) -> TrainingSpec:
        """The spec behind a message.

        Raises:
            WireError: the message is of another kind or form.
        """
        if message.kind != SPEC_KIND:
            raise WireError(f"expected a message of kind {SPEC_KIND!r}, got another.")
        try:
            body = msgspec.convert(message.body, _SpecBody)
            arrays = message.arrays
            passes = tuple(
                TrainingPass(arrays[f"images:{i}"], arrays[f"labels:{i}"], arrays.get(f"sample_weights:{i}"))
                for i in range(min(body.passes, _MAX_PASSES + 1))
            )
            unseen = None
            if "unseen_images" in arrays:
                unseen = Unseen(arrays["unseen_images"], arrays["unseen_labels"])
            model = ModelData.from_wire(
                body.model, {n.removeprefix(_MODEL): a for n, a in arrays.items() if n.startswith(_MODEL)}
            )
            return cls(
                model, passes, body.batch_size, body.epochs, body.seed, body.shuffle, unseen,
                body.stop_accuracy, body.stop_unseen,
            )  # fmt: skip
        except WireError:
            raise
        except (msgspec.MsgspecError, KeyError, ValueError, TypeError) as error:
            raise WireError(f"the training spec has another form than declared: {error}") from error


@dataclass(frozen=True, eq=False)
class TrainingResult:
    """What came of one training run.

    Attributes:
        history: `loss`, `accuracy`, and with unseen images `val_loss`, `val_accuracy`: one float per epoch, which
            may be NaN. `accuracy` is the running average that Keras shows the student; `val_accuracy` goes by
            the grader's own decision rule.
        weights: by path, after the last epoch.
        epochs: that were run.
        steps: batches that were fitted.
        seconds: from the rebuilt model to the end of training.
        stopped_early: the thresholds were reached before the last epoch.
        diverged: the loss was no finite number, so training was ended.
        failure: why Keras would not train this model on these batches, for the student; None where it did.
        notes: warnings that Keras gave, for the student.
    """

    history: Mapping[str, tuple[float, ...]]
    weights: Mapping[str, Array]
    epochs: int
    steps: int
    seconds: float
    stopped_early: bool = False
    diverged: bool = False
    failure: str | None = None
    notes: tuple[Note, ...] = field(default=())

    def to_message(self) -> Message:
        """The result on the wire. Curves travel as arrays, so that NaN survives."""
        arrays: dict[str, Array] = {f"weight:{i}": np.asarray(v) for i, v in enumerate(self.weights.values())}
        arrays |= {f"curve:{i}": np.array(curve, dtype="float64") for i, curve in enumerate(self.history.values())}
        body = {
            "history": list(self.history),
            "weights": list(self.weights),
            "epochs": self.epochs,
            "steps": self.steps,
            "seconds": self.seconds,
            "stopped_early": self.stopped_early,
            "diverged": self.diverged,
            "failure": self.failure,
            "notes": [{"code": note.code, "text": note.text, "layer": note.layer} for note in self.notes],
        }
        return Message(RESULT_KIND, body, arrays)

    @classmethod
    def from_message(cls, message: Message) -> TrainingResult:
        """The result behind a message.

        Raises:
            WireError: the message is of another kind or form.
        """
        if message.kind != RESULT_KIND:
            raise WireError(f"expected a message of kind {RESULT_KIND!r}, got another.")
        try:
            body = msgspec.convert(message.body, _ResultBody)
            curves = {name: message.arrays[f"curve:{i}"] for i, name in enumerate(body.history)}
            weights = {path: message.arrays[f"weight:{i}"] for i, path in enumerate(body.weights)}
        except (msgspec.MsgspecError, KeyError) as error:
            raise WireError(f"the training result has another form than declared: {error}") from error
        if any(curve.ndim != 1 or curve.dtype.kind != "f" or len(curve) != body.epochs for curve in curves.values()):
            raise WireError("a curve of the training result does not have one number per epoch.")
        if not math.isfinite(body.seconds):
            raise WireError("the seconds of the training result are no finite number.")
        return cls(
            history={name: tuple(float(value) for value in curve) for name, curve in curves.items()},
            weights=weights,
            epochs=body.epochs,
            steps=body.steps,
            seconds=body.seconds,
            stopped_early=body.stopped_early,
            diverged=body.diverged,
            failure=body.failure,
            notes=tuple(Note(note["code"], note["text"], note["layer"]) for note in body.notes),
        )


class _SpecBody(msgspec.Struct, forbid_unknown_fields=True):
    model: dict[str, Any]
    passes: int
    batch_size: int
    epochs: int
    seed: int
    shuffle: bool
    stop_accuracy: float | None
    stop_unseen: float | None


class _ResultBody(msgspec.Struct, forbid_unknown_fields=True):
    history: list[str]
    weights: list[str]
    epochs: int
    steps: int
    seconds: float
    stopped_early: bool
    diverged: bool
    failure: str | None
    notes: list[dict[str, str]]

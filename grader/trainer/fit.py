"""Fitting a rebuilt model on the student's batches, with the grader's epochs, seed and stop rule."""

from __future__ import annotations

import math
import re
import time
import warnings
from typing import Any

import keras
import numpy as np

from grader.errors import GraderFault
from grader.model_data import (
    DEFAULT_MODEL_LIMITS,
    ModelLimits,
    Note,
    accuracy,
    hits,
    output_kind,
    rebuild_model,
    weights_of,
)
from grader.model_data.data import Array
from grader.trainer.batches import steps_per_epoch, stream
from grader.trainer.causes import cause
from grader.trainer.spec import TrainingResult, TrainingSpec, Unseen
from grader.trainer.statistics import NOTE as RECALIBRATED
from grader.trainer.statistics import Recalibration

_UNSEEN_BATCH = 64
NOT_MEASURED = "After an epoch it could not be applied to new pictures in batches of another size."


def train(spec: TrainingSpec, limits: ModelLimits = DEFAULT_MODEL_LIMITS) -> TrainingResult:
    """Rebuild the spec's model and fit it. The same spec gives the same bits in every fresh, single-threaded process.

    Raises:
        ModelRefused: the model's description is not one that may be built.
    """
    keras.utils.set_random_seed(spec.seed)
    rebuilt = rebuild_model(spec.model, limits, probe=False)
    model = rebuilt.model
    if not rebuilt.compiled:
        problem = rebuilt.compile_problem or "The model is not compiled. Call `model.compile(...)` before returning it."
        return TrainingResult({}, weights_of(model), 0, 0, 0.0, failure=problem)
    began = time.monotonic()
    recalibration = Recalibration(model, spec)
    watch = _Watch(spec, recalibration, _measured(model))
    batches = stream(spec)
    failure = None
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            model.fit(
                batches,
                epochs=spec.epochs,
                steps_per_epoch=steps_per_epoch(spec),
                shuffle=False,
                verbose=0,
                callbacks=[watch],
            )
        except Exception as error:
            if not is_about_the_model(error):
                raise
            failure = watch.unmeasured or _wrong_shape(spec) or cause(error)
    notes = _notes(caught)
    if watch.epochs and recalibration:
        try:
            recalibration.apply()
        except Exception as error:
            if not is_about_the_model(error):
                raise
            failure = failure or NOT_MEASURED
        notes = (*notes, RECALIBRATED)
    return TrainingResult(
        history={name: tuple(curve) for name, curve in watch.history.items()},
        weights=weights_of(model),
        epochs=watch.epochs,
        steps=watch.steps,
        seconds=time.monotonic() - began,
        stopped_early=watch.stopped_early,
        diverged=watch.diverged,
        failure=failure,
        notes=notes,
    )


def is_about_the_model(error: Exception) -> bool:
    """Whether an exception of `fit` says that model, loss and batches do not fit one another.

    Anything else (memory, a fault of ours) is not the student's doing and must not be told as if it were.
    """
    import tensorflow as tf

    if isinstance(error, GraderFault):
        return False
    return isinstance(
        error,
        ValueError | TypeError | LookupError | AttributeError | ArithmeticError | NotImplementedError
        | tf.errors.InvalidArgumentError | tf.errors.UnimplementedError | tf.errors.FailedPreconditionError
        | tf.errors.NotFoundError,
    )  # fmt: skip


def _wrong_shape(spec: TrainingSpec) -> str:
    """Said only once training has failed: a network that pools globally takes images of any size."""
    takes, given = spec.model.input.shape[1:], spec.passes[0].images.shape[1:]
    fits = len(takes) == len(given) and all(a is None or a == b for a, b in zip(takes, given, strict=True))
    return "" if fits else f"The model takes images of shape {takes}, the data set gives {given}."


class _Watch(keras.callbacks.Callback):  # type: ignore[misc]  # Keras has no types
    """Keeps the curves, measures on unseen images and decides when to stop."""

    def __init__(self, spec: TrainingSpec, recalibration: Recalibration, accuracy: Any) -> None:
        super().__init__()
        self.accuracy = accuracy
        self.spec = spec
        self.recalibration = recalibration
        self.history: dict[str, list[float]] = {}
        self.epochs = 0
        self.steps = 0
        self.stopped_early = False
        self.diverged = False
        self.unmeasured = ""
        self._measuring = False
        self._unseen: _UnseenMeasure | None = None

    def on_train_begin(self, logs: Any = None) -> None:  # noqa: ARG002  Keras calls it so
        if self.spec.unseen is not None:
            self._unseen = _UnseenMeasure(self.model, self.spec.unseen)

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:  # noqa: ARG002  Keras calls it so
        self.accuracy.reset_state()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        try:
            self._record(logs or {})
        except Exception as error:
            if self._measuring and is_about_the_model(error):
                # Keras' own words could quote values of images that nobody is to see.
                self.unmeasured = NOT_MEASURED
                raise
            if isinstance(error, MemoryError) or type(error).__name__ == "ResourceExhaustedError":
                raise
            # Our own measuring: Keras' complaints about the student's batches do not come from here.
            raise GraderFault(f"measuring after epoch {epoch + 1} failed: {error}") from error

    def _record(self, logs: dict[str, Any]) -> None:
        values = {"loss": float(logs.get("loss", math.nan)), "accuracy": float(self.accuracy.result())}
        if self._unseen is not None:
            self._measuring = True
            with self.recalibration.applied():
                values["val_loss"], values["val_accuracy"] = self._unseen()
            self._measuring = False
        for name, value in values.items():
            self.history.setdefault(name, []).append(value)
        self.epochs += 1
        self.steps += steps_per_epoch(self.spec)
        if not math.isfinite(values["loss"]):
            self.diverged = True
            self.model.stop_training = True
        elif self._reached(values):
            self.stopped_early = self.epochs < self.spec.epochs
            self.model.stop_training = True

    def _reached(self, values: dict[str, float]) -> bool:
        spec = self.spec
        if spec.stop_accuracy is None and spec.stop_unseen is None:
            return False
        seen = spec.stop_accuracy is None or values["accuracy"] >= spec.stop_accuracy
        return seen and (spec.stop_unseen is None or values["val_accuracy"] >= spec.stop_unseen)


class _UnseenMeasure:
    """Loss and accuracy on the unseen images, with one trace for batches of one size."""

    def __init__(self, model: Any, unseen: Unseen) -> None:
        import tensorflow as tf

        self._model = model
        self._labels = unseen.labels
        self._kind = output_kind(model)
        self._count = len(unseen.images)
        size = min(_UNSEEN_BATCH, self._count)
        self._batches = [
            tf.convert_to_tensor(_padded(unseen.images[i : i + size], size)) for i in range(0, self._count, size)
        ]
        self._outputs = tf.function(lambda images: model(images, training=False), reduce_retracing=True)

    def __call__(self) -> tuple[float, float]:
        outputs = np.concatenate([np.asarray(self._outputs(batch)) for batch in self._batches])[: self._count]
        try:
            value = self._model.compute_loss(
                y=keras.ops.convert_to_tensor(self._labels), y_pred=keras.ops.convert_to_tensor(outputs), training=False
            )
            loss = float(value)
        except Exception as error:
            if not is_about_the_model(error):
                raise
            # Labels of another form than the training labels: the loss is not drawn.
            loss = math.nan
        return loss, accuracy(outputs, self._labels, self._kind)


def _padded(images: Array, size: int) -> Array:
    missing = size - len(images)
    return images if not missing else np.concatenate([images, np.zeros((missing, *images.shape[1:]), images.dtype)])


def _measured(model: Any) -> Any:
    """A running mean that holds the share of training images decided as labelled, updated in every step.

    The grader's own, because what the student's metrics call accuracy may be anything: categorical accuracy over a single
    unit is always 1, and a count can be named `accuracy`.
    """
    mean = keras.metrics.Mean(name="decided_as_labelled")
    kind = output_kind(model)
    students = model.compute_metrics

    def compute_metrics(x: Any, y: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        mean.update_state(hits(y_pred, y, kind))
        return students(x, y, y_pred, sample_weight)

    model.compute_metrics = compute_metrics
    return mean


def _notes(caught: list[warnings.WarningMessage]) -> tuple[Note, ...]:
    """What Keras warned of while training, each once, whatever shapes it names."""
    texts: dict[str, str] = {}
    for warning in caught:
        if isinstance(warning.message, UserWarning | SyntaxWarning):
            text = cause(warning.message)
            texts.setdefault(re.sub(r"\(.*?\)", "", text), text)
    return tuple(Note("keras_warning", text) for text in texts.values())

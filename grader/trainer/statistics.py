"""The statistics that BatchNormalization uses at inference, taken anew from the training images.

Keras keeps them as moving averages with momentum 0.99: after a few hundred steps they still carry much of their first
values, and a network that has learnt its task looks on new images as if it had learnt nothing. What is measured should
be the network, not the length of the grader's training. Source of the criterion: averages over batches instead of
moving ones, as in Wu and Johnson, "Rethinking 'Batch' in BatchNorm" (2021), section 3.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import keras
import numpy as np

from grader.model_data import Note
from grader.model_data.data import Array
from grader.model_data.paths import children
from grader.trainer.spec import TrainingSpec

BATCHES = 10
SMALLEST_BATCH = 32
"""Images in a batch at least, where there are so many: the variance of a few images is no estimate."""
NOTE = Note(
    "batchnorm-recalibrated",
    "Your model has BatchNormalization: before each measurement its moving averages were set to those of your training "
    "images, because after so few steps the ones that Keras keeps still lag behind.",
)


class Recalibration:
    """Sets the moving mean and variance of every BatchNormalization that trains to their averages over some batches.

    Args:
        model: as it is being trained; its other weights and all seeds are as before after each use.
        spec: up to `BATCHES` batches are drawn from its first pass, by its seed.
    """

    def __init__(self, model: Any, spec: TrainingSpec) -> None:
        self._model = model
        self._layers = [layer for layer in _inside(model) if _trains(layer)]
        self._batches = [] if not self._layers else list(_batches(spec))
        self._forward: Any = None

    def __bool__(self) -> bool:
        """Whether the model has a BatchNormalization that trains."""
        return bool(self._layers)

    @contextmanager
    def applied(self) -> Iterator[None]:
        """The new statistics within the block; after it those that Keras kept, so that training goes on as in `fit`."""
        kept = _values(self._statistics())
        self.apply()
        try:
            yield
        finally:
            _assign(self._statistics(), kept)

    def apply(self) -> None:
        """Set the statistics, for good."""
        if not self._layers:
            return
        state = self._model.non_trainable_variables  # the seeds of dropout and augmentation among them
        before = _values(state)
        seen: list[list[Array]] = []
        for batch in self._batches:
            self._run(batch)
            seen.append(_values(self._statistics()))
        _assign(state, before)
        _assign(self._statistics(), [np.mean(of_batches, axis=0) for of_batches in zip(*seen, strict=True)])

    def _statistics(self) -> list[Any]:
        return [variable for layer in self._layers for variable in (layer.moving_mean, layer.moving_variance)]

    def _run(self, batch: Any) -> None:
        """One forward pass after which the moving statistics are those of the batch: the momentum is 0."""
        import tensorflow as tf

        if self._forward is None:
            self._forward = tf.function(lambda images: self._model(images, training=True), reduce_retracing=True)
        momenta = [layer.momentum for layer in self._layers]
        try:
            for layer in self._layers:
                layer.momentum = 0.0
            self._forward(batch)
        finally:
            for layer, momentum in zip(self._layers, momenta, strict=True):
                layer.momentum = momentum


def _inside(layer: Any) -> Iterator[Any]:
    for part in children(layer):
        yield part
        yield from _inside(part)


def _trains(layer: Any) -> bool:
    return isinstance(layer, keras.layers.BatchNormalization) and bool(layer.trainable)


def _batches(spec: TrainingSpec) -> Iterator[Any]:
    import tensorflow as tf

    images: Array = spec.passes[0].images
    size = min(max(spec.batch_size, SMALLEST_BATCH), len(images))
    order = np.random.default_rng([spec.seed, 1]).permutation(len(images))
    for start in range(0, min(BATCHES * size, len(images) - size + 1), size):
        yield tf.convert_to_tensor(images[order[start : start + size]])


def _values(variables: list[Any]) -> list[Array]:
    return [np.array(np.asarray(variable.value)) for variable in variables]


def _assign(variables: list[Any], values: list[Array]) -> None:
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)

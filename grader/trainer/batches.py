"""The passes of a spec as one stream of batches, in an order that the seed alone decides."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from grader.model_data.data import Array
from grader.trainer.spec import TrainingSpec


def steps_per_epoch(spec: TrainingSpec) -> int:
    """Batches in one epoch, a smaller last one included."""
    return math.ceil(spec.images_per_epoch / spec.batch_size)


def stream(spec: TrainingSpec) -> Any:
    """A `tf.data.Dataset` of `epochs × steps_per_epoch` batches.

    One iterator runs through all epochs, and batches are gathered from arrays that are in memory once, so an epoch
    costs what it costs with plain arrays.
    """
    import tensorflow as tf

    order = _order(spec)
    parts = [_joined([one.images for one in spec.passes]), _joined([one.labels for one in spec.passes])]
    if spec.passes[0].sample_weights is not None:
        parts.append(_joined([one.sample_weights for one in spec.passes]))
    tensors = [tf.convert_to_tensor(part) for part in parts]

    def of_epoch(epoch: Any) -> Any:
        return tf.data.Dataset.from_tensor_slices(orders_tensor[epoch]).batch(spec.batch_size)

    def gather(indices: Any) -> Any:
        return tuple(tf.gather(tensor, indices) for tensor in tensors)

    orders_tensor = tf.convert_to_tensor(order)
    batches = tf.data.Dataset.range(len(order)).flat_map(of_epoch).map(gather)
    options = tf.data.Options()
    options.threading.private_threadpool_size = 1
    options.threading.max_intra_op_parallelism = 1
    options.autotune.enabled = False
    return batches.prefetch(1).with_options(options)


def _order(spec: TrainingSpec) -> Array:
    """For each epoch the positions of its images in the joined passes: int32, (epochs, images per epoch)."""
    random = np.random.default_rng(spec.seed)
    lengths = [len(one.images) for one in spec.passes]
    starts = np.cumsum([0, *lengths])
    order = np.zeros((spec.epochs, spec.images_per_epoch), dtype="int32")
    for epoch in range(spec.epochs):
        which = epoch % len(lengths)
        indices = random.permutation(lengths[which]) if spec.shuffle else np.arange(lengths[which])
        order[epoch] = starts[which] + indices[: spec.images_per_epoch]
    return order


def _joined(arrays: list[Any]) -> Any:
    return np.concatenate(arrays) if len(arrays) > 1 else arrays[0]

"""A few real training steps, to see which weights move."""

from __future__ import annotations

from typing import Any

import numpy as np

from grader.checks.outputs import SPARSE_LOSSES, head_of
from grader.examiner.source import Array, waiting
from grader.model_data import ModelData, rebuild_model, weights_of
from grader.trainer.fit import is_about_the_model

STEPS = 2


def after_steps(data: ModelData, images: Array, seed: int, blocked_by: str) -> dict[str, Array]:
    """Weights by path after real training steps of a fresh copy of the model, on `images` with labels dealt at random.

    Raises:
        Unusable: blocked, where the model cannot be trained as it is compiled.
    """
    return steps_of(rebuild_model(data, probe=False).model, images, seed, blocked_by)


def steps_of(model: Any, images: Array, seed: int, blocked_by: str) -> dict[str, Array]:
    """The same with the model itself, which keeps what it learns. Raises as `after_steps`."""
    import keras

    if not model.compiled:
        raise waiting(blocked_by)
    keras.utils.set_random_seed(seed)
    head = head_of(model)
    numbers = np.arange(len(images)) % max(2, head.units)
    labels: Array
    if head.units == 1:
        labels = numbers.reshape(-1, 1).astype(np.float32)
    else:
        labels = numbers if head.loss in SPARSE_LOSSES else np.eye(head.units, dtype=np.float32)[numbers]
    # As one step of `fit`, without the seconds that tracing its graph would take.
    model.run_eagerly = True
    try:
        for _ in range(STEPS):
            model.train_on_batch(images, labels)
    except Exception as error:
        if not is_about_the_model(error):
            raise
        raise waiting(blocked_by) from error
    return weights_of(model)

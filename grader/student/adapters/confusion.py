"""Evidence of a function that counts a model's answers over a data set: the array that it returns."""

from __future__ import annotations

from typing import Any

import numpy as np

from grader.model_data import ModelData, rebuild_model
from grader.student.failures import NotWhatWasAsked
from grader.student.module import StudentModule
from grader.wire import Message

OWN = ("images", "labels")
MAX_VALUES = 1_000_000


def run(module: StudentModule, request: Message) -> Message:
    """Call `entry(model, dataset)` on the grader's own model and a `tf.data.Dataset` of its own pictures.

    Args:
        module: the student's code.
        request: body `model` (a `ModelData`), `batch_size`, `reshuffle`: whether the data set deals its pictures anew on every
            pass; arrays `images` (n, H, W, C), `labels` (n,) or (n, classes), and the model's weights.

    Answers the array `matrix`, as numbers.
    """
    import tensorflow as tf

    entry = request.body["entry"]
    weights = {name: array for name, array in request.arrays.items() if name not in OWN}
    model = rebuild_model(ModelData.from_wire(request.body["model"], weights), probe=False).model
    images, labels = (request.arrays[name].copy() for name in OWN)
    dataset = tf.data.Dataset.from_tensor_slices((images, labels))
    if request.body["reshuffle"]:
        dataset = dataset.shuffle(len(images), reshuffle_each_iteration=True)
    dataset = dataset.batch(request.body["batch_size"])
    return Message("answer", {}, {"matrix": matrix_of(module.get(entry)(model, dataset), entry)})


def matrix_of(returned: Any, entry: str) -> np.ndarray[Any, Any]:
    """The returned matrix as an array of numbers, whatever held it.

    Raises:
        NotWhatWasAsked: it is no array of numbers.
    """
    if returned is None:
        raise NotWhatWasAsked("none", f"`{entry}` returned None.")
    try:
        array = np.asarray(returned)
    except (TypeError, ValueError):
        array = np.asarray(None)
    if array.dtype.kind not in "fiub" or array.ndim == 0:
        kind = f"a {type(returned).__name__[:80]}"
        raise NotWhatWasAsked("not_a_matrix", f"`{entry}` returned {kind}, not an array of counts.")
    if array.size > MAX_VALUES:
        raise NotWhatWasAsked("not_a_matrix", f"`{entry}` returned an array of shape {array.shape}.")
    return array.astype(np.float64 if array.dtype.kind == "f" else np.int64)

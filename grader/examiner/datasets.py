"""The data sets that a student's pipeline gave, read from its cell's answer."""

from __future__ import annotations

import msgspec
import numpy as np

from grader.checks.batches import SIDE_NAMES, Pass, Pipeline, Side
from grader.examiner.answers import HIGHEST
from grader.examiner.source import Array, Unusable
from grader.wire import Message


def pipeline_of(reply: Message) -> Pipeline:
    """A pipeline from a `datasets` answer. What it returns has the form that `Pass` promises, whatever the cell sent.

    Raises:
        Unusable: a side is empty, or labels or passes differ in form.
        ValueError: not in the form in which our adapter answers.
    """
    sides = {}
    for name in ("train", "validation"):
        listing = msgspec.convert(reply.body["batches"][name], list[tuple[int, ...]])
        passes = tuple(_pass_of(reply, name, number, sizes) for number, sizes in enumerate(listing))
        if not passes:
            raise ValueError("no pass")
        title = SIDE_NAMES[name]
        for kind in ("images", "labels"):
            shapes = sorted({getattr(one, kind).shape[1:] for one in passes})
            if len(shapes) > 1:
                raise Unusable(
                    "failed", f"From pass to pass the {title} {kind} change their shape: {shapes[0]}, then {shapes[1]}.",
                    expected="The same shape in every epoch.", why="A network has one fixed input shape.",
                    hint="Resize every picture to the size asked for.",
                )  # fmt: skip
        if len({one.weights is None for one in passes}) > 1:
            raise ValueError("weights in some passes only")
        sides[name] = Side(name, passes, bool(reply.body["endless"][name]))
    forms = {name: side.passes[0].labels.shape[1:] for name, side in sides.items()}
    if forms["train"] != forms["validation"]:
        raise Unusable(
            "failed", f"Training labels have shape {forms['train']}, validation labels {forms['validation']}.",
            expected="Labels of one form on both sides.", why="One loss has to read both.",
            hint="Use the same `label_mode` on both sides.",
        )  # fmt: skip
    return Pipeline(sides["train"], sides["validation"])


def _pass_of(reply: Message, name: str, number: int, sizes: tuple[int, ...]) -> Pass:
    images, labels, weights = (reply.arrays.get(f"{name}/{number}/{kind}") for kind in ("images", "labels", "weights"))
    if images is None or labels is None or images.size == 0 or labels.size == 0:
        later = number > 0
        raise Unusable(
            "failed", f"The {SIDE_NAMES[name]} side gave no images{' in its second pass' * later}.",
            expected="Batches of images and labels on both sides, in every epoch.",
            why="A generator that is used up after one pass leaves the second epoch without data." if later
            else "Without pictures there is nothing to learn from, and nothing to measure by.",
            hint="Return a `tf.data.Dataset`, which starts anew for each epoch." if later
            else "Take `drop_remainder=True` out, which drops all pictures where there are fewer than one batch; let the code count the pictures, "
            "since a fixed number, as in `skip(400)`, is right for one folder alone; and check the folder's name.",
        )  # fmt: skip
    if images.ndim != 4 or labels.ndim < 1 or len(labels) != len(images):
        raise ValueError("images or labels of another rank or length")
    if weights is not None and weights.shape != (len(images),):
        raise Unusable(
            "failed", f"The {SIDE_NAMES[name]} side gives sample weights of shape {weights.shape[1:]} a picture.",
            expected="One weight for each picture, or none.", why="A third value of a batch is read as sample weights.",
            hint="Yield (images, labels) alone.",
        )  # fmt: skip
    # Empty batches teach nothing and hide nothing.
    sizes = tuple(size for size in sizes if size != 0)
    if min(sizes, default=0) < 1 or sum(sizes) != len(images):
        raise ValueError("batches that do not add up")
    if images.dtype == bool:
        images = images.astype(np.uint8)
    if labels.dtype == bool:
        labels = labels.astype(np.uint8)
    return Pass(_within(images), _within(labels), weights, sizes)


def _within(values: Array) -> Array:
    if not np.issubdtype(values.dtype, np.floating):
        return values
    beyond = np.abs(values) > HIGHEST
    return np.where(beyond, np.inf, values).astype(values.dtype) if np.any(beyond) else values

"""How a trained network does on the folder's own pictures, where its pipeline gave it changed ones.

Changes can hide what else a pipeline does: no file can be held against a picture that was turned, and a label painted into its
corner is learnt in no time. But the network gives it away, because it is surer of pictures that tell the answer than of the same
ones as they lie in the folder.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.checks.applying import outputs_of
from grader.checks.batches import label_numbers
from grader.checks.finding import CheckFailed
from grader.model_data import accuracy, output_kind

Array = np.ndarray[Any, Any]

LEAD = 0.5
"""Lead from which on training pictures tell more than their files. A label painted into two pictures of three, behind a flip, had
2.0 to 3.8 in seven trainings over six seeds, and 6 to 22 where the network knew little else. Without a mark, at most 0.16. Over
five seeds each, smallest and largest: turns, shifts, values from -1 to 1 and dropout -0.58 to -0.08; `ImageDataGenerator` with
all its changes -0.48 to -0.28; flips and standardising each picture 0.01 to 0.07; a flip 0.01 to 0.05; week 2's
`augmented_in_the_pipeline` -0.47 to -0.12; week 4's `image_data_generator` and `outsider_closures_partial_smoothing`, over two
and four, -0.36 to -0.19; wild flips, turns, zooms and light, over three, -0.19 to 0.16. Learning four passes by heart over 50
epochs gave 0.10."""
BELOW = 0.10
"""How much lower the accuracy on the folder's own pictures may be than what is asked for. Pictures that were turned are also
smoother, and the four passes are learnt by heart: of networks that passed otherwise the lowest had 0.81 where 0.85 is asked for
(0.998 in training, 0.81 on unseen pictures, 50 epochs), else 0.86 or more."""
SUREST = 9.0
"""Margins are cut off here, as a probability of 0.9999 has it: a few enormous scores must not set the scale."""


@dataclass(frozen=True)
class Unchanged:
    """A trained network on the folder's own pictures for training, unchanged.

    Attributes:
        accuracy: share that it gets right, 0 to 1.
        lead: how much surer it is of the right answer for the pictures as the pipeline gives them, in standard deviations of how sure
            it is for the unchanged ones; of the pass where that is most.
    """

    accuracy: float
    lead: float


def compared(model: Any, own: tuple[Array, Array], passes: Sequence[tuple[Array, Array]]) -> Unchanged:
    """Ask a trained model, at inference, about the folder's pictures and about those of its training.

    Args:
        model: the trained Keras model.
        own: unchanged pictures (n, H, W, C), and their labels in the student's form.
        passes: the same of each pass over the training side, as the pipeline gives them.

    Raises:
        CheckFailed: the model cannot be applied to them.
    """
    outputs = outputs_of(model, own[0])
    if not np.all(np.isfinite(outputs)):
        return Unchanged(0.0, 0.0)
    logits = output_kind(model) == "logit"
    known = _margins(outputs, own[1], logits=logits)
    leads = [
        float(_margins(outputs_of(model, images), labels, logits=logits).mean() - known.mean())
        for images, labels in passes
    ]
    return Unchanged(accuracy(outputs, own[1], output_kind(model)), max(leads) / max(float(known.std()), 1e-6))


def _margins(outputs: Array, labels: Array, *, logits: bool) -> Array:
    """By how much the right answer leads the best wrong one, as a difference of logits, (n,)."""
    scores = np.nan_to_num(np.asarray(outputs, dtype=np.float64).reshape(len(outputs), -1))
    if scores.shape[1] == 1:
        scores = np.concatenate([-scores / 2, scores / 2] if logits else [1 - scores, scores], axis=1)
    if not logits:
        scores = np.log(scores.clip(1e-12, 1))
    rows, numbers = np.arange(len(scores)), label_numbers(labels).clip(0, scores.shape[1] - 1)
    right = scores[rows, numbers]
    scores[rows, numbers] = -np.inf
    margins: Array = (right - scores.max(axis=1)).clip(-SUREST, SUREST)
    return margins


def assert_same_pictures(found: Unchanged) -> None:
    """The pictures of a pipeline that changes them tell a network no more than those in the folder.

    Raises:
        CheckFailed: they do.
    """
    if found.lead > LEAD:
        raise CheckFailed(
            "The training photos that the pipeline gives tell the network what those of the folder do not: of the folder's own it is much "
            f"less sure, and gets {found.accuracy:.0%} right.",
            expected="The folder's own photos, perhaps turned, shifted or in another light.",
            why="A network learns what it is shown: from what is not in the photos it learns something else.",
            hint="Look at one batch: `plt.imshow(images[0].numpy().astype('uint8'))`.",
        )


def assert_known_unchanged(accuracy_unchanged: float, training_accuracy: float, at_least: float) -> None:
    """A network that knows its training pictures also knows them as they lie in the folder.

    Args:
        accuracy_unchanged: on the folder's own pictures for training, 0 to 1.
        training_accuracy: on the same pictures as the pipeline gives them.
        at_least: what the exercise asks for there.

    Raises:
        CheckFailed: more than `BELOW` less than asked for.
    """
    if accuracy_unchanged < at_least - BELOW:
        raise CheckFailed(
            f"The network gets {training_accuracy:.0%} of its training images right as your pipeline changes them, and "
            f"{accuracy_unchanged:.0%} of the same pictures as they lie in the folder.",
            expected=f"At least {at_least - BELOW:.0%} of those in the folder.",
            why="Pictures are varied so that a network learns what the real ones show.",
            hint="Look at one training batch beside its files. If they are the same pictures, vary them less.",
        )

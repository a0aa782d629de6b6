"""How well a network learnt, from a training that the grader ran itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from grader.checks.finding import CheckFailed
from grader.checks.unchanged import assert_known_unchanged


@dataclass(frozen=True)
class TrainingRun:
    """The grader's training of a student's model on the student's batches.

    Attributes:
        history: `loss`, `accuracy`, `val_loss`, `val_accuracy` per epoch; `val_` is the hidden set that decides when to stop.
        training_accuracy: best epoch's running accuracy, 0 to 1; where augmentation or dropout keep that below what is asked for, share
            of the training images that the trained model gets right at inference, if that is more.
        unseen_accuracy: share of the second hidden set that the trained model gets right, 0 to 1.
        epochs: epochs run.
        runs: trainings run; more than one after a near miss.
        own_accuracy: share of the folder's own pictures for training that the trained model gets right, 0 to 1; None where it
            trained on these very ones.
        weights: of the trained model, by path.
    """

    history: Mapping[str, Sequence[float]]
    training_accuracy: float
    unseen_accuracy: float
    epochs: int
    runs: int = 1
    own_accuracy: float | None = None
    weights: Mapping[str, Any] = field(default_factory=dict, repr=False)


ONE_SIDED = 0.8
"""Share of one label from which on training accuracy proves nothing: the classes of the data are of one size."""


def assert_training_accuracy(run: TrainingRun, at_least: float, labels: Any) -> None:
    """The network reaches `at_least` on the images that it trains on. Source: `docs/` holds the measured table.

    Args:
        run: the training.
        at_least: 0 to 1.
        labels: class numbers (n,) of the training images, as the student's pipeline gives them.

    Raises:
        CheckFailed: less, no number at all, labels of which guessing one reaches as much, or much less on the folder's own pictures.
    """
    share = float(np.unique(labels, return_counts=True)[1].max()) / len(labels)
    if share >= max(at_least, ONE_SIDED):
        raise CheckFailed(
            f"{share:.0%} of the training images carry one and the same label.",
            expected="As many labels of one class as of the other, like the pictures.",
            why="Where nearly all labels are the same, always giving that answer looks like learning.",
            hint="Look first at what is marked in `train_val_datasets`.",
        )
    if not np.isfinite(run.training_accuracy) or run.training_accuracy < at_least:
        diverged = any(not np.isfinite(value) for value in run.history.get("loss", ()))
        raise CheckFailed(
            f"After {run.epochs} epochs the network gets {run.training_accuracy:.0%} of its training images right"
            + (", and its loss is no longer a number." if diverged else "."),
            expected=f"At least {at_least:.0%}.",
            why="A network that cannot even learn the pictures it sees again and again is too small, or cannot be trained as it is.",
            hint="Look first at what is marked in `create_model` and `train_val_datasets`; if all is well there, at the learning rate "
            "(0.001 is a good start with Adam) and the number of filters.",
        )
    if run.own_accuracy is not None:
        assert_known_unchanged(run.own_accuracy, run.training_accuracy, at_least)


def assert_unseen_accuracy(
    run: TrainingRun,
    at_least: float,
    classes: int = 2,
    *,
    built_by: str = "create_model",
    then: str = "depth and learning rate",
) -> None:
    """The trained network reaches `at_least` on images that no student code ever saw.

    Args:
        classes: how many there are, to say what guessing gives.
        built_by: the task that made the network, to say where to look first.
        then: what to look at where nothing is marked there.

    Raises:
        CheckFailed: less.
    """
    if not np.isfinite(run.unseen_accuracy) or run.unseen_accuracy < at_least:
        memorised = run.training_accuracy - run.unseen_accuracy > 0.15
        raise CheckFailed(
            f"The trained network gets {run.unseen_accuracy:.0%} of new images right (guessing gives {1 / classes:.0%}).",
            expected=f"At least {at_least:.0%}.",
            why="New pictures are what the network is for; those of the training set it could simply have learnt by heart.",
            hint="It knows its training images much better than new ones: fewer parameters, or more pooling, make it generalise."
            if memorised
            else f"Look first at what is marked in `{built_by}` and `train_val_datasets`; then at {then}.",
        )

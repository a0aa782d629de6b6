"""Training accuracy counts where the labels are not nearly all the same."""

from __future__ import annotations

import numpy as np
import pytest

from grader.checks.finding import CheckFailed
from grader.checks.training import TrainingRun, assert_training_accuracy

RUN = TrainingRun({"loss": [0.1]}, training_accuracy=1.0, unseen_accuracy=0.5, epochs=1)


@pytest.mark.parametrize("ones", [1.0, 0.9])
def test_guessing_one_label_is_not_learning(ones: float) -> None:
    """Where one answer is nearly always right, giving it proves nothing."""
    labels = (np.arange(100) < 100 * ones).astype(int)
    with pytest.raises(CheckFailed, match=f"{ones:.0%} of the training images carry one and the same label"):
        assert_training_accuracy(RUN, 0.85, labels)


@pytest.mark.parametrize(("ones", "at_least"), [(0.5, 0.85), (0.7, 0.85), (0.5, 0.5)])
def test_labels_of_both_classes_are_judged_by_accuracy(ones: float, at_least: float) -> None:
    """Uneven classes and low thresholds included."""
    labels = (np.arange(100) < 100 * ones).astype(int)
    assert_training_accuracy(RUN, at_least, labels)

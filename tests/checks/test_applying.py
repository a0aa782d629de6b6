"""A model is applied to pictures, and gives one row for each."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from keras import layers

from grader.checks.applying import outputs_of
from grader.checks.finding import CheckFailed

IMAGES = np.zeros((100, 4, 4, 3), np.float32)


def test_one_row_for_each_picture() -> None:
    """In as many batches as it takes."""
    model = keras.Sequential([keras.Input((4, 4, 3)), layers.Flatten(), layers.Dense(2)])
    assert outputs_of(model, IMAGES).shape == (100, 2)


def test_a_model_that_loses_rows_is_a_finding() -> None:
    """Small batches of a training do not show it: only the first 64 of each batch come out."""
    images = keras.Input((4, 4, 3))
    model = keras.Model(images, layers.Dense(1)(layers.Flatten()(images))[:64, :])
    assert len(outputs_of(model, IMAGES[:32])) == 32
    with pytest.raises(CheckFailed, match="For 100 pictures at once the model gives 64 rows"):
        outputs_of(model, IMAGES)

"""How a pipeline divides its pictures, and what is said of a division that is another one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from grader.checks import sides
from grader.checks.batches import Pass, Pipeline, Side
from grader.checks.finding import CheckFailed


def pipeline(train: Sequence[int], validation: Sequence[int]) -> Pipeline:
    """Two sides with batches of these sizes, both classes in turn."""

    def read(sizes: Sequence[int]) -> tuple[Pass, ...]:
        images = np.zeros((sum(sizes), 2, 2, 3), np.float32)
        return (Pass(images, np.arange(sum(sizes)) % 2, None, tuple(sizes)),)

    return Pipeline(Side("train", read(train), False), Side("validation", read(validation), False))


@pytest.mark.parametrize(
    ("train", "validation", "hint"),
    [
        ([32, 32, 32], [4], "count batches here"),
        ([64], [36], "count batches here"),
        ([50], [50], "count batches here"),
        ([90], [10], "Use `validation_split=0.2` on both sides"),
        ([32, 32, 26], [10], "Use `validation_split=0.2` on both sides"),
        ([20], [80], "look swapped"),
    ],
    ids=[
        "take of batches",
        "take of one batch",
        "take of half",
        "another share in one batch",
        "another share",
        "swapped",
    ],
)
def test_another_share_is_told_by_its_cause(train: list[int], validation: list[int], hint: str) -> None:
    """Who asked for another share did not count in batches, even where all training pictures fit into one."""
    with pytest.raises(CheckFailed) as failed:
        sides.assert_split_size(pipeline(train, validation), 0.2, 100)
    assert hint in failed.value.hint


@pytest.mark.parametrize(("train", "validation"), [([80], [20]), ([32, 32, 17], [19]), ([79], [21])])
def test_a_share_rounded_either_way_is_right(train: list[int], validation: list[int]) -> None:
    """One picture more or less is rounding."""
    sides.assert_split_size(pipeline(train, validation), 0.2, 100)

"""The pictures on which week 2 measures the gap: the same in every pass, wrong labels staying with their picture."""

from __future__ import annotations

import numpy as np

from grader.checks.batches import Pass
from grader.data.probes import texture
from grader.examiner.overfitting import _again

SIDE, COUNT = 64, 40


def given() -> Pass:
    images = np.stack([texture(np.random.default_rng(i), SIDE, SIDE) for i in range(COUNT)]).astype(np.float32)
    return Pass(images, np.arange(COUNT) % 2, None, (COUNT,))


def test_a_picture_is_known_again_in_another_order_and_another_light() -> None:
    """So that a jitter in the pipeline does not turn wrong labels into contradictions, which nobody could learn by heart."""
    first = given()
    rng = np.random.default_rng(0)
    order = rng.permutation(COUNT)
    light = rng.uniform(-6, 6, (COUNT, 1, 1, 1))
    other = Pass(first.images[order] + light, first.labels[order], None, (COUNT,))
    chosen = rng.permutation(COUNT)[:20]
    assert np.array_equal(order[_again(first, chosen, other)], chosen)


def test_a_label_of_the_same_class_is_kept_where_a_picture_cannot_be_known_again() -> None:
    """Also where the pass holds other pictures altogether."""
    first = given()
    other = Pass(first.images[::-1, ::-1].transpose(0, 2, 1, 3), first.labels[::-1], None, (COUNT,))
    chosen = np.arange(20)
    assert np.array_equal(other.labels[_again(first, chosen, other)], first.labels[chosen])

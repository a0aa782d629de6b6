"""Tests of the pre-training's own parts; the training itself takes minutes and is not run here."""

from __future__ import annotations

from itertools import islice

import numpy as np

from grader.data.pretrain import Recipe, augmented, batches, scaled


def pictures(count: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (count, 96, 96, 3), dtype=np.uint8)


def test_pixels_are_scaled_as_the_backbones_own_preprocessing_does():
    """0 becomes −1, 255 becomes 1."""
    assert scaled(np.array([0, 127.5, 255])).tolist() == [-1, 0, 1]


def test_augmentation_keeps_shape_and_range_and_leaves_the_original_alone():
    """Pictures change, stay 96 pixels wide and within −1..1, and their source is not touched."""
    original = pictures(8)
    before = original.copy()
    changed = augmented(original, np.random.default_rng(1))

    assert (changed.shape, changed.dtype) == (original.shape, np.float32)
    assert changed.min() >= -1
    assert changed.max() <= 1
    assert not np.allclose(changed, scaled(original))
    assert (original == before).all()


def test_equal_seeds_give_equal_batches():
    """Order and augmentation follow from the seed, and each epoch has an order of its own."""
    x, y = pictures(12), np.arange(12)
    recipe = Recipe(seed=5, batch=4)
    first, second = (list(islice(batches(x, y, recipe), 6)) for _ in range(2))
    other = list(islice(batches(x, y, Recipe(seed=6, batch=4)), 6))

    assert all((one == two).all() for pair in zip(first, second, strict=True) for one, two in zip(*pair, strict=True))
    orders = [np.concatenate([labels for _, labels in part]) for part in (first[:3], first[3:], other[:3])]
    assert all(sorted(order) == list(range(12)) for order in orders)
    assert len({tuple(order) for order in orders}) == 3

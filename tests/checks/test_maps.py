"""Feature maps are judged over at least half of the layers."""

from __future__ import annotations

import numpy as np
import pytest

from grader.checks import maps
from grader.checks.finding import CheckFailed
from grader.examiner.own import own_image, own_model

TRUTH = tuple((f"layer_{i}", np.random.default_rng(i).uniform(0, 1, (4, 4, 2))) for i in range(6))


@pytest.mark.parametrize("given", [TRUTH, TRUTH[:3], TRUTH[::2]], ids=["all", "first half", "every other"])
def test_half_of_the_layers_is_enough(given: maps.Maps) -> None:
    """Whoever leaves out the poolings has shown true activations all the same."""
    maps.assert_values(given, TRUTH)


@pytest.mark.parametrize(
    ("given", "count"), [(TRUTH[:1], 1), (TRUTH[:2], 2), (TRUTH[:1] * 6, 1)], ids=["one", "two", "one six times"]
)
def test_fewer_are_too_few(given: maps.Maps, count: int) -> None:
    """One right map says little of the others, however often it comes."""
    with pytest.raises(CheckFailed, match=f"Only {count} of 6 layers have a map"):
        maps.assert_values(given, TRUTH)


def test_a_wrong_map_is_named_before_their_number() -> None:
    """What is there comes first."""
    wrong = [(TRUTH[0][0], TRUTH[0][1] + 1)]
    with pytest.raises(
        CheckFailed, match=r"The values of the map of `.+` differ .* they go up to 2, the layer's to 0\.997"
    ):
        maps.assert_values(wrong, TRUTH)


@pytest.mark.parametrize("seed", range(5))
def test_every_channel_of_the_graders_own_maps_shows_something(seed: int) -> None:
    """A drawing of any of them can be told from an empty one."""
    for name, array in maps.true_feature_maps(own_model(seed, 64, 3), own_image(seed, 64)):
        assert np.all(np.ptp(array, axis=(0, 1, 2)) > 0), name

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
    wrong = [(TRUTH[0][0], np.flip(TRUTH[0][1], 1) + 1)]
    with pytest.raises(
        CheckFailed, match=r"The values of the map of `.+` differ .* they go up to 2, the layer's to 0\.997"
    ):
        maps.assert_values(wrong, TRUTH)


@pytest.mark.parametrize("seed", range(5))
def test_maps_made_for_the_eye_are_told_as_such(seed: int) -> None:
    """Stretched to 256 levels as the lecture does it for its pictures; one that was divided by 255 again is another matter."""
    model, image = own_model(seed, 64, 3), own_image(seed, 64)
    truth = [(name, array[0]) for name, array in maps.true_feature_maps(model, image)]

    def stretched(array: np.ndarray) -> np.ndarray:
        array = (array - array.mean((0, 1))) / (array.std((0, 1)) + 1e-9) * 64 + 128
        return np.clip(array, 0, 255).astype("uint8")

    with pytest.raises(CheckFailed, match="scaled to another range"):
        maps.assert_values([(name, stretched(array)) for name, array in truth], truth)
    darkened = [(name, array[0]) for name, array in maps.true_feature_maps(model, image / 255)]
    with pytest.raises(CheckFailed, match="differ from what the layer puts out"):
        maps.assert_values(darkened, truth)


@pytest.mark.parametrize("seed", range(10))
def test_no_places_of_another_network_fit_the_longer_one(seed: int) -> None:
    """Whoever counts the layers of an own network, from the front or from the back, takes others of this one."""
    every = own_model(seed, 64, 3, longer=True).layers
    wanted = [layer.name for layer in every if maps.is_map_layer(layer)]
    usual = len(own_model(seed, 64, 3).layers)
    assert len(wanted) == 7
    for chosen in (every[1 : usual - 3], every[1:-3], every[: usual - 3], every[1:], every[-usual + 1 : -3]):
        assert [layer.name for layer in chosen] != wanted


@pytest.mark.parametrize("seed", range(5))
def test_every_channel_of_the_graders_own_maps_shows_something(seed: int) -> None:
    """A drawing of any of them can be told from an empty one."""
    for name, array in maps.true_feature_maps(own_model(seed, 64, 3), own_image(seed, 64)):
        assert np.all(np.ptp(array, axis=(0, 1, 2)) > 0), name

"""Pictures of feature maps are known again however they are laid out; noise and other layers are not taken for them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PIL import Image

from grader.checks import map_pictures
from grader.checks.figures import Drawing
from grader.checks.finding import CheckFailed
from grader.checks.map_pictures import assert_pictures, shows
from grader.checks.maps import true_feature_maps
from grader.examiner.own import own_image, own_model

SIDE = 64


@pytest.fixture(scope="module", params=range(3))
def truth(request: pytest.FixtureRequest) -> list[tuple[str, Any]]:
    """Maps of one of the grader's own models."""
    seed = request.param
    return [(name, maps[0]) for name, maps in true_feature_maps(own_model(seed, SIDE, 3), own_image(seed, SIDE))]


def mosaic(maps: Any) -> Any:
    """All channels in a row, each normalised, clipped and rounded, with a white line between them."""
    tiles = []
    for channel in np.moveaxis(maps, -1, 0):
        tile = 64 * (channel - channel.mean()) / (channel.std() + 1e-5) + 128
        tiles += [np.clip(tile, 0, 255).astype(np.uint8), np.full((len(tile), 2), 255, np.uint8)]
    return np.concatenate(tiles, axis=1).astype(np.float32)


def resized(maps: Any) -> Any:
    return np.asarray(Image.fromarray(maps[..., 0].astype(np.float32)).resize((100, 100), Image.Resampling.BILINEAR))


WAYS = {
    "a channel": lambda maps: maps[..., -1],
    "another contrast": lambda maps: 3 - 0.01 * maps[..., 0],
    "square roots": lambda maps: np.sqrt(np.maximum(maps[..., 0], 0)),
    "the mean": lambda maps: maps.mean(axis=-1),
    "the largest": lambda maps: maps.max(axis=-1),
    "twice as large": lambda maps: np.kron(maps[..., 0], np.ones((2, 2))),
    "resized": resized,
    "a mosaic": mosaic,
    "the first row at the bottom": lambda maps: maps[::-1, :, -1],
    "a mosaic from the bottom": lambda maps: mosaic(maps)[::-1],
}


@pytest.mark.parametrize("way", WAYS)
def test_a_layer_is_known_by_its_picture(truth, way):
    """However it is drawn."""
    drawing = Drawing((), (), b"", len(truth), tuple(np.asarray(WAYS[way](maps), np.float32) for _, maps in truth))
    assert_pictures(drawing, truth)


@pytest.mark.parametrize("shape", [(8, 8), (SIDE, SIDE), (512, 512)])
def test_noise_is_no_picture_of_a_layer(truth, shape):
    """Also where it is large enough to hold nearly anything."""
    noise = np.random.default_rng(0).random(shape).astype(np.float32)
    assert not any(shows(noise, maps) for _, maps in truth)


def test_the_layer_without_a_picture_is_named(truth):
    """As many images as layers do not help where one layer is left out."""
    images = [np.asarray(maps[..., 0], np.float32) for _, maps in truth]
    images[2] = np.random.default_rng(1).random((SIDE, SIDE)).astype(np.float32)
    others = tuple(one for one in images if not shows(one, truth[2][1]))
    drawing = Drawing((), (), b"", len(truth), others)
    with pytest.raises(CheckFailed, match="none of them is made of the maps of `"):
        assert_pictures(drawing, truth)
    with pytest.raises(CheckFailed, match="shows 1 different images"):
        assert_pictures(Drawing((), (), b"", 1, (images[0],)), truth)


def test_what_cannot_be_known_again_is_not_asked_for():
    """A map of few pixels, or one that is the same everywhere."""
    noise = np.random.default_rng(2).random((16, 16)).astype(np.float32)
    assert shows(noise, np.random.default_rng(3).random((3, 3, 4)))
    assert shows(noise, np.zeros((16, 16, 4)))


def test_pictures_in_their_own_size_are_looked_at_first(truth, monkeypatch):
    """Only where none of them is a layer's picture, larger ones are searched for it, which takes long."""
    searched = []
    holds = map_pictures._holds
    monkeypatch.setattr(map_pictures, "_holds", lambda *given: (searched.append(1), holds(*given))[1])
    shown = tuple(maps[..., channel] for _, maps in truth for channel in range(2))
    assert_pictures(Drawing((), (), b"", len(shown), shown), truth)
    assert not searched
    mosaics = tuple(mosaic(maps) for _, maps in truth)
    assert_pictures(Drawing((), (), b"", len(mosaics), mosaics), truth)
    assert searched

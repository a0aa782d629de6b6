"""Tests of the drawings of cats and dogs."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from grader.data.pets import KINDS, draw_jpeg, draw_pet


def generator(number: int) -> np.random.Generator:
    return np.random.default_rng(number)


def sample(kind: str, count: int) -> list[bytes]:
    return [draw_jpeg(kind, np.random.default_rng([number, len(kind), ord(kind[0])])) for number in range(count)]


@pytest.mark.parametrize("kind", KINDS)
def test_equal_generators_draw_equal_pictures(kind):
    """A drawing is a pure function of its generator, whatever was drawn before."""
    first = draw_pet(kind, generator(1))
    draw_pet(kind, generator(2))

    assert draw_pet(kind, generator(1)).tobytes() == first.tobytes()


def test_different_generators_draw_different_pictures():
    """No two seeds give the same picture."""
    assert len({draw_pet("Cat", generator(number)).tobytes() for number in range(10)}) == 10


def test_kind_changes_the_picture():
    """A cat and a dog of one seed differ."""
    assert draw_pet("Cat", generator(3)).tobytes() != draw_pet("Dog", generator(3)).tobytes()


def test_unknown_kind_is_named():
    """A kind that cannot be drawn is refused with those that can."""
    with pytest.raises(ValueError, match=r"`kind` \(='Horse'\) must be one of Cat, Dog\."):
        draw_pet("Horse", generator(0))


def test_global_random_state_is_left_alone():
    """Drawing neither reads nor moves NumPy's global generator."""
    np.random.seed(0)  # noqa: NPY002 - the global state is what is tested
    draw_pet("Dog", generator(4))
    after = np.random.random()  # noqa: NPY002
    np.random.seed(0)  # noqa: NPY002

    assert after == np.random.random()  # noqa: NPY002


def test_pictures_are_small_rgb_jpegs_of_many_shapes():
    """Sides lie between 66 and 180 pixels, files take a few kilobytes, hardly two shapes are alike."""
    jpegs = [jpeg for kind in KINDS for jpeg in sample(kind, 20)]
    sizes = []
    for jpeg in jpegs:
        with Image.open(BytesIO(jpeg)) as image:
            assert (image.format, image.mode) == ("JPEG", "RGB")
            sizes.append(image.size)

    assert min(min(size) for size in sizes) >= 66
    assert max(max(size) for size in sizes) <= 180
    assert len(set(sizes)) > 35
    assert 2500 < np.mean([len(jpeg) for jpeg in jpegs]) < 5000


def test_some_pictures_are_black_and_white():
    """About one in eight has no colour at all, in both kinds."""
    share = {}
    for kind in KINDS:
        grey = 0
        for number in range(60):
            pixels = np.asarray(draw_pet(kind, generator(number)), np.int16)
            grey += bool(np.ptp(pixels, axis=2).max() == 0)
        share[kind] = grey / 60

    assert all(0.02 < part < 0.3 for part in share.values()), share


def test_colour_and_size_say_little_about_the_kind():
    """Means of colour and of bytes differ by less than four tenths of their spread; `benchmarks/` measures the rest."""
    cats, dogs = (
        np.array([[*np.asarray(Image.open(BytesIO(jpeg))).mean((0, 1)), len(jpeg)] for jpeg in sample(kind, 70)])
        for kind in KINDS
    )
    distance = np.abs(cats.mean(0) - dogs.mean(0)) / np.concatenate([cats, dogs]).std(0)

    assert (distance < 0.4).all(), distance

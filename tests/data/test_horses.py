"""Tests of the drawings of horses and humans."""

from __future__ import annotations

from collections import Counter
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from grader.data import dataset_parts, public_dataset
from grader.data.horses import KINDS, draw_jpeg, draw_picture
from grader.data.sources import source


def generator(number: int) -> np.random.Generator:
    return np.random.default_rng(number)


def sample(kind: str, count: int) -> list[bytes]:
    return [draw_jpeg(kind, np.random.default_rng([number, ord(kind[1])])) for number in range(count)]


@pytest.mark.parametrize("kind", KINDS)
def test_equal_generators_draw_equal_pictures(kind):
    """A drawing is a pure function of its generator, whatever was drawn before."""
    first = draw_picture(kind, generator(1))
    draw_picture(kind, generator(2))

    assert draw_picture(kind, generator(1)).tobytes() == first.tobytes()


@pytest.mark.parametrize("kind", KINDS)
def test_different_generators_draw_different_pictures(kind):
    """No two seeds give the same picture."""
    assert len({draw_picture(kind, generator(number)).tobytes() for number in range(10)}) == 10


def test_kind_changes_the_picture():
    """A horse and a human of one seed differ."""
    assert draw_picture("horses", generator(3)).tobytes() != draw_picture("humans", generator(3)).tobytes()


def test_unknown_kind_is_named():
    """A kind that cannot be drawn is refused with those that can."""
    with pytest.raises(ValueError, match=r"`kind` \(='Cat'\) must be one of horses, humans\."):
        draw_picture("Cat", generator(0))


@pytest.mark.parametrize("kind", KINDS)
def test_any_seed_can_be_drawn(kind):
    """Rare poses, clothes and crops raise nothing, and no picture is all of one colour."""
    for number in range(1000, 1080):
        assert np.asarray(draw_picture(kind, generator(number)), np.float32).std() > 5, number


def test_pictures_are_rgb_jpegs_of_many_shapes():
    """Sides lie between 90 and 150 pixels, files take a few kilobytes, shapes vary."""
    sizes, lengths = [], []
    for jpeg in [jpeg for kind in KINDS for jpeg in sample(kind, 20)]:
        with Image.open(BytesIO(jpeg)) as image:
            assert (image.format, image.mode) == ("JPEG", "RGB")
            sizes.append(image.size)
            lengths.append(len(jpeg))

    assert min(min(size) for size in sizes) >= 90
    assert max(max(size) for size in sizes) <= 150
    assert len(set(sizes)) > 25
    assert 2500 < np.mean(lengths) < 6000


def test_colour_and_size_say_little_about_the_kind():
    """Means of colour and of bytes differ by less than half their spread; `benchmarks/` measures the rest."""
    horses, humans = (
        np.array([[*np.asarray(Image.open(BytesIO(jpeg))).mean((0, 1)), len(jpeg)] for jpeg in sample(kind, 80)])
        for kind in KINDS
    )
    distance = np.abs(horses.mean(0) - humans.mean(0)) / np.concatenate([horses, humans]).std(0)

    assert (distance < 0.5).all(), distance


def test_public_set_has_training_and_validation_folders():
    """`train/` and `validation/` hold a folder for each class, as the newest generation of the course has it."""
    folder = public_dataset("horses_or_humans", per_class=2, workers=1)
    files = Counter(path.relative_to(folder).parent.as_posix() for path in folder.rglob("*.jpg"))

    assert dataset_parts("horses_or_humans") == ("train", "validation")
    assert files == {f"{part}/{kind}": 2 for part in ("train", "validation") for kind in KINDS}


def test_public_set_is_small_so_that_a_backbone_is_needed():
    """75 training and 100 validation images of each class."""
    assert [(part.name, part.per_class) for part in source("horses_or_humans").parts] == [
        ("train", 75),
        ("validation", 100),
    ]


def test_training_and_validation_share_no_picture():
    """No file of one part stands in the other."""
    folder = public_dataset("horses_or_humans", per_class=3, workers=1)
    contents = [path.read_bytes() for path in folder.rglob("*.jpg")]

    assert len(set(contents)) == len(contents) == 12

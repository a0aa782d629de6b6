"""Probe folders: what their images can be told apart by, and how many of them are needed."""

from __future__ import annotations

import io
import math

import numpy as np
import pytest
from PIL import Image

from grader.data.probes import (
    APART,
    MOST_FLATS,
    ProbeFolder,
    decode,
    fingerprints,
    fit_scale,
    probe_folder,
    probe_folders,
    views,
)
from grader.examiner.probing import ON_VALIDATION

CLASSES = ("Cat", "Dog")
Array = np.ndarray  # type: ignore[type-arg]


def shown(folder: ProbeFolder, size: int, *, gray: bool = False) -> Array:
    rows = []
    for image in folder.images:
        picture = Image.open(io.BytesIO(folder.files[image.path]))
        picture = picture.convert("L" if gray else "RGB").resize((size, size), Image.Resampling.BILINEAR)
        rows.append(np.asarray(picture, dtype=np.float32).reshape(size, size, -1))
    return np.stack(rows)


def test_textures_are_well_apart_however_they_are_turned() -> None:
    """106 textures of one folder: no two correlate beyond the bound in any of the eight ways of turning and flipping."""
    folder = probe_folder(3, CLASSES, "x", flats=2, textured=106)
    prints = np.stack([fingerprints(i.pixels[None])[0] for i in folder.images if i.pixels is not None])
    turned = np.stack([np.stack(views(one)) for one in prints])
    scores = np.einsum("af,bvf->abv", prints, turned)
    scores[np.arange(106), np.arange(106), 0] = 0
    assert scores.max() < APART + 0.05  # drawn pixels were compared, these went through JPEG


@pytest.mark.parametrize(("size", "gray"), [(28, True), (64, False), (150, False)])
@pytest.mark.parametrize("half", [32, 106])
def test_every_image_is_recognised_at_every_size(size: int, gray: bool, half: int) -> None:
    """From 28 pixels in gray to 150 in colour, each image by its own channel and by no other."""
    folder = probe_folder(half, CLASSES, "x", flats=half, textured=half)
    images = shown(folder, size, gray=gray)
    read = decode(images, folder, fit_scale(images, folder))
    identities = np.arange(2 * half)
    assert np.array_equal(read.flats, np.where(folder.flat, identities, -1))
    assert np.array_equal(read.textures, np.where(folder.flat, -1, identities))


def test_code_that_divides_by_the_range_of_an_image_meets_no_zero() -> None:
    """Flat images are not quite flat: min-max and standardising give finite values, and textures are still read."""
    folder = probe_folder(5, CLASSES, "x", flats=20, textured=20)
    images = shown(folder, 64)
    low, high = images.min(axis=(1, 2, 3), keepdims=True), images.max(axis=(1, 2, 3), keepdims=True)
    assert (high > low).all()
    read = decode((images - low) / (high - low), folder, None)
    assert np.array_equal(read.textures >= 0, ~folder.flat)
    assert np.array_equal(read.looks_textured, ~folder.flat)


def test_more_flat_images_than_levels_are_refused() -> None:
    """The message carries the number and the bound."""
    with pytest.raises(ValueError, match=rf"flats \(=111\) must be at most {MOST_FLATS}"):
        probe_folder(0, CLASSES, "x", flats=111, textured=0)


def test_every_class_has_images_of_both_kinds() -> None:
    """24 classes: each has at least two flat and two textured images, so that either channel reads all labels."""
    letters = tuple("ABCDEFGHIKLMNOPQRSTUVWXY")
    folder = probe_folder(1, letters, "x", flats=72, textured=72)
    for flat in (True, False):
        counts = [sum(c == n and f == flat for c, f in zip(folder.classes, folder.flat, strict=True)) for n in letters]
        assert min(counts) >= 2


def test_two_folders_make_one_probe_folder() -> None:
    """Images lie in the folder of their side and class, and no level is used twice."""
    folder = probe_folders(1, CLASSES, "data/train", "data/validation", flats=(30, 10), textured=(30, 10))
    assert all(image.path.split("/")[2] == image.class_name for image in folder.images)
    assert sum(image.path.startswith("data/train/") for image in folder.images) == 60
    assert sum(image.path.startswith("data/validation/") for image in folder.images) == 20
    levels = folder.levels[folder.flat]
    assert len(set(levels.tolist())) == len(levels) == 40


@pytest.mark.parametrize("total", [100, 134, 200])
def test_a_flipped_validation_side_shows_in_all_but_1_of_10_000_splits(total: int) -> None:
    """Each textured image shows it in one of two later passes with 3/4; how many fall on the side is hypergeometric."""
    half, held = total // 2, ON_VALIDATION
    missed = sum(
        math.comb(half, k) * math.comb(total - half, held - k) / math.comb(total, held) * 0.25**k
        for k in range(held + 1)
    )
    assert missed < 1e-4

"""Tests of the drawings of letters, and of their table of pixels."""

from __future__ import annotations

import csv
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from grader.data import dataset_parts, letters_csv, public_dataset, public_letters_csv
from grader.data.letters import LETTERS, draw_letter, draw_png
from grader.data.letters.glyphs import FONTS, glyph
from grader.data.pixel_table import label_of
from grader.data.sources import source


def generator(number: int) -> np.random.Generator:
    return np.random.default_rng(number)


def pixels(data: bytes) -> np.ndarray:
    with Image.open(BytesIO(data)) as image:
        return np.asarray(image)


def test_letters_are_24_capitals():
    """J and Z are missing, as in sign language they are movements."""
    assert "".join(LETTERS) == "ABCDEFGHIKLMNOPQRSTUVWXY"


@pytest.mark.parametrize("font", FONTS)
def test_every_font_has_every_letter(font):
    """No glyph is blank, and no two letters share one, as they would where a font shows a box for what it lacks."""
    shapes = {letter: glyph(font, letter) for letter in LETTERS}

    assert len({shape.tobytes() for shape in shapes.values()}) == 24
    assert all(np.count_nonzero(shape) > 300 for shape in shapes.values())


def test_equal_generators_draw_equal_pictures():
    """A drawing is a pure function of letter and generator, whatever was drawn before."""
    first = draw_png("A", generator(1))
    draw_png("B", generator(2))

    assert draw_png("A", generator(1)) == first
    assert len({draw_png(letter, generator(1)) for letter in LETTERS}) == 24
    assert len({draw_png("A", generator(number)) for number in range(30)}) == 30


def test_pictures_are_small_gray_pngs():
    """28 × 28 pixels in one channel; a file takes less than a kilobyte and a half."""
    data = draw_png("Q", generator(0))
    with Image.open(BytesIO(data)) as image:
        assert (image.format, image.mode, image.size) == ("PNG", "L", (28, 28))
    assert len(data) < 1500


def test_encoding_loses_nothing():
    """The file holds the very pixels that were drawn."""
    assert np.array_equal(pixels(draw_png("K", generator(5))), np.asarray(draw_letter("K", generator(5))))


def test_every_letter_can_be_seen():
    """Ink stands out from paper by 45 gray levels at least, in a few hundred pictures of every kind."""
    faint = []
    for letter in LETTERS:
        for number in range(25):
            image = np.asarray(draw_letter(letter, np.random.default_rng([number, ord(letter)])), float)
            edge = np.concatenate([image[0], image[-1], image[:, 0], image[:, -1]])
            inner = np.abs(image[3:-3, 3:-3] - np.median(edge))
            faint.append((float(np.sort(inner, axis=None)[-25:].mean()), letter, number))

    assert min(faint)[0] > 45, min(faint)


def test_most_letters_are_light_on_dark():
    """About seven in ten, in every letter's pictures alike, so that polarity tells nothing."""
    light = [
        np.median(np.asarray(draw_letter(letter, np.random.default_rng([number, 7, ord(letter)])))[:2]) < 118
        for letter in LETTERS
        for number in range(20)
    ]

    assert 0.6 < np.mean(light) < 0.8


def test_unknown_letter_is_named():
    """A letter that is not drawn is refused with those that are."""
    with pytest.raises(ValueError, match=r"`letter` \(='J'\) must be one of A, B, .*, Y\."):
        draw_png("J", generator(0))


def test_global_random_state_is_left_alone():
    """Drawing neither reads nor moves NumPy's global generator."""
    np.random.seed(0)  # noqa: NPY002 - the global state is what is tested
    draw_png("S", generator(4))
    after = np.random.random()  # noqa: NPY002
    np.random.seed(0)  # noqa: NPY002

    assert after == np.random.random()  # noqa: NPY002


def test_public_set_has_150_training_and_40_validation_images_of_each_letter():
    """Two folders, as the exercise on many classes expects them."""
    assert [(part.name, part.per_class) for part in source("letters").parts] == [("train", 150), ("validation", 40)]


def test_public_folder_holds_letters_below_train_and_validation():
    """Files are called train/A/0.png and so on."""
    folder = public_dataset("letters", per_class=2, workers=1)
    found = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.*"))

    assert dataset_parts("letters") == ("train", "validation")
    assert found == sorted(
        f"{part}/{letter}/{number}.png" for part in ("train", "validation") for letter in LETTERS for number in (0, 1)
    )


# --- the table of pixels ---------------------------------------------------------------------------------------------


def test_labels_are_places_in_the_alphabet():
    """0 is A, 24 is Y, and there is no 9."""
    assert [label_of(letter) for letter in LETTERS] == [n for n in range(25) if n != 9]
    with pytest.raises(ValueError, match="'Z'"):
        label_of("Z")


def test_csv_has_header_label_and_784_pixels():
    """The layout of the Sign-MNIST files: label first, pixels row by row."""
    data = draw_png("K", generator(3))
    header, row = list(csv.reader(letters_csv([("K", data)]).decode().splitlines()))

    assert header[:3] == ["label", "pixel1", "pixel2"]
    assert (header[-1], len(header), len(row)) == ("pixel784", 785, 785)
    assert row[0] == "10"
    assert np.array_equal(np.array(row[1:], np.uint8).reshape(28, 28), pixels(data))


def test_csv_refuses_other_sizes():
    """An image of another size has no place in 784 columns."""
    stream = BytesIO()
    Image.new("L", (30, 28)).save(stream, "PNG")
    with pytest.raises(ValueError, match=r"\(of 30 × 28 pixels\) must be 28 × 28"):
        letters_csv([("A", stream.getvalue())])


def test_public_csvs_hold_the_images_of_the_folders_shuffled():
    """Both files have every picture of their folder once, in an order that mixes the letters and stays the same."""
    images = public_dataset("letters", per_class=2, workers=1)
    tables = public_letters_csv(per_class=2)

    assert sorted(path.name for path in tables.iterdir()) == ["train.csv", "validation.csv"]
    for part in ("train", "validation"):
        rows = list(csv.reader((tables / f"{part}.csv").read_text().splitlines()))[1:]
        drawn = {
            (label_of(path.parent.name), pixels(path.read_bytes()).tobytes()) for path in images.glob(f"{part}/*/*")
        }
        assert {(int(row[0]), np.array(row[1:], np.uint8).tobytes()) for row in rows} == drawn
        assert [int(row[0]) for row in rows] != sorted(int(row[0]) for row in rows)

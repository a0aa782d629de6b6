"""Tests of the folder with the mess of real ones."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image, ImageOps

from grader.data.messy import messy_folder

SEEDS = [bytes([number]) for number in range(4)]
READABLE = {"photo", "grayscale", "cmyk", "rgba", "rotated", "palette"}
UNREADABLE = {"empty", "truncated", "not_an_image", "stray"}


def loads(data):
    try:
        with Image.open(BytesIO(data)) as image:
            image.load()
    except (OSError, SyntaxError, ValueError):
        return False
    return True


@pytest.fixture(scope="module")
def tensorflow_decodes():
    tf = pytest.importorskip("tensorflow")

    def decodes(data):
        try:
            return tf.io.decode_image(data).shape.rank == 3
        except tf.errors.InvalidArgumentError:
            return False

    return decodes


@pytest.mark.parametrize("seed", SEEDS)
def test_readable_files_decode_and_the_others_do_not(seed, tensorflow_decodes):
    """Pillow and TensorFlow agree with the list, file by file."""
    folder = messy_folder(seed)

    for name, data in folder.files.items():
        expected = name in folder.readable
        assert (loads(data), tensorflow_decodes(data)) == (expected, expected), (name, folder.kinds[name])


@pytest.mark.parametrize("seed", SEEDS)
def test_truncated_files_open_and_verify(seed):
    """A truncated file cannot be told by its header: only decoding it finds out."""
    folder = messy_folder(seed)
    truncated = [folder.files[name] for name, kind in folder.kinds.items() if kind == "truncated"]

    assert len(truncated) >= 3
    for data in truncated:
        with Image.open(BytesIO(data)) as image:
            assert image.width > 0
        if data[:2] == b"\xff\xd8":
            with Image.open(BytesIO(data)) as image:
                image.verify()


@pytest.mark.parametrize("seed", SEEDS)
def test_every_kind_is_there(seed):
    """Each folder holds each kind of file, about two dozen in all, and says which are readable."""
    folder = messy_folder(seed)

    assert set(folder.kinds.values()) == READABLE | UNREADABLE
    assert folder.kinds.keys() == folder.files.keys()
    assert 22 <= len(folder.files) <= 28
    assert list(folder.readable) == sorted(name for name, kind in folder.kinds.items() if kind in READABLE)


def test_kinds_are_what_they_say():
    """Modes, formats and the EXIF tag are those of the kind."""
    folder = messy_folder(b"kinds")
    facts = {"grayscale": ("JPEG", "L"), "cmyk": ("JPEG", "CMYK"), "rgba": ("PNG", "RGBA"), "palette": ("PNG", "P")}
    for name, kind in folder.kinds.items():
        if kind in facts:
            with Image.open(BytesIO(folder.files[name])) as image:
                assert (image.format, image.mode) == facts[kind]
        if kind == "rotated":
            with Image.open(BytesIO(folder.files[name])) as image:
                assert ImageOps.exif_transpose(image).size == image.size[::-1]
        if kind == "empty":
            assert folder.files[name] == b""


def test_extensions_do_not_tell_what_is_readable():
    """Readable images end in .jpg, .JPG, .jpeg and .png, and each of .jpg and .png is also on broken files."""
    folder = messy_folder(b"extensions")
    readable = {name[name.rindex(".") :] for name in folder.readable}
    broken = {name[name.rindex(".") :] for name, kind in folder.kinds.items() if kind in UNREADABLE - {"stray"}}

    assert readable == {".jpg", ".JPG", ".jpeg", ".png"}
    assert broken == {".jpg", ".png"}


def test_seed_decides_everything():
    """Equal seeds give equal folders; names differ from seed to seed."""
    one, again, other = messy_folder(b"one"), messy_folder(b"one"), messy_folder(b"other")

    assert one == again
    assert list(one.files) == list(again.files)
    assert len(set(one.readable) & set(other.readable)) < 3

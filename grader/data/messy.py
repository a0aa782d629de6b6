"""A folder as real ones are: unusual images that decode, and files that do not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

import numpy as np
from PIL import Image

from grader.data import pets
from grader.data.sources import child_generator


@dataclass(frozen=True)
class MessyFolder:
    """The files of one flat folder.

    Attributes:
        files: File name → content.
        readable: Names of the files that decode as images, sorted.
        kinds: File name → what it is. Decodable: `photo`, `grayscale`, `cmyk`, `rgba`, `rotated`, `palette`.
            Not decodable: `empty`, `truncated`, `not_an_image`, `stray`.
    """

    files: dict[str, bytes]
    readable: tuple[str, ...]
    kinds: dict[str, str]


_UNREADABLE = frozenset({"empty", "truncated", "not_an_image", "stray"})
_ORIENTATION = 0x0112


def messy_folder(seed: bytes) -> MessyFolder:
    """Return about two dozen files whose names, order and content follow from `seed`.

    Truncated images are cut at 40 to 70 % of their bytes, or lose a part in their middle: their headers are intact, so
    opening and verifying most of them succeeds and only decoding fails. One photo has bytes behind its end, as some cameras
    leave them: neither the first bytes of a file nor its last say what is between. What decodes does so in Pillow and in `tf.io.decode_image` alike, and what does
    not does in neither.
    """
    rng = child_generator(seed, "messy")
    makers: list[tuple[str, str, Callable[[np.random.Generator], bytes]]] = [
        *[("photo", ".jpg", _photo)] * 5,
        ("photo", ".JPG", _photo),
        ("photo", ".jpeg", _photo),
        ("photo", ".jpg", _photo_with_a_tail),
        *[("grayscale", ".jpg", _grayscale)] * 2,
        ("cmyk", ".jpg", _cmyk),
        ("rgba", ".png", _rgba),
        ("rotated", ".jpg", _rotated),
        ("palette", ".png", _palette),
        *[("empty", ".jpg", _empty)] * 2,
        *[("truncated", ".jpg", _cut_jpeg)] * 3,
        ("truncated", ".png", _cut_png),
        ("truncated", ".png", _png_without_its_middle),
        ("not_an_image", ".jpg", _text),
        ("not_an_image", ".jpg", _html),
        ("not_an_image", ".jpg", _random_bytes),
    ]
    numbers = rng.choice(12_500, size=len(makers), replace=False)
    content: dict[str, tuple[str, bytes]] = {}
    for number, (kind, ending, make) in zip(numbers, makers, strict=True):
        content[f"{number}{ending}"] = (kind, make(rng))
    for name, data in (("Thumbs.db", _thumbs), ("notes.txt", _text), (".DS_Store", _ds_store)):
        content[name] = ("stray", data(rng))
    names = list(content)
    order = [names[place] for place in rng.permutation(len(names))]
    kinds = {name: content[name][0] for name in order}
    return MessyFolder(
        files={name: content[name][1] for name in order},
        readable=tuple(sorted(name for name, kind in kinds.items() if kind not in _UNREADABLE)),
        kinds=kinds,
    )


# --- images that decode ----------------------------------------------------------------------------------------------


def _picture(rng: np.random.Generator) -> Image.Image:
    return pets.draw_pet(pets.KINDS[rng.integers(len(pets.KINDS))], rng)


def _encoded(image: Image.Image, form: str, rng: np.random.Generator, **options: object) -> bytes:
    stream = BytesIO()
    if form == "JPEG":
        options["quality"] = int(rng.integers(60, 90))
    image.save(stream, form, **options)
    return stream.getvalue()


def _photo(rng: np.random.Generator) -> bytes:
    return _encoded(_picture(rng), "JPEG", rng)


def _photo_with_a_tail(rng: np.random.Generator) -> bytes:
    return _photo(rng) + rng.bytes(int(rng.integers(16, 200)))


def _grayscale(rng: np.random.Generator) -> bytes:
    return _encoded(_picture(rng).convert("L"), "JPEG", rng)


def _cmyk(rng: np.random.Generator) -> bytes:
    return _encoded(_picture(rng).convert("CMYK"), "JPEG", rng)


def _rotated(rng: np.random.Generator) -> bytes:
    """Store the picture lying on its side, as cameras do, with the EXIF tag that says how to turn it."""
    orientation, turn = ((6, Image.Transpose.ROTATE_90), (8, Image.Transpose.ROTATE_270))[rng.integers(2)]
    exif = Image.Exif()
    exif[_ORIENTATION] = orientation
    return _encoded(_picture(rng).transpose(turn), "JPEG", rng, exif=exif)


def _rgba(rng: np.random.Generator) -> bytes:
    image = _picture(rng).convert("RGBA")
    fade = Image.linear_gradient("L").resize(image.size).point(lambda value: 255 - value // 4)
    image.putalpha(fade)
    return _encoded(image, "PNG", rng)


def _palette(rng: np.random.Generator) -> bytes:
    return _encoded(_picture(rng).quantize(128), "PNG", rng)


# --- files that do not -----------------------------------------------------------------------------------------------


def _empty(_: np.random.Generator) -> bytes:
    return b""


def _cut(data: bytes, start: int, rng: np.random.Generator) -> bytes:
    """Cut at 40 to 70 % of the bytes, but never inside the header that ends at `start`."""
    return data[: max(int(len(data) * rng.uniform(0.4, 0.7)), start + 64)]


def _cut_jpeg(rng: np.random.Generator) -> bytes:
    data = _photo(rng)
    return _cut(data, data.index(b"\xff\xda"), rng)


def _cut_png(rng: np.random.Generator) -> bytes:
    data = _encoded(_picture(rng), "PNG", rng)
    return _cut(data, data.index(b"IDAT"), rng)


def _png_without_its_middle(rng: np.random.Generator) -> bytes:
    data = _encoded(_picture(rng), "PNG", rng)
    start = data.index(b"IDAT") + 64
    return data[:start] + data[start + int((len(data) - start) * rng.uniform(0.3, 0.5)) :]


def _text(rng: np.random.Generator) -> bytes:
    return f"Pictures {rng.integers(1, 400)} to {rng.integers(400, 999)} are still to be sorted.\n".encode()


def _html(rng: np.random.Generator) -> bytes:
    return f"<!DOCTYPE html>\n<title>404 Not Found</title>\n<p>Picture {rng.integers(1, 999)} is gone.</p>\n".encode()


def _random_bytes(rng: np.random.Generator) -> bytes:
    # A text start keeps chance from ever making the first bytes those of an image format.
    return b"data" + rng.bytes(int(rng.integers(2_000, 5_000)))


def _thumbs(rng: np.random.Generator) -> bytes:
    return bytes.fromhex("d0cf11e0a1b11ae1") + rng.bytes(1_000)


def _ds_store(rng: np.random.Generator) -> bytes:
    return b"\x00\x00\x00\x01Bud1" + rng.bytes(500)

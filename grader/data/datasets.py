"""The data sets of the exercises: a public folder that students see, and hidden images from a secret seed."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from grader.data.cache import cache_root, ensure_tree, owners_folder, read_pack, write_pack
from grader.data.drawing import Order, Progress, draw_images
from grader.data.sources import Source, source, source_names
from grader.errors import UsageError

# Nothing depends on its value: it is public, and only has to stay what it is.
_PUBLIC_SEED = b"cnn-grader public images, first edition"
_BLOCK = 50
# To be raised when this module, not the drawing code, changes which image or label stands where.
_EDITION = 1


@dataclass(frozen=True)
class HiddenImages:
    """Labelled images that no student has seen.

    Attributes:
        jpegs: Encoded images.
        labels: The class name of each.
    """

    jpegs: tuple[bytes, ...]
    labels: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.jpegs)


def dataset_names() -> tuple[str, ...]:
    """Return the names of the data sets that can be generated, sorted."""
    return source_names()


def dataset_classes(name: str) -> tuple[str, ...]:
    """Return the class names of a data set, sorted: the folder names, in the order Keras numbers them.

    Raises:
        UsageError: There is no data set of that name.
    """
    return source(name).classes


def generator_version(name: str) -> str:
    """Return the digest of the source code that draws a data set: part of the key of everything cached.

    Raises:
        UsageError: There is no data set of that name.
    """
    return source(name).version


def dataset_digest(name: str) -> str:
    """Return the digest of all that decides what a data set holds, without drawing it (milliseconds).

    It covers the drawing code, the public seed and the counts; not the versions of the libraries that draw.

    Raises:
        UsageError: There is no data set of that name.
    """
    return _public_digest(source(name), source(name).per_class)


def public_dataset(
    name: str, *, per_class: int | None = None, workers: int | None = None, progress: Progress | None = None
) -> Path:
    """Return the folder of a public data set, one folder per class, drawing it where the cache has none that is whole.

    Files are called `0.jpg`, `1.jpg`, ... in each class folder, and every call checks them against their digests.

    Args:
        name: For example `"pets"`, which has `Cat/` and `Dog/` with 250 images each.
        per_class: Images of each class; None takes the data set's own number.
        workers: Drawing processes; None takes one per core.
        progress: Called with (images done, images in all) while drawing.

    Raises:
        UsageError: There is no data set of that name, or `per_class` is below 1.
        GraderFault: The cache cannot be written.
    """
    drawable = source(name)
    each = drawable.per_class if per_class is None else per_class
    if each < 1:
        raise UsageError(f"`per_class` (={each}) must be at least 1.")
    names = [(kind, number) for kind in drawable.classes for number in range(each)]

    def build() -> Mapping[str, bytes]:
        orders = [Order(kind, (name, "public", kind, number)) for kind, number in names]
        jpegs = draw_images(name, _PUBLIC_SEED, orders, workers=workers, progress=progress)
        return {f"{kind}/{number}.jpg": jpeg for (kind, number), jpeg in zip(names, jpegs, strict=True)}

    home = cache_root() / "public" / f"{name}-{_public_digest(drawable, each)[:16]}"
    return ensure_tree(home, name, build)


def hidden_images(
    name: str, seed: bytes, count: int, *, workers: int | None = None, progress: Progress | None = None
) -> HiddenImages:
    """Return images drawn from a secret seed, from the cache where it has them.

    Image `i` has a generator of its own, so the first `k` images of a larger count are those of the count `k`. Images
    `2j` and `2j + 1` are of different classes, in an order that the seed decides: every even count is balanced.

    Args:
        name: For example `"pets"`.
        seed: The assignment's secret seed. The cache keeps a keyed digest of it only.
        count: How many images.
        workers: Drawing processes; None takes one per core.
        progress: Called with (images done, images in all) while drawing.

    Raises:
        UsageError: There is no data set of that name, the seed is empty, or `count` is negative.
        GraderFault: The cache cannot be written.
    """
    drawable = source(name)
    if count < 0 or not seed:
        raise UsageError(f"`count` (={count}) must not be negative and `seed` (of {len(seed)} bytes) not empty.")
    key = hmac.new(seed, f"cache/{_EDITION}/{name}/{drawable.version}".encode(), hashlib.sha256).hexdigest()
    folder = owners_folder(owners_folder(cache_root() / "hidden") / key[:32])
    labels = tuple(_hidden_label(drawable, seed, index) for index in range(-(-count // _BLOCK) * _BLOCK))
    blocks: dict[int, tuple[bytes, ...]] = {}
    missing: list[int] = []
    for block in range(len(labels) // _BLOCK):
        found = read_pack(folder / f"{block:04}.pack")
        if found is not None and len(found) == _BLOCK:
            blocks[block] = found
        else:
            missing.append(block)
    indices = [index for block in missing for index in range(block * _BLOCK, (block + 1) * _BLOCK)]
    orders = [Order(labels[index], (name, "hidden", index)) for index in indices]
    drawn = draw_images(name, seed, orders, workers=workers, progress=progress)
    for place, block in enumerate(missing):
        blocks[block] = drawn[place * _BLOCK : (place + 1) * _BLOCK]
        write_pack(folder / f"{block:04}.pack", blocks[block])
    jpegs = tuple(jpeg for block in sorted(blocks) for jpeg in blocks[block])
    return HiddenImages(jpegs[:count], labels[:count])


def _public_digest(drawable: Source, per_class: int) -> str:
    """Return the digest of a public set: code, seed, classes, count."""
    parts = (str(_EDITION), drawable.name, drawable.version, _PUBLIC_SEED.hex(), *drawable.classes, str(per_class))
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _hidden_label(drawable: Source, seed: bytes, index: int) -> str:
    """Return the class of hidden image `index`: each run of as many images as classes holds every class once."""
    classes = drawable.classes
    turn, place = divmod(index, len(classes))
    ranks = {
        kind: hmac.new(seed, f"{drawable.name}/order/{turn}/{kind}".encode(), hashlib.sha256).digest()
        for kind in classes
    }
    return sorted(classes, key=ranks.__getitem__)[place]

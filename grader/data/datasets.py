"""The data sets of the exercises: a public folder that students see, and hidden images from a secret seed.

Names such as `imported/cats-vs-dogs` stand for sets that the user brought along (`grader data import`). Nothing is
drawn for them: their hidden images are a part of the set, see `grader.data.imports.shelf`.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from grader.data.cache import cache_root, ensure_tree, owners_folder, read_pack, tree_is_whole, write_pack
from grader.data.drawing import Order, Progress, draw_images
from grader.data.imports.shelf import imported_set, is_imported_name
from grader.data.sources import Part, Source, source, source_names
from grader.errors import UsageError

# Nothing depends on its value: it is public, and only has to stay what it is.
_PUBLIC_SEED = b"cnn-grader public images, first edition"
_BLOCK = 50
# To be raised when this module, not the drawing code, changes which image or label stands where.
_EDITION = 1


@dataclass(frozen=True)
class HiddenImages:
    """Labelled images that no student's code has seen.

    Attributes:
        files: Encoded images, as JPEG or PNG.
        labels: The class name of each.
    """

    files: tuple[bytes, ...]
    labels: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.files)

    @property
    def jpegs(self) -> tuple[bytes, ...]:
        """The files, by the name they had when all of them were JPEGs."""
        return self.files


def dataset_names() -> tuple[str, ...]:
    """Return the names of the data sets that can be generated, sorted."""
    return source_names()


def dataset_classes(name: str) -> tuple[str, ...]:
    """Return the class names of a data set, sorted: the folder names, in the order Keras numbers them.

    Raises:
        UsageError: There is no data set of that name.
    """
    return imported_set(name).manifest.classes if is_imported_name(name) else source(name).classes


def dataset_parts(name: str) -> tuple[str, ...]:
    """Return the names of the folders of a public set: `("train", "validation")`, or `("",)` where it is in one piece.

    Raises:
        UsageError: There is no data set of that name.
    """
    if is_imported_name(name):
        return imported_set(name).manifest.parts
    return tuple(part.name for part in source(name).parts)


def generator_version(name: str) -> str:
    """Return the digest of the source code that draws a data set, of an imported one that of its images.

    Raises:
        UsageError: There is no data set of that name.
    """
    return imported_set(name).digest if is_imported_name(name) else source(name).version


def dataset_digest(name: str) -> str:
    """Return the digest of all that decides what a data set holds, without drawing it (milliseconds).

    It covers the drawing code, the public seed and the counts; not the versions of the libraries that draw.

    Raises:
        UsageError: There is no data set of that name.
    """
    if is_imported_name(name):
        return imported_set(name).digest
    return _public_digest(source(name), source(name).parts)


def public_dataset(
    name: str,
    *,
    per_class: int | None = None,
    seed: bytes | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Path:
    """Return the folder of a public data set, one folder per class, drawing it where the cache has none that is whole.

    Files are called `Cat/0.jpg`, `Cat/1.jpg`, ..., in a set of several parts `train/A/0.png`, `validation/A/0.png`,
    and every call checks them against their digests.

    Args:
        name: For example `"pets"`, which has `Cat/` and `Dog/` with 250 images each.
        per_class: Images of each class in each part; None takes the data set's own numbers, the only choice for an
            imported set.
        seed: The seed whose hidden images must not be in the folder. That concerns imported sets, which are then also
            cut down to what a student's cell can take; the folder of a generated set never holds hidden images.
        workers: Drawing processes; None takes one per core.
        progress: Called with (images done, images in all) while drawing.

    Raises:
        UsageError: There is no data set of that name, or `per_class` is below 1.
        GraderFault: The cache cannot be written.
    """
    if is_imported_name(name):
        if per_class is not None:
            raise UsageError(f"`per_class` (={per_class}) must be left out for `{name}`, which is as large as it is.")
        return imported_set(name).whole_folder() if seed is None else imported_set(name).shown_folder(seed)
    drawable, parts = source(name), _public_parts(name, per_class)
    wanted = [(part, kind, number) for part in parts for kind in drawable.classes for number in range(part.per_class)]

    def build() -> Mapping[str, bytes]:
        orders = [
            Order(kind, (name, "public", *filter(None, [part.name]), kind, number)) for part, kind, number in wanted
        ]
        files = draw_images(name, _PUBLIC_SEED, orders, workers=workers, progress=progress)
        paths = [f"{part.prefix}{kind}/{number}{drawable.suffix}" for part, kind, number in wanted]
        return dict(zip(paths, files, strict=True))

    return ensure_tree(_public_home(drawable, parts), name, build)


def drawn_folder(name: str) -> Path | None:
    """Return the folder of a generated public set if it is in the cache, whole; None where it has to be drawn.

    Raises:
        UsageError: There is no data set of that name.
    """
    home = _public_home(source(name), source(name).parts)
    return home / name if tree_is_whole(home, name) else None


def hidden_images(
    name: str, seed: bytes, count: int, *, workers: int | None = None, progress: Progress | None = None
) -> HiddenImages:
    """Return images drawn from a secret seed, from the cache where it has them; of an imported set, those set aside.

    Image `i` has a generator of its own, so the first `k` images of a larger count are those of the count `k`. Images
    `2j` and `2j + 1` are of different classes, in an order that the seed decides: every even count is balanced.

    Args:
        name: For example `"pets"`.
        seed: The assignment's secret seed. The cache keeps a keyed digest of it only.
        count: How many images. An imported set may have fewer, see `ImportedSet.split`.
        workers: Drawing processes; None takes one per core.
        progress: Called with (images done, images in all) while drawing.

    Raises:
        UsageError: There is no data set of that name, the seed is empty, or `count` is negative.
        GraderFault: The cache cannot be written.
    """
    if count < 0 or not seed:
        raise UsageError(f"`count` (={count}) must not be negative and `seed` (of {len(seed)} bytes) not empty.")
    if is_imported_name(name):
        found = imported_set(name)
        split = found.split(seed)
        return HiddenImages(tuple(found.read(path) for path in split.hidden[:count]), split.labels[:count])
    drawable = source(name)
    key = hmac.new(seed, f"cache/{_EDITION}/{name}/{drawable.version}".encode(), hashlib.sha256).hexdigest()
    folder = owners_folder(owners_folder(cache_root() / "hidden") / key[:32])
    labels = tuple(_hidden_label(drawable, seed, index) for index in range(-(-count // _BLOCK) * _BLOCK))
    blocks: dict[int, tuple[bytes, ...]] = {}
    missing: list[int] = []
    for block in range(len(labels) // _BLOCK):
        packed = read_pack(folder / f"{block:04}.pack")
        if packed is not None and len(packed) == _BLOCK:
            blocks[block] = packed
        else:
            missing.append(block)
    indices = [index for block in missing for index in range(block * _BLOCK, (block + 1) * _BLOCK)]
    orders = [Order(labels[index], (name, "hidden", index)) for index in indices]
    drawn = draw_images(name, seed, orders, workers=workers, progress=progress)
    for place, block in enumerate(missing):
        blocks[block] = drawn[place * _BLOCK : (place + 1) * _BLOCK]
        write_pack(folder / f"{block:04}.pack", blocks[block])
    files = tuple(file for block in sorted(blocks) for file in blocks[block])
    return HiddenImages(files[:count], labels[:count])


def _public_parts(name: str, per_class: int | None) -> tuple[Part, ...]:
    """Return the parts of a public set with their counts, or with the count that the caller wants in each."""
    if per_class is not None and per_class < 1:
        raise UsageError(f"`per_class` (={per_class}) must be at least 1.")
    return tuple(Part(part.name, part.per_class if per_class is None else per_class) for part in source(name).parts)


def _public_home(drawable: Source, parts: tuple[Part, ...]) -> Path:
    """Return where the tree of a public set belongs."""
    return cache_root() / "public" / f"{drawable.name}-{_public_digest(drawable, parts)[:16]}"


def _public_digest(drawable: Source, parts: tuple[Part, ...]) -> str:
    """Return the digest of a public set: code, seed, classes, parts and their counts."""
    counts = (f"{part.prefix}{part.per_class}" for part in parts)
    told = (str(_EDITION), drawable.name, drawable.version, _PUBLIC_SEED.hex(), *drawable.classes, *counts)
    return hashlib.sha256("\0".join(told).encode()).hexdigest()


def _hidden_label(drawable: Source, seed: bytes, index: int) -> str:
    """Return the class of hidden image `index`: each run of as many images as classes holds every class once."""
    classes = drawable.classes
    turn, place = divmod(index, len(classes))
    ranks = {
        kind: hmac.new(seed, f"{drawable.name}/order/{turn}/{kind}".encode(), hashlib.sha256).digest()
        for kind in classes
    }
    return sorted(classes, key=ranks.__getitem__)[place]

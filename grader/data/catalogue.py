"""Which data sets there are, generated and imported, and a look at each."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Literal

from PIL import Image

from grader.data.contact import contact_sheet
from grader.data.datasets import dataset_classes, dataset_names, dataset_parts, drawn_folder, public_dataset
from grader.data.drawing import Progress
from grader.data.imports.shelf import imported_names, imported_set
from grader.data.sources import source
from grader.errors import UsageError

_CELL = 112
_SMALLEST_CELL = 32


@dataclass(frozen=True)
class Listed:
    """One data set as lists show it.

    Attributes:
        name: The name for `public_dataset`.
        kind: Drawn by us, or brought along by the user.
        classes: Class names, sorted.
        counts: Part → number of images; one part without a name where the set is in one piece.
        folder: Where it lies; None where it has to be drawn first.
    """

    name: str
    kind: Literal["generated", "imported"]
    classes: tuple[str, ...]
    counts: dict[str, int]
    folder: Path | None


def names() -> tuple[str, ...]:
    """Return the names of all data sets that can be used now: generated ones, then imported ones."""
    return (*dataset_names(), *imported_names())


def catalogue() -> tuple[Listed, ...]:
    """Return all data sets that can be used now; nothing is drawn for it.

    Raises:
        UsageError: An imported set is damaged.
        GraderFault: The cache cannot be read.
    """
    generated = [
        Listed(
            name,
            "generated",
            dataset_classes(name),
            {part.name: part.per_class * len(dataset_classes(name)) for part in source(name).parts},
            drawn_folder(name),
        )
        for name in dataset_names()
    ]
    imported = []
    for name in imported_names():
        found = imported_set(name)
        counts = {part: sum(numbers.values()) for part, numbers in found.counts().items()}
        imported.append(Listed(name, "imported", found.manifest.classes, counts, found.folder))
    return (*generated, *imported)


def write_sheet(name: str, target: Path, *, progress: Progress | None = None) -> None:
    """Write a PNG with some images of each class: rows of one class, or one column for each of many classes.

    Args:
        name: A data set, generated or imported; its public images are drawn if they are not there.
        target: The file; one that is there is replaced.
        progress: Told how drawing gets on.

    Raises:
        UsageError: There is no such set, or the file cannot be written.
        GraderFault: The cache cannot be written.
    """
    classes = dataset_classes(name)
    top = public_dataset(name, progress=progress) / dataset_parts(name)[0]
    many = len(classes) > 8
    rows = 8 if many else max(1, 6 // len(classes))
    each = rows if many else rows * 8
    chosen = [_first(top / kind, each) for kind in classes]
    if many:
        paths = [column[row] for row in range(rows) for column in chosen if row < len(column)]
    else:
        paths = [path for column in chosen for path in column]
    with Image.open(paths[0]) as image:
        cell = min(_CELL, max(_SMALLEST_CELL, *image.size))
    stream = BytesIO()
    contact_sheet(paths, len(classes) if many else 8, cell=cell).save(stream, "PNG")
    try:
        target.write_bytes(stream.getvalue())
    except OSError as error:
        raise UsageError(f"{target} cannot be written: {error.strerror}.") from error


def _first(folder: Path, count: int) -> list[Path]:
    """Return the first images of a class, in the order of their numbers."""
    return sorted(folder.iterdir(), key=lambda path: int(path.stem))[:count]

"""The letters as a table of pixels, laid out as the Sign-MNIST files are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

from grader.data.cache import cache_root, digest_of, ensure_tree
from grader.data.datasets import dataset_digest, public_dataset
from grader.data.letters import LETTERS, SIDE

# To be raised when this module changes what the files hold.
_EDITION = 1
_HEADER = "label," + ",".join(f"pixel{number}" for number in range(1, SIDE * SIDE + 1))


def label_of(letter: str) -> int:
    """Return a letter's place in the alphabet from 0 (A) to 24 (Y); 9 and 25 would be J and Z.

    Raises:
        ValueError: `letter` is not one of the 24.
    """
    if letter not in LETTERS:
        raise ValueError(f"`letter` (={letter!r}) must be one of {', '.join(LETTERS)}.")
    return ord(letter) - ord("A")


def letters_csv(images: Iterable[tuple[str, bytes]]) -> bytes:
    """Return a CSV file with the header `label,pixel1,...,pixel784` and one row for each image.

    Args:
        images: Letter and encoded image of 28 × 28 pixels, in the order of the rows.

    Returns:
        ASCII text with Unix line ends: the label of `label_of`, then 784 gray levels row by row, 0 to 255.

    Raises:
        ValueError: A letter is not one of the 24, or an image has another size.
    """
    lines = [_HEADER]
    for letter, data in images:
        with Image.open(BytesIO(data)) as image:
            pixels = np.asarray(image.convert("L"))
        if pixels.shape != (SIDE, SIDE):
            raise ValueError(f"An image (of {pixels.shape[1]} × {pixels.shape[0]} pixels) must be 28 × 28.")
        lines.append(f"{label_of(letter)},{','.join(map(str, pixels.reshape(-1).tolist()))}")
    return ("\n".join(lines) + "\n").encode("ascii")


def public_letters_csv(*, per_class: int | None = None) -> Path:
    """Return a folder with `train.csv` and `validation.csv`: the images of `public_dataset("letters")`, shuffled.

    Args:
        per_class: Images of each letter in each file; None takes the data set's own numbers.

    Raises:
        GraderFault: The cache cannot be written.
    """

    def build() -> Mapping[str, bytes]:
        folder = public_dataset("letters", per_class=per_class)
        return {f"{part.name}.csv": letters_csv(_shuffled(part)) for part in sorted(folder.iterdir())}

    key = digest_of(f"{dataset_digest('letters')}/{per_class}/{_EDITION}".encode())
    return ensure_tree(cache_root() / "public" / f"letters-csv-{key[:16]}", "letters-csv", build)


def _shuffled(part: Path) -> list[tuple[str, bytes]]:
    """Return letter and content of a part's files in an order that looks random and is always the same."""
    paths = sorted(part.glob("*/*"), key=lambda path: digest_of(path.relative_to(part).as_posix().encode()))
    return [(path.parent.name, path.read_bytes()) for path in paths]

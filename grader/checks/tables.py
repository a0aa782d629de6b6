"""What a function made of a CSV file whose rows are a label and the pixels of a picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.checks.finding import CheckFailed

Array = np.ndarray[Any, Any]
WHY = "Whatever comes out wrong here, everything behind it learns from."


@dataclass(frozen=True)
class ReadTable:
    """What came back, and what stands in the file.

    Attributes:
        images: as returned.
        labels: as returned.
        true_images: (n, H, W), 0-255.
        true_labels: (n,).
    """

    images: Array
    labels: Array
    true_images: Array
    true_labels: Array


def assert_rows(found: ReadTable) -> None:
    """One image and one label for each row but the header.

    Raises:
        CheckFailed: other counts; the message says where the header seems to be among them, or a row to be lost.
    """
    count = len(found.true_labels)
    seen = [len(one) if one.ndim else 0 for one in (found.images, found.labels)]
    if seen == [count, count]:
        return
    raise CheckFailed(
        f"For a file of {count} rows below the header there are {seen[0]} images and {seen[1]} labels.",
        expected="One image and one label for each row.", why=WHY,
        hint="The first line is a header: read past it once, with `next(reader)` or `skiprows=1`, and no further."
        if all(abs(one - count) == 1 for one in seen)
        else "Append in the loop over the rows, and return after it.",
    )  # fmt: skip


def assert_images(found: ReadTable) -> None:
    """Images are (n, H, W) with the pixels of the file, row by row; a channel axis at the end does no harm.

    Raises:
        CheckFailed: another shape, or other values.
    """
    due = found.true_images.shape
    shape = f"({due[0]}, {due[1]}, {due[2]})"
    if found.images.shape not in (due, (*due, 1)):
        raise CheckFailed(
            f"The images have shape {found.images.shape}.", expected=f"Shape {shape}: one square picture for each row.",
            why=WHY, hint=f"Leave out the label, then `np.array(row[1:]).reshape({due[1]}, {due[2]})` for each row.",
        )  # fmt: skip
    images = found.images.reshape(due).astype(np.float64)
    if np.allclose(images, found.true_images):
        return
    if np.allclose(images, found.true_images.transpose(0, 2, 1)):
        hint = "Rows and columns are exchanged: pixels come row by row, which is what `reshape` expects."
    elif np.allclose(images * 255, found.true_images, atol=0.6):
        hint = "The values are divided already; here they stay from 0 to 255, as in the file."
    else:
        hint = "The first number of a row is the label, the pixels begin behind it."
    raise CheckFailed(
        "The pixels are not those of the file.", expected="Every pixel as it stands in its row.", why=WHY, hint=hint
    )


def assert_labels(found: ReadTable) -> None:
    """Labels are (n,) and those of the file, in its order.

    Raises:
        CheckFailed: another shape, or other values.
    """
    labels = found.labels.astype(np.float64)
    if labels.size == len(found.true_labels) and np.array_equal(labels.reshape(-1), found.true_labels):
        return
    raise CheckFailed(
        f"The labels have shape {labels.shape}." if labels.size != len(found.true_labels)
        else f"{int((labels.reshape(-1) != found.true_labels).sum())} of {labels.size} labels are not those of the file.",
        expected=f"Shape ({len(found.true_labels)},): the first number of each row.", why=WHY,
        hint="`row[0]` is the label, as a number.",
    )  # fmt: skip

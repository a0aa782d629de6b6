"""Evidence of a function that reads images and labels from a CSV file."""

from __future__ import annotations

from typing import Any

import numpy as np

from grader.student.failures import NotWhatWasAsked
from grader.student.module import StudentModule
from grader.wire import Message


def run(module: StudentModule, request: Message) -> Message:
    """Call `entry(path)`. Answers the arrays `images` and `labels`."""
    entry = request.body["entry"]
    returned = module.get(entry)(request.body["path"])
    if returned is None:
        raise NotWhatWasAsked("none", f"`{entry}` returned None.")
    if not isinstance(returned, (tuple, list)) or len(returned) != 2:
        kind = f"a {type(returned).__name__[:80]}"
        raise NotWhatWasAsked(
            "not_a_table", f"`{entry}` returned {kind}, not a pair of arrays.", "`return images, labels`."
        )
    images, labels = (_numbers(one, entry) for one in returned)
    return Message("answer", {}, {"images": images, "labels": labels})


def _numbers(value: Any, entry: str) -> np.ndarray[Any, Any]:
    try:
        array = np.asarray(value)
    except ValueError:
        # Rows of several lengths.
        array = np.empty(0, dtype=object)
    if array.dtype.kind not in "fiub":
        raise NotWhatWasAsked(
            "not_numbers", f"`{entry}` returned values of type {array.dtype}, not numbers.",
            "The rows of `csv.reader` are texts: `np.array(row, dtype=float)`.",
        )  # fmt: skip
    return array

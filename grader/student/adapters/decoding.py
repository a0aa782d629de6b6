"""Evidence of a function that turns probabilities into names."""

from __future__ import annotations

from typing import Any

import numpy as np

from grader.student.failures import NotWhatWasAsked
from grader.student.module import StudentModule
from grader.wire import Message

MAX_ENTRIES = 10_000
MAX_NAME = 200


def run(module: StudentModule, request: Message) -> Message:
    """Call `entry(probabilities, class_names)` or `entry(probabilities, class_names, top=top)`.

    Args:
        module: the student's code.
        request: body `class_names` and, unless the default is to work, `top`; array `probabilities` (n, classes).

    Answers `names`, a list for each list that came back, and the numbers beside them, one after another, as the array
    `values` (float64).
    """
    entry = request.body["entry"]
    options = {"top": request.body["top"]} if "top" in request.body else {}
    names = list(request.body["class_names"])
    returned = module.get(entry)(request.arrays["probabilities"].copy(), names, **options)
    rows = rows_of(returned, entry)
    values = np.array([value for row in rows for _, value in row], dtype=np.float64)
    return Message("answer", {"names": [[name for name, _ in row] for row in rows]}, {"values": values})


def rows_of(returned: Any, entry: str) -> list[list[tuple[str, float]]]:
    """Lists of (name, probability) as plain Python.

    Raises:
        NotWhatWasAsked: it is no list of lists of such pairs.
    """
    if returned is None:
        raise NotWhatWasAsked("none", f"`{entry}` returned None.")
    total = 0
    rows = []
    for row in _items(returned, entry, "lists"):
        pairs = [_pair(item, entry) for item in _items(row, entry, "lists of pairs")]
        total += len(pairs) + 1
        if total > MAX_ENTRIES:
            raise NotWhatWasAsked("too_many_names", f"`{entry}` returned more than {MAX_ENTRIES} entries.")
        rows.append(pairs)
    return rows


def _items(value: Any, entry: str, what: str) -> list[Any]:
    if isinstance(value, (list, tuple, zip)) or (isinstance(value, np.ndarray) and value.ndim):
        return list(value)[: MAX_ENTRIES + 1]
    raise NotWhatWasAsked("not_lists_of_pairs", f"`{entry}` returned {_kind(value)} where a list of {what} is due.")


def _pair(item: Any, entry: str) -> tuple[str, float]:
    if not isinstance(item, (list, tuple, np.ndarray)) or len(item) != 2:
        raise NotWhatWasAsked(
            "not_lists_of_pairs", f"`{entry}` returned lists whose items are not (name, probability): {_kind(item)}."
        )
    name, value = item
    if isinstance(value, str) and not isinstance(name, str):
        raise NotWhatWasAsked("pair_turned_around", f"`{entry}` returned pairs (probability, name).")
    if not isinstance(name, str):
        raise NotWhatWasAsked("name_is_no_text", f"`{entry}` returned {_kind(name)} where a class name is due.")
    if isinstance(value, str):
        raise NotWhatWasAsked("probability_is_text", f"`{entry}` returned a probability as a text.")
    number = np.asarray(value)
    if number.size != 1 or number.dtype.kind not in "fiub":
        raise NotWhatWasAsked("not_lists_of_pairs", f"`{entry}` returned {_kind(value)} where a probability is due.")
    return str(name)[:MAX_NAME], float(number.reshape(()))


def _kind(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return f"a {type(value).__name__} of {len(value)}"
    return "None" if value is None else f"a {type(value).__name__[:80]}"

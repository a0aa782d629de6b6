"""Whether probabilities were turned into the right names, best first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.checks.finding import CheckFailed

Array = np.ndarray[Any, Any]
Row = tuple[tuple[str, float], ...]
"""Pairs (name, probability) for one picture, in the order in which they were returned."""

NEAR = 1e-4
"""Largest difference between a returned probability and the array's: float32 rounds at 1e-7, two decimals at 5e-3."""

ROUNDED = 0.01
"""Difference up to which only `assert_probabilities` minds."""


@dataclass(frozen=True)
class Decoded:
    """One call of `decode_predictions`: what it was given and what it returned.

    Attributes:
        probabilities: (n, classes), rows sum to one.
        class_names: one name a class, in the order of the columns.
        top: how many were asked for; None where the default of 3 was left to work.
        rows: what came back, one entry a picture.
    """

    probabilities: Array
    class_names: tuple[str, ...]
    top: int | None
    rows: tuple[Row, ...]

    @property
    def wanted(self) -> int:
        """Entries due for each picture."""
        return min(3 if self.top is None else self.top, len(self.class_names))


def true_rows(probabilities: Array, class_names: Sequence[str], top: int) -> tuple[Row, ...]:
    """The right answer: the `top` classes of each row, largest probability first, ties in class order."""
    order = np.argsort(-np.asarray(probabilities, dtype=np.float64), axis=1, kind="stable")[:, :top]
    return tuple(
        tuple((class_names[i], float(row[i])) for i in places) for row, places in zip(probabilities, order, strict=True)
    )


def assert_names_anything(decoded: Decoded) -> None:
    """There is an entry at all. Nothing else can be judged where this fails.

    Raises:
        CheckFailed: no list holds any.
    """
    if not any(decoded.rows):
        raise CheckFailed(
            f"For {len(decoded.probabilities)} pictures {len(decoded.rows)} lists came back, and none of them names a class.",
            expected="For each picture a list of pairs (name, probability).",
            why="What comes after builds on exactly this.",
            hint="Loop over the rows of `probabilities`, collect a list for each, and return the list of lists.",
        )


def assert_one_list_each(decoded: Decoded) -> None:
    """One list for each row of the array.

    Raises:
        CheckFailed: more or fewer, or an empty list.
    """
    due = len(decoded.probabilities)
    if len(decoded.rows) != due or not all(decoded.rows):
        empty = sum(not row for row in decoded.rows)
        raise CheckFailed(
            f"For {due} pictures {len(decoded.rows)} lists came back" + (f", {empty} of them empty." if empty else "."),
            expected=f"A list of {due} lists, one for each row of the array, in its order.",
            why="A batch holds many pictures, and each has its own answer.",
            hint="Loop over the rows of `probabilities` and collect a list for each.",
        )


def _room(row: Array, values: Array) -> float:
    """How far a value may be off: by rounding alone where all are the array's own, by two decimals where they were rounded."""
    distances = np.abs(np.asarray(row, dtype=np.float64)[:, None] - values[None, :])
    return NEAR if values.size and float(distances.min(axis=0).max()) <= NEAR else ROUNDED


def assert_best_first(decoded: Decoded) -> None:
    """Each list holds the largest probabilities of its row in descending order.

    Raises:
        CheckFailed: ascending, unsorted, or not the largest.
    """
    for row, given in zip(decoded.probabilities, decoded.rows, strict=False):
        values = _fractions([value for _, value in given])
        due = np.sort(np.asarray(row, dtype=np.float64))[::-1][: len(values)]
        room = _room(row, values)
        if len(values) == len(due) and np.allclose(values, due, atol=room, rtol=0):
            continue
        if len(values) == len(due) and np.allclose(values[::-1], due, atol=room, rtol=0):
            seen = "The most probable class stands last: the probabilities of a list rise."
        elif len(values) and abs(values[0] - due[0]) > room:
            seen = "The first entry of a list is not the most probable class of its picture."
        else:
            seen = "A list leaves out classes that are more probable than those it names, or has them in another order."
        raise CheckFailed(
            seen,
            expected="The most probable class first, the next one second, and so on.",
            why="Whoever reads the answer takes the first entry for the network's guess.",
            hint='`np.argsort` sorts upwards: sort `-row`, with `kind="stable"`, and look along the last axis.',
        )


def assert_names(plain: Decoded, other: Decoded) -> None:
    """Each name is the one of the class whose probability stands beside it, whatever the classes are called.

    Args:
        plain: a call with the exercise's own class names.
        other: a call with names, a number and an order of classes that nobody could know beforehand.

    Raises:
        CheckFailed: names of other classes, or names that are not among those given.
    """
    why = "The network knows numbers only. Which letter stands behind 9 only the list of class names can tell: there is no J."
    hint = (
        "`class_names[i]` is the name of class `i`; `chr(65 + i)` is right up to I, and one letter off from there on."
    )
    for decoded, what in ((plain, "the exercise's class names"), (other, "other class names")):
        columns = {name: i for i, name in enumerate(decoded.class_names)}
        for row, given in zip(decoded.probabilities, decoded.rows, strict=False):
            values = _fractions([value for _, value in given])
            room = _room(row, values)
            for (name, _), value in zip(given, values, strict=True):
                if name not in columns:
                    raise CheckFailed(
                        f"With {what} the name {name[:20]!r} came back, which is not among them.",
                        expected="Names out of `class_names`.", why=why, hint=hint,
                    )  # fmt: skip
                nearest = np.abs(np.asarray(row, dtype=np.float64) - value).min()
                if abs(float(row[columns[name]]) - value) > nearest + room:
                    raise CheckFailed(
                        f"With {what} a name stands beside the probability of another class.",
                        expected="Name and probability of the same class in each pair.", why=why, hint=hint,
                    )  # fmt: skip


def assert_probabilities(decoded: Decoded) -> None:
    """Every number returned stands in its row of the array.

    Raises:
        CheckFailed: percentages, rounded values, or others.
    """
    for row, given in zip(decoded.probabilities, decoded.rows, strict=False):
        for _, value in given:
            if np.abs(np.asarray(row, dtype=np.float64) - value).min() <= NEAR:
                continue
            percent = np.abs(100 * np.asarray(row, dtype=np.float64) - value).min() <= 1
            rounded = np.abs(np.asarray(row, dtype=np.float64) - value).min() <= 0.051
            raise CheckFailed(
                "The numbers beside the names are percentages."
                if percent and value > 1
                else "The numbers beside the names are rounded."
                if rounded
                else "A number beside a name does not stand in the array.",
                expected="The probabilities as they stand in the array.",
                why="Whoever goes on computing with them needs fractions that sum to one; rounding is for printing.",
                hint="Return `float(row[i])`, and format only where you print.",
            )


def assert_ties(decoded: Decoded) -> None:
    """Classes of equal probability come in the order of the classes.

    Raises:
        CheckFailed: in another order.
    """
    columns = {name: i for i, name in enumerate(decoded.class_names)}
    due = true_rows(decoded.probabilities, decoded.class_names, decoded.wanted)
    for given, right in zip(decoded.rows, due, strict=False):
        names, wanted = [name for name, _ in given], [name for name, _ in right]
        values = [columns.get(name, -1) for name in names]
        if names != wanted[: len(names)]:
            falling = values == sorted(values, reverse=True)
            raise CheckFailed(
                "Where probabilities are equal, classes come "
                + ("in falling order." if falling else "in another order than in `class_names`."),
                expected="Equal probabilities in the order of the classes.",
                why="The same prediction should give the same answer every time, on every machine.",
                hint='Sort `-row` with `kind="stable"`; turning the result of `argsort` around with `[::-1]` turns ties around, too.',
            )


def assert_top(calls: Sequence[Decoded]) -> None:
    """Each list has `top` entries: 3 unless told otherwise, and all classes where `top` is larger than their number.

    Raises:
        CheckFailed: another number of entries.
    """
    for decoded in calls:
        lengths = {len(row) for row in decoded.rows}
        if lengths != {decoded.wanted}:
            asked = "without `top`" if decoded.top is None else f"with `top={decoded.top}`"
            shown = " or ".join(map(str, sorted(lengths)[:3])) or "no"
            raise CheckFailed(
                f"Called {asked} and {len(decoded.class_names)} classes, lists have {shown} entries.",
                expected=f"{decoded.wanted} entries in each.",
                why="`top` says how many guesses the reader wants to see; there cannot be more than classes.",
                hint="A slice `[:top]` takes the first `top`, and all of them where there are fewer.",
            )


def _fractions(values: Sequence[float]) -> Array:
    """Percentages as fractions, so that only one check minds them."""
    array = np.asarray(values, dtype=np.float64)
    return array / 100 if len(array) and array.max() > 1.0 + NEAR else array

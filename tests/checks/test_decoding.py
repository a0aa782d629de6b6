"""Decoded predictions: what is right passes, and each wrong way fails its own check alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from grader.checks import decoding
from grader.checks.decoding import Decoded, Row
from grader.checks.finding import CheckFailed
from grader.examiner.own_letters import other_names, probabilities, tied_probabilities

NAMES = tuple("ABCDEFGHIKLMNOPQRSTUVWXY")
Decoder = Callable[[Any, tuple[str, ...], int], Any]


def called(decoder: Decoder, given: Any, names: tuple[str, ...] = NAMES, top: int | None = None) -> Decoded:
    return Decoded(given, names, top, tuple(map(tuple, decoder(given, names, 3 if top is None else top))))


def findings(decoder: Decoder) -> dict[str, str]:
    """Names of the checks that fail, with what they saw."""
    plain = called(decoder, probabilities(1, 6, 24))
    words = other_names(2)
    other = called(decoder, probabilities(3, 4, len(words)), words)
    ties = called(decoder, tied_probabilities(4, 5, 24), top=4)
    tops = [called(decoder, probabilities(5, 3, 24), top=top) for top in (1, 5, 31)]
    checks: dict[str, Callable[[], None]] = {
        "one_list_each": lambda: decoding.assert_one_list_each(plain),
        "best_first": lambda: decoding.assert_best_first(plain),
        "names": lambda: decoding.assert_names(plain, other),
        "probabilities": lambda: decoding.assert_probabilities(plain),
        "ties": lambda: decoding.assert_ties(ties),
        "top": lambda: decoding.assert_top((plain, *tops)),
    }
    found = {}
    for name, check in checks.items():
        try:
            check()
        except CheckFailed as error:
            found[name] = error.seen
    return found


def right(given: Any, names: tuple[str, ...], top: int) -> list[Row]:
    return list(decoding.true_rows(given, names, top))


def by(change: Callable[[tuple[str, float]], tuple[str, float]]) -> Decoder:
    return lambda given, names, top: [tuple(map(change, row)) for row in right(given, names, top)]


def by_order(order: Callable[[Any, int], Any]) -> Decoder:
    return lambda given, names, top: [[(names[i], float(row[i])) for i in order(row, top)] for row in given]


def test_the_right_answer_passes_everywhere() -> None:
    """Stable sorting of the negative values, in whatever words."""
    assert findings(right) == {}
    assert findings(by_order(lambda row, top: sorted(range(len(row)), key=lambda i: (-row[i], i))[:top])) == {}


@pytest.mark.parametrize(
    ("decoder", "check", "seen"),
    [
        (lambda given, names, top: right(given, names, top)[:1], "one_list_each", "For 6 pictures 1 lists came back."),
        (by(lambda pair: (pair[0], 100 * pair[1])), "probabilities", "percentages"),
        (by(lambda pair: (pair[0], round(pair[1], 2))), "probabilities", "rounded"),
        (lambda given, names, _: right(given, names, 3), "top", "lists have 3 entries"),
        (by_order(lambda row, top: np.argsort(-np.round(row, 2), kind="stable")[:top]), "best_first", "in another order"),
        (by_order(lambda row, top: np.argsort(row, kind="stable")[::-1][:top]), "ties", "classes come in falling order"),
    ],
)  # fmt: skip
def test_each_wrong_way_fails_one_check(decoder: Decoder, check: str, seen: str) -> None:
    """One cause, one finding."""
    found = findings(decoder)
    assert set(found) - {"ties" if check == "top" else ""} == {check}
    assert seen in found[check]


def test_names_by_the_alphabet_are_one_letter_off() -> None:
    """There is no J: from there on `chr(65 + i)` names the neighbour."""

    def lettered(given: Any, names: tuple[str, ...], top: int) -> Any:
        return [[(chr(65 + names.index(name)), value) for name, value in row] for row in right(given, names, top)]

    assert "names" in findings(lettered)
    assert "best_first" not in findings(lettered)


def test_the_best_one_comes_first() -> None:
    """Ascending lists and lists of the least probable are told apart."""
    rising = findings(by_order(lambda row, top: np.argsort(row)[-top:]))
    assert "stands last" in rising["best_first"]
    least = findings(by_order(lambda row, top: np.argsort(row)[:top]))
    assert "not the most probable" in least["best_first"]
    assert "names" not in rising
    assert "names" not in least

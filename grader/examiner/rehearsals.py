"""The same request with other values: rehearsed in a cell before the one that counts, or one of several that all count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from grader.examiner.source import Array
from grader.wire import Message


@dataclass(frozen=True)
class Rehearsal:
    """What of a request differs when it is rehearsed."""

    body: Mapping[str, Any] = field(default_factory=dict)
    arrays: Mapping[str, Array] = field(default_factory=dict, repr=False)


def rehearsed(request: Message, rehearsals: Sequence[Rehearsal]) -> Message:
    """The request with its rehearsals, in the form in which a student cell takes them."""
    if not rehearsals:
        return request
    arrays = {
        f"rehearsal{number}/{name}": array
        for number, rehearsal in enumerate(rehearsals)
        for name, array in rehearsal.arrays.items()
    }
    body = {**request.body, "rehearsals": [dict(rehearsal.body) for rehearsal in rehearsals]}
    return Message(request.kind, body, {**request.arrays, **arrays})


@dataclass(frozen=True)
class Case:
    """One of several requests that a cell answers in turn: what it has of its own."""

    body: Mapping[str, Any] = field(default_factory=dict)
    arrays: Mapping[str, Array] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Cases:
    """Several requests for one cell, by name, in an order that depends on `seed`: nobody can tell them apart by counting."""

    cases: Mapping[str, Case]
    seed: int

    @property
    def _order(self) -> list[str]:
        return [str(name) for name in np.random.default_rng(self.seed).permutation(sorted(self.cases))]

    @property
    def request(self) -> tuple[dict[str, Any], dict[str, Array]]:
        """Body and arrays of the one request."""
        order = self._order
        arrays = {
            f"case{number}/{name}": array
            for number, case in enumerate(order)
            for name, array in self.cases[case].arrays.items()
        }
        return {"cases": [dict(self.cases[name].body) for name in order]}, arrays

    def answers(self, reply: Message) -> dict[str, Message]:
        """The answers by name; those that raised are missing.

        Raises:
            Exception: the reply is none to this request; see `answers.reading_an_answer`.
        """
        bodies, order = reply.body["cases"], self._order
        if len(bodies) != len(order):
            raise ValueError("another number of cases")
        found: dict[str, Message] = {}
        for number, (name, body) in enumerate(zip(order, bodies, strict=True)):
            if body is not None:
                prefix = f"case{number}/"
                arrays = {
                    key.removeprefix(prefix): array for key, array in reply.arrays.items() if key.startswith(prefix)
                }
                found[name] = Message(reply.kind, dict(body), arrays)
        return found

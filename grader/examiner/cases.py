"""Several requests for one function of a student's, answered by one cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from grader.examiner.source import Array
from grader.wire import Message


@dataclass(frozen=True)
class Case:
    """What a request has of its own, where others ask the same function for something else."""

    body: Mapping[str, Any] = field(default_factory=dict)
    arrays: Mapping[str, Array] = field(default_factory=dict, repr=False)


def numbered(kind: str, cases: Sequence[Case]) -> dict[str, Array]:
    """The arrays of all cases as `<kind><number>/<name>`, as a student cell takes them apart."""
    return {f"{kind}{number}/{name}": array for number, case in enumerate(cases) for name, array in case.arrays.items()}


@dataclass(frozen=True)
class Cases:
    """Several requests for one cell, by name, in an order that depends on `seed`: nobody can tell them apart by counting."""

    cases: Mapping[str, Case]
    seed: int

    @property
    def _order(self) -> list[str]:
        return [str(name) for name in np.random.default_rng(self.seed).permutation(sorted(self.cases))]

    @property
    def request(self) -> Case:
        """The one request."""
        ordered = [self.cases[name] for name in self._order]
        return Case({"cases": [dict(case.body) for case in ordered]}, numbered("case", ordered))

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

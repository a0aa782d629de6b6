"""The same request with other values, asked in a cell before the one that counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

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

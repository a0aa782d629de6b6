"""Where evidence comes from: student cells and a trainer, behind one small interface."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from grader.results import Status, Where
from grader.wire import Message

Array = np.ndarray[Any, Any]


class Unusable(Exception):
    """An entry point gave no usable object. The first check that meets it reports it, the others are blocked.

    Not an `AssertionError`: pytest would rewrite its text.
    """

    def __init__(
        self,
        status: Status,
        seen: str,
        *,
        expected: str = "",
        why: str = "",
        hint: str = "",
        where: Where | None = None,
        traceback: str = "",
    ) -> None:
        self.status = status
        self.seen = seen
        self.expected = expected
        self.why = why
        self.hint = hint
        self.where = where
        self.traceback = traceback
        self.reported_by: str | None = None
        super().__init__(f"{status}: {seen}")


def cause_of(fault: Unusable) -> Unusable:
    """What stands in the way of something: the check that reported it, or the fault itself where none has yet."""
    unsaid = fault.reported_by is None and fault.status not in ("not_attempted", "blocked")
    return fault if unsaid else waiting(fault.reported_by or "an earlier task")


def waiting(cause: str) -> Unusable:
    """What cannot be judged before `cause` is mended."""
    return Unusable("blocked", f"Waiting for `{cause}`.")


class QuietError(Unusable):
    """A cell with hidden files answered `error`. Holds no word of the cell's; a public twin may say more."""


class Source(Protocol):
    """Asks student cells and runs the trainer."""

    notes: list[tuple[str, str]]
    """Kind and text of what cells noted beside their answers."""

    def ask(
        self, task: str, names: Sequence[str], files: Mapping[str, bytes], seed: int, request: Message, *, quiet: bool
    ) -> Message:
        """The answer to `request` of a fresh cell that holds the slice of `names`, and `files` in its work folder.

        A cell answers once and ends; `cases` of a request are answered together. The files of a `quiet` one are hidden inputs: nothing that it prints, says or raises is
        shown to the student, and an error of it is a `QuietError`.

        Args:
            task: whose code this is, for what it prints.
            names: the entry point first.
            files: by path.
            seed: of the cell's random numbers.
            request: of kind `request`, with `adapter` and `entry` in its body.
            quiet: whether something of this is hidden.

        Raises:
            Unusable: not attempted, code that does not parse, or code that raised, ran too long, used too much, or gave
                something else.
        """
        ...

    def train(self, spec: Message) -> Message:
        """Run the trainer on a `TrainingSpec` message and return its result message.

        Raises:
            Unusable: the student's model takes too long or too much memory to train.
        """
        ...

"""The one exception with which a check says that something is not as it should be."""

from __future__ import annotations

from grader.results import Where


class CheckFailed(AssertionError):
    """What was seen, what was expected, why it matters and a hint: all of it for the student to read.

    Never holds a hidden input: file names, pixels and labels of hidden images stay out of every text.
    """

    def __init__(self, seen: str, *, expected: str, why: str, hint: str, where: Where | None = None) -> None:
        self.seen = seen
        self.expected = expected
        self.why = why
        self.hint = hint
        self.where = where
        super().__init__(f"{seen} Expected: {expected}")

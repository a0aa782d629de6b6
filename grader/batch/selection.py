"""Which submissions of a collection are graded by this run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from grader.batch.collect import Candidate, named_by
from grader.errors import UsageError


@dataclass(frozen=True)
class Selection:
    """What is graded now. What is not stays as it is, and in the overviews where it is finished.

    Attributes:
        only: patterns over student, path or file name; without any, all are meant.
        retry: grade those alone whose report says ungraded.
        force: grade again what is finished, too.
        limit: grade at most so many.
    """

    only: tuple[str, ...] = ()
    retry: Literal["ungraded"] | None = None
    force: bool = False
    limit: int | None = None

    def check(self, candidates: Sequence[Candidate]) -> None:
        """See that it makes sense for these candidates.

        Raises:
            UsageError: it contradicts itself, or names nobody.
        """
        if self.limit is not None and self.limit < 1:
            raise UsageError(f"`limit` (={self.limit}) must be at least 1.")
        if self.force and self.retry:
            raise UsageError("--force grades everything again, --retry only what is ungraded; give one of them.")
        if self.only and not any(named_by(self.only, one) for one in candidates):
            shown = ", ".join(repr(pattern) for pattern in self.only)
            raise UsageError(
                f"no submission is named by {shown}; patterns are over student, path or file name, such as 'doe*'."
            )

    def takes(self, candidate: Candidate) -> bool:
        """Whether this candidate may be graded now, as far as its name tells."""
        return named_by(self.only, candidate)

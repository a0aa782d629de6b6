"""What came of a validation, as values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grader.batch.outcome import FAULT, INTERRUPTED, SUCCESS
from grader.validation.cases import CaseKind
from grader.validation.judge import Judgement

WRONG = 1


@dataclass(frozen=True)
class ExerciseOutcome:
    """One exercise under all its seeds.

    Attributes:
        stale: generated files that are not what the reference gives.
        unexercised: ids of checks that no mistake fails.
        checks: number of hidden checks.
    """

    exercise: str
    judgements: tuple[Judgement, ...]
    stale: tuple[str, ...]
    unexercised: tuple[str, ...]
    checks: int
    interrupted: bool = False

    def of(self, *kinds: CaseKind) -> tuple[Judgement, ...]:
        """The judgements on solutions of these kinds."""
        return tuple(one for one in self.judgements if one.case.kind in kinds)

    @property
    def wrongly_rejected(self) -> int:
        """References and alternates without full points."""
        return sum(one.problem.startswith("wrongly rejected") for one in self.of("reference", "alternate"))

    @property
    def wrongly_accepted(self) -> int:
        """Mistakes with full points."""
        return sum(one.problem.startswith("wrongly accepted") for one in self.of("mistake"))

    @property
    def named_right(self) -> int:
        """Mistakes whose cause was named first."""
        return sum(bool(one.named_right) for one in self.of("mistake"))

    @property
    def problems(self) -> tuple[Judgement, ...]:
        """Judgements that are not as they should be."""
        return tuple(one for one in self.judgements if one.problem)

    @property
    def sound(self) -> bool:
        """Whether nothing is off."""
        return not (self.problems or self.stale or self.unexercised or self.interrupted)


@dataclass(frozen=True)
class ValidationOutcome:
    """All exercises that were asked for."""

    exercises: tuple[ExerciseOutcome, ...]

    @property
    def exit_code(self) -> int:
        """130 when interrupted, 3 where a fault of ours left something unjudged, 1 where anything is off, else 0."""
        if any(one.interrupted for one in self.exercises):
            return INTERRUPTED
        if any(judgement.fault for one in self.exercises for judgement in one.judgements):
            return FAULT
        return SUCCESS if all(one.sound for one in self.exercises) else WRONG


def checks_never_failed(judgements: Sequence[Judgement], known: Sequence[str]) -> tuple[str, ...]:
    """Ids of `known` checks that no mistake fails, in their order."""
    failed = {check for one in judgements if one.case.kind == "mistake" for check in one.failing}
    return tuple(check for check in known if check not in failed)

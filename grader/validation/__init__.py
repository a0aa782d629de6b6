"""Proof that an exercise grades right: its own solutions are graded and compared with what they should get.

`validate` runs references, starters, alternates and mistakes through `grader.batch` and judges each report; it returns
values and writes reports, it prints nothing.
"""

from grader.validation.cases import Case, CaseKind, staged_cases
from grader.validation.judge import Judgement, judge
from grader.validation.outcome import ExerciseOutcome, ValidationOutcome
from grader.validation.run import ValidationEvents, validate

__all__ = [
    "Case",
    "CaseKind",
    "ExerciseOutcome",
    "Judgement",
    "ValidationEvents",
    "ValidationOutcome",
    "judge",
    "staged_cases",
    "validate",
]

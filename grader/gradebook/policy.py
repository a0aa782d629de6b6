"""From the attempts of one student to a grade: what lateness costs, which attempt counts, what was adjusted.

Pure functions over values; nothing here knows a database.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from grader.errors import UsageError
from grader.results import Isolation, ReportStatus

Rule = Literal["best", "last"]
AdjustmentKind = Literal["add", "set"]

DAY = timedelta(days=1)
LONGEST_GRACE = timedelta(days=366)
DECIMALS = 6
"""Sums of points are rounded here, so that 84 less 8.4 is 75.6."""


@dataclass(frozen=True)
class LatePolicy:
    """What lateness costs: percent points of the full score for each day begun after the due time and the grace period.

    Attributes:
        due: aware; None: nothing is ever late.
        grace: moves the due time, for whom and whatever the policy is applied to.
        percent_per_day: 0 to 100, of the full score.
        at_most: 0 to 100, of the full score.
    """

    due: datetime | None = None
    grace: timedelta = timedelta(0)
    percent_per_day: float = 0.0
    at_most: float = 100.0

    def __post_init__(self) -> None:
        if self.due is not None and self.due.utcoffset() is None:
            raise UsageError(f"The due time {self.due.isoformat()} needs a time zone, such as +01:00 at its end.")
        if not timedelta(0) <= self.grace <= LONGEST_GRACE:
            raise UsageError(f"The grace period (={self.grace}) must be between 0 and {LONGEST_GRACE.days} days.")
        for name, value in (("percent points per day", self.percent_per_day), ("maximum", self.at_most)):
            if not 0 <= value <= 100:  # NaN is not either
                raise UsageError(f"The {name} of the late policy (={value:g}) must be between 0 and 100.")

    def days(self, handed_in: datetime | None) -> int:
        """Days begun since the due time and the grace period; 0 in time, and 0 where the time is unknown."""
        if self.due is None or handed_in is None:
            return 0
        # A difference of times and not a sum with the grace period, which could lie beyond the year 9999.
        late = handed_in - self.due - self.grace
        return max(0, -(-late // DAY))

    def deduction(self, handed_in: datetime | None, score: float, max_score: float) -> float:
        """Points that lateness takes from `score`, never more than there are."""
        percent = min(self.days(handed_in) * self.percent_per_day, self.at_most)
        return round(min(score, max_score * percent / 100), DECIMALS)


@dataclass(frozen=True)
class Attempt:
    """One handing-in with the report that is current for its submission.

    Attributes:
        number: counts the student's attempts at the assignment from 1, in the order of `at`.
        file: name of the file; empty where it was forgotten.
        handed_in: aware; None where it is unknown.
        recorded: when it came into the gradebook, aware.
        status: of the current report.
        score: None where nothing was graded.
    """

    number: int
    file: str
    handed_in: datetime | None
    recorded: datetime
    status: ReportStatus
    score: float | None
    max_score: float
    needs_review: bool = False
    isolation: Isolation = "namespaces"

    @property
    def at(self) -> datetime:
        """When it was handed in; where that is unknown, when it was recorded."""
        return self.recorded if self.handed_in is None else self.handed_in


@dataclass(frozen=True)
class Adjustment:
    """Points given or taken by a person: `add` adds to the score, `set` replaces it."""

    kind: AdjustmentKind
    points: float
    reason: str
    author: str
    made: datetime


@dataclass(frozen=True)
class Grade:
    """One student's grade at one assignment, step by step: raw score, late deduction, adjustment, final.

    Attributes:
        student: the name; None where it was forgotten.
        attempt: the attempt that counts; None where none was graded.
        attempts: how many there are.
        raw: its score; None without one.
        late_days: days begun, for which `late_deduction` points are taken.
        adjustment: points that the adjustments add up to, after the late deduction.
        final: None where nothing was graded and no adjustment sets a score. Never a zero for a fault of ours.
        max_score: of the attempt that counts; None without one.
        needs_review: its report asks for a look, or a later attempt got no mark.
    """

    student: str | None
    pseudonym: str
    assignment: str
    attempt: Attempt | None
    attempts: int
    raw: float | None
    late_days: int
    late_deduction: float
    adjustment: float
    final: float | None
    max_score: float | None
    needs_review: bool

    @property
    def label(self) -> str:
        """The name, or the pseudonymous id where there is none any more."""
        return self.student if self.student is not None else self.pseudonym


def counting(attempts: Sequence[Attempt], rule: Rule, late: LatePolicy) -> Attempt | None:
    """The attempt that counts: of the graded ones the last, or the one that is best after the late deduction.

    Of equally good ones the first counts.

    Args:
        attempts: in order.
    """
    graded = [attempt for attempt in attempts if attempt.score is not None]
    if not graded:
        return None
    if rule == "last":
        return graded[-1]
    return max(graded, key=lambda attempt: after_late(attempt, late))  # the first of equals


def after_late(attempt: Attempt, late: LatePolicy) -> float:
    """The score of a graded attempt less its late deduction."""
    score = attempt.score or 0.0
    return round(score - late.deduction(attempt.handed_in, score, attempt.max_score), DECIMALS)


def adjusted(score: float | None, adjustments: Sequence[Adjustment]) -> float | None:
    """`score` after the adjustments in their order, never below 0. To no score nothing can be added; one can be set."""
    for adjustment in adjustments:
        if adjustment.kind == "set":
            score = adjustment.points
        elif score is not None:
            score += adjustment.points
    return None if score is None else round(max(0.0, score), DECIMALS)


def grade_of(
    student: str | None,
    pseudonym: str,
    assignment: str,
    attempts: Sequence[Attempt],
    adjustments: Sequence[Adjustment],
    *,
    rule: Rule,
    late: LatePolicy,
) -> Grade:
    """The grade that attempts and adjustments, each in order, come to."""
    attempt = counting(attempts, rule, late)
    base = None if attempt is None else after_late(attempt, late)
    final = adjusted(base, adjustments)
    unmarked_later = bool(attempts) and attempts[-1].score is None
    return Grade(
        student=student,
        pseudonym=pseudonym,
        assignment=assignment,
        attempt=attempt,
        attempts=len(attempts),
        raw=None if attempt is None else attempt.score,
        late_days=0 if attempt is None else late.days(attempt.handed_in),
        late_deduction=0.0
        if attempt is None
        else late.deduction(attempt.handed_in, attempt.score or 0.0, attempt.max_score),
        adjustment=0.0 if final is None else round(final - (base or 0.0), DECIMALS),
        final=final,
        max_score=None if attempt is None else attempt.max_score,
        needs_review=unmarked_later or (attempt is not None and attempt.needs_review),
    )


def checked_points(value: float, what: str) -> float:
    """`value` if it is a number that points can be.

    Raises:
        UsageError: infinite, no number, or beyond a million.
    """
    if not math.isfinite(value) or abs(value) > 1e6:
        raise UsageError(f"{what} (={value:g}) must be a number between -1,000,000 and 1,000,000.")
    return value

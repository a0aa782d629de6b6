"""What an export starts from and what it gives; each format is a function from the one to the other."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from grader.errors import UsageError
from grader.gradebook.exports.sheet import Sheet
from grader.gradebook.policy import Grade
from grader.gradebook.reading import Assignment, History
from grader.results import Report

_AMBIGUOUS = re.compile(r"[1-9]\d{0,2},\d{3}")
Graded = Sequence[tuple[Assignment, Sequence[History]]]


@dataclass(frozen=True)
class Export:
    """What is to be exported, and how.

    Attributes:
        graded: assignments with the grades of each.
        report: the report of this number, `ReportLine.number`.
        anonymous: pseudonymous ids in place of names.
        into: a platform's own table, to be filled in.
        column: header of its column to fill; by default the one named as the assignment.
    """

    graded: Graded
    report: Callable[[int], Report]
    anonymous: bool = False
    into: Sheet | None = None
    column: str | None = None

    def grades(self) -> Iterator[Grade]:
        """All grades, assignment by assignment."""
        return (one.grade for _, histories in self.graded for one in histories)

    def label(self, grade: Grade) -> str:
        """The name as it is exported."""
        return grade.pseudonym if self.anonymous else grade.label

    def only(self, what: str) -> tuple[Assignment, Sequence[History]]:
        """The one assignment of a format that holds one.

        Raises:
            UsageError: there are more, or none.
        """
        if len(self.graded) != 1:
            names = ", ".join(assignment.name for assignment, _ in self.graded) or "none"
            raise UsageError(f"{what} is for one assignment; name it with --assignment (there are: {names}).")
        return self.graded[0]


@dataclass(frozen=True)
class Exported:
    """The files of an export.

    Attributes:
        files: path below the folder that was named, and content; "" is the file that was named.
        grades: how many are in it.
        notes: what somebody should know who goes on with it, one sentence each.
    """

    files: Iterable[tuple[str, bytes]]
    grades: int
    notes: tuple[str, ...] = ()


def number(value: float | None) -> str:
    """Points as text; no score is an empty cell, never a zero."""
    return "" if value is None else f"{value:.4f}".rstrip("0").rstrip(".")


def decimal(text: str, where: str) -> float | None:
    """A number as platforms write it, with a point or a comma, perhaps thousands set apart; None where there is none.

    Args:
        where: what messages call the cell.

    Raises:
        UsageError: one comma before three digits: a thousand for one, a decimal for another.
    """
    plain = text.strip()
    if _AMBIGUOUS.fullmatch(plain):
        large, small = plain.replace(",", ""), plain.replace(",", ".")
        raise UsageError(f"{where}: {plain!r} may be {float(large):g} or {float(small):g}; write it without the comma.")
    if plain.count(",") > 1 or plain.rfind(".") > plain.find(",") >= 0:
        plain = plain.replace(",", "")
    elif "," in plain:
        plain = plain.replace(".", "").replace(",", ".")
    try:
        return float(plain)
    except ValueError:
        return None


def scaled(grade: Grade, possible: float | None) -> float | None:
    """The final score in the platform's points."""
    if grade.final is None or not possible or not grade.max_score:
        return grade.final
    return grade.final * possible / grade.max_score


def scaling(grades: Iterable[Grade], possible: float | None, column: str) -> tuple[str, ...]:
    """One sentence where the platform counts in other points; nothing where it does not."""
    other = sorted({one.max_score for one in grades if one.max_score and one.max_score != possible})
    if not other or not possible:
        return ()
    here = ", ".join(f"{one:g}" for one in other)
    return (f"{column} has {possible:g} points there and {here} here; scores are scaled.",)


def current(history: History) -> int | None:
    """The number of the report behind a grade: the current one of the attempt that counts; None where nothing counts."""
    counts = history.grade.attempt
    for one in history.attempts:
        if counts is not None and one.attempt.number == counts.number:
            return next(line.number for line in one.reports if line.current)
    return None

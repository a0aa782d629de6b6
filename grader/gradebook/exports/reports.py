"""Exports of what was found, not only of the points: the report behind each grade."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from xml.etree import ElementTree as ET

from grader.gradebook.exports.base import Export, Exported, current, number
from grader.gradebook.exports.roster import left_out
from grader.gradebook.policy import Grade
from grader.gradebook.reading import History
from grader.reports.gradescope import results_json
from grader.reports.junit import document, suite
from grader.reports.words import grade_steps


def gradescope(export: Export) -> Exported:
    """A folder with `ASSIGNMENT/STUDENT/results.json` for each grade; who has no score gets none, never a zero."""
    scored = [
        (assignment.name, one, number_)
        for assignment, histories in export.graded
        for one in histories
        if one.grade.final is not None and (number_ := current(one)) is not None
    ]
    there = {id(one) for _, one, _ in scored}
    missing = [one.grade for _, histories in export.graded for one in histories if id(one) not in there]

    def files() -> Iterator[tuple[str, bytes]]:
        for name, one, number_ in scored:
            grade = one.grade
            data = results_json(export.report(number_), score=grade.final, told=_told(grade))
            yield f"{_slug(name)}/{folder(export.label(grade), grade.pseudonym)}/results.json", data

    return Exported(
        files(), len(scored), left_out((export.label(one) for one in missing), "no report is graded of some")
    )


def junit(export: Export) -> Exported:
    """One document with a suite for each grade; who has nothing but an ungraded or unreadable submission has an error."""
    numbered = [
        (assignment.name, one, number_)
        for assignment, histories in export.graded
        for one in histories
        if (number_ := current(one) or _newest(one)) is not None
    ]

    def suites() -> Iterator[ET.Element]:
        for name, one, number_ in numbered:
            told = (("assignment", name), ("final", number(one.grade.final)))
            yield suite(export.report(number_), name=export.label(one.grade), properties=told)

    return Exported([("", document(suites(), name="grader gradebook"))], len(numbered))


def folder(label: str, pseudonym: str) -> str:
    """A name that every file system takes, that people recognise, and that no other student has."""
    return pseudonym if label == pseudonym else f"{_slug(label)}-{pseudonym}"


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9_]+", "-", plain)[:60].strip("-") or "student"


def _newest(one: History) -> int | None:
    return one.attempts[-1].reports[-1].number if one.attempts else None


def _told(grade: Grade) -> str:
    return (
        ""
        if grade.final == grade.raw
        else grade_steps(
            raw=grade.raw,
            late_days=grade.late_days,
            late_deduction=grade.late_deduction,
            adjustment=grade.adjustment,
            max_score=grade.max_score,
        )
    )

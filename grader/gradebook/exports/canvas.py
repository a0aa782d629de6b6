"""Canvas' gradebook as CSV.

Columns as https://community.canvaslms.com documents for imports: `Student`, `ID`, `SIS User ID`, `SIS Login ID`, `Section`, then a
column `Name (id)` for each assignment; the row `Points Possible` stands before the students.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from grader.errors import UsageError
from grader.gradebook.exports.base import Export, Exported, decimal, number, scaled, scaling
from grader.gradebook.exports.roster import Person, left_out, matched, number_of, orders
from grader.gradebook.exports.sheet import Sheet
from grader.gradebook.policy import Grade
from grader.gradebook.reading import History
from grader.reports.grades import cell

COLUMNS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
POINTS = "Points Possible"
_NUMBERED = re.compile(r"(?P<name>.*\S)\s*\(\d+\)", re.DOTALL)


def canvas(export: Export) -> Exported:
    """The table that Canvas exported, filled in; without one a table of our own.

    Raises:
        UsageError: the table is none of Canvas', or has no column for the assignment.
    """
    return _filled(export, export.into) if export.into is not None else _made(export)


def _made(export: Export) -> Exported:
    names = [assignment.name for assignment, _ in export.graded]
    people: dict[str, tuple[History, dict[str, Grade]]] = {}
    for assignment, histories in export.graded:
        for one in histories:
            people.setdefault(one.grade.pseudonym, (one, {}))[1][assignment.name] = one.grade
    sheet = Sheet("", [*COLUMNS, *(cell(name) for name in names)], marked=True)
    possible = [number(_full(histories)) for _, histories in export.graded]
    sheet.rows.append([f"    {POINTS}", "", "", "", "", *possible])
    unnumbered = []
    for history, grades in sorted(people.values(), key=lambda one: one[0].grade.label.casefold()):
        own = number_of(history, "canvas") or ""
        if not own:
            unnumbered.append(history.grade.label)
        scores = [number(grades[name].final) if name in grades else "" for name in names]
        sheet.rows.append([cell(history.grade.label), own, "", "", "", *scores])
    notes = left_out(
        unnumbered, "Canvas finds students by their ID, which is unknown of some; fill its own file with --into"
    )
    return Exported([("", sheet.encoded())], sum(1 for _ in export.grades()), notes)


def _filled(export: Export, sheet: Sheet) -> Exported:
    if sheet.column("Student") is None or sheet.column("ID") is None:
        raise UsageError(f"{sheet.name} is no gradebook of Canvas: it has no columns Student and ID.")
    points = next(
        (index for index, row in enumerate(sheet.rows) if sheet.cell(row, "Student").casefold() == POINTS.casefold()),
        None,
    )
    if points is None:
        raise UsageError(f"{sheet.name} is no gradebook of Canvas: it has no row {POINTS}.")
    students = sheet.rows[points + 1 :]
    people = [_person(sheet, row) for row in students]
    notes: list[str] = []
    filled = 0
    columns = _columns(export, sheet)
    for index, histories in columns:
        grades, missing = matched(histories, people, [number_of(one, "canvas") for one in histories])
        notes += left_out(missing, f"{sheet.name} has no row of its own for some, whose grades are not in it")
        possible = decimal(sheet.rows[points][index], f"{sheet.name}, {sheet.header[index]}")
        notes += scaling(grades.values(), possible, sheet.header[index])
        for row, grade in grades.items():
            if grade.final is not None:
                students[row][index] = number(scaled(grade, possible))
                filled += 1
    return Exported([("", sheet.encoded())], filled, tuple(notes))


def _person(sheet: Sheet, row: list[str]) -> Person:
    logins = [sheet.cell(row, name) for name in ("SIS Login ID", "SIS User ID")]
    return Person(sheet.cell(row, "ID"), [*orders(sheet.cell(row, "Student")), *filter(None, logins)])


def _columns(export: Export, sheet: Sheet) -> list[tuple[int, Sequence[History]]]:
    """Index of the column of each assignment that has one.

    Raises:
        UsageError: none has one.
    """
    if export.column is not None:
        _, histories = export.only("--column")
        wanted = {_plain(export.column): histories}
    else:
        wanted = {_plain(assignment.name): histories for assignment, histories in export.graded}
    named = [(index, _plain(name)) for index, name in enumerate(sheet.header) if sheet.header[index] not in COLUMNS]
    if export.column is not None and export.column in sheet.header:
        named = [(sheet.header.index(export.column), _plain(export.column))]
    found = [(index, wanted[name]) for index, name in named if name in wanted]
    if not found or len({name for _, name in named if name in wanted}) < len(found):
        there = ", ".join(repr(name) for name in sheet.header if _NUMBERED.fullmatch(name.strip()))
        raise UsageError(
            f"{sheet.name} has no column, or more than one, for {', '.join(repr(name) for name in wanted)}; it has "
            f"{there or 'no assignments'}. Name one with --column."
        )
    return found


def _plain(header: str) -> str:
    """`Week 1 (12345)` as `week 1`."""
    found = _NUMBERED.fullmatch(header.strip())
    return (found["name"] if found else header).strip().casefold()


def _full(histories: Sequence[History]) -> float | None:
    return max((one.grade.max_score for one in histories if one.grade.max_score is not None), default=None)

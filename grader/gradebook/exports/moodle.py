"""Moodle's grading worksheet of one assignment, as "Upload grading worksheet" reads it.

Columns as Moodle's assignment writes them: `Identifier` (`Participant 123456`), `Full name`, `Email address`, `Status`, `Grade`,
`Maximum grade`, `Grade can be changed`, `Last modified (submission)`, `Last modified (grade)`, `Feedback comments`.
"""

from __future__ import annotations

from grader.errors import UsageError
from grader.gradebook.exports.base import Export, Exported, decimal, number, scaled, scaling
from grader.gradebook.exports.roster import Person, left_out, matched, number_of, orders
from grader.gradebook.exports.sheet import Sheet
from grader.gradebook.policy import Grade
from grader.gradebook.reading import History
from grader.reports.grades import cell
from grader.reports.words import grade_steps

COLUMNS = (
    "Identifier", "Full name", "Email address", "Status", "Grade", "Maximum grade", "Grade can be changed",
    "Last modified (submission)", "Last modified (grade)", "Feedback comments",
)  # fmt: skip
FEEDBACK = "Feedback comments"


def moodle(export: Export) -> Exported:
    """The worksheet that was downloaded, filled in; without one a worksheet of our own.

    Raises:
        UsageError: it is no grading worksheet, or more than one assignment is to be exported.
    """
    _, histories = export.only("A grading worksheet")
    sheet = export.into
    if sheet is None:
        return _made(list(histories))
    identifier, grade_column = sheet.column("Identifier"), sheet.column("Grade")
    if identifier is None or grade_column is None:
        raise UsageError(f"{sheet.name} is no grading worksheet of Moodle: it has no columns Identifier and Grade.")
    people = [_person(sheet, row) for row in sheet.rows]
    grades, missing = matched(histories, people, [number_of(one, "moodle") for one in histories])
    possible = {
        index: decimal(sheet.cell(sheet.rows[index], "Maximum grade"), f"{sheet.name}, Maximum grade")
        for index in grades
    }
    maximum = {*possible.values()}
    locked = [
        grade.label
        for index, grade in grades.items()
        if sheet.cell(sheet.rows[index], "Grade can be changed").casefold() == "no"
    ]
    filled = 0
    for index, grade in grades.items():
        if grade.final is None or grade.label in locked:
            continue
        row = sheet.rows[index]
        row[grade_column] = number(scaled(grade, possible[index]))
        told = sheet.column(FEEDBACK)
        if told is not None and not row[told].strip():
            # What a person wrote there is worth more.
            row[told] = feedback(grade)
        filled += 1
    notes = (
        *left_out(missing, f"{sheet.name} has no row of its own for some, whose grades are not in it"),
        *left_out(locked, "Moodle lets the grades of some not be changed, so they were left as they are"),
        *(scaling(grades.values(), maximum.pop(), "Grade") if len(maximum) == 1 else ()),
    )
    return Exported([("", sheet.encoded())], filled, notes)


def feedback(grade: Grade) -> str:
    """How the grade came about. Numbers alone: Moodle takes comments for HTML."""
    told = grade_steps(
        raw=grade.raw,
        late_days=grade.late_days,
        late_deduction=grade.late_deduction,
        adjustment=grade.adjustment,
        max_score=grade.max_score,
    )
    return cell(told)


def _made(histories: list[History]) -> Exported:
    sheet = Sheet("", list(COLUMNS), marked=True)
    unnumbered = []
    for one in histories:
        own, grade = number_of(one, "moodle") or "", one.grade
        if not own:
            unnumbered.append(grade.label)
        time = None if grade.attempt is None else grade.attempt.handed_in
        sheet.rows.append(
            [
                f"Participant {own}" if own else "",
                cell(grade.label),
                "",
                "" if grade.attempt is None else "Submitted for grading",
                number(grade.final),
                number(grade.max_score),
                "Yes",
                "-" if time is None else time.isoformat(),
                "-",
                feedback(grade) if grade.final is not None else "",
            ]
        )
    notes = left_out(
        unnumbered,
        "Moodle finds participants by their number, which is unknown of some; fill its own worksheet with --into",
    )
    return Exported([("", sheet.encoded())], len(histories), notes)


def _person(sheet: Sheet, row: list[str]) -> Person:
    identifier = sheet.cell(row, "Identifier")
    names = [sheet.cell(row, name) for name in ("Email address", "Username", "ID number")]
    number_ = identifier.rpartition(" ")[2]
    return Person(number_ if number_.isdecimal() else "", [*orders(sheet.cell(row, "Full name")), *filter(None, names)])

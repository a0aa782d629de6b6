"""Whose row is whose: students of the gradebook found in a platform's table, each surely or not at all."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from grader.gradebook.accounts import numbers_in
from grader.gradebook.policy import Grade
from grader.gradebook.reading import History

SHOWN = 5


@dataclass(frozen=True)
class Person:
    """A row of the platform's table.

    Attributes:
        number: by which the platform names the person in the files that it hands out; "" where it has none.
        names: full name in any order, login, address, and what else the gradebook may call the person.
    """

    number: str
    names: Sequence[str]


def matched(
    histories: Sequence[History], people: Sequence[Person], numbers: Sequence[str | None]
) -> tuple[dict[int, Grade], list[str]]:
    """Grades by the index of their row, and the labels of those that have none.

    The platform's own number decides where it is known, else a name that is in one row alone; a row of another number
    is another person's, whatever the name. Two students at one row are both left out: one of them would get the
    other's grade.

    Args:
        numbers: the platform's number of each student, "" where it is unknown, None where there are two: then
            nobody knows whose grade it is.
    """
    by_number: dict[str, set[int]] = defaultdict(set)
    by_name: dict[str, set[int]] = defaultdict(set)
    for index, person in enumerate(people):
        if person.number:
            by_number[person.number].add(index)
        for name in person.names:
            for key in keys(name):
                by_name[key].add(index)
    found: list[int | None] = []
    for history, number in zip(histories, numbers, strict=True):
        rows = by_number.get(number, set()) if number else set()
        if not rows and number is not None and history.grade.student is not None:
            rows = next((some for key in keys(history.grade.student) if (some := by_name.get(key, set()))), set())
            if number and any(people[index].number for index in rows):
                rows = set()
        found.append(next(iter(rows)) if len(rows) == 1 else None)
    taken = Counter(found)
    pairs = list(zip(histories, found, strict=True))
    grades = {index: one.grade for one, index in pairs if index is not None and taken[index] == 1}
    return grades, [one.grade.label for one, index in pairs if index is None or taken[index] > 1]


def keys(name: str) -> list[str]:
    """What a name is compared by, the surest first: as written, then letters and digits alone, as file names have them."""
    written = " ".join(unicodedata.normalize("NFC", name).casefold().split())
    bare = "".join(char for char in written if char.isalnum())
    return [f"= {written}", f"~ {bare}"] if bare else []


def orders(name: str) -> list[str]:
    """`Doe, Jane` as it is and as `Jane Doe`; the other way round for a name without a comma."""
    last, comma, first = name.partition(",")
    if comma:
        return [name, f"{first.strip()} {last.strip()}"]
    *firsts, family = name.split() or [""]
    return [name, f"{family} {' '.join(firsts)}"] if firsts else [name]


def number_of(history: History, platform: str) -> str | None:
    """The platform's number of a student: as it was kept, or as the files tell; "" where it is unknown, None for two."""
    name = history.grade.student
    told = numbers_in((one.attempt.file for one in history.attempts), platform, name) if name is not None else ()
    found = {*told, *(number for one, number in history.accounts if one == platform)}
    return None if len(found) > 1 else next(iter(found), "")


def left_out(labels: Iterable[str], why: str) -> tuple[str, ...]:
    """One sentence about students that are not in the export; nothing where there are none."""
    names = list(labels)
    if not names:
        return ()
    shown = ", ".join(names[:SHOWN]) + (f" and {len(names) - SHOWN} more" if len(names) > SHOWN else "")
    return (f"{why}: {shown}.",)

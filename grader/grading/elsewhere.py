"""A file that was handed in for another exercise, or written for another form of this one: told by the functions that it defines."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from grader.errors import UsageError
from grader.exercises import GLOBALS, Exercise, exercise_names, left_out_by, load_exercise
from grader.paths import exercises_dir
from grader.results import Note
from grader.submissions import Submission, source_location, written

OTHER_EXERCISE = "other-exercise"
"""Kind of that note."""
TWO_GENERATIONS = "two-generations"
"""Kind of the note on a file with functions of two conventions."""
PUBLIC_LAB, LABS = "public-lab", "public_lab"
"""Kind of the note on a file that has what the public lab asks for and nothing else, and the name of the overlay for those."""
LOOKED_AT = frozenset({TWO_GENERATIONS, PUBLIC_LAB})
"""What is missing in a report with one of these may not have been asked for: somebody has to look."""
LEAST = 2
"""Names of another exercise from which on a file may belong there: one is easily a helper of the student's own."""


@dataclass(frozen=True)
class Asked:
    """An exercise's title, and the names that it asks for in any calling convention."""

    title: str
    entries: frozenset[str]


def belonging(exercise: Exercise, chosen: Exercise, submission: Submission) -> tuple[Note, ...]:
    """What to tell of where a file belongs. Part of the key of its report: it hangs on names that no task needs."""
    found = (
        handed_in_for_another(exercise, submission),
        of_two_generations(exercise, chosen, submission),
        of_the_public_lab(exercise, chosen, submission),
    )
    return tuple(note for note in found if note is not None)


def handed_in_for_another(exercise: Exercise, submission: Submission) -> Note | None:
    """What to tell of a file that defines several functions of another exercise and none that this one alone asks for."""
    others = {name: asked for name, asked in _every(exercises_dir()).items() if name != exercise.name}
    asked = _asked(exercise).entries
    own = asked.difference(*(other.entries for other in others.values()))
    if any(source_location(submission, name) is not None for name in own):
        return None
    found = {
        name: [entry for entry in sorted(other.entries - asked) if source_location(submission, entry) is not None]
        for name, other in others.items()
    }
    best = max(found, key=lambda name: len(found[name]), default=None)
    if best is None or len(found[best]) < LEAST:
        return None
    defined = ", ".join(f"`{entry}`" for entry in found[best])
    return Note(
        kind=OTHER_EXERCISE,
        text=f"This file defines {defined}, which “{others[best].title}” (`{best}`) asks for. Was it handed in for the wrong exercise?",
    )


def of_two_generations(exercise: Exercise, chosen: Exercise, submission: Submission) -> Note | None:
    """What to tell of a file that makes its data sets as notebooks of one generation do, and the rest as those of another.

    Args:
        exercise: with all its variants.
        chosen: the one of them that the file was graded as.
        submission: the file.
    """
    missing = chosen.calls["pipeline"].entries
    asked = {name for task in chosen.tasks for name in task.entry_points}
    if asked.isdisjoint(missing) or any(written(submission, name) for name in missing):
        return None
    others = [one.calls["pipeline"] for one in (exercise, *exercise.variants) if one.variant != chosen.variant]
    found = (name for call in others if call.takes not in GLOBALS for name in call.entries if name not in missing)
    defined = next((name for name in found if source_location(submission, name) is not None), None)
    if defined is None:
        return None
    return Note(
        kind=TWO_GENERATIONS,
        text=f"This file defines `{defined}`, as notebooks of one generation do, and most other functions as those of another, "
        f"which it was graded as. There `{missing[0]}` is missing.",
    )


def of_the_public_lab(exercise: Exercise, chosen: Exercise, submission: Submission) -> Note | None:
    """What to tell of a file in the newest convention that lacks, to the last name, what only this exercise asks for.

    Args:
        exercise: with the overlay it is graded with; where that leaves those tasks out nothing is missed.
        chosen: the one of its variants that the file was graded as; those tell by themselves what is not asked for.
        submission: the file; who leaves a starter's stubs in it has begun from the exercise's own starter.
    """
    if chosen.variant != exercise.variant:
        return None
    left_out = _left_out_for_labs(exercise.folder)
    own = [task for task in exercise.tasks if task.name in left_out]
    shared = {name for task in exercise.tasks if task not in own for name in task.entry_points}
    alone = {name for task in own for name in task.entry_points} - shared
    if not alone or not shared or any(source_location(submission, name) is not None for name in alone):
        return None
    if not all(written(submission, name) for name in shared):
        return None
    missing = ", ".join(f"`{task.name}`" for task in own)
    return Note(
        kind=PUBLIC_LAB,
        text=f"All of it is there but {missing}, as in notebooks of the public labs, which do not have that. A course that hands those "
        f"out grades with `--params {LABS}`.",
    )


@cache
def _left_out_for_labs(folder: Path) -> frozenset[str]:
    """The tasks and checks that the overlay for the public labs of the exercise in `folder` leaves out; none where it cannot be read."""
    with contextlib.suppress(UsageError):
        return frozenset(left_out_by(folder, LABS))
    return frozenset()


@cache
def _every(folder: Path) -> Mapping[str, Asked]:  # noqa: ARG001 - another folder has other exercises
    """All that can be loaded, once a process: an exercise in the making must not stand in the way of another's submissions."""
    found: dict[str, Asked] = {}
    for name in exercise_names():
        with contextlib.suppress(UsageError):
            found[name] = _asked(load_exercise(name))
    return found


def _asked(exercise: Exercise) -> Asked:
    return Asked(exercise.title, exercise.names_asked)

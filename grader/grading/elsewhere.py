"""A file that was handed in for another exercise: told by the functions that it defines."""

from __future__ import annotations

from functools import cache

from grader.exercises import Exercise, exercise_names, load_exercise
from grader.results import Note
from grader.submissions import Submission, source_location

OTHER_EXERCISE = "other-exercise"
"""Kind of that note."""
LEAST = 2
"""Names of another exercise from which on a file may belong there: one is easily a helper of the student's own."""


def handed_in_for_another(exercise: Exercise, submission: Submission) -> Note | None:
    """What to tell of a file that defines several functions of another exercise and none that this one alone asks for."""
    asked = _asked(exercise)
    others = {name: _asked(load_exercise(name)) for name in exercise_names() if name != exercise.name}
    own = asked.difference(*others.values())
    if any(source_location(submission, name) is not None for name in own):
        return None
    found = {
        name: [entry for entry in sorted(entries - asked) if source_location(submission, entry) is not None]
        for name, entries in others.items()
    }
    best = max(found, key=lambda name: len(found[name]), default=None)
    if best is None or len(found[best]) < LEAST:
        return None
    defined = ", ".join(f"`{entry}`" for entry in found[best])
    title = _title(best)
    return Note(
        kind=OTHER_EXERCISE,
        text=f"This file defines {defined}, which “{title}” (`{best}`) asks for. Was it handed in for the wrong exercise?",
    )


def _asked(exercise: Exercise) -> frozenset[str]:
    every = (exercise, *exercise.variants)
    called = (name for one in every for call in one.calls.values() for name in call.entries)
    return frozenset((*(name for one in every for name in one.entry_points), *called))


@cache
def _title(name: str) -> str:
    return load_exercise(name).title

"""Which calling convention a submission follows."""

from __future__ import annotations

from grader.exercises import Exercise
from grader.submissions import Submission, source_location


def chosen_variant(exercise: Exercise, submission: Submission) -> Exercise:
    """The exercise itself or the variant of whose own names the submission defines most.

    Names that all conventions share say nothing. Where two are equal the one listed first is taken, the exercise
    itself before its variants: who hands in next to nothing is graded as the exercise says. No code runs.
    """
    every = (exercise, *exercise.variants)
    shared = set.intersection(*(set(_alternatives(one)) for one in every))
    return max(
        every, key=lambda one: sum(_defines(submission, names) for names in _alternatives(one) if names not in shared)
    )


def resolved_calls(exercise: Exercise, submission: Submission) -> dict[str, dict[str, object]]:
    """For each kind of evidence the entry point that the submission defines (else the first name) and its arguments."""
    calls: dict[str, dict[str, object]] = {}
    for kind, call in exercise.calls.items():
        defined = (name for name in call.entries if source_location(submission, name) is not None)
        calls[kind] = {
            "entry": next(defined, call.entries[0]),
            "arguments": [argument.format(**exercise.params) for argument in call.arguments],
        }
    return calls


def _defines(submission: Submission, names: tuple[str, ...]) -> bool:
    return any(source_location(submission, name) is not None for name in names)


def _alternatives(exercise: Exercise) -> list[tuple[str, ...]]:
    """The entry points of all tasks; those that go by several names, with all of them."""
    several = {name: call.entries for call in exercise.calls.values() for name in call.entries}
    return list(dict.fromkeys(several.get(name, (name,)) for name in exercise.entry_points))

"""Which calling convention a submission follows, and what that means for names, calls and data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from grader.exercises import GLOBALS, Exercise, Params
from grader.submissions import (
    Submission,
    name_of_network,
    picture_sizes,
    source_location,
    with_cut_named,
    with_fitted_names,
    written,
)


def chosen_variant(exercise: Exercise, submission: Submission) -> Exercise:
    """The exercise itself or the variant of whose own names the submission defines most.

    Names that all conventions share say nothing. Where two are equal the one listed first is taken, the exercise
    itself before its variants: who hands in next to nothing is graded as the exercise says. A variant with the exercise's
    own names is told by sizes, and taken in its place. No code runs.
    Of an entry point that goes by several names, the tasks of the result have the one that the submission defines.
    """
    every = [one for one in (exercise, *exercise.variants) if _may_follow(submission, one, exercise)]
    shared = set.intersection(*(set(_alternatives(one)) for one in every))

    def defined(one: Exercise) -> list[tuple[str, ...]]:
        return [names for names in _alternatives(one) if _defines(submission, names)]

    if any(one.sizes and defined(one) for one in every):
        every.remove(exercise)
    chosen = max(every, key=lambda one: sum(names not in shared for names in defined(one)))
    chosen = _with_own_backbone(_with_pipeline_of_another(chosen, every, submission), submission)
    own = {name: _entry(names, submission) for names in _alternatives(chosen) for name in names}
    tasks = tuple(
        replace(task, entry_points=tuple(dict.fromkeys(own.get(name, name) for name in task.entry_points)))
        for task in chosen.tasks
    )
    return replace(chosen, tasks=tasks)


def _may_follow(submission: Submission, one: Exercise, exercise: Exercise) -> bool:
    """Whether nothing in the file speaks against this convention.

    One that is told by its sizes needs them there, and none of the exercise's in their place. It does not count under an overlay
    with the same sizes or without the tasks that it lacks: what differs then is for the overlay to say.
    """
    if _defines(submission, one.unless):
        return False
    if not one.sizes:
        return True
    theirs, ours = ({found.params[name] for name in one.sizes} for found in (one, exercise))
    if theirs & ours or not (one.not_asked or exercise.variants_named):
        return False
    sizes = picture_sizes(submission)
    return theirs <= sizes and ours.isdisjoint(sizes)


def _with_pipeline_of_another(chosen: Exercise, every: Sequence[Exercise], submission: Submission) -> Exercise:
    """Who makes the data sets as notebooks of another generation do, and the rest as this one's, is asked for them as those are.

    Only where both find the same images at the same places. A stub that a starter left does not count.
    """
    call = chosen.calls["pipeline"]
    if any(written(submission, name) for name in call.entries):
        return chosen
    for one in every:
        other = one.calls["pipeline"]
        alike = one.params == chosen.params and call.takes == other.takes == "texts"
        if alike and any(written(submission, name) for name in other.entries):
            # By its own name, too: that is what the tasks ask for.
            mixed = replace(other, entries=(*other.entries, *call.entries))
            return replace(chosen, calls={**chosen.calls, "pipeline": mixed})
    return chosen


def _with_own_backbone(chosen: Exercise, submission: Submission) -> Exercise:
    """A variant whose backbone is an object at top level finds it under whatever name it was built."""
    call = chosen.calls.get("backbone")
    name = name_of_network(submission) if call is not None else None
    if call is None or name is None or _defines(submission, call.entries):
        return chosen
    return replace(chosen, calls={**chosen.calls, "backbone": replace(call, entries=(*call.entries, name))})


def as_called(chosen: Exercise, submission: Submission) -> Submission:
    """The submission as a variant that takes data sets from globals asks for it: those made inside of `fit` get their names.

    So does an output on which the head of a network is built without giving it a name first.
    """
    call = chosen.calls["pipeline"]
    if call.takes not in GLOBALS:
        return submission
    if cut := chosen.calls.get("cut"):
        submission = with_cut_named(submission, cut.entries[0])
    if all(_defines(submission, (name,)) for name in call.entries):
        return submission
    train, validation = call.entries
    return with_fitted_names(submission, train, validation, chosen.entry_points)


def resolved_calls(exercise: Exercise, submission: Submission) -> dict[str, dict[str, Any]]:
    """For each kind of evidence the entry point that the submission defines (else the first name) and its arguments."""
    return {
        kind: {
            "entry": _entry(call.entries, submission),
            "arguments": [argument.format(**exercise.params) for argument in call.arguments],
            "names": list(call.entries) if call.takes in GLOBALS else [_entry(call.entries, submission)],
            "takes": call.takes,
        }
        for kind, call in exercise.calls.items()
    }


def class_folders(exercise: Exercise, variant: Exercise) -> dict[str, str]:
    """How a variant calls the folder of each class of the exercise; class by class in the order of `class_names`."""
    return dict(zip(_class_names(exercise), _class_names(variant), strict=False))


def arranged(paths: Sequence[str], params: Params, classes: Mapping[str, str]) -> dict[str, str]:
    """Where a variant wants each file of a data set: under the variant's class folders, and split where it has two folders.

    Args:
        paths: of the files below the data folder, `Cat/0.jpg` or `train/A/0.png`.
        params: of the variant; `validation_split` of the files of each class go to validation where `paths` are in one
            piece and `params` name two folders.
        classes: name of each class folder, where it differs.
    """
    found: dict[str, str] = {}
    seen: Counter[str] = Counter()
    for path in paths:
        *above, owner, file = path.split("/")
        if "train_folder" in params and not above:
            every = round(1 / float(params.validation_split))
            above = ["validation" if seen[owner] % every == every - 1 else "train"]
            seen[owner] += 1
        found[path] = "/".join([*above, classes.get(owner, owner), file])
    return found


def _class_names(exercise: Exercise) -> tuple[str, ...]:
    names = exercise.params.get("class_names")
    return tuple(str(name) for name in names) if isinstance(names, tuple) else ()


def _entry(names: tuple[str, ...], submission: Submission) -> str:
    """The first of these names that the submission defines, else the first."""
    return next((name for name in names if source_location(submission, name) is not None), names[0])


def _defines(submission: Submission, names: tuple[str, ...]) -> bool:
    return any(source_location(submission, name) is not None for name in names)


def _alternatives(exercise: Exercise) -> list[tuple[str, ...]]:
    """The entry points of all tasks; those that go by several names, with all of them."""
    several = {
        name: call.entries for call in exercise.calls.values() if call.takes not in GLOBALS for name in call.entries
    }
    return list(dict.fromkeys(several.get(name, (name,)) for name in exercise.entry_points))

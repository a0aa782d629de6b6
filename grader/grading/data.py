"""Whether an exercise and its data set fit together."""

from __future__ import annotations

from grader.data import dataset_classes
from grader.data.imports import imported_set, is_imported_name
from grader.errors import UsageError
from grader.exercises import Exercise

_FEWEST_HIDDEN = 100
"""Half of them end the training and half score it; with fewer, one image more or less would decide."""


def check_data(exercise: Exercise) -> None:
    """See that the exercise's data set is there and has the classes that the exercise speaks of.

    Raises:
        UsageError: no such set, or one with other classes or too few images; an overlay can name any.
    """
    classes = dataset_classes(exercise.data)
    named = exercise.params.get("class_names")
    if isinstance(named, tuple) and sorted(named) != sorted(classes):
        raise UsageError(
            f"The data set `{exercise.data}` has the classes {', '.join(classes)}, but [params] class_names of "
            f"{exercise.name} is {', '.join(map(str, named))}. Name another `data`, or change class_names with it."
        )
    if is_imported_name(exercise.data) and (count := imported_set(exercise.data).hidden_count) < _FEWEST_HIDDEN:
        raise UsageError(
            f"The data set `{exercise.data}` is too small to grade with: {count} images can be kept from students' code, "
            f"at least {_FEWEST_HIDDEN} must be. See docs/own_images.md for how many that takes."
        )

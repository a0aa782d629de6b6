"""Evidence that is gathered at most once, its failure included."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar, cast, overload

from grader.checks.finding import CheckFailed
from grader.examiner.memory import is_memory, too_large
from grader.examiner.source import Unusable

Value = TypeVar("Value")
SUBJECTS = {
    "sorted_folder": "readable_images", "probed_pipeline": "train_val_datasets", "real_pipeline": "train_val_datasets",
    "label_kind": "train_val_datasets", "augments": "train_val_datasets", "hidden": "train_val_datasets",
    "model_data": "create_model", "rebuilt": "create_model", "model_images": "create_model", "head": "create_model",
    "stops": "EarlyStoppingCallback", "history_drawing": "plot_history", "maps": "feature_maps",
    "drawn": "plot_feature_maps", "training": "train",
}  # fmt: skip
"""Whose results a piece of evidence is made of, for the words of a finding."""


class once(Generic[Value]):  # noqa: N801 - reads as a decorator, like `property`
    """A property computed on first use; what it raised is raised again, the same object, ever after.

    Memory that runs out while gathering is a finding, too: it is what the student's code gave that needs so much.
    A `CheckFailed` raised while gathering becomes `Unusable`: whoever needs the object cannot go on without it.
    """

    def __init__(self, method: Callable[[Any], Value]) -> None:
        self._method = method
        self._name = f"_once_{method.__name__}"
        self._subject = SUBJECTS.get(method.__name__)
        self.__doc__ = method.__doc__

    @overload
    def __get__(self, instance: None, owner: type) -> once[Value]: ...
    @overload
    def __get__(self, instance: object, owner: type) -> Value: ...
    def __get__(self, instance: object | None, owner: type) -> Value | once[Value]:
        if instance is None:
            return self
        kept = instance.__dict__.get(self._name)
        if kept is None:
            kept = self._gather(instance)
            instance.__dict__[self._name] = kept
        value, failure = kept
        if failure is not None:
            raise failure
        return cast("Value", value)

    def _gather(self, instance: object) -> tuple[Value | None, Exception | None]:
        try:
            return self._method(instance), None
        except CheckFailed as error:
            unusable = Unusable(
                "failed", error.seen, expected=error.expected, why=error.why, hint=error.hint, where=error.where
            )
            return None, unusable
        except Exception as error:  # noqa: BLE001 - kept and raised to everyone who asks
            return None, too_large(self._subject) if self._subject and is_memory(error) else error

"""Evidence that is gathered at most once, its failure included."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar, cast, overload

from grader.checks.finding import CheckFailed
from grader.examiner.source import Unusable

Value = TypeVar("Value")


class once(Generic[Value]):  # noqa: N801 - reads as a decorator, like `property`
    """A property computed on first use; what it raised is raised again, the same object, ever after.

    A `CheckFailed` raised while gathering becomes `Unusable`: whoever needs the object cannot go on without it.
    """

    def __init__(self, method: Callable[[Any], Value]) -> None:
        self._method = method
        self._name = f"_once_{method.__name__}"
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
            return None, error

"""`@check`: what makes a pytest test carry points."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

Test = TypeVar("Test", bound=Callable[..., Any])
ATTRIBUTE = "grader_check"


@dataclass(frozen=True)
class CheckSpec:
    """What `@check` says about a test. The check's id is `task/name`, its title the docstring's first line."""

    task: str
    name: str
    title: str
    points: float
    concept: str
    needs: tuple[str, ...]

    @property
    def id(self) -> str:
        """`task/name`."""
        return f"{self.task}/{self.name}"


def check(*, task: str, points: float, concept: str, needs: Sequence[str] = ()) -> Callable[[Test], Test]:
    """Mark a test as a check.

    Args:
        task: the task that it belongs to, as `exercise.toml` names it.
        points: what it is worth, all or nothing; the only source, unless an overlay's `[points]` overrides it.
        concept: the concept text shown beside it where it fails.
        needs: check ids or tasks without whose objects it cannot be judged. It is blocked where those gave no
            usable object, not where they merely lost points.

    The test's name without `test_` is the check's name, and its docstring's first line is what the student reads.
    """

    def mark(function: Test) -> Test:
        title = (function.__doc__ or "").strip().splitlines()
        if not title:
            raise TypeError(f"{function.__name__} needs a docstring: its first line is what the student reads.")
        name = function.__name__.removeprefix("test_")
        setattr(function, ATTRIBUTE, CheckSpec(task, name, title[0], float(points), concept, tuple(needs)))
        return function

    return mark

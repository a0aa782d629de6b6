"""Where the files that belong to the grader lie: in a checkout beside the package, in a wheel inside it."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path

from grader.errors import GraderFault, UsageError

INSTRUCTOR_PACKAGE = "grader_instructor"
INSTRUCTOR_DISTRIBUTION = "cnn-grader-instructor"

_PACKAGE = Path(__file__).resolve().parent
_NAME = re.compile(r"[A-Za-z0-9_]+")


def templates_dir() -> Path:
    """The Jinja2 templates of the reports.

    Raises:
        GraderFault: the installation is incomplete.
    """
    return _shipped("templates")


def exercises_dir() -> Path:
    """The folder that holds one folder per exercise.

    Raises:
        GraderFault: the installation is incomplete.
    """
    return _shipped("exercises")


def hidden_tests_dir(exercise: str) -> Path:
    """The hidden tests of an exercise: in a checkout beside it, else in the instructors' package.

    The instructors' package is looked for, never imported.

    Raises:
        UsageError: no exercise has such a name, or its hidden tests are not on this machine.
    """
    if not _NAME.fullmatch(exercise):
        raise UsageError(f"`exercise` (={exercise!r}) must consist of letters, digits and underscores.")
    root = _checkout()
    if root is not None:
        folder = root / "exercises" / exercise / "hidden_tests"
        if folder.is_dir():
            return folder
        raise UsageError(f"{exercise} has no hidden tests: the folder exercises/{exercise}/hidden_tests is missing.")
    spec = find_spec(INSTRUCTOR_PACKAGE)
    if spec is None or spec.submodule_search_locations is None:
        raise UsageError(f"hidden tests are in the instructors' package: pip install {INSTRUCTOR_DISTRIBUTION}")
    for location in spec.submodule_search_locations:
        folder = Path(location) / exercise / "hidden_tests"
        if folder.is_dir():
            return folder
    raise UsageError(
        f"the installed {INSTRUCTOR_DISTRIBUTION} has no hidden tests of {exercise}: "
        f"pip install --upgrade {INSTRUCTOR_DISTRIBUTION}"
    )


def solutions_dir() -> Path:
    """The references, alternates and mistakes, which only a checkout has.

    Raises:
        UsageError: this is no checkout.
    """
    root = _checkout()
    if root is None or not (root / "solutions").is_dir():
        raise UsageError("solutions are in the repository only: clone it and run the command there.")
    return root / "solutions"


def _checkout() -> Path | None:
    """The root of the repository, or None for an installed wheel (which alone has the `_bundled` folder)."""
    root = _PACKAGE.parent
    if (_PACKAGE / "_bundled").is_dir() or not (root / "pyproject.toml").is_file():
        return None
    return root


def _shipped(name: str) -> Path:
    root = _checkout()
    folder = root / name if root is not None else _PACKAGE / "_bundled" / name
    if not folder.is_dir():
        raise GraderFault(f"the grader's own folder {name!r} is missing from this installation; install it again.")
    return folder

"""Grades the exercises of a course on convolutional networks; student code runs in sandboxed processes.

`grade` grades one submission from Python; the command line is `grader`, see `grader --help`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import os

    from grader.results import Isolation, Report

__all__ = ["__version__", "grade"]

DISTRIBUTION = "cnn-grader"


def grade(
    exercise: str,
    file: str | os.PathLike[str],
    *,
    out: str | os.PathLike[str] | None = None,
    seed: int | None = None,
    params_file: str | os.PathLike[str] | None = None,
    isolation: Isolation = "namespaces",
) -> Report:
    """Grade one submission.

    A submission that cannot be read gives a report of status `unusable`, a fault of ours one of status
    `ungraded`; only what stands in the way of grading anything is raised.

    Args:
        exercise: name of the exercise, as `grader list` shows it.
        file: the notebook or Python file.
        out: folder for `report.html`, `report.md` and `report.json`; None writes nothing.
        seed: for tests; by default that of the assignment in `out`, or a random one without `out`.
        params_file: a TOML overlay over the exercise's params.
        isolation: `namespaces`; `cold` for a session that is used once; `unsafe` for none at all.

    Raises:
        UsageError: there is no such exercise or file, or `out` cannot be written.
        IsolationUnavailable: this machine cannot isolate student code as asked.
    """
    from pathlib import Path

    from grader.batch import grade_file

    return grade_file(
        exercise,
        Path(file),
        out=Path(out) if out is not None else None,
        seed=seed,
        params_file=Path(params_file) if params_file is not None else None,
        isolation=isolation,
    ).report


def __getattr__(name: str) -> Any:
    """`__version__`, read from the installed distribution when it is asked for."""
    if name == "__version__":
        from importlib import metadata

        try:
            return metadata.version(DISTRIBUTION)
        except metadata.PackageNotFoundError:
            return "0+unknown"
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

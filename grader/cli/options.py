"""Arguments and options that several commands share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from grader.results import Isolation


class IsolationMode(StrEnum):
    """Values of `--isolation`."""

    NAMESPACES = "namespaces"
    COLD = "cold"


def complete_exercise(incomplete: str) -> list[str]:
    """Names of exercises that begin like this, for the shell."""
    from grader.exercises.loading import exercise_names

    return [name for name in exercise_names() if name.startswith(incomplete)]


ExerciseArgument = Annotated[
    str,
    typer.Argument(help="Name of the exercise; `grader list` shows them.", autocompletion=complete_exercise),
]
OutOption = Annotated[
    Path, typer.Option("--out", metavar="DIR", help="Folder for the reports; made if missing.", show_default=False)
]
SeedOption = Annotated[
    int | None,
    typer.Option(
        "--seed",
        min=0,
        metavar="N",
        help="Fix the seed, for tests. By default each --out folder has a secret one, equal for all its submissions.",
    ),
]
ParamsOption = Annotated[
    Path | None,
    typer.Option(
        "--params",
        metavar="FILE",
        help="TOML overlay over the exercise's params and points; one that comes with the exercise by its name alone.",
    ),
]
IsolationOption = Annotated[
    IsolationMode | None,
    typer.Option(
        "--isolation",
        help="How student code is kept apart: one warm sandbox for many submissions, or a cold one for each.",
        show_default="namespaces",
    ),
]
UnsafeOption = Annotated[
    bool, typer.Option("--unsafe", help="Run without isolation, with a warning. Only for code that you trust.")
]
DEFAULT_GRADEBOOK = "gradebook.db"
GradebookOption = Annotated[
    str,
    typer.Option(
        "--gradebook",
        metavar="FILE|URL",
        envvar="GRADER_GRADEBOOK",
        help="The gradebook: an SQLite file, or a URL such as postgresql://user@host/database.",
    ),
]
SchedulerOption = Annotated[
    str | None,
    typer.Option(
        "--scheduler",
        metavar="ADDRESS",
        help="Grade on the workers of a Dask scheduler: tcp://host:8786, tls://host:8786, or the scheduler's file.",
        show_default="on this machine",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON on standard output and nothing else.")]
JsonLinesOption = Annotated[
    bool,
    typer.Option(
        "--json-lines", help="Print one JSON object a line on standard output for every event, and nothing else."
    ),
]


def chosen_isolation(isolation: IsolationMode | None, *, unsafe: bool) -> Isolation:
    """What the two options come to; warns where it is none.

    Raises:
        typer.BadParameter: both were given.
    """
    if unsafe:
        if isolation is not None:
            raise typer.BadParameter("it contradicts --isolation; give one of them.", param_hint="--unsafe")
        from grader.cli.console import warn_unsafe

        warn_unsafe()
        return "unsafe"
    return "cold" if isolation is IsolationMode.COLD else "namespaces"

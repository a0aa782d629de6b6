"""`grader new`: the skeleton of an exercise."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from grader.cli.console import called, guarded, plain, stdout
from grader.cli.options import JsonOption


@guarded
def new(
    name: Annotated[str, typer.Argument(help="Name of the new exercise, such as week5_segmentation.")],
    *,
    title: Annotated[
        str | None, typer.Option("--title", help="What people read.", show_default="made from the name")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Write a new exercise that validates as it comes: one task, one check, a reference, an alternate, a mistake.

    Like this:

        grader new week5_segmentation --title "Every pixel has a class"

        grader validate week5_segmentation

    Exit codes: 0 written; 2 the name cannot be used, or this is no checkout of the project.
    """
    from grader.exercises.skeleton import new_exercise

    files = new_exercise(name, title)
    if as_json:
        typer.echo(json.dumps({"name": name, "files": [str(path) for path in files]}, indent=2, ensure_ascii=False))
        return
    console = stdout()
    for path in files:
        console.print(plain(str(path)), soft_wrap=True)
    console.print(plain(f"Try it: {called()} validate {name}"), soft_wrap=True)

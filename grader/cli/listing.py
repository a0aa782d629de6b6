"""`grader list`: which exercises there are."""

from __future__ import annotations

import json

import typer

from grader.cli.console import guarded, plain, stdout
from grader.cli.options import JsonOption


@guarded
def list_exercises(*, as_json: JsonOption = False) -> None:
    """Show the exercises that can be graded.

    Like this:

        grader list

        grader list --json
    """
    # Submodules, since the package also makes notebooks, which takes long to import.
    from grader.exercises.loading import exercise_names, load_exercise

    exercises = [load_exercise(name) for name in exercise_names()]
    if as_json:
        rows = [
            {
                "name": exercise.name,
                "title": exercise.title,
                "version": exercise.version,
                "variant": exercise.variant,
                "tasks": [task.name for task in exercise.tasks],
            }
            for exercise in exercises
        ]
        typer.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    if not exercises:
        stdout().print("There are no exercises.")
        return
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD)
    for heading in ("exercise", "title", "version"):
        table.add_column(heading, overflow="fold")
    table.add_column("tasks", justify="right")
    for exercise in exercises:
        cells = (plain(exercise.name, "bold"), plain(exercise.title), plain(exercise.version))
        table.add_row(*cells, str(len(exercise.tasks)))
    stdout().print(table)

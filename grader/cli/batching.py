"""`grader batch`: a folder of submissions."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from grader.batch.outcome import BatchOutcome
from grader.cli.backend import backend_of
from grader.cli.console import complain, guarded, plain, stderr, stdout
from grader.cli.options import (
    ExerciseArgument,
    IsolationOption,
    JsonOption,
    OutOption,
    ParamsOption,
    SeedOption,
    UnsafeOption,
    chosen_isolation,
)

SCHEMA = "grader-batch/1"


@guarded
def batch(
    context: typer.Context,
    exercise: ExerciseArgument,
    folder: Annotated[Path, typer.Argument(help="Folder of submissions: files in it and one level below.")],
    *,
    out: OutOption,
    jobs: Annotated[
        int | None,
        typer.Option(
            "--jobs", min=1, metavar="N", help="Submissions side by side.", show_default="as cores and memory allow"
        ),
    ] = None,
    seed: SeedOption = None,
    params: ParamsOption = None,
    as_json: JsonOption = False,
    isolation: IsolationOption = None,
    unsafe: UnsafeOption = False,
) -> None:
    """Grade a folder of submissions; write a report for each, index.html and grades.csv.

    Run the same command again to go on after a stop: what is graded under the same code, exercise and params is
    taken over.

    Like this:

        grader batch week1_larger_dataset submissions --out graded

        grader batch week1_larger_dataset submissions --out graded --jobs 4 --params easier.toml

    Exit codes: 0 all graded; 2 some file could not be used, or the command cannot; 3 some submission was left
    ungraded by a fault of ours, which is never scored; 130 stopped by Ctrl-C, what is done is kept.
    """
    from grader.batch.run import grade_folder
    from grader.cli.progress import shown_progress

    backend = backend_of(context)
    mode = chosen_isolation(isolation, unsafe=unsafe)
    with shown_progress(stderr()) as events:
        outcome = grade_folder(
            exercise,
            folder,
            out,
            jobs=jobs,
            seed=seed,
            params_file=params,
            isolation=mode,
            events=events,
            engine=backend.engine,
            open_executor=backend.open_executor,
        )
    if as_json:
        typer.echo(json.dumps(outcome_json(outcome), indent=2, ensure_ascii=False))
    else:
        from grader.cli.tables import batch_summary, batch_table

        console = stdout()
        console.print(batch_table(outcome))
        console.print(batch_summary(outcome), soft_wrap=True)
        console.print(plain(f"Index: {outcome.index}"), soft_wrap=True)
        console.print(plain(f"Grades: {outcome.grades}"), soft_wrap=True)
    if outcome.interrupted:
        complain("stopped by Ctrl-C; what is done is kept, run the same command to go on.")
    raise typer.Exit(outcome.exit_code)


def outcome_json(outcome: BatchOutcome) -> dict[str, Any]:
    """The outcome as plain JSON types."""
    return {
        "schema": SCHEMA,
        "exercise": outcome.exercise,
        "out": str(outcome.out),
        "index": str(outcome.index),
        "grades": str(outcome.grades),
        "rows": [asdict(row) for row in outcome.rows],
        "ignored": [asdict(ignored) for ignored in outcome.ignored],
        "interrupted": outcome.interrupted,
        "remaining": outcome.remaining,
    }

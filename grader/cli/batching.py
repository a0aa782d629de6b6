"""`grader batch`: a folder of submissions."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from grader.batch.outcome import BatchOutcome
from grader.cli.backend import backend_of
from grader.cli.cluster import chosen_place
from grader.cli.console import complain, guarded, plain, stderr, stdout
from grader.cli.options import (
    ExerciseArgument,
    IsolationOption,
    JsonLinesOption,
    JsonOption,
    OutOption,
    ParamsOption,
    SchedulerOption,
    SeedOption,
    UnsafeOption,
    chosen_isolation,
)

if TYPE_CHECKING:
    from grader.gradebook import Gradebook

SCHEMA = "grader-batch/1"
MISSING_SHOWN = 5
"""Reasons that are told one by one; a database that is gone gives the same for all."""


class LayoutMode(StrEnum):
    """Values of `--layout`."""

    FLAT = "flat"
    STUDENT = "student"
    CANVAS = "canvas"
    MOODLE = "moodle"
    GRADESCOPE = "gradescope"
    NBGRADER = "nbgrader"


class AttemptsMode(StrEnum):
    """Values of `--attempts`."""

    LAST = "last"
    ALL = "all"


class RetryMode(StrEnum):
    """Values of `--retry`."""

    UNGRADED = "ungraded"


@guarded
def batch(
    context: typer.Context,
    exercise: ExerciseArgument,
    folder: Annotated[
        Path,
        typer.Argument(help="Folder of submissions, or the zip of Canvas, Moodle, Gradescope or nbgrader as downloaded."),
    ],
    *,
    out: OutOption,
    jobs: Annotated[
        int | None,
        typer.Option(
            "--jobs", min=1, metavar="N", help="Submissions side by side.", show_default="as cores and memory allow"
        ),
    ] = None,
    scheduler: SchedulerOption = None,
    seed: SeedOption = None,
    params: ParamsOption = None,
    layout: Annotated[
        LayoutMode | None,
        typer.Option("--layout", help="How the submissions are laid out.", show_default="recognised by itself"),
    ] = None,
    assignment: Annotated[
        str | None, typer.Option("--assignment", metavar="NAME", help="Which assignment, in a tree of nbgrader's.")
    ] = None,
    pick: Annotated[
        list[str] | None,
        typer.Option(
            "--pick", metavar="PATTERN",
            help="Which of several files of one student is the submission, such as '*week1*.ipynb'; may be repeated.",
        ),
    ] = None,
    attempts: Annotated[
        AttemptsMode, typer.Option("--attempts", help="Grade each student's newest attempt, or all of them.")
    ] = AttemptsMode.LAST,
    times: Annotated[
        Path | None,
        typer.Option(
            "--times", metavar="CSV", help="When it was handed in: columns student or file, and time in ISO 8601."
        ),
    ] = None,
    timezone: Annotated[
        str, typer.Option("--timezone", metavar="ZONE", help="Zone of times that carry none, such as Europe/Berlin.")
    ] = "UTC",
    only: Annotated[
        list[str] | None,
        typer.Option(
            "--only", metavar="PATTERN", help="Grade only these, by student or file, such as 'doe*'; may be repeated."
        ),
    ] = None,
    retry: Annotated[
        RetryMode | None,
        typer.Option("--retry", help="Grade only what an earlier run left ungraded; what is finished is kept."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Grade again what is finished, too.")] = False,
    limit: Annotated[
        int | None, typer.Option("--limit", min=1, metavar="N", help="Grade at most so many now.", show_default="all")
    ] = None,
    as_json: JsonOption = False,
    json_lines: JsonLinesOption = False,
    gradebook: Annotated[
        str | None,
        typer.Option(
            "--gradebook", metavar="FILE|URL", envvar="GRADER_GRADEBOOK",
            help="Record every report in this gradebook as soon as it is there.", show_default="nowhere",
        ),
    ] = None,
    isolation: IsolationOption = None,
    unsafe: UnsafeOption = False,
) -> None:  # fmt: skip
    """Grade a folder or zip of submissions; write a report for each, index.html and grades.csv.

    Run the same command again to go on after a stop: what is graded under the same code, exercise and params is
    taken over.

    Like this:

        grader batch week1_larger_dataset submissions --out graded

        grader batch week1_larger_dataset submissions.zip --out graded --jobs 4 --params easier.toml

        grader batch week1_larger_dataset submitted --assignment week1 --out graded --only 'doe*' --force

        grader batch week1_larger_dataset submissions --out graded --gradebook gradebook.db

        grader batch week1_larger_dataset submissions --out graded --scheduler tls://head:8786

    One student is one submission. Where a student's folder holds several notebooks or Python files, nothing is
    guessed: say which with --pick, or --layout flat where each file is a submission of its own.

    Exit codes: 0 all graded; 2 some file could not be used or recorded, or the command cannot; 3 some submission was left
    ungraded by a fault of ours, which is never scored; 130 stopped by Ctrl-C, what is done is kept.
    """
    from grader.batch.collect import Choices
    from grader.batch.run import grade_folder
    from grader.batch.selection import Selection
    from grader.cli.events import Both, JsonLines
    from grader.cli.progress import shown_progress

    if as_json and json_lines:
        raise typer.BadParameter("it contradicts --json; give one of them.", param_hint="--json-lines")
    backend = backend_of(context)
    if scheduler is not None and unsafe:
        raise typer.BadParameter("student code is always isolated on a cluster; leave it out.", param_hint="--unsafe")
    mode = chosen_isolation(isolation, unsafe=unsafe)
    lines = JsonLines() if json_lines else None
    with chosen_place(scheduler) as place, shown_progress(stderr()) as shown:
        outcome = grade_folder(
            exercise,
            folder,
            out,
            jobs=jobs,
            seed=seed,
            params_file=params,
            isolation=mode,
            events=shown if lines is None else Both(lines, shown),
            engine=backend.engine,
            open_executor=backend.open_executor,
            place=place,
            choices=Choices(
                layout=layout.value if layout is not None else None, assignment=assignment, pick=tuple(pick or ()),
                attempts=attempts.value, times=times, timezone=timezone,
            ),
            selection=Selection(
                only=tuple(only or ()), retry="ungraded" if retry is not None else None, force=force, limit=limit
            ),
            gradebook=opener(gradebook),
        )  # fmt: skip
    if lines is not None:
        lines.done(outcome)
    elif as_json:
        typer.echo(json.dumps(outcome_json(outcome), indent=2, ensure_ascii=False))
    else:
        from grader.cli.tables import batch_summary, batch_table

        console = stdout()
        console.print(batch_table(outcome))
        console.print(batch_summary(outcome), soft_wrap=True)
        console.print(plain(f"Index: {outcome.index}"), soft_wrap=True)
        console.print(plain(f"Grades: {outcome.grades}"), soft_wrap=True)
        if outcome.gradebook:
            from grader.reports.words import count

            console.print(
                plain(f"Gradebook: {outcome.gradebook} ({count(outcome.recorded, 'new report')})"), soft_wrap=True
            )
    complain_of_missing(outcome)
    if outcome.interrupted:
        complain("stopped by Ctrl-C; what is done is kept, run the same command to go on.")
    raise typer.Exit(outcome.exit_code)


def opener(gradebook: str | None) -> Callable[[], AbstractContextManager[Gradebook]] | None:
    """What opens the gradebook, made where it is missing; None where none is named."""
    if gradebook is None:
        return None
    from grader.cli.gradebook import opened

    return partial(opened, gradebook, create=True)


def complain_of_missing(outcome: BatchOutcome) -> None:
    """Say what is not in the gradebook, and the way to get it there."""
    missing = outcome.not_recorded
    for one in missing[:MISSING_SHOWN]:
        complain(f"not recorded: {one.file}: {one.reason}")
    if missing:
        complain(
            f"{len(missing)} of {len(outcome.rows)} reports are not in the gradebook; they are in {outcome.out}. "
            "Run the same command again to record them; nothing is graded or recorded twice."
        )


def outcome_json(outcome: BatchOutcome) -> dict[str, Any]:
    """The outcome as plain JSON types."""
    return {
        "schema": SCHEMA,
        "exercise": outcome.exercise,
        "out": str(outcome.out),
        "index": str(outcome.index),
        "grades": str(outcome.grades),
        "layout": outcome.layout,
        "notes": list(outcome.notes),
        "rows": [asdict(row) for row in outcome.rows],
        "ignored": [asdict(ignored) for ignored in outcome.ignored],
        "interrupted": outcome.interrupted,
        "remaining": outcome.remaining,
        "gradebook": outcome.gradebook or None,
        "recorded": outcome.recorded,
        "not_recorded": [asdict(one) for one in outcome.not_recorded],
    }

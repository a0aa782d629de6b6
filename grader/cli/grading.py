"""`grader grade`: one submission."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Annotated

import typer
from rich.live import Live

from grader.cli.backend import backend_of
from grader.cli.console import FAULT, SUCCESS, USAGE, complain, guarded, last_line, plain, stderr, stdout
from grader.cli.findings import FindingLines, LiveFindings
from grader.cli.options import (
    ExerciseArgument,
    IsolationOption,
    JsonLinesOption,
    JsonOption,
    OutOption,
    ParamsOption,
    SeedOption,
    UnsafeOption,
    chosen_isolation,
)
from grader.results import ReportStatus, to_json
from grader.watching import Watcher

EXIT_CODES: dict[ReportStatus, int] = {"graded": SUCCESS, "unusable": USAGE, "ungraded": FAULT}


@guarded
def grade(
    context: typer.Context,
    exercise: ExerciseArgument,
    file: Annotated[Path, typer.Argument(help="The notebook (.ipynb) or Python file (.py).")],
    *,
    out: OutOption,
    as_json: JsonOption = False,
    json_lines: JsonLinesOption = False,
    seed: SeedOption = None,
    params: ParamsOption = None,
    isolation: IsolationOption = None,
    unsafe: UnsafeOption = False,
) -> None:
    """Grade one submission and write report.html, report.md and report.json.

    Like this:

        grader grade week1_larger_dataset my_notebook.ipynb --out report

        grader grade week1_larger_dataset my_notebook.ipynb --out report --json | jq .score

        grader grade week1_larger_dataset my_notebook.ipynb --out report --json-lines | jq -c 'select(.event == "finding")'

    Findings that need no training are there before the training begins: a terminal shows them, --json-lines prints them.

    Exit codes: 0 graded, whatever the score; 2 the file or the command cannot be used; 3 a fault of ours, which is
    never scored; 130 stopped by Ctrl-C.
    """
    from grader.batch.single import grade_file

    if as_json and json_lines:
        raise typer.BadParameter("it contradicts --json; give one of them.", param_hint="--json-lines")
    mode = chosen_isolation(isolation, unsafe=unsafe)
    lines = FindingLines() if json_lines else None
    with shown_findings() if lines is None else nullcontext(lines) as watcher:
        report = grade_file(
            exercise,
            file,
            out=out,
            seed=seed,
            params_file=params,
            isolation=mode,
            watcher=watcher,
            engine=backend_of(context).engine,
        ).report
    if lines is not None:
        lines.done(report)
    elif as_json:
        typer.echo(to_json(report), nl=False)
    else:
        from grader.cli.tables import fix_first_panel, score_line, task_table

        console = stdout()
        if report.tasks:
            console.print(task_table(report))
        if (panel := fix_first_panel(report)) is not None:
            console.print(panel)
        if report.status == "graded":  # what stands in the way otherwise is told on standard error
            console.print(score_line(report), soft_wrap=True)
        console.print(plain(f"Report: {out / 'report.html'}"), soft_wrap=True)
    if report.status != "graded":
        complain(last_line(report.message) or f"the submission is {report.status}.")
    raise typer.Exit(EXIT_CODES[report.status])


@contextmanager
def shown_findings() -> Iterator[Watcher | None]:
    """Shows stage and findings on standard error while the block runs; None where that is no terminal."""
    console = stderr()
    if not console.is_terminal:
        yield None
        return
    display = LiveFindings()
    # What stays on the screen is the report's own table.
    with Live(get_renderable=display.renderable, console=console, refresh_per_second=4, transient=True):
        yield display

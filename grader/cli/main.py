"""The entry point of `grader`: the commands, put together."""

from __future__ import annotations

import io
import sys
from typing import Annotated

import typer

from grader.cli.batching import batch
from grader.cli.cluster import worker
from grader.cli.console import FAULT, complain_of_fault
from grader.cli.data import app as data_app
from grader.cli.doctor import doctor
from grader.cli.exporting import export
from grader.cli.gradebook import app as gradebook_app
from grader.cli.grading import grade
from grader.cli.listing import list_exercises
from grader.cli.new import new
from grader.cli.rerunning import rerun
from grader.cli.validating import validate

app = typer.Typer(
    name="grader",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("list")(list_exercises)
app.command("grade")(grade)
app.command("batch")(batch)
app.command("worker")(worker)
app.command("rerun")(rerun)
app.command("export")(export)
app.command("validate")(validate)
app.command("new")(new)
app.command("doctor")(doctor)
app.add_typer(data_app, name="data")
app.add_typer(gradebook_app, name="gradebook")


def show_version(wanted: bool) -> None:
    """Print the version and end."""
    if wanted:
        import grader

        typer.echo(f"grader {grader.__version__}")
        raise typer.Exit


@app.callback()
def grader_(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Grade the exercises of a course on convolutional networks; student code runs in a sandbox.

    First steps:

        grader doctor

        grader list

        grader grade week1_larger_dataset my_notebook.ipynb --out report

        grader batch week1_larger_dataset submissions --out graded

    Exit codes: 0 graded, whatever the score; 2 an unusable file or command; 3 a fault of ours, never scored; 130
    stopped by Ctrl-C. `grader COMMAND --help` tells more.
    """


def run() -> None:
    """Run the command line. Nobody meets a traceback: what is left over here goes into a file, with exit code 3."""
    for stream in (sys.stdout, sys.stderr):
        # A file name may hold what the terminal's encoding cannot.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        app()
    except Exception as error:  # noqa: BLE001  # see above
        complain_of_fault(error)
        sys.exit(FAULT)

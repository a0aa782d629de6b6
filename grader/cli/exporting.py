"""`grader export`: one report in the format of another program."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from grader.cli.console import guarded, plain, stdout
from grader.errors import UsageError


class ReportFormat(StrEnum):
    """Values of `--format`."""

    GRADESCOPE = "gradescope"
    JUNIT = "junit"


@guarded
def export(
    report: Annotated[Path, typer.Argument(help="A report.json, or the folder it lies in.")],
    file: Annotated[Path, typer.Argument(help="The file to write; one that is there is replaced.")],
    *,
    form: Annotated[
        ReportFormat | None,
        typer.Option("--format", help="Kind of file.", show_default="junit for .xml, else gradescope"),
    ] = None,
) -> None:
    """Write one report as Gradescope's results.json or as JUnit XML. Whole classes are exported from the gradebook.

    Like this:

        grader export report /autograder/results/results.json

        grader export report/report.json junit.xml

    Exit codes: 0 written; 2 the report or the file cannot be used, such as an ungraded one for Gradescope, which would
    take it for a zero.
    """
    from grader.cli.rerunning import report_at
    from grader.reports.files import write_atomic
    from grader.reports.gradescope import results_json
    from grader.reports.junit import junit_xml

    if form is None:
        form = ReportFormat.JUNIT if file.suffix.lower() == ".xml" else ReportFormat.GRADESCOPE
    found = report_at(report / "report.json" if report.is_dir() else report)
    data = {ReportFormat.GRADESCOPE: results_json, ReportFormat.JUNIT: junit_xml}[form](found)
    try:
        if file.is_dir():
            raise UsageError(f"{file} is a folder; name a file.")
        write_atomic(file, data)
    except OSError as error:
        raise UsageError(f"{file} cannot be written: {error.strerror}.") from error
    stdout().print(plain(str(file)), soft_wrap=True)

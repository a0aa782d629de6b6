"""`grader rerun`: a submission graded again, and what differs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.cli.backend import backend_of
from grader.cli.console import FAULT, SUCCESS, complain, guarded, last_line, plain, stdout
from grader.cli.options import (
    DEFAULT_GRADEBOOK,
    GradebookOption,
    IsolationOption,
    JsonOption,
    ParamsOption,
    SeedOption,
    UnsafeOption,
    chosen_isolation,
)
from grader.errors import UsageError

if TYPE_CHECKING:
    from grader.gradebook import Gradebook, KeptSubmission
    from grader.results import Report

DIFFERS = 1


@guarded
def rerun(
    context: typer.Context,
    report: Annotated[Path, typer.Argument(help="A report.json, or the folder it lies in.")],
    *,
    gradebook: GradebookOption = DEFAULT_GRADEBOOK,
    file: Annotated[
        Path | None,
        typer.Option("--file", metavar="FILE", help="What was handed in, where the gradebook has not kept it."),
    ] = None,
    student: Annotated[
        str | None, typer.Option("--student", metavar="NAME", help="Whose, where several handed in the same.")
    ] = None,
    seed_from: Annotated[
        Path | None,
        typer.Option(
            "--seed-from",
            metavar="OUT",
            help="Output folder whose assignment seed is used.",
            show_default="the one that the report lies in",
        ),
    ] = None,
    seed: SeedOption = None,
    params: ParamsOption = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Write the new report here, too.", show_default="nowhere"),
    ] = None,
    as_json: JsonOption = False,
    isolation: IsolationOption = None,
    unsafe: UnsafeOption = False,
) -> None:
    """Grade what a report is of once more, with this grader and the same seed, and list what differs.

    The new report is recorded in the gradebook beside the old one. If the exercise was graded with --params, name the
    same overlay.

    Like this:

        grader rerun graded/ada--week1/report.json

        grader rerun graded/ada--week1 --file submissions/ada/week1.ipynb

    Exit codes: 0 nothing differs; 1 something does; 2 the report, file, seed or command cannot be used; 3 a fault of
    ours, which is never scored; 130 stopped by Ctrl-C.
    """
    from grader.batch.rerun import differences, original_seed
    from grader.batch.rerun import rerun as grade_again
    from grader.cli.gradebook import opened
    from grader.cli.grading import shown_findings
    from grader.grading.seed import AssignmentSeed

    path = report / "report.json" if report.is_dir() else report
    before = report_at(path)
    # Not open while student code runs, however well that is kept apart.
    with gradebook_if_there(gradebook, needed=file is None) as book:
        candidates = () if book is None else book.find(before, student=student)
    others = bool(candidates) and not candidates[0].surely and student is None
    # Of a given file the bytes are known; whose they are is not, so nothing is recorded.
    found = None if others and file is not None else the_one(candidates, named=student is not None)
    data, suffix = bytes_of(before, found, file)
    same_seed = AssignmentSeed.fixed(seed) if seed is not None else original_seed(before, path, seed_from=seed_from)
    mode = chosen_isolation(isolation, unsafe=unsafe)
    with shown_findings() as watcher:
        after = grade_again(
            before,
            data,
            suffix,
            seed=same_seed,
            params_file=params,
            isolation=mode,
            out=out,
            watcher=watcher,
            engine=backend_of(context).engine,
        )
    if found is not None:
        with opened(gradebook) as book:
            book.record_again(found.number, after)
    found_differences = differences(before, after)
    notes = changed_grounds(before, after)
    if found is None:
        why = (
            "has this file of others alone; say whose it is with --student"
            if others
            else "does not have this submission"
        )
        notes.append(f"the new report is not recorded: the gradebook {why}.")
    if as_json:
        from grader.cli.data import print_json
        from grader.results import plain as plain_report

        print_json(
            {
                "schema": "grader-rerun/1",
                "recorded": found is not None,
                "notes": notes,
                "differences": [asdict(one) for one in found_differences],
                "report": plain_report(after),
            }
        )
    else:
        from grader.cli.tables import score_line

        console = stdout()
        for one in found_differences:
            console.print(plain(f"{one.what}: {one.before or 'nothing'} → {one.after or 'nothing'}"), soft_wrap=True)
        if after.status == "graded":
            console.print(score_line(after), soft_wrap=True)
        if not found_differences:
            console.print("Nothing differs.")
        for note in notes:
            complain(note)
    if after.status == "ungraded":
        complain(last_line(after.message) or "the submission is ungraded.")
        raise typer.Exit(FAULT)
    raise typer.Exit(DIFFERS if found_differences else SUCCESS)


def report_at(path: Path) -> Report:
    """The report in a file.

    Raises:
        UsageError: it cannot be read or is no report.
    """
    from grader.results import from_json

    try:
        return from_json(path.read_bytes())
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise UsageError(f"{path}: {error}.") from error


@contextmanager
def gradebook_if_there(where: str, *, needed: bool) -> Iterator[Gradebook | None]:
    """The gradebook; None where it is not needed and only the default one could be meant, which is not there."""
    from grader.cli.gradebook import opened

    if not needed and where == DEFAULT_GRADEBOOK and not Path(where).exists():
        yield None
        return
    with opened(where) as book:
        yield book


def the_one(found: tuple[KeptSubmission, ...], *, named: bool) -> KeptSubmission | None:
    """The only submission of several that could be meant.

    Args:
        named: the user says whose it is.

    Raises:
        UsageError: there are more, or only the file is the same and nobody says whose it is.
    """
    several = ", ".join(f"{one.student} ({one.assignment})" for one in found)
    if found and not found[0].surely and not named:
        raise UsageError(
            f"This very report is not in the gradebook, but the same file is, of {several}; say whose it is with --student."
        )
    if len(found) > 1:
        raise UsageError(f"Several submissions are the same: {several}; name one of the students with --student.")
    return found[0] if found else None


def bytes_of(before: Report, found: KeptSubmission | None, file: Path | None) -> tuple[bytes, str]:
    """What to grade and its suffix: the given file, else the kept bytes.

    Raises:
        UsageError: there is neither, or the file is not what the report is of.
    """
    from grader.batch.rerun import same_bytes
    from grader.submissions.files import read_bytes
    from grader.submissions.limits import DEFAULT_LIMITS

    if file is not None:
        data = read_bytes(file, limit=DEFAULT_LIMITS.notebook_bytes)
        if not same_bytes(before, data):
            raise UsageError(f"{file} is not the file that this report is of; `grader grade` grades another one.")
        return data, file.suffix.lower()
    if found is None:
        raise UsageError(
            "The gradebook does not have the submission of this report; name what was handed in with --file."
        )
    if found.data is None:
        raise UsageError("The gradebook has not kept this submission's bytes; name what was handed in with --file.")
    return found.data, found.suffix


def changed_grounds(before: Report, after: Report) -> list[str]:
    """What beside the grader is not as it was, so that differences may come from it."""
    notes = []
    if before.seed != after.seed:
        notes.append("another seed than back then: differences may come from it.")
    old, new = (report.environment.get("params_digest") for report in (before, after))
    if old != new or before.exercise.version != after.exercise.version:
        notes.append(
            "the exercise or its params are not those of back then; if an overlay was used, name it with --params."
        )
    return notes

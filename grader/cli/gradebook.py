"""`grader gradebook`: students, their grades and where these come from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.cli.console import SUCCESS, USAGE, complain, guarded, plain, stdout
from grader.cli.options import DEFAULT_GRADEBOOK, GradebookOption, JsonOption
from grader.errors import UsageError

if TYPE_CHECKING:
    from grader.gradebook import Assignment, Gradebook, History

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Grades of a class: what counts, late policy, adjustments, and where each grade comes from.",
)

NEEDS = "The gradebook needs more packages: pip install 'cnn-grader[gradebook]'"

AssignmentOption = Annotated[
    str | None,
    typer.Option("--assignment", metavar="NAME", help="Only this assignment.", show_default="all of them"),
]
StudentArgument = Annotated[str, typer.Argument(help="Name of the student, or the pseudonymous id.")]
AssignmentArgument = Annotated[str, typer.Argument(help="Name of the assignment; by default that of its exercise.")]
AnonymousOption = Annotated[bool, typer.Option("--anonymous", help="Pseudonymous ids in place of names.")]


class ExportFormat(StrEnum):
    """Values of `--format`."""

    CSV = "csv"
    JSON = "json"
    CANVAS = "canvas"
    MOODLE = "moodle"
    GRADESCOPE = "gradescope"
    JUNIT = "junit"
    PARQUET = "parquet"


class CountingRule(StrEnum):
    """Values of `--rule`."""

    BEST = "best"
    LAST = "last"


@contextmanager
def opened(where: str, *, create: bool = False) -> Iterator[Gradebook]:
    """The gradebook at a path or URL while the block runs.

    Raises:
        UsageError: it is not there or cannot be opened, or its packages are not installed.
    """
    try:
        from grader.gradebook import Gradebook
    except ModuleNotFoundError as error:
        if (error.name or "grader").partition(".")[0] == "grader":
            raise
        raise UsageError(NEEDS) from error
    with Gradebook.open(where, create=create) as book:
        yield book


def chosen(book: Gradebook, assignment: str | None, student: str | None) -> list[tuple[Assignment, Sequence[History]]]:
    """Assignments with the grades that were asked for.

    Raises:
        UsageError: there is no such assignment or student.
    """
    wanted = [one for one in book.assignments() if assignment in (None, one.name)]
    if not wanted and assignment is not None:
        book.histories(assignment)  # which says what there is
    return [(one, book.histories(one.name, student=student)) for one in wanted]


@app.command("import")
@guarded
def import_reports(
    out: Annotated[Path, typer.Argument(help="Output folder of `grader batch` or `grader grade`.")],
    *,
    gradebook: GradebookOption = DEFAULT_GRADEBOOK,
    students: Annotated[
        Path | None,
        typer.Option(
            "--students",
            metavar="CSV",
            help="Columns file,student. A file is a path as in grades.csv, or the folder it lies in.",
            show_default="named like their folder or file",
        ),
    ] = None,
    times: Annotated[
        Path | None,
        typer.Option(
            "--times",
            metavar="CSV",
            help="Columns file,time: when it was handed in, like 2026-03-01T23:59+01:00.",
            show_default="unknown, which is never late",
        ),
    ] = None,
    zone: Annotated[
        str | None, typer.Option("--zone", metavar="NAME", help="Zone of times that name none, like Europe/Berlin.")
    ] = None,
    submissions: Annotated[
        Path | None,
        typer.Option("--submissions", metavar="DIR", help="The folder that was graded, to keep what was handed in."),
    ] = None,
    assignment: Annotated[
        str | None,
        typer.Option("--assignment", metavar="NAME", help="Which one.", show_default="the name of the exercise"),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Read the reports of an output folder into the gradebook. Done again, it adds only what is new.

    Like this:

        grader gradebook import graded --submissions submissions

        grader gradebook import graded --students students.csv --times times.csv --zone Europe/Berlin

    Exit codes: 0 all recorded; 2 some report or the command cannot be used, the others are recorded; 3 a fault of ours.
    """
    with opened(gradebook, create=True) as book:
        from grader.gradebook.importing import import_folder
        from grader.gradebook.lists import parsed_zone, read_students, read_times

        done = import_folder(
            book,
            out,
            assignment=assignment,
            students=read_students(students) if students is not None else None,
            times=read_times(times, parsed_zone(zone) if zone is not None else None) if times is not None else None,
            submissions=submissions,
        )
        name = book.name
    for problem in done.problems:
        complain(f"not recorded: {problem.path}: {problem.reason}")
    if done.unnamed:
        complain(f"not in {students}, so called after their files: {', '.join(done.unnamed)}")
    if as_json:
        from grader.cli.data import print_json

        print_json(
            {
                "gradebook": name,
                "reports": len(done.recorded),
                "new": done.new,
                "kept": done.kept,
                "unnamed": list(done.unnamed),
                "problems": [{"path": str(one.path), "reason": one.reason} for one in done.problems],
            }
        )
    else:
        from grader.reports.words import count

        console = stdout()
        console.print(plain(f"{count(len(done.recorded), 'report')}, {done.new} of them new."), soft_wrap=True)
        missing = len(done.recorded) - done.kept
        if missing:
            hint = "" if submissions else "; name the folder that was graded with --submissions to keep it"
            console.print(plain(f"Of {missing} nothing that was handed in is kept{hint}."), soft_wrap=True)
        console.print(plain(f"Gradebook: {name}"), soft_wrap=True)
    raise typer.Exit(USAGE if done.problems else SUCCESS)


@app.command("show")
@guarded
def show(
    *,
    gradebook: GradebookOption = DEFAULT_GRADEBOOK,
    assignment: AssignmentOption = None,
    student: Annotated[str | None, typer.Option("--student", metavar="NAME", help="Only this student.")] = None,
    history: Annotated[bool, typer.Option("--history", help="All attempts, reports and adjustments.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Show the grades: raw score, late deduction, adjustment, final.

    Like this:

        grader gradebook show

        grader gradebook show --student "Ada Lovelace" --history

        grader gradebook show --json | jq '.assignments[].grades[].final'
    """
    with opened(gradebook) as book:
        graded = chosen(book, assignment, student)
        if student is not None:
            book.student(student)  # which says who there is, where there is no assignment yet
        from grader.gradebook.exporting import as_json as json_text
        from grader.gradebook.exporting import document

        if as_json:
            typer.echo(json_text(document(graded, history=history)))
            return
    from grader.cli.gradebook_tables import grade_table, history_lines, policy_line

    console = stdout()
    if not graded:
        console.print("The gradebook is empty.")
    for one, histories in graded:
        console.print(policy_line(one), soft_wrap=True)
        console.print(grade_table([entry.grade for entry in histories]))
        if history:
            for entry in histories:
                for line in history_lines(entry):
                    console.print(line, soft_wrap=True)


@app.command("policy")
@guarded
def policy(
    assignment: AssignmentArgument,
    *,
    gradebook: GradebookOption = DEFAULT_GRADEBOOK,
    rule: Annotated[
        CountingRule | None, typer.Option("--rule", help="Which attempt counts.", show_default="as it is")
    ] = None,
    due: Annotated[
        str | None,
        typer.Option("--due", metavar="TIME", help="Like 2026-03-01T23:59+01:00; `none`: nothing is late."),
    ] = None,
    zone: Annotated[
        str | None, typer.Option("--zone", metavar="NAME", help="Zone of --due where it names none.")
    ] = None,
    grace: Annotated[int | None, typer.Option("--grace", min=0, metavar="MINUTES", help="Grace period.")] = None,
    late: Annotated[
        float | None,
        typer.Option("--late", min=0, max=100, metavar="PERCENT", help="Percent of the full score per day begun."),
    ] = None,
    at_most: Annotated[
        float | None,
        typer.Option("--at-most", min=0, max=100, metavar="PERCENT", help="The most that lateness takes."),
    ] = None,
    exercise: Annotated[
        str | None, typer.Option("--exercise", metavar="NAME", help="Make the assignment over this exercise.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show or set by which rule an assignment is graded. Grades follow at once; reports stay as they are.

    Like this:

        grader gradebook policy week1_larger_dataset

        grader gradebook policy week1_larger_dataset --rule last

        grader gradebook policy week1_larger_dataset --due 2026-03-01T23:59+01:00 --grace 15 --late 10 --at-most 50
    """
    with opened(gradebook, create=exercise is not None) as book:
        from grader.gradebook import LatePolicy
        from grader.gradebook.lists import parsed_time, parsed_zone

        before = next((one.late for one in book.assignments() if one.name == assignment), LatePolicy())
        when = before.due
        if due is not None:
            when = None if due == "none" else parsed_time(due, parsed_zone(zone) if zone is not None else None)
        changed = LatePolicy(
            due=when,
            grace=before.grace if grace is None else timedelta(minutes=grace),
            percent_per_day=before.percent_per_day if late is None else late,
            at_most=before.at_most if at_most is None else at_most,
        )
        after = book.configure(assignment, exercise=exercise, rule=None if rule is None else rule.value, late=changed)
    if as_json:
        from grader.cli.data import print_json
        from grader.gradebook.exporting import policy_json

        print_json({"name": after.name, "exercise": after.exercise, "rule": after.rule, "late": policy_json(after)})
        return
    from grader.cli.gradebook_tables import policy_line

    stdout().print(policy_line(after), soft_wrap=True)


@app.command("adjust")
@guarded
def adjust(
    student: StudentArgument,
    assignment: AssignmentArgument,
    *,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; shown in the history.")],
    author: Annotated[str, typer.Option("--author", metavar="NAME", help="Who decided it.")],
    points: Annotated[
        float | None, typer.Option("--points", metavar="N", help="Points to add; negative ones are taken.")
    ] = None,
    score: Annotated[
        float | None, typer.Option("--score", metavar="N", help="The score after the late deduction.")
    ] = None,
    gradebook: GradebookOption = DEFAULT_GRADEBOOK,
    as_json: JsonOption = False,
) -> None:
    """Add points to a grade or set its score, with a reason. It is kept beside the reports, which stay as they are.

    Like this:

        grader gradebook adjust "Ada Lovelace" week1_larger_dataset --points 4 --reason "labels are in the title" --author Tutor

        grader gradebook adjust "Ada Lovelace" week1_larger_dataset --score 90 --reason "oral exam" --author Tutor
    """
    if (points is None) == (score is None):
        raise typer.BadParameter("give either --points or --score.", param_hint="--points")
    with opened(gradebook) as book:
        grade = book.adjust(
            student,
            assignment,
            "set" if points is None else "add",
            points if points is not None else score or 0.0,
            reason=reason,
            author=author,
        )
        if as_json:
            from dataclasses import asdict

            from grader.gradebook.exporting import as_json as json_text

            typer.echo(json_text(asdict(grade)))
            return
    from grader.cli.gradebook_tables import grade_table

    stdout().print(grade_table([grade]))


@app.command("export")
@guarded
def export(
    file: Annotated[
        Path, typer.Argument(help="The file to write (for gradescope a folder); one that is there is replaced.")
    ],
    *,
    form: Annotated[
        ExportFormat | None, typer.Option("--format", help="Kind of file.", show_default="by its suffix, else csv")
    ] = None,
    into: Annotated[
        Path | None,
        typer.Option("--into", metavar="CSV", help="Fill in what Canvas or Moodle exported; all else in it stays."),
    ] = None,
    column: Annotated[
        str | None,
        typer.Option(
            "--column", metavar="NAME", help="Column of that file.", show_default="the one named as the assignment"
        ),
    ] = None,
    gradebook: GradebookOption = DEFAULT_GRADEBOOK,
    assignment: AssignmentOption = None,
    anonymous: AnonymousOption = False,
    as_json: JsonOption = False,
) -> None:
    """Write the grades into a file for a spreadsheet, a learning platform, a build server or a notebook.

    Like this:

        grader gradebook export grades.csv

        grader gradebook export --format json grades.json --assignment week1_larger_dataset --anonymous

        grader gradebook export upload.csv --format canvas --into exported.csv --column "Week 1 (12345)" --assignment week1_larger_dataset

        grader gradebook export upload.csv --format moodle --into worksheet.csv --assignment week1_larger_dataset

    A student without a score has an empty cell, never a zero. Notes about who is missing go to standard error.
    """
    with opened(gradebook) as book:
        from grader.gradebook.exports import Export, read_sheet, write_export
        from grader.gradebook.exports.formats import format_of

        kind = format_of(None if form is None else form.value, file)
        done = write_export(
            file,
            kind,
            Export(
                chosen(book, assignment, None),
                book.report,
                anonymous=anonymous,
                into=None if into is None else read_sheet(into),
                column=column,
            ),
        )
    for note in done.notes:
        complain(note)
    if as_json:
        from grader.cli.data import print_json

        print_json({"file": str(file), "format": kind, "grades": done.grades, "notes": list(done.notes)})
    else:
        from grader.reports.words import count

        stdout().print(plain(f"{file}: {count(done.grades, 'grade')}"), soft_wrap=True)


@app.command("forget")
@guarded
def forget(
    student: StudentArgument,
    *,
    gradebook: GradebookOption = DEFAULT_GRADEBOOK,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Remove a student's name, kept bytes, printed output and all texts. Scores stay, under another pseudonymous id.

    It cannot be undone. Folders of submissions and reports, exports and backups are yours to clear.

    Like this:

        grader gradebook forget "Ada Lovelace"
    """
    with opened(gradebook) as book:
        name = book.student(student)
        if not yes:
            from grader.reports.text import terminal_text

            typer.confirm(f"Forget {terminal_text(name)}? This cannot be undone", abort=True, err=True)
        pseudonym = book.forget(student)
    if as_json:
        from grader.cli.data import print_json

        print_json({"pseudonym": pseudonym})
    else:
        stdout().print(plain(f"Forgotten. The scores are now those of {pseudonym}."), soft_wrap=True)

"""`grader data`: the images that exercises use: draw, list, show, and import those that users have."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from grader.cli.console import guarded, plain, stderr, stdout
from grader.cli.options import JsonOption

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Images that exercises use: draw them, look at them, bring your own.",
)

FILES_SHOWN = 10


def complete_name(incomplete: str) -> list[str]:
    """Names of data sets that begin like this, for the shell."""
    from grader.data.catalogue import names

    return [name for name in names() if name.startswith(incomplete)]


def complete_importable(incomplete: str) -> list[str]:
    """Names of data sets that can be imported, for the shell."""
    from grader.data.imports import importable_names

    return [name for name in importable_names() if name.startswith(incomplete)]


@app.command("build")
@guarded
def build(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME]...", help="Sets to draw; all by default.", autocompletion=complete_name),
    ] = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Draw the public images of generated sets, where they are not there yet, and say where they are.

    Like this:

        grader data build

        grader data build pets letters
    """
    from grader.data import dataset_classes, dataset_names, public_dataset

    wanted = list(dict.fromkeys(names or dataset_names()))
    for name in wanted:
        dataset_classes(name)  # A misspelt name is told before anything is drawn.
    folders = {}
    for name in wanted:
        with shown_progress(f"drawing {name}") as progress:
            folders[name] = public_dataset(name, progress=progress)
        if not as_json:
            stdout().print(plain(f"{name}: {folders[name]}"), soft_wrap=True)
    if as_json:
        print_json([{"name": name, "folder": str(folder)} for name, folder in folders.items()])


@app.command("list")
@guarded
def list_sets(*, as_json: JsonOption = False) -> None:
    """Show which sets there are: classes, images, and where they lie.

    Like this:

        grader data list

        grader data list --json
    """
    from grader.data.catalogue import catalogue

    sets = catalogue()
    if as_json:
        print_json(
            [
                {
                    "name": one.name,
                    "kind": one.kind,
                    "classes": list(one.classes),
                    "images": one.counts,
                    "cached": one.folder is not None,
                    "folder": str(one.folder) if one.folder else None,
                }
                for one in sets
            ]
        )
        return
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD)
    table.add_column("name")
    table.add_column("classes", overflow="fold")
    table.add_column("images", justify="right")
    table.add_column("folder", overflow="fold")
    for one in sets:
        counts = "\n".join(f"{part} {number:,}".strip() for part, number in one.counts.items())
        where = str(one.folder) if one.folder else f"not drawn yet: grader data build {one.name}"
        table.add_row(plain(one.name, "bold"), plain(class_words(one.classes)), counts, plain(where))
    stdout().print(table)


@app.command("show")
@guarded
def show(
    name: Annotated[str, typer.Argument(help="A set; `grader data list` shows them.", autocompletion=complete_name)],
    *,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Where to write the PNG.", show_default="NAME-sheet.png here"),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Write some images of each class onto one sheet, a PNG file, and say where it is.

    Like this:

        grader data show letters

        grader data show imported/cats-vs-dogs --out cats.png
    """
    from grader.data.catalogue import write_sheet

    target = out or Path(f"{name.rsplit('/', maxsplit=1)[-1]}-sheet.png")
    with shown_progress(f"drawing {name}") as progress:
        write_sheet(name, target, progress=progress)
    if as_json:
        print_json({"name": name, "file": str(target.absolute())})
    else:
        stdout().print(plain(f"{target}"), soft_wrap=True)


@app.command("import")
@guarded
def import_set(
    name: Annotated[
        str,
        typer.Argument(
            help="cats-vs-dogs, horses-or-humans, sign-mnist or rock-paper-scissors.",
            autocompletion=complete_importable,
        ),
    ],
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="PATH [PATH]", help="Zip, folder or CSV; two for sets that come in two pieces."),
    ],
    *,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="A new folder for the images, instead of the grader's cache."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Take over a data set that you have, check every image of it, and say how an exercise uses it.

    Nothing is downloaded. Damaged, empty and repeated images are left out and listed.

    Like this:

        grader data import cats-vs-dogs kagglecatsanddogs_5340.zip

        grader data import horses-or-humans horse-or-human.zip validation-horse-or-human.zip

        grader data import sign-mnist sign_mnist_train.csv sign_mnist_test.csv

    Exit codes: 0 taken over; 2 the files cannot be used; 3 a fault of ours.
    """
    from grader.data.imports import import_dataset

    with shown_progress(f"reading {name}") as progress:
        done = import_dataset(name, paths, out=out, progress=progress)
    if as_json:
        print_json(
            {
                "name": done.name,
                "folder": str(done.folder),
                "images": done.counts,
                "left_out": [{"path": left.path, "reason": left.reason} for left in done.left_out],
                "advice": list(done.advice),
            }
        )
        return
    from rich.text import Text

    console = stdout()

    def line(text: str, indent: str = "") -> None:
        console.print(Text.assemble(indent, plain(text)), soft_wrap=True)

    line(f"{name}: {done.images:,} images of {len(next(iter(done.counts.values())))} classes.")
    for part, counts in done.counts.items():
        numbers = ", ".join(f"{kind} {number:,}" for kind, number in counts.items())
        line(f"{part}: {numbers}" if part else numbers, "  ")
    if done.left_out:
        line("Left out: " + ", ".join(f"{number:,} {reason}" for reason, number in done.reasons.items()) + ".")
        for left in done.left_out[:FILES_SHOWN]:
            line(f"{left.path}: {left.reason}", "  ")
        if len(done.left_out) > FILES_SHOWN:
            line(f"and {len(done.left_out) - FILES_SHOWN:,} more; --json lists all.", "  ")
    for advice in done.advice:
        line(advice)
    line(f"Folder: {done.folder}")
    if done.name is None:
        line("Exercises find a set in the grader's cache only: import it without --out to grade with it.")
        return
    line("To grade with it, write this into an overlay file and name the file with --params:")
    line(f'data = "{done.name}"', "  ")
    line("Its images are public: those set aside for scoring are kept from the training, but are no secret.")


def print_json(document: object) -> None:
    """Print a document for machines."""
    typer.echo(json.dumps(document, indent=2, ensure_ascii=False))


def class_words(classes: tuple[str, ...]) -> str:
    """`Cat, Dog`, or the first and last of many."""
    return ", ".join(classes) if len(classes) < 6 else f"{classes[0]}, {classes[1]}, ... {classes[-1]} ({len(classes)})"


@contextmanager
def shown_progress(what: str) -> Iterator[Callable[[int, int], None] | None]:
    """A bar on standard error while the block runs, if that is a terminal."""
    console = stderr()
    if not console.is_terminal:
        yield None
        return
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)

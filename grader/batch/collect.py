"""Which files of a folder are submissions, and which only look like some."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from grader.batch.names import label, report_folders
from grader.errors import UsageError

SUBMISSIONS = frozenset({".ipynb", ".py"})
SKIPPED_FOLDERS = frozenset({"__pycache__", "__MACOSX"})
COMPANIONS = frozenset(
    {".csv", ".gif", ".h5", ".jpeg", ".jpg", ".keras", ".md", ".npy", ".npz", ".png", ".pyc", ".svg", ".toml", ".yaml"}
)
"""Files that lie beside a submission and are none: pictures, data, weights, notes."""


@dataclass(frozen=True)
class Candidate:
    """One file that was handed in.

    Attributes:
        file: its path below the folder, as text; a label for people.
        path: where it lies.
        report: name of its report folder below `out`.
        problem: why it cannot be graded; empty when it can be read.
    """

    file: str
    path: Path
    report: str
    problem: str = ""


@dataclass(frozen=True)
class Ignored:
    """One entry of the folder that was left alone, and why."""

    file: str
    reason: str


@dataclass(frozen=True)
class Collection:
    """What lies in a folder of submissions, sorted by path."""

    candidates: tuple[Candidate, ...]
    ignored: tuple[Ignored, ...]


@dataclass(frozen=True)
class Found:
    """One directory entry with what was decided about it: a problem, a reason to ignore it, or neither."""

    path: Path
    problem: str = ""
    ignored: str = ""


def collect(folder: Path, *, without: Path | None = None) -> Collection:
    """Submissions in `folder` and in the folders directly below it.

    Every `.ipynb` and `.py` file is a submission. A file of a kind that students hand in by mistake (PDF, ZIP,
    anything unknown) counts as an unusable submission rather than vanish; pictures, data and notes are ignored.

    Args:
        folder: the folder of submissions.
        without: a folder to leave out, such as the reports of an earlier run.

    Raises:
        UsageError: `folder` is no folder or cannot be listed.
    """
    root = folder.resolve()
    excluded = without.resolve() if without is not None else None
    try:
        if not root.is_dir():
            raise UsageError(f"{folder} is not a folder; give the folder that holds the submissions.")
        found = list(walk(root, root, excluded))
    except OSError as error:
        raise UsageError(f"{folder} cannot be read: {error.strerror}.") from error

    kept = sorted((entry for entry in found if not entry.ignored), key=lambda entry: entry.path)
    names = report_folders(entry.path.relative_to(root) for entry in kept)
    candidates = []
    for entry in kept:
        relative = entry.path.relative_to(root)
        candidates.append(Candidate(label(relative), entry.path, names[relative], entry.problem))
    ignored = sorted((entry for entry in found if entry.ignored), key=lambda entry: entry.path)
    return Collection(
        tuple(candidates),
        tuple(Ignored(label(entry.path.relative_to(root)), entry.ignored) for entry in ignored),
    )


def walk(root: Path, folder: Path, excluded: Path | None) -> Iterator[Found]:
    """The entries of `folder`; of folders directly below `root`, theirs too."""
    for entry in os.scandir(folder):
        path = folder / entry.name
        if entry.name.startswith(".") or entry.name in SKIPPED_FOLDERS or path == excluded:
            continue
        if entry.is_symlink() and (problem := link_problem(path, root)):
            yield Found(path, problem=problem)
        elif entry.is_dir():
            if folder != root:
                yield Found(path, ignored="a folder inside a folder; submissions are looked for one level down")
            elif entry.is_symlink():
                yield Found(path, ignored="a link to a folder that is read anyway")
            else:
                yield from walk_below(root, path, excluded)
        elif not entry.is_file():
            yield Found(path, problem="is not a regular file.")
        else:
            yield looked_at(path)


def walk_below(root: Path, folder: Path, excluded: Path | None) -> Iterator[Found]:
    """The entries of a student's folder; one that cannot be listed is a submission that cannot be used."""
    try:
        yield from walk(root, folder, excluded)
    except OSError as error:
        yield Found(folder, problem=f"is a folder that cannot be read: {error.strerror}.")


def looked_at(path: Path) -> Found:
    """A regular file, judged by its suffix."""
    suffix = path.suffix.lower()
    if suffix in SUBMISSIONS:
        return Found(path)
    if suffix in COMPANIONS:
        return Found(path, ignored="not a kind of file that is graded")
    kind = f"a {suffix} file" if suffix else "a file without a suffix"
    return Found(path, problem=f"is {kind}; hand in the notebook (.ipynb) or a Python file (.py).")


def link_problem(path: Path, root: Path) -> str:
    """Why a link cannot be followed; empty when it leads to something below `root`."""
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError):
        return "is a link that leads nowhere."
    if not target.is_relative_to(root):
        return "is a link to something outside the folder of submissions; hand in the file itself."
    return ""

"""Where submissions lie: a tree of nodes over a folder, the same over a zip, so that a layout reads either."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import IO, Protocol

from grader.archives import CANNOT_UNPACK, Budget, unlinked
from grader.batch.names import label
from grader.errors import UsageError

SUBMISSIONS = frozenset({".ipynb", ".py"})
SKIPPED_FOLDERS = frozenset({"__pycache__", "__MACOSX"})
COMPANIONS = frozenset(
    {".csv", ".gif", ".h5", ".jpeg", ".jpg", ".keras", ".md", ".npy", ".npz", ".png", ".pyc", ".svg", ".toml", ".yaml"}
)
"""Files that lie beside a submission and are none: pictures, data, weights, notes."""

TOP = PurePath()
TOTAL_BYTES = 64 << 30
"""Bytes that are read or unpacked of all submissions together."""
NOT_GRADED = "not a kind of file that is graded"


@dataclass(frozen=True, slots=True)
class Node:
    """A file or a folder, with what was decided about it: a problem, a reason to ignore it, or neither.

    Attributes:
        relative: its path below the source.
        place: what the source finds it again by.
        problem: why it cannot be graded, as the end of a sentence.
        ignored: why it is left alone.
    """

    relative: PurePath
    place: Path | int
    is_folder: bool = False
    problem: str = ""
    ignored: str = ""

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.relative.name

    @property
    def is_submission(self) -> bool:
        """Whether it is a file of a kind that is graded, whatever else is wrong with it."""
        return not self.is_folder and not self.ignored and self.relative.suffix.lower() in SUBMISSIONS


@dataclass
class Bounded:
    """A stream that ends in an error where more comes out of it than may.

    Attributes:
        where: its name for people.
        budget: bytes that all files together may have.
    """

    stream: IO[bytes]
    limit: int
    where: str
    budget: Budget

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes; without it all that is left.

        Raises:
            UsageError: it cannot be read, or there is more than the limit.
        """
        try:
            data = self.stream.read(min(size, self.limit + 1) if size >= 0 else self.limit + 1)
        except CANNOT_UNPACK as error:
            raise UsageError(f"{self.where} cannot be read: {error}.") from error
        self.limit -= len(data)
        if self.limit < 0:
            raise UsageError(f"{self.where} is larger than what is read of it.")
        self.budget.spend(len(data), self.where)
        return data


class Source(Protocol):
    """A tree that submissions are taken from."""

    path: Path
    """What the user named."""
    root: Path
    """The folder below which files lie when they are graded; no link leads out of it."""

    def children(self, folder: PurePath) -> list[Node]:
        """What lies in a folder, sorted by name, without hidden files and caches.

        Raises:
            UsageError: it is the top and cannot be listed. A folder below it that cannot is its own only child.
        """

    def opened(self, node: Node, limit: int) -> AbstractContextManager[Bounded]:
        """A file to read from.

        Raises:
            UsageError: it cannot be read, or is larger than `limit` bytes; where that shows later, reading raises it.
        """

    def place(self, node: Node, report: str) -> Path:
        """Where the file lies, or will lie once it is fetched, for the submission with this report folder."""

    def fetch(self, report: str) -> None:
        """See to it that the file of this submission lies at its place.

        Raises:
            UnusableSubmission: it cannot be unpacked.
        """

    def close(self) -> None:
        """Let go of what is held open."""


def hidden(name: str) -> bool:
    """Whether a file or folder of this name is nobody's submission: what tools leave behind."""
    return name.startswith(".") or name in SKIPPED_FOLDERS


def looked_at(relative: PurePath, place: Path | int, problem: str = "") -> Node:
    """A file, judged by its suffix where nothing else is wrong with it."""
    suffix = relative.suffix.lower()
    if suffix in COMPANIONS:
        return Node(relative, place, ignored=(problem and f"it {problem.rstrip('.')}") or NOT_GRADED)
    if problem or suffix in SUBMISSIONS:
        return Node(relative, place, problem=problem)
    kind = f"a {suffix} file" if suffix else "a file without a suffix"
    return Node(relative, place, problem=f"is {kind}; hand in the notebook (.ipynb) or a Python file (.py).")


class FolderSource:
    """A folder as it lies on the disk.

    Args:
        without: a folder to leave out, such as the reports of an earlier run.

    Raises:
        UsageError: `folder` is no folder.
    """

    def __init__(self, folder: Path, *, without: Path | None = None) -> None:
        self.path = folder
        try:
            self.root = folder.resolve()
            if not self.root.is_dir():
                raise UsageError(f"{folder} is not a folder; give the folder that holds the submissions, or their zip.")
        except OSError as error:
            raise self._unreadable(error) from error
        self._budget = Budget(TOTAL_BYTES)
        self._excluded = without.resolve() if without is not None else None

    def _unreadable(self, error: OSError) -> UsageError:
        return UsageError(f"{self.path} cannot be read: {error.strerror}.")

    def children(self, folder: PurePath) -> list[Node]:
        """What lies in a folder; see `Source`."""
        try:
            return sorted(self._listed(folder), key=lambda node: node.name)
        except OSError as error:
            if folder == TOP:
                raise self._unreadable(error) from error
            problem = f"is a folder that cannot be read: {error.strerror}."
            return [Node(folder, self.root / folder, problem=problem)]

    def _listed(self, folder: PurePath) -> Iterator[Node]:
        for entry in os.scandir(self.root / folder):
            path, relative = self.root / folder / entry.name, folder / entry.name
            if hidden(entry.name) or path == self._excluded:
                continue
            if entry.is_symlink() and (problem := link_problem(path, self.root)):
                yield Node(relative, path, problem=problem)
            elif entry.is_dir():
                read = "a link to a folder that is read anyway" if entry.is_symlink() else ""
                yield Node(relative, path, is_folder=True, ignored=read)
            elif not entry.is_file():
                yield Node(relative, path, problem="is not a regular file.")
            else:
                yield looked_at(relative, path)

    @contextmanager
    def opened(self, node: Node, limit: int) -> Iterator[Bounded]:
        """A file to read from; see `Source`."""
        path = self.root / node.relative
        try:
            descriptor = unlinked(path)
        except OSError as error:
            raise UsageError(f"{path} cannot be read: {error.strerror}.") from error
        with os.fdopen(descriptor, "rb") as stream:
            yield Bounded(stream, limit, str(path), self._budget)

    def place(self, node: Node, report: str) -> Path:  # noqa: ARG002  # it lies where it lies
        """Where the file lies."""
        return self.root / node.relative

    def fetch(self, report: str) -> None:
        """Nothing: it is there."""

    def close(self) -> None:
        """Nothing is held open."""


def link_problem(path: Path, root: Path) -> str:
    """Why a link cannot be followed; empty when it leads to something below `root`."""
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError):
        return "is a link that leads nowhere."
    if not target.is_relative_to(root):
        return "is a link to something outside the folder of submissions; hand in the file itself."
    return ""


def files_below(source: Source, folder: PurePath, depth: int) -> Iterator[Node]:
    """The files in a folder and in those below it, `depth` levels down; deeper folders come as ignored nodes."""
    for node in source.children(folder):
        if not node.is_folder or node.ignored:
            yield node
        elif depth:
            yield from files_below(source, node.relative, depth - 1)
        else:
            yield Node(
                node.relative, node.place, ignored="a folder inside a folder; submissions are looked for above it"
            )


def labelled(node: Node) -> str:
    """A node's path as text."""
    return label(node.relative)

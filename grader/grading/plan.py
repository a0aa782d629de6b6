"""What is known of a submission before any of its code runs: slices, what was not attempted, where things stand."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from grader.exercises import Exercise
from grader.results import Where
from grader.submissions import (
    WHOLE,
    Near,
    Slice,
    Stage,
    Submission,
    near,
    network_built,
    read_submission,
    slice_submission,
    source_location,
    untouched,
)
from grader.submissions.units import units_of

_RANDOM = re.compile(r"(random|stateless)_\w+|uniform|normal|Random[A-Z]\w*")
"""`tf.image.random_flip_left_right`, `tf.random.uniform`, `RandomRotation`."""
READERS = frozenset({
    "image_dataset_from_directory", "flow_from_directory", "flow_from_dataframe", "flow", "list_files", "read_file", "load_img", "imread",
    "listdir", "scandir", "walk", "glob", "iglob", "rglob", "iterdir", "open", "reader", "DictReader", "read_csv", "loadtxt", "genfromtxt",
    "fromfile", "read_bytes", "GFile",
})  # fmt: skip
"""Names by which code reads pictures, tables or folders."""


class Plan:
    """Slices of one submission, and the answers that need no cell."""

    def __init__(self, exercise: Exercise, submission: Submission) -> None:
        self.exercise = exercise
        self.submission = submission

    @property
    def notebook(self) -> bool:
        """Whether the code runs as a notebook's does."""
        return self.submission.kind == "ipynb"

    @property
    def starter(self) -> Submission:
        """The untouched starter, to tell what was not attempted."""
        path = self.exercise.folder / "starter.py"
        state = path.stat()
        return _starter(path, state.st_mtime_ns, state.st_size)

    def slice(self, names: Sequence[str], stage: Stage = WHOLE) -> Slice:
        """The statements that `names` need."""
        return slice_submission(self.submission, names, stage)

    def unavailable(self, names: Sequence[str], stage: Stage = WHOLE) -> dict[str, Any] | None:
        """Why a cell for `names` need not be opened: `not_attempted`, a kind of `Near`, or a syntax error.

        None where it should be.
        """
        found = self.slice(names, stage)
        if found.broken is not None:
            broken = found.broken
            return {
                "status": "student_error",
                "seen": f"SyntaxError: {broken.message}",
                "where": {"cell": broken.cell, "line": broken.line},
                "text": broken.text,
            }
        for name in names:
            if untouched(self.submission, self.starter, name):
                instead = self.in_place_of(name)
                status = "not_attempted" if instead is None else instead.kind
                place = source_location(self.submission, name) if instead is None else instead.where
                meant = "" if instead is None else instead.name
                return {"status": status, "seen": name, "where": _where_json(place), "text": "", "meant": meant}
        return None

    def in_place_of(self, name: str) -> Near | None:
        """What the file seems to have in place of an entry point that was not begun."""
        if not untouched(self.submission, self.starter, name):
            return None
        return near(self.submission, self.starter, name, self.exercise.names_asked)

    def built_on_globals(self) -> tuple[str, ...]:
        """Entry points that need what another one read when a cell called it: they work in that notebook alone.

        One that reads nothing, such as `create_augmentation_model`, may be called anywhere.
        """
        reading = {name for name in self.exercise.entry_points if self._reads_files(name)}
        return tuple(name for name in self.exercise.entry_points if self._calls_at_top(name, reading - {name}))

    def trains(self) -> tuple[str, ...]:
        """Entry points whose function trains a network, itself or through others of the file."""
        helpers = units_of(self.submission).helpers
        return tuple(name for name in self.exercise.entry_points if name in helpers and helpers[name].trains)

    def _reads_files(self, name: str) -> bool:
        for cell in self.slice([name]).cells:
            try:
                nodes = list(ast.walk(ast.parse(cell.source)))
            except (SyntaxError, ValueError, RecursionError):
                return True
            called = {word for one in nodes for word in _words(one)}
            if called & READERS:
                return True
        return False

    def _calls_at_top(self, name: str, entries: set[str]) -> bool:
        for cell in self.slice([name]).cells:
            try:
                statements = ast.parse(cell.source).body
            except (SyntaxError, ValueError, RecursionError):
                continue
            for statement in statements:
                if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                    continue
                calls = (node.func for node in ast.walk(statement) if isinstance(node, ast.Call))
                if any(isinstance(function, ast.Name) and function.id in entries for function in calls):
                    return True
        return False

    def varies(self, names: Sequence[str]) -> bool:
        """Whether what these names need draws random numbers with TensorFlow's operations, or Keras' random layers."""
        for cell in self.slice(names).cells:
            try:
                nodes = list(ast.walk(ast.parse(cell.source)))
            except (SyntaxError, ValueError, RecursionError):
                continue
            if any(_RANDOM.fullmatch(word) for one in nodes for word in _words(one)):
                return True
        return False

    def networks(self) -> tuple[str, ...]:
        """Networks of `keras.applications` that the code of the entry points builds, by name."""
        found: dict[str, None] = {}
        for cell in self.slice(self.exercise.entry_points).cells:
            try:
                tree = ast.parse(cell.source)
            except (SyntaxError, ValueError, RecursionError):
                continue
            for node in ast.walk(tree):
                if name := network_built(node):
                    found[name] = None
        return tuple(found)

    def locations(self) -> dict[str, Where | None]:
        """Where each task's first entry point is defined."""
        return {task.name: source_location(self.submission, task.entry_points[0]) for task in self.exercise.tasks}


def _where_json(where: Where | None) -> dict[str, int | None] | None:
    return None if where is None else {"cell": where.cell, "line": where.line}


def _words(node: ast.AST) -> tuple[str, ...]:
    """The names in a node: of a variable, an attribute, or of what is imported, under whatever name."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return (name,)
        case ast.alias(name=name):
            return (name.rpartition(".")[2],)
    return ()


@lru_cache(maxsize=8)
def _starter(path: Path, _changed_ns: int, _bytes: int) -> Submission:
    """A starter as it stands in its file, read once for all submissions."""
    return read_submission(path)

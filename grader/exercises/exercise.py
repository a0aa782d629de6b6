"""What an exercise is, once read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

from grader.errors import UsageError
from grader.exercises.params import Params


@dataclass(frozen=True)
class Task:
    """One graded part: the names that the grader calls, and one or two sentences on what it is for."""

    name: str
    title: str
    entry_points: tuple[str, ...]
    story: str


Takes: TypeAlias = Literal["texts", "arrays", "globals", "tables"]
GLOBALS: tuple[Takes, ...] = ("globals", "tables")
"""Ways to be called in which nothing is called: the objects of all entries are taken as they are."""


@dataclass(frozen=True)
class Call:
    """How one kind of evidence is asked for: the entry point, by any of its names, and what it is called with.

    Arguments are texts in which `{param}` stands for the value of that param.
    """

    entries: tuple[str, ...]
    arguments: tuple[str, ...] = ()
    takes: Takes = "texts"
    """What it is called with: `arguments`, or the images and labels of both sides as arrays; `globals` calls nothing, and
    takes the objects of all `entries` as they are; so does `tables`, where they are made of what the function of the call `parse` gives."""


CALLS = {"pipeline": Call(("train_val_datasets",)), "model": Call(("create_model",))}
"""Calls of the newest generation of notebooks; a variant replaces those in which it differs."""


@dataclass(frozen=True)
class ExerciseLimits:
    """Bounds of one student cell. Seconds of wall clock, bytes."""

    cell_wall_s: float = 20.0
    train_wall_s: float = 300.0
    memory_bytes: int = 3 << 30
    """Resident memory of the cell's processes together."""
    address_space_bytes: int = 8 << 30
    data_bytes: int = 4 << 30
    output_bytes: int = 1 << 20
    """Standard output and error together; a cell that prints more is stopped."""


@dataclass(frozen=True)
class Exercise:
    """An exercise with its params after any overlay.

    Attributes:
        points: overrides by check id from the overlay; `@check` holds the others.
        folder: where `exercise.toml` lies.
        hidden_images: how many images no student sees. Half say when training stops, half give the score: 300 give an accuracy
            with a standard error of 1.7 points at 0.9.
        hidden_tests: folder of the hidden tests; it need not exist where only students work.
        test_files: the hidden test files that hold here, by name; empty where only students work.
        calls: how each kind of evidence is asked for.
        omitted: ids of checks in `test_files`, or names of whole tasks, that are not graded here.
        unless: names whose definition rules this variant out.
        sizes: of a variant with the exercise's own names, the params that are sizes of pictures by which it is told.
        variants: the same exercise in other calling conventions; see `chosen_variant`.
        variants_named: whether an overlay says which of them count; a submission in one of them is then nothing to look at.
        not_asked: of a variant, the exercise's tasks that it does not have.
        concepts: folders of concept texts, the exercise's own before those that several exercises share.
        data: name of the data set.
        margins: by param, how far what references and alternates reach stays from a threshold: upwards where positive,
            downwards where negative. `grader validate` holds them to it.
        assets: files that students are given beside the data, by the param that names their place, such as weights.
        compat: whether spellings of older Keras versions are accepted, with a note.
        digest: sha256 over `exercise.toml`, hidden tests, concepts, params, points and limits.
    """

    name: str
    title: str
    version: str
    variant: str
    params: Params
    tasks: tuple[Task, ...]
    folder: Path
    hidden_tests: Path
    concepts: tuple[Path, ...]
    limits: ExerciseLimits
    data: str
    digest: str
    points: Mapping[str, float] = field(default_factory=dict)
    margins: Mapping[str, float] = field(default_factory=dict)
    assets: Mapping[str, Path] = field(default_factory=dict)
    hidden_images: int = 600
    test_files: Mapping[str, Path] = field(default_factory=dict)
    calls: Mapping[str, Call] = field(default_factory=lambda: dict(CALLS))
    omitted: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    sizes: tuple[str, ...] = ()
    variants: tuple[Exercise, ...] = ()
    variants_named: bool = False
    not_asked: tuple[str, ...] = ()
    story: str = ""
    compat: bool = True

    def task(self, name: str) -> Task:
        """The task of this name.

        Raises:
            UsageError: there is none.
        """
        for task in self.tasks:
            if task.name == name:
                return task
        known = ", ".join(task.name for task in self.tasks)
        raise UsageError(f"{self.name} has no task {name!r}; known are {known}.")

    @property
    def entry_points(self) -> tuple[str, ...]:
        """Every name that some task calls, once, in the order of the tasks."""
        return tuple(dict.fromkeys(name for task in self.tasks for name in task.entry_points))

    @property
    def names_asked(self) -> frozenset[str]:
        """Every name that this exercise asks for in any calling convention."""
        every = (self, *self.variants)
        called = (name for one in every for call in one.calls.values() for name in call.entries)
        return frozenset((*(name for one in every for name in one.entry_points), *called))

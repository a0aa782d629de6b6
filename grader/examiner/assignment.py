"""What the examiner is given besides the submission."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from grader.data.messy import MessyFolder
from grader.data.secret import derive_number
from grader.examiner.source import Array
from grader.exercises import Params
from grader.exercises.exercise import CALLS as DEFAULT_CALLS


@dataclass(frozen=True)
class EntryCall:
    """An entry point by the name that the submission gives it, and the texts that it is called with."""

    entry: str
    arguments: tuple[str, ...] = ()
    takes: str = "texts"
    names: tuple[str, ...] = ()
    """All names that a cell needs; empty for `entry` alone."""


CALLS = {kind: EntryCall(call.entries[0], call.arguments) for kind, call in DEFAULT_CALLS.items()}


@dataclass(frozen=True)
class Assignment:
    """What the examiner is given besides the submission. Nothing of it ever enters a student cell as such."""

    params: Params
    seed: bytes
    training_files: Mapping[str, bytes] = field(repr=False)
    """Path below the data folder → bytes; the public training images."""
    training_thumbnails: Array = field(repr=False)
    """Thumbnails of `training_files`, in their order."""
    messy: MessyFolder = field(repr=False)
    hidden_files: Sequence[bytes] = field(repr=False)
    hidden_images: Sequence[Array] = field(repr=False)
    """`hidden_files` decoded: (height, width, 3) uint8 each."""
    hidden_labels: Sequence[str] = field(repr=False)
    assets: Mapping[str, bytes] = field(repr=False, default_factory=dict)
    """Files that students are given beside the data, by the param that names their place."""
    memory_bytes: int = 3 << 30
    """That a process may use."""
    calls: Mapping[str, EntryCall] = field(default_factory=lambda: dict(CALLS))
    """How each kind of evidence is asked for."""
    built_on_globals: frozenset[str] = frozenset()
    """Entry points that need what another one returned when a cell called it."""
    trains: frozenset[str] = frozenset()
    """Entry points that call `fit` themselves: for words, never for points."""
    varies: bool = False
    """Whether the pipeline's code draws random numbers with TensorFlow's operations or layers."""
    networks: tuple[str, ...] = ()
    """Networks of `keras.applications` that the code builds, by name: for words, never for points."""
    too_large: frozenset[str] = frozenset()
    """Entry points, or `train`, with whose results an earlier examiner of this submission ran out of memory."""

    def number(self, purpose: str) -> int:
        """A seed of 32 bits for one purpose."""
        return derive_number(self.seed, purpose)

"""The data sets that can be imported, and what their folders and files are called in the copies that go around."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from grader.data.letters import LETTERS
from grader.errors import UsageError

TRAIN, VALIDATION = "train", "validation"
_PARTS = {
    TRAIN: frozenset({"train", "training"}),
    VALIDATION: frozenset({"validation", "valid", "val", "test", "testing"}),
}


@dataclass(frozen=True)
class KnownSet:
    """One data set that users have.

    Attributes:
        name: What it is called on the command line.
        classes: Folder name in our layout → names that it has elsewhere, in small letters.
        parted: It comes as training and validation images, which are kept apart.
        table: It may come as CSV files with the columns of Sign-MNIST.
    """

    name: str
    classes: Mapping[str, frozenset[str]]
    parted: bool
    table: bool = False

    def class_of(self, folder: str) -> str | None:
        """Return the class that a folder of this name holds, None where it is no class."""
        wanted = folder.lower()
        return next((kind for kind, names in self.classes.items() if wanted in names), None)


def _spelt(*names: str) -> frozenset[str]:
    return frozenset(names)


_KNOWN = {
    known.name: known
    for known in (
        KnownSet("cats-vs-dogs", {"Cat": _spelt("cat", "cats"), "Dog": _spelt("dog", "dogs")}, parted=False),
        KnownSet(
            "horses-or-humans",
            {"horses": _spelt("horse", "horses"), "humans": _spelt("human", "humans")},
            parted=True,
        ),
        KnownSet("sign-mnist", {letter: _spelt(letter.lower()) for letter in LETTERS}, parted=True, table=True),
        KnownSet(
            "rock-paper-scissors",
            {"paper": _spelt("paper"), "rock": _spelt("rock"), "scissors": _spelt("scissors")},
            parted=True,
        ),
    )
}


def importable_names() -> tuple[str, ...]:
    """Return the names that can be imported, sorted."""
    return tuple(sorted(_KNOWN))


def known_set(name: str) -> KnownSet:
    """Return what is known of a data set.

    Raises:
        UsageError: It cannot be imported.
    """
    try:
        return _KNOWN[name]
    except KeyError:
        known = ", ".join(importable_names())
        raise UsageError(f"`{name}` is no data set that can be imported. These are: {known}.") from None


def part_of(name: str) -> str | None:
    """Return the part that a folder or file of this name stands for: one of its words says it, as in `rps-test-set`."""
    words = name.lower().replace("_", "-").replace(".", "-").replace(" ", "-").split("-")
    # A name with both kinds of words, such as `train-test-data`, says nothing.
    found = {part for part, names in _PARTS.items() if names & set(words)}
    return found.pop() if len(found) == 1 else None

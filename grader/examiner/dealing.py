"""Evidence of the older conventions' functions that make folders and deal a folder's files out to two others."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

import msgspec
import numpy as np

from grader.checks.dealing import Split, assert_files_moved
from grader.data.secret import derive_number
from grader.examiner.answers import reading_an_answer
from grader.examiner.evidence import Evidence
from grader.examiner.once import once
from grader.examiner.twins import TWIN_SEED, Twin
from grader.wire import Message

FOLDERS, SPLIT = "create_train_val_dirs", "split_data"
SIDES = (("training",), ("validation", "testing"))
"""Names by which the folders of the two sides go, the present one first."""
CALLS = 2
FRACTIONS = (0.9, 0.7)
FILES, EMPTY = 60, 4
"""In a folder that is split, and files of zero bytes among them: few enough that a share of all files still leaves some for
validation. Shuffled, both calls are in order by accident less often than once in 10^15: 56 choose 6 times 56 choose 17."""


@dataclass(frozen=True)
class Dealt:
    """A folder to be split: its files, and where they are to go."""

    files: Mapping[str, bytes]
    source: str
    train: str
    validation: str
    fraction: float


class DealingEvidence:
    """What the checks of `create_train_val_dirs` and `split_data` look at, gathered as they ask for it."""

    def __init__(self, root: Evidence) -> None:
        self._root = root

    # create_train_val_dirs ------------------------------------------------------------------------------------

    @once
    def folders_due(self) -> tuple[tuple[str, ...], ...]:
        """Each folder that is due, by the names that it may have."""
        top = self._top
        classes = self._root.params.class_names
        sides = [tuple(f"{top}/{name}" for name in names) for names in SIDES]
        return (*sides, *(tuple(f"{side}/{name}" for side in names) for names in sides for name in classes))

    @once
    def tree(self) -> tuple[str, ...]:
        """All folders after `create_train_val_dirs(root_path)`; the root does not exist before."""
        call = self._root.assignment.calls["folders"]
        body = {"folders": [], "arguments": [self._top], "look": []}
        reply = self._root.ask_once(FOLDERS, call.entry, {}, "directories", body)
        with reading_an_answer():
            return msgspec.convert(reply.body["tree"], tuple[str, ...])

    @property
    def _top(self) -> str:
        return f"work_{self._root.assignment.number('root folder') % 10_000}"

    # split_data -----------------------------------------------------------------------------------------------

    @once
    def splits(self) -> tuple[Split, ...]:
        """`split_data` over two folders, each with another share for training."""
        found = tuple(self._split(number) for number in range(CALLS))
        for split in found:
            assert_files_moved(split)
        return found

    def _split(self, number: int) -> Split:
        dealt = self._dealt(self._root.assignment.number(f"split {number}"), number)
        call = self._root.assignment.calls["split"]
        folders = {name: f"{name}/" for name in (dealt.source, dealt.train, dealt.validation)}
        body = {
            "folders": list(folders),
            "arguments": [*folders.values(), dealt.fraction],
            "look": list(folders),
        }
        reply = self._root.ask_once(
            SPLIT, call.entry, dealt.files, "directories", body, purpose=f"split {number}",
            twin=lambda: Twin(self._dealt(derive_number(TWIN_SEED, f"split {number}"), number, like=dealt).files),
        )  # fmt: skip
        with reading_an_answer():
            return _split_of(reply, dealt)

    def _dealt(self, seed: int, number: int, like: Dealt | None = None) -> Dealt:
        """A folder of public pictures under new names, some of them empty."""
        rng = np.random.default_rng(seed)
        top = like.source.rsplit("/", 1)[0] if like else f"photos_{seed % 10_000}"
        pictures = itertools.cycle(self._root.assignment.training_files.values())
        groups = _groups(rng)
        empty = {name for group in groups if len(group) > 1 for name in group}
        files = {f"{top}/source/{name}": b"" if name in empty else next(pictures) for name in itertools.chain(*groups)}
        return Dealt(files, f"{top}/source", f"{top}/training", f"{top}/validation", FRACTIONS[number])


def _groups(rng: np.random.Generator) -> list[tuple[str, ...]]:
    """File names in the order in which they are made; those to be empty come in pairs, next to one another by name, too.

    Whoever removes from the list over which they loop skips the second of a pair.
    """
    names = sorted(f"{number}.jpg" for number in rng.choice(100_000, FILES, replace=False))
    firsts = 2 * rng.choice(FILES // 2, EMPTY // 2, replace=False)
    pairs = [(names[first], names[first + 1]) for first in firsts]
    rest = [(name,) for name in names if not any(name in pair for pair in pairs)]
    groups = [*pairs, *rest]
    return [groups[place] for place in rng.permutation(len(groups))]


def _split_of(reply: Message, dealt: Dealt) -> Split:
    listed = msgspec.convert(reply.body["files"], dict[str, list[tuple[str, int]]])
    train, validation = ([name for name, _ in listed[folder]] for folder in (dealt.train, dealt.validation))
    source = {PurePosixPath(path).name: len(data) for path, data in dealt.files.items()}
    # Whoever moves files leaves none behind: the folder's order is then that of the names.
    order = [name for name, _ in listed[dealt.source]] or sorted(source)
    arrived = {name: size for folder in (dealt.train, dealt.validation) for name, size in listed[folder]}
    return Split(source, tuple(order), tuple(train), tuple(validation), dealt.fraction, arrived)

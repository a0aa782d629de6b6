"""Evidence of `readable_images`: what it makes of a folder in which not everything is a picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from grader.checks import files as sorting
from grader.data.messy import MessyFolder
from grader.examiner import answers
from grader.examiner.answers import reading_an_answer
from grader.examiner.cases import Case
from grader.examiner.evidence import Evidence
from grader.examiner.once import once
from grader.examiner.source import Unusable
from grader.examiner.twins import messy_twin


@dataclass(frozen=True)
class SortedFolder:
    """What `readable_images` made of a messy folder."""

    given: tuple[str, ...]
    """The list as it was returned."""
    names: tuple[str, ...]
    """The same, where it holds paths the names at their end: which files were chosen is a question of its own."""
    after: Mapping[str, int]
    """Size in bytes of each file that the folder held after the call."""
    messy: MessyFolder

    @property
    def sifted(self) -> tuple[str, ...]:
        """The names, where the list leaves out anything at all.

        Raises:
            Unusable: it holds every file, so what it keeps was not chosen.
        """
        if not sorting.leaves_out_anything(self.names, self.messy.kinds):
            raise Unusable("blocked", "Waiting for `readable_images/drops_empty_files`.")
        return self.names


class SiftingEvidence:
    """What the checks of `readable_images` look at, gathered as they ask for it."""

    def __init__(self, root: Evidence) -> None:
        self._root = root

    @once
    def sorted_folder(self) -> SortedFolder:
        """`readable_images` on a messy folder."""
        messy = self._root.assignment.messy
        folder = f"photos_{self._root.assignment.number('folder')}"
        files = {f"{folder}/{name}": data for name, data in messy.files.items()}
        others = [f"{folder}_{number}" for number in range(2)]
        for other, part in zip(others, self._halves([*messy.files]), strict=True):
            files |= {f"{other}/{name}": messy.files[name] for name in part}
        reply = self._root.ask_once(
            "readable_images", "readable_images", files, "file_names", {"directory": folder, "listed": folder},
            twin=messy_twin, rehearsals=[Case({"directory": other}) for other in others],
        )  # fmt: skip
        with reading_an_answer():
            given, after = answers.names_of(reply), answers.sizes_of(reply)
        names = sorting.names_in(folder, given)
        sorting.assert_enough(names, messy.kinds)
        return SortedFolder(given, names, after, messy)

    def _halves(self, names: list[str]) -> tuple[list[str], list[str]]:
        shuffled = list(np.random.default_rng(self._root.assignment.number("halves")).permutation(names))
        return shuffled[::2], shuffled[1::2]

"""Nothing is graded twice: which submissions of a run have the code of one that has its grade already.

Looked up by key: in the reports of this output folder, in the gradebook where there is one, and among the submissions of
the run itself, of which the first is graded and the others wait for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from grader.batch.collect import Candidate
from grader.batch.earlier import Earlier
from grader.batch.settle import report_in
from grader.results import to_json

if TYPE_CHECKING:
    from grader.gradebook import Gradebook

CHUNK = 64
"""Keys that are looked up in the gradebook at once."""


class Answers:
    """Finds earlier gradings by key. Keeps a key and a folder's name for each submission, never a report.

    Args:
        candidates: all of the run by the name of their report folder.
        out: holds a folder with a report for each submission.
        root: the folder of submissions, beyond which no link is followed.
        unsafe: take reports that were made without isolation, too.
        book: the gradebook, where there is one.
    """

    def __init__(
        self, candidates: Mapping[str, Candidate], *, out: Path, root: Path, unsafe: bool, book: Gradebook | None
    ) -> None:
        self.candidates = candidates
        self.out = out
        self.root = root
        self.unsafe = unsafe
        self.book = book
        self._keys: dict[str, str] = {}
        self._graded: dict[str, str] = {}

    def wanted(self, report: str, key: str) -> None:
        """The submission of this report folder has this key and no grade yet; "" where the key is unknown."""
        self._keys[report] = key

    def graded(self, report: str, key: str | None = None) -> None:
        """The submission of this report folder is graded; without a key it is the one that it was wanted with."""
        if key is None:
            key = self._keys.get(report, "")
        if key:
            self._graded.setdefault(key, report)

    def rounds(self, pending: Iterable[Candidate]) -> tuple[list[Candidate], list[Candidate]]:
        """Those to go first, one for each key, and those that wait for their reports."""
        first: list[Candidate] = []
        waiting: list[Candidate] = []
        keys: set[str] = set()
        for candidate in pending:
            key = self._keys.get(candidate.report, "")
            (waiting if key and key in keys else first).append(candidate)
            if key not in self._graded:
                keys.add(key)
        return first, waiting

    def of(self, pending: Iterable[Candidate]) -> Iterator[tuple[Candidate, Earlier | None]]:
        """Each submission with an earlier grading of its code, looked for when it is its turn."""
        iterator = iter(pending)
        while chunk := list(islice(iterator, CHUNK)):
            kept = self._kept({self._keys.get(one.report, "") for one in chunk} - {"", *self._graded})
            for one in chunk:
                key = self._keys.get(one.report, "")
                folder = self._graded.get(key) if key else None
                if folder is not None:
                    yield one, self._in_folder(folder, key)
                else:
                    yield one, self._in_book(key) if key in kept else None

    def _kept(self, keys: set[str]) -> frozenset[str]:
        """Which of these keys the gradebook has. One that cannot be asked has none: grading goes on."""
        if self.book is None or not keys:
            return frozenset()
        try:
            return self.book.known_keys(keys, unsafe=self.unsafe)
        except Exception:  # noqa: BLE001  # whatever ails it, recording meets it again and says so
            return frozenset()

    def _in_folder(self, folder: str, key: str) -> Earlier | None:
        report = report_in(self.out / folder)
        if report is None or report.key != key:
            return None
        from grader.submissions import bytes_if

        path = self.candidates[folder].path
        return Earlier(to_json(report), bytes_if(path, report.submission.sha256, root=self.root), path.suffix.lower())

    def _in_book(self, key: str) -> Earlier | None:
        """What the gradebook has; a document that cannot be read answers nobody."""
        try:
            known = None if self.book is None else self.book.known_grading(key, unsafe=self.unsafe)
            return None if known is None else Earlier(to_json(known.report), known.data, known.suffix)
        except Exception:  # noqa: BLE001  # the submission is graded by itself
            return None

"""A zip of submissions as a source: bad entries are reported one by one, good ones are laid into a private folder.

An entry's name is never a path on our disk: each file goes into a folder named like its report, under what is left of
its own name. So names that lead out, collide or repeat can reach nothing.
"""

from __future__ import annotations

import os
import secrets
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path, PurePath, PurePosixPath
from typing import IO
from unicodedata import normalize

from grader.archives import CANNOT_UNPACK, Budget, open_archive, refusal
from grader.batch.names import safe_name
from grader.batch.sources import SUBMISSIONS, TOP, TOTAL_BYTES, Bounded, Node, hidden, looked_at
from grader.errors import UnusableSubmission, UsageError

ENTRIES = 200_000
"""Files in one zip: ten for each of twenty thousand students."""
RATIO = 200
"""Deflate makes text of a notebook 10 times smaller, and of an empty page 1032 times."""
LARGEST = 20 << 20
"""Bytes of one submission; as much as is read of a notebook."""
DEEPEST, LONGEST = 20, 1_000
_CHUNK = 1 << 20
_PLAIN_PACKING = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})


class ZipSource:
    """The entries of a zip, by number.

    Args:
        store: folder that files are laid into, made when the first one is.

    Raises:
        UsageError: it is no zip that can be opened, or holds too many files.
    """

    def __init__(self, path: Path, store: Path) -> None:
        self.path = path
        self.root = store
        self._budget = Budget(TOTAL_BYTES)
        self._stack = ExitStack()
        self._archive = self._stack.enter_context(open_archive(path, ENTRIES))
        self._infos = self._archive.infolist()
        self._bad: dict[int, str] = {}
        self._wanted: dict[str, tuple[int, Path]] = {}
        self._tree: dict[PurePath, list[Node]] = {TOP: []}
        if len(self._infos) > ENTRIES:
            raise UsageError(f"{path}: more than {ENTRIES:,} files; unpack it and name its folder.")
        self._grow()

    def _grow(self) -> None:
        paths = [PurePosixPath(_true_name(info)) for info in self._infos if not info.filename.endswith("/")]
        same = Counter(paths)
        alike = Counter(_folded(path) for path in same)
        for number, info in enumerate(self._infos):
            path = PurePosixPath(_true_name(info))
            # Zero where the path was met before: a name that is there twice is one row.
            times = same.pop(path, 0)
            if times and not info.filename.endswith("/") and not any(_hidden(part) for part in path.parts):
                problem = _problem(info, path, times, alike[_folded(path)])
                if problem:
                    self._bad[number] = problem
                self._add(number, path, problem or _too_large(info, path))
        for nodes in self._tree.values():
            nodes.sort(key=lambda node: node.name)

    def _add(self, number: int, pure: PurePosixPath, problem: str) -> None:
        relative = PurePath(*pure.parts) if pure.parts else PurePath("(no name)")
        node = looked_at(relative, number, problem)
        if pure.is_absolute() or ".." in pure.parts or len(pure.parts) > DEEPEST:
            # It belongs to no folder; whoever looks through the top meets it.
            self._tree[TOP].append(node)
            return
        for parent in (relative, *relative.parents):
            siblings = self._tree.get(parent.parent)
            if parent != TOP:
                known = siblings is not None
                self._tree.setdefault(parent.parent, []).append(
                    node if parent == relative else Node(parent, -1, is_folder=True)
                )
                if known:
                    # Its folder stands in the tree already, and so do the folders above.
                    break

    def children(self, folder: PurePath) -> list[Node]:
        """What lies in a folder of the zip; see `Source`."""
        return self._tree.get(folder, [])

    @contextmanager
    def opened(self, node: Node, limit: int) -> Iterator[Bounded]:
        """An entry to read from; see `Source`."""
        info = self._infos[_number(node)]
        where = f"{self.path}: {info.filename}"
        # Not the node's problem: a table or time stamp is read, though it would not be graded.
        if problem := self._bad.get(_number(node)):
            raise UsageError(f"{where} {problem}")
        try:
            stream = self._archive.open(info)
        except CANNOT_UNPACK as error:
            raise UsageError(f"{where} cannot be unpacked: {error}.") from error
        with stream:
            yield Bounded(stream, limit, where, self._budget)

    def place(self, node: Node, report: str) -> Path:
        """Where the entry will lie: it is wanted from now on."""
        path = self.root / report / safe_name(node.name)
        self._wanted[report] = (_number(node), path)
        return path

    def fetch(self, report: str) -> None:
        """Lay the entry at its place, unless its bytes lie there already; see `Source`."""
        number, path = self._wanted[report]
        info = self._infos[number]
        if _lies_there(path, info):
            return
        for folder in (self.root, path.parent):
            folder.mkdir(mode=0o700, exist_ok=True)
            if folder.is_symlink():
                raise UsageError(f"{folder} is a link; remove it, so that submissions can be unpacked there.")
        temporary = path.parent / f".{secrets.token_hex(8)}.tmp"
        try:
            with self._archive.open(info) as packed, open(temporary, "xb", opener=_private) as laid:
                # No more comes out than the entry announces, and then its checksum must fit.
                for data in _chunks(packed):
                    self._budget.spend(len(data), str(self.path))
                    laid.write(data)
            temporary.replace(path)
        except (UsageError, *CANNOT_UNPACK) as error:
            if isinstance(error, OSError) and error.errno is not None:
                raise
            raise UnusableSubmission(
                info.filename, f"cannot be unpacked from {self.path.name} ({error}).", "Download the archive again."
            ) from error
        finally:
            temporary.unlink(missing_ok=True)

    def close(self) -> None:
        """Close the zip and forget its contents."""
        self._stack.close()
        self._infos, self._tree, self._wanted = [], {}, {}


def _number(node: Node) -> int:
    assert isinstance(node.place, int)
    return node.place


def _problem(info: zipfile.ZipInfo, path: PurePosixPath, same: int, alike: int) -> str:
    """Why an entry is not read; empty where it may be."""
    if found := refusal(info, RATIO):
        return f"{found.words}, so it is not unpacked."
    if len(path.parts) > DEEPEST or len(info.filename) > LONGEST:
        return "has a path that is too long, so it is not unpacked."
    if same > 1:
        return f"lies {same} times in the archive under this name; download the archive again."
    if alike > 1:
        return "differs from another entry of the archive in capitals or accents' form alone; rename one of them."
    if info.compress_type not in _PLAIN_PACKING:
        return "is packed in a way that is not read; unpack the archive and give its folder."
    return ""


def _too_large(info: zipfile.ZipInfo, path: PurePosixPath) -> str:
    if path.suffix.lower() not in SUBMISSIONS or info.file_size <= LARGEST:
        return ""
    return f"is too large: {info.file_size:,} bytes, at most {LARGEST:,} are read."


def _true_name(info: zipfile.ZipInfo) -> str:
    """The name as it was meant: many tools write UTF-8 and do not say so, which then reads as code page 437."""
    if info.flag_bits & 0x800 or info.filename.isascii():
        return info.filename
    try:
        return info.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return info.filename


def _folded(path: PurePosixPath) -> str:
    return normalize("NFC", path.as_posix()).casefold()


def _hidden(part: str) -> bool:
    """As in a folder; but what leads upwards is not passed over in silence."""
    return hidden(part) and not part.startswith("..")


def _lies_there(path: Path, info: zipfile.ZipInfo) -> bool:
    """Whether an earlier run laid these very bytes there. The folder is ours alone, so a checksum is enough."""
    try:
        if path.is_symlink() or path.stat().st_size != info.file_size:
            return False
        checksum = 0
        with path.open("rb") as stream:
            for data in _chunks(stream):
                checksum = zlib.crc32(data, checksum)
    except OSError:
        return False
    return checksum == info.CRC


def _chunks(stream: IO[bytes]) -> Iterator[bytes]:
    while data := stream.read(_CHUNK):
        yield data


def _private(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0), 0o600)

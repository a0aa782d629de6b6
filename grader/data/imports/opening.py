"""Reading what a user hands over, a folder, a zip or one file, without trusting any of it.

Nothing is ever unpacked under a name from an archive: entries are read into memory, within bounds, and their names
serve only to tell classes apart. Names that would leave the folder are refused all the same, since an archive that
holds one was made to harm.
"""

from __future__ import annotations

import os
import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO

from grader.archives import CANNOT_UNPACK, Refusal, megabytes, open_archive, refusal, too_many, unlinked
from grader.archives import Budget as Bytes
from grader.errors import UsageError


@dataclass(frozen=True)
class Caps:
    """Bounds on what is read.

    Attributes:
        entries: Files in one archive or folder; the largest known set has 25,000.
        image_bytes: Size of one image.
        table_bytes: Size of one CSV file; the largest known has 80 MB.
        total_bytes: Size of all that is read, unpacked; the largest known set has 0.9 GB.
        ratio: How many times larger than its packed form an entry of more than a megabyte may be; a CSV of small
            numbers reaches about 10, deflate itself ends at 1032.
        pixels: Pixels of one image.
    """

    entries: int = 100_000
    image_bytes: int = 20 << 20
    table_bytes: int = 400 << 20
    total_bytes: int = 4 << 30
    ratio: int = 100
    pixels: int = 50_000_000


class Budget(Bytes):
    """What may still be read, over all paths of one import."""

    def __init__(self, caps: Caps) -> None:
        super().__init__(caps.total_bytes)
        self.caps = caps


@dataclass(frozen=True)
class Entry:
    """One file of a folder or archive.

    Attributes:
        path: Where it lies in it.
        size: Its size in bytes as announced.
    """

    path: PurePosixPath
    size: int
    _opener: _Opener = field(repr=False)

    def read(self, limit: int) -> bytes | None:
        """Return the content, None where it is larger than `limit` or cannot be unpacked.

        Raises:
            UsageError: All files together are larger than allowed.
        """
        if self.size > limit:
            return None
        try:
            with self._opener.open(self) as stream:
                data = stream.read(limit + 1)
        except CANNOT_UNPACK:
            return None
        self._opener.budget.spend(len(data), str(self._opener.source))
        return data if len(data) <= limit else None

    def lines(self, limit: int) -> Iterator[bytes]:
        """Hand out the lines of a text, none longer than 64 kB.

        Raises:
            UsageError: The file is larger than `limit`, or cannot be read.
        """
        where = f"{self._opener.source}: {self.path}"
        total = 0
        try:
            with self._opener.open(self) as stream:
                while line := stream.readline(65_536):
                    total += len(line)
                    self._opener.budget.spend(len(line), str(self._opener.source))
                    if total > limit:
                        raise UsageError(f"{where} is larger than {megabytes(limit)}.")
                    yield line
        except UsageError:
            raise
        except CANNOT_UNPACK as error:
            raise UsageError(f"{where} cannot be read: {error}.") from error


@dataclass(frozen=True)
class _Opener:
    """Opens the entries of one source."""

    source: Path
    budget: Budget
    archive: zipfile.ZipFile | None = None
    names: dict[PurePosixPath, zipfile.ZipInfo | Path] = field(default_factory=dict)

    def open(self, entry: Entry) -> IO[bytes]:
        found = self.names[entry.path]
        if isinstance(found, Path):
            return os.fdopen(unlinked(found), "rb")
        assert self.archive is not None
        return self.archive.open(found)


@contextmanager
def opened(path: Path, budget: Budget) -> Iterator[tuple[Entry, ...]]:
    """Hand out the files below `path`, sorted by their path, as long as the block runs.

    Args:
        path: A folder, a zip, or any other file, which is then the only entry.
        budget: Bounds, shared by the paths of one import.

    Raises:
        UsageError: Nothing is there, it is no usable archive, or it holds what is refused: links, names that leave the
            folder, too many or too large files, or files that grow suspiciously much when unpacked.
    """
    if path.is_dir():
        yield _entries(_Opener(path, budget, names=dict(_folder_files(path, budget.caps))))
        return
    if not path.is_file():
        raise UsageError(f"{path}: there is no such file or folder.")
    if path.suffix.lower() != ".zip" and not zipfile.is_zipfile(path):
        yield _entries(_Opener(path, budget, names={PurePosixPath(path.name): path.resolve()}))
        return
    with open_archive(path, budget.caps.entries) as archive:
        yield _entries(_Opener(path, budget, archive, dict(_archive_files(archive, path, budget.caps))))


def _entries(opener: _Opener) -> tuple[Entry, ...]:
    def size(found: zipfile.ZipInfo | Path) -> int:
        return found.stat().st_size if isinstance(found, Path) else found.file_size

    return tuple(Entry(name, size(found), opener) for name, found in sorted(opener.names.items()))


def _folder_files(top: Path, caps: Caps) -> Iterator[tuple[PurePosixPath, Path]]:
    count = 0
    for folder, folders, files in os.walk(top, onerror=_unlistable):
        for name in (*folders, *files):
            found = Path(folder, name)
            mode = found.lstat().st_mode
            if stat.S_ISLNK(mode):
                raise UsageError(f"{found} is a link. Put the files themselves there, or name the folder it leads to.")
            if stat.S_ISDIR(mode):
                continue
            if not stat.S_ISREG(mode):
                raise UsageError(f"{found} is neither a file nor a folder; take it out.")
            count += 1
            _check_count(count, caps, top)
            yield PurePosixPath(found.relative_to(top).as_posix()), found


def _unlistable(error: OSError) -> None:
    raise UsageError(f"{error.filename}: cannot be listed: {error.strerror}.") from error


def _archive_files(archive: zipfile.ZipFile, path: Path, caps: Caps) -> Iterator[tuple[PurePosixPath, zipfile.ZipInfo]]:
    infos = archive.infolist()
    _check_count(len(infos), caps, path)
    total = 0
    for info in infos:
        if found := refusal(info, caps.ratio):
            raise UsageError(f"{path}: {_sentence(info, found)}")
        if info.is_dir():
            continue
        total += info.file_size
        if total > caps.total_bytes:
            raise UsageError(f"{path}: the files hold more than {megabytes(caps.total_bytes)} unpacked.")
        yield PurePosixPath(info.filename), info


def _sentence(info: zipfile.ZipInfo, found: Refusal) -> str:
    entry = f"the entry {info.filename!r} {found.words}" if info.filename else f"an entry {found.words}"
    if found.kind == "encrypted":
        return f"{entry}. Unpack the archive and name its folder."
    if found.kind == "grows":
        return f"{entry}; no known data set does that, so the archive is not opened."
    return f"{entry}; such an archive is not opened."


def _check_count(count: int, caps: Caps, where: Path) -> None:
    if count > caps.entries:
        raise too_many(caps.entries, where)

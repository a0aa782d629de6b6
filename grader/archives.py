"""Zips that somebody made, opened without trusting any of it: what all who read one have to refuse, and bounds.

Nothing here unpacks under a name from an archive. Whether one bad entry spoils the whole archive is the caller's to say.
"""

from __future__ import annotations

import lzma
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal

from grader.errors import UsageError

CANNOT_UNPACK = (
    OSError,
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)
"""What Python raises where an archive or an entry is damaged, packed in an unknown way, or encrypted."""

MEGABYTE = 1 << 20
_REGULAR_OR_UNKNOWN = (0, stat.S_IFREG)
_DIRECTORY_BYTES = 256
"""Bytes that the list of contents may take for each entry allowed: 46 and a name."""
_END, _END64 = b"PK\5\6", b"PK\6\6"
_LARGEST_END = 22 + 0xFFFF

Kind = Literal["nameless", "escapes", "special", "encrypted", "grows"]


@dataclass(frozen=True)
class Refusal:
    """Why an entry is not read.

    Attributes:
        kind: for code.
        words: for people, as the end of a sentence that begins with the entry's name.
    """

    kind: Kind
    words: str


@dataclass
class Budget:
    """Bytes that may still be unpacked, over all that one command reads."""

    total_bytes: int
    read: int = 0

    def spend(self, size: int, where: str) -> None:
        """Count bytes that were read.

        Raises:
            UsageError: More than the cap.
        """
        self.read += size
        if self.read > self.total_bytes:
            raise UsageError(f"{where}: the files hold more than {megabytes(self.total_bytes)} unpacked.")


@contextmanager
def open_archive(path: Path, entries: int) -> Iterator[zipfile.ZipFile]:
    """Open a zip whose list of contents is no longer than that of `entries` files.

    Raises:
        UsageError: It is no zip, it breaks off, or its list of contents is too long.
    """
    try:
        if directory_size(path) > _DIRECTORY_BYTES * entries:
            raise too_many(entries, path)
        archive = zipfile.ZipFile(path)
    except CANNOT_UNPACK as error:
        if isinstance(error, UsageError):
            raise
        raise UsageError(f"{path}: this is no zip that can be opened ({error}). Download it again.") from error
    with archive:
        yield archive


def too_many(entries: int, where: Path) -> UsageError:
    """The error for more files than are read."""
    return UsageError(f"{where}: more than {entries:,} files; take out what does not belong to it.")


def directory_size(path: Path) -> int:
    """Bytes of the list of contents as the end of the zip announces them, before anything is made of it; 0 where there is none."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        stream.seek(max(0, size - _LARGEST_END - 76))
        tail = stream.read()
    end = tail.rfind(_END)
    if end < 0 or len(tail) < end + 22:
        return 0
    announced = int(struct.unpack_from("<L", tail, end + 12)[0])
    end64 = tail.rfind(_END64, 0, end)
    if end64 >= 0 and len(tail) >= end64 + 56:
        announced = max(announced if announced != 0xFFFFFFFF else 0, int(struct.unpack_from("<Q", tail, end64 + 40)[0]))
    return announced


def refusal(info: zipfile.ZipInfo, ratio: int) -> Refusal | None:
    """Why this entry is not to be read; None where it may be.

    Args:
        ratio: how many times larger than its packed form an entry of more than a megabyte may be.
    """
    name = info.filename
    if not name:
        return Refusal("nameless", "has no name")
    pure = PurePosixPath(name)
    # Backslash and colon lead out of a folder on Windows.
    if pure.is_absolute() or ".." in pure.parts or "\\" in name or ":" in name or "\0" in info.orig_filename:
        return Refusal("escapes", "would leave the folder")
    if stat.S_IFMT(info.external_attr >> 16) not in (*_REGULAR_OR_UNKNOWN, stat.S_IFDIR):
        return Refusal("special", "is a link or a device")
    if info.is_dir():
        return None
    if info.flag_bits & 0x1:
        return Refusal("encrypted", "is encrypted")
    if info.file_size > MEGABYTE and info.file_size > ratio * max(info.compress_size, 1):
        return Refusal("grows", f"would grow from {info.compress_size:,} to {info.file_size:,} bytes")
    return None


def unlinked(path: Path) -> int:
    """Open a file for reading, but no link: what was a file when its folder was listed may be a link by now.

    Raises:
        OSError: It is a link, or it cannot be opened.
    """
    return os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0))


def megabytes(size: int) -> str:
    """A size for people."""
    return f"{size / MEGABYTE:,.0f} MB"

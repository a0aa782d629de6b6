"""Taking the bytes of a submitted file: regular files only, bounded, never through a link that leaves the root."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from pathlib import Path

from grader.errors import UnusableSubmission
from grader.submissions.limits import DEFAULT_LIMITS


def label(path: Path) -> str:
    """The file's name for people: characters that do not print (controls, bidi marks, broken bytes) as escapes."""
    name = path.name or str(path)
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in name)


def read_bytes(path: Path, *, limit: int, root: Path | None = None) -> bytes:
    """Read a regular file of at most `limit` bytes.

    Args:
        path: The file. A link is followed, but only to a target inside `root` where one is given.
        limit: Bytes; a larger file is refused before any of it is read.
        root: Folder that holds the submissions.

    Raises:
        UnusableSubmission: missing, empty, too large, not a regular file, not readable, outside of `root`.
    """
    file = label(path)
    real = _real_path(path, root)
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
    try:
        # Looked at before it is opened: opening a device can already have effects.
        if not stat.S_ISREG(os.lstat(real).st_mode):
            raise _irregular(file, os.lstat(real).st_mode)
        descriptor = os.open(real, flags)
    except OSError as error:
        raise _unreadable(file, error) from error
    with os.fdopen(descriptor, "rb") as stream:
        status = os.fstat(stream.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise _irregular(file, status.st_mode)
        if status.st_size > limit:
            raise _too_large(file, status.st_size, limit)
        try:
            data = stream.read(limit + 1)
        except OSError as error:
            raise _unreadable(file, error) from error
    if len(data) > limit:
        raise _too_large(file, len(data), limit)
    if not data:
        raise UnusableSubmission(file, "the file is empty (0 bytes).", "Save your work and hand it in again.")
    return data


def _real_path(path: Path, root: Path | None) -> Path:
    file = label(path)
    try:
        real = path.resolve(strict=True)
        inside = root is None or real.is_relative_to(root.resolve(strict=True))
    except (RuntimeError, ValueError) as error:  # a loop of links; a NUL in the name
        raise UnusableSubmission(file, "the file cannot be opened.", "Hand in the file itself, not a link.") from error
    except OSError as error:
        raise _unreadable(file, error) from error
    if not inside:
        raise UnusableSubmission(
            file, "it is a link to a file outside of the folder of submissions.", "Hand in the file itself, not a link."
        )
    return real


def _too_large(file: str, size: int, limit: int) -> UnusableSubmission:
    return UnusableSubmission(
        file,
        f"the file is too large: {size / (1 << 20):,.1f} MB, at most {limit / (1 << 20):,.0f} MB are read.",
        "Clear the outputs of the notebook, keep data in files of their own, and hand it in again.",
    )


def _irregular(file: str, mode: int) -> UnusableSubmission:
    what = "a folder" if stat.S_ISDIR(mode) else "not a regular file"
    return UnusableSubmission(file, f"this is {what}.", "Hand in one .ipynb or .py file.")


def _unreadable(file: str, error: OSError) -> UnusableSubmission:
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return UnusableSubmission(file, "there is no such file.", "Check the path.")
    if error.errno in (errno.ELOOP, errno.ENAMETOOLONG):
        return UnusableSubmission(file, "the file cannot be opened.", "Hand in the file itself, not a link.")
    reason = (error.strerror or type(error).__name__).lower()
    return UnusableSubmission(file, f"the file cannot be read ({reason}).", "Check the file's permissions.")


def bytes_if(path: Path, sha256: str | None, *, root: Path | None = None) -> bytes | None:
    """The bytes of a file if they still have this digest; None where they do not, or cannot be read.

    Args:
        root: folder that links may not leave.
    """
    if sha256 is None:
        return None
    try:
        data = read_bytes(path, limit=DEFAULT_LIMITS.notebook_bytes, root=root)
    except (UnusableSubmission, ValueError):
        return None
    return data if hashlib.sha256(data).hexdigest() == sha256 else None

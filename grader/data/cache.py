"""Where generated data lies on disk, and how it gets there whole or not at all.

Two shapes are kept: a *tree* (a folder of files that people open, checked against a manifest of digests) and a
*pack* (one file holding several byte strings, carrying their digest). Both are written beside their place and renamed
into it, so that readers never see half of one, and concurrent builders, who make the same bytes, may all win.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import platformdirs

from grader.errors import GraderFault

_MANIFEST = "manifest.json"
_PACK_MAGIC = b"grader-pack-1\n"


def cache_root() -> Path:
    """Return the cache folder: `$GRADER_CACHE`, else the user's cache folder for `cnn-grader`.

    The folder is created, readable by its owner alone (mode 0700, where the system knows modes).

    Raises:
        GraderFault: The folder cannot be created or is no folder.
    """
    chosen = os.environ.get("GRADER_CACHE")
    root = Path(chosen).expanduser() if chosen else platformdirs.user_cache_path("cnn-grader", appauthor=False)
    private_folder(root)
    return root.resolve()


def private_folder(folder: Path) -> Path:
    """Create `folder` with mode 0700 where it is missing and return it.

    Raises:
        GraderFault: The folder cannot be created or is no folder.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise GraderFault(
            f"The cache folder {folder} cannot be created ({error.strerror or error}). "
            "Set GRADER_CACHE to a folder that you may write to."
        ) from error
    return folder


def owners_folder(folder: Path) -> Path:
    """Create a folder for secrets, or check that it is one: ours, and closed to everybody else.

    Raises:
        GraderFault: The folder cannot be created, or belongs to another user.
    """
    private_folder(folder)
    if os.name == "posix":
        found = folder.stat()
        if found.st_uid != os.getuid():
            raise GraderFault(
                f"The cache folder {folder} belongs to another user, who could read hidden images in it. "
                "Set GRADER_CACHE to a folder of your own."
            )
        if found.st_mode & 0o077:
            folder.chmod(0o700)
    return folder


def digest_of(data: bytes) -> str:
    """Return the SHA-256 of `data` as 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


# --- trees -----------------------------------------------------------------------------------------------------------


def tree_is_whole(home: Path, files: str) -> bool:
    """Tell whether `home/files` holds exactly what `home/manifest.json` lists, byte for byte."""
    try:
        manifest = json.loads((home / _MANIFEST).read_bytes())
        wanted = manifest["files"]
        top = home / files
        found = {path.relative_to(top).as_posix() for path in top.rglob("*") if not path.is_dir()}
        return (
            bool(wanted)
            and found == set(wanted)
            and all(digest_of((top / name).read_bytes()) == digest for name, digest in wanted.items())
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def ensure_tree(home: Path, files: str, build: Callable[[], Mapping[str, bytes]]) -> Path:
    """Return the folder `home/files`, building it where it is missing, incomplete or damaged.

    Args:
        home: Folder of this tree and its manifest; its parent holds the temporary folders.
        files: Name of the folder inside `home` that holds the files.
        build: Makes the content: relative POSIX path → bytes. Called at most once.

    Raises:
        GraderFault: The folder cannot be written.
    """
    if tree_is_whole(home, files):
        return home / files
    content = build()
    private_folder(home.parent)
    remove_leftovers(home.parent)
    fresh = home.parent / f".new-{uuid.uuid4().hex}"
    try:
        for name, data in content.items():
            path = fresh / files / name
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.write_bytes(data)
        manifest = {"files": {name: digest_of(data) for name, data in sorted(content.items())}}
        (fresh / _MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="utf-8")
        _install(fresh, home, files)
    except OSError as error:
        raise GraderFault(
            f"The cache folder {home} cannot be written ({error.strerror or error}). "
            "Free some space there, delete the folder, or set GRADER_CACHE to another one."
        ) from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return home / files


def remove_leftovers(folder: Path) -> None:
    """Remove what builders that were killed more than a day ago left behind."""
    for path in (*folder.glob(".new-*"), *folder.glob(".old-*")):
        with contextlib.suppress(OSError):
            if path.stat().st_mtime < time.time() - 86_400:
                shutil.rmtree(path, ignore_errors=True)


def _install(fresh: Path, home: Path, files: str) -> None:
    """Rename `fresh` to `home`; a whole tree that somebody else put there meanwhile is left alone."""
    for _ in range(8):
        try:
            fresh.rename(home)
            return
        except OSError:
            if tree_is_whole(home, files):
                return
        # A folder cannot be renamed over a full one: move the damaged one away first.
        broken = home.parent / f".old-{uuid.uuid4().hex}"
        with contextlib.suppress(FileNotFoundError):
            home.rename(broken)
        shutil.rmtree(broken, ignore_errors=True)
    fresh.rename(home)


# --- packs -----------------------------------------------------------------------------------------------------------


def pack(parts: Sequence[bytes]) -> bytes:
    """Join byte strings into one that `unpack` splits again and that shows any damage."""
    body = b"".join(parts)
    header = json.dumps({"sizes": [len(part) for part in parts], "sha256": digest_of(body)})
    return _PACK_MAGIC + header.encode("ascii") + b"\n" + body


def unpack(data: bytes) -> tuple[bytes, ...]:
    """Split what `pack` joined.

    Raises:
        ValueError: The bytes are not a pack, or are damaged.
    """
    if not data.startswith(_PACK_MAGIC):
        raise ValueError("These bytes are not a pack.")
    end = data.find(b"\n", len(_PACK_MAGIC))
    header = json.loads(data[len(_PACK_MAGIC) : end])
    body = data[end + 1 :]
    if digest_of(body) != header["sha256"] or len(body) != sum(header["sizes"]):
        raise ValueError("This pack is damaged: its digest does not match its content.")
    parts, start = [], 0
    for size in header["sizes"]:
        parts.append(body[start : start + size])
        start += size
    return tuple(parts)


def read_pack(path: Path) -> tuple[bytes, ...] | None:
    """Return the parts of the pack at `path`, or None where there is none that is whole."""
    try:
        return unpack(path.read_bytes())
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_pack(path: Path, parts: Sequence[bytes]) -> None:
    """Write a pack readable by its owner alone (mode 0600), renamed into place whole.

    Raises:
        GraderFault: The file cannot be written.
    """
    owners_folder(path.parent)
    fresh = path.with_name(f".new-{uuid.uuid4().hex}")
    try:
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(pack(parts))
        fresh.replace(path)
    except OSError as error:
        # Where a file that is being read cannot be replaced (Windows), the reader's one will do if it is whole.
        if read_pack(path) != tuple(parts):
            raise GraderFault(
                f"The cache file {path} cannot be written ({error.strerror or error}). "
                "Free some space there, or set GRADER_CACHE to another folder."
            ) from error
    finally:
        fresh.unlink(missing_ok=True)

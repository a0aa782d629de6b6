"""Writing files so that a reader never meets half of one."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path


def write_atomic(path: Path, data: bytes) -> Path:
    """Put `data` at `path` in one step: a temporary file beside it, synced, then renamed over it."""
    write_in_order(path.parent, {path.name: data})
    return path


def write_in_order(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write several files whole, then rename them into place in the order given.

    Nothing is renamed before everything is on disk, so a full disk leaves the old files as they were, and whoever
    sees the last of the new files sees all of them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    staged: list[tuple[Path, Path]] = []
    try:
        for name, data in files.items():
            temporary = folder / f".{name}.{secrets.token_hex(6)}.tmp"
            staged.append((temporary, folder / name))
            _write_synced(temporary, data)
        for temporary, target in staged:
            temporary.replace(target)
    finally:
        for temporary, _ in staged:
            temporary.unlink(missing_ok=True)
    _sync_folder(folder)


def _write_synced(path: Path, data: bytes) -> None:
    # Not `tempfile`: its files are readable by the owner alone, and would stay so after the rename.
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """Make the renames themselves durable, where the system lets a folder be opened."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(descriptor)
    except OSError:
        pass  # Some network file systems refuse; the files themselves are synced.
    finally:
        os.close(descriptor)

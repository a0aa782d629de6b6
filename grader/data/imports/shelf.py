"""Where imported data sets lie, and which of their images are shown to students and which are hidden from them.

The images of an imported set are public: students may have all of them. What is kept out of a student's cell is
therefore unseen by the trained network, and not secret.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import msgspec

from grader.data.cache import cache_root, digest_of, ensure_tree
from grader.data.imports.known import VALIDATION, importable_names
from grader.errors import GraderFault, UsageError

PREFIX = "imported/"
MANIFEST = "manifest.json"

_MOST_HIDDEN = 600
_HIDDEN_SHARE = 0.2
_HIDDEN_SHARE_OF_VALIDATION = 0.75
_MOST_SHOWN = 2000
# To be raised when this module changes which images are hidden or shown.
_EDITION = 1


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What lies in an imported folder.

    Attributes:
        name: The set's name, without `imported/`.
        classes: Names of the class folders, sorted.
        parts: Names of the folders above them, one empty name where there are none.
        files: Path → SHA-256.
        origins: Path → where it was in what the user handed over.
    """

    name: str
    classes: tuple[str, ...]
    parts: tuple[str, ...]
    files: dict[str, str]
    origins: dict[str, str]
    format: int = 1


@dataclass(frozen=True)
class Split:
    """Paths within a set: what student cells get, and what is hidden from them, with the hidden images' classes."""

    shown: tuple[str, ...]
    hidden: tuple[str, ...]
    labels: tuple[str, ...]


@dataclass(frozen=True)
class ImportedSet:
    """One imported set.

    Attributes:
        folder: Holds the class folders, or `train` and `validation` with class folders in each.
        manifest: What is in it.
    """

    folder: Path
    manifest: Manifest

    @property
    def name(self) -> str:
        """The name by which an exercise takes the set as its data."""
        return PREFIX + self.manifest.name

    @cached_property
    def digest(self) -> str:
        """Digest of all images and where they stand."""
        text = json.dumps([_EDITION, self.manifest.name, sorted(self.manifest.files.items())])
        return digest_of(text.encode())

    @property
    def hidden_count(self) -> int:
        """How many images are hidden, whatever the seed."""
        return self._hidden_per_class * len(self.manifest.classes)

    @property
    def _hidden_part(self) -> str:
        """The part from which hidden images come."""
        return VALIDATION if VALIDATION in self.manifest.parts else self.manifest.parts[0]

    @property
    def _hidden_per_class(self) -> int:
        numbers = self.counts()[self._hidden_part]
        share = _HIDDEN_SHARE_OF_VALIDATION if self._hidden_part == VALIDATION else _HIDDEN_SHARE
        return min(_MOST_HIDDEN // len(numbers), int(min(numbers.values()) * share))

    def whole_folder(self) -> Path:
        """Return the folder, having checked that no file was added or taken away.

        Raises:
            UsageError: The folder is not as it was imported.
        """
        found = {
            path.relative_to(self.folder).as_posix()
            for path in self.folder.rglob("*")
            if not path.is_dir() and path.name != MANIFEST
        }
        if found != set(self.manifest.files):
            raise UsageError(f"{self.folder} is not as it was imported; run `grader data import` again.")
        return self.folder

    def read(self, path: str) -> bytes:
        """Return the content of one file.

        Raises:
            UsageError: It is not as it was imported.
        """
        try:
            data = (self.folder / path).read_bytes()
        except OSError:
            data = b""
        if digest_of(data) != self.manifest.files[path]:
            raise UsageError(f"{self.folder / path} is not as it was imported; run `grader data import` again.")
        return data

    def split(self, seed: bytes) -> Split:
        """Choose what is hidden, by a keyed hash of each path, so that equal seeds choose equally.

        At most 600 images are hidden, as many of each class. They come from the validation part where there is one,
        which leaves a quarter of it to be shown, else from all images, a fifth of them at most.

        Args:
            seed: The assignment's seed.
        """
        pool = self._ranked(seed, self._hidden_part)
        order = [
            (turn, kind)
            for turn in range(self._hidden_per_class)
            for kind in _turn_order(seed, turn, self.manifest.classes)
        ]
        chosen = [(pool[kind][turn], kind) for turn, kind in order]
        hidden = {path for path, _ in chosen}
        shown: list[str] = []
        for part in self.manifest.parts:
            ranked = {kind: [p for p in paths if p not in hidden] for kind, paths in self._ranked(seed, part).items()}
            most = min(_MOST_SHOWN // len(ranked), *map(len, ranked.values()))
            shown += [path for paths in ranked.values() for path in paths[:most]]
        return Split(tuple(sorted(shown)), tuple(path for path, _ in chosen), tuple(kind for _, kind in chosen))

    def shown_folder(self, seed: bytes) -> Path:
        """Return a folder with what a student's cell may see, without the hidden images, from the cache if it is there.

        It holds as many images of each class, at most 2,000 in each part: a cell gets all of them at once.

        Raises:
            UsageError: The set is not as it was imported.
            GraderFault: The cache cannot be written.
        """

        def build() -> Mapping[str, bytes]:
            return {path: self.read(path) for path in self.split(seed).shown}

        key = hmac.new(seed, f"shown/{self.digest}".encode(), hashlib.sha256).hexdigest()
        home = cache_root() / "imported-shown" / f"{self.manifest.name}-{key[:16]}"
        return ensure_tree(home, self.manifest.name, build)

    def counts(self) -> dict[str, dict[str, int]]:
        """Return how many images there are: part → class → number."""
        result = {part: dict.fromkeys(self.manifest.classes, 0) for part in self.manifest.parts}
        for path in self.manifest.files:
            part, kind = _place(path)
            result[part][kind] += 1
        return result

    def _ranked(self, seed: bytes, part: str) -> dict[str, list[str]]:
        """Return a part's files by class, each class in the order of the keyed hash."""
        ranked: dict[str, list[str]] = {kind: [] for kind in self.manifest.classes}
        for path in self.manifest.files:
            where, kind = _place(path)
            if where == part:
                ranked[kind].append(path)
        for paths in ranked.values():
            paths.sort(key=lambda path: _keyed(seed, f"file/{path}"))
        return ranked


def is_imported_name(name: str) -> bool:
    """Tell whether a data set's name is that of an imported one, such as `imported/cats-vs-dogs`."""
    return name.startswith(PREFIX)


def shelf() -> Path:
    """Return the folder of the cache in which imported sets lie."""
    return cache_root() / "imported"


def imported_names() -> tuple[str, ...]:
    """Return the names of the imported sets that are there, sorted, such as `imported/cats-vs-dogs`."""
    return tuple(PREFIX + name for name in importable_names() if (shelf() / name / MANIFEST).is_file())


def imported_set(name: str) -> ImportedSet:
    """Return an imported set.

    Args:
        name: With its prefix, for example `imported/cats-vs-dogs`.

    Raises:
        UsageError: It was not imported, or its manifest cannot be read.
    """
    bare = name.removeprefix(PREFIX)
    if bare not in importable_names():
        known = ", ".join(PREFIX + known for known in importable_names())
        raise UsageError(f"There is no data set `{name}`. Sets that can be imported: {known}.")
    folder = shelf() / bare
    try:
        manifest = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Manifest)
        for path in manifest.files:
            _checked_place(path, manifest)
    except FileNotFoundError:
        raise UsageError(f"`{name}` was not imported yet; run `grader data import {bare} PATH` first.") from None
    except OSError as error:
        raise GraderFault(f"{folder / MANIFEST} cannot be read: {error.strerror}.") from error
    except (msgspec.DecodeError, ValueError) as error:
        raise UsageError(f"{folder} is damaged; run `grader data import {bare} PATH` again.") from error
    return ImportedSet(folder, manifest)


def _checked_place(path: str, manifest: Manifest) -> None:
    part, kind = _place(path)
    if part not in manifest.parts or kind not in manifest.classes or {"", ".."} & set(path.split("/")):
        raise ValueError(path)


def _place(path: str) -> tuple[str, str]:
    """Return part and class of a path such as `train/A/0.png` or `Cat/0.jpg`."""
    *part, kind, _ = path.split("/")
    return "/".join(part), kind


def _turn_order(seed: bytes, turn: int, classes: Sequence[str]) -> Iterable[str]:
    """Return the classes in the order in which they follow each other in one run of hidden images."""
    return sorted(classes, key=lambda kind: _keyed(seed, f"order/{turn}/{kind}"))


def _keyed(seed: bytes, message: str) -> bytes:
    return hmac.new(seed, message.encode(), hashlib.sha256).digest()

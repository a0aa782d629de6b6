"""From what a user has (zips, folders, CSV files) to one folder in our layout, with a manifest."""

from __future__ import annotations

import re
import shutil
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from grader.data.cache import digest_of, private_folder, remove_leftovers
from grader.data.imports.images import Reason, judged
from grader.data.imports.known import TRAIN, VALIDATION, KnownSet, known_set, part_of
from grader.data.imports.opening import Budget, Caps, Entry, opened
from grader.data.imports.shelf import MANIFEST, PREFIX, ImportedSet, Manifest, shelf
from grader.data.imports.tables import is_table, rows
from grader.errors import GraderFault, UsageError

Progress = Callable[[int, int], None]
"""Called with (bytes done, bytes in all)."""

_SYSTEM_FILES = re.compile(r"(^|/)(__MACOSX/.*|\.[^/]*|Thumbs\.db|desktop\.ini)$", re.IGNORECASE)
"""What operating systems leave in folders, and hidden files: nothing that a user would miss."""


@dataclass(frozen=True)
class LeftOut:
    """One file, or line of a table, that was not taken over."""

    path: str
    reason: Reason


@dataclass(frozen=True)
class Imported:
    """What came of an import.

    Attributes:
        name: The name for an exercise's `data`; None where the folder lies outside the cache.
        folder: Where the images are now.
        counts: Part → class → number of images; one part without a name where the set is in one piece.
        left_out: What was not taken over, in the order it was met.
        advice: What the user may want to know, one sentence each.
    """

    name: str | None
    folder: Path
    counts: dict[str, dict[str, int]]
    left_out: tuple[LeftOut, ...]
    advice: tuple[str, ...] = ()

    @property
    def images(self) -> int:
        """How many images were taken over."""
        return sum(number for part in self.counts.values() for number in part.values())

    @property
    def reasons(self) -> dict[str, int]:
        """How many were left out for each reason."""
        return dict(Counter(left.reason for left in self.left_out))


@dataclass(frozen=True)
class _Found:
    """One file that is taken in: an image of a class, or a table."""

    entry: Entry
    source: str
    part: str | None
    kind: str | None


@dataclass
class _Writer:
    """Writes images below a folder and remembers what they were."""

    top: Path
    seen: set[str] = field(default_factory=set)
    files: dict[str, str] = field(default_factory=dict)
    origins: dict[str, str] = field(default_factory=dict)
    numbers: Counter[tuple[str, str]] = field(default_factory=Counter)
    left_out: list[LeftOut] = field(default_factory=list)

    def leave_out(self, origin: str, reason: Reason) -> None:
        self.left_out.append(LeftOut(origin, reason))

    def add(self, part: str, kind: str, suffix: str, data: bytes, origin: str) -> None:
        digest = digest_of(data)
        if digest in self.seen:
            self.leave_out(origin, "repeated")
            return
        self.seen.add(digest)
        number = self.numbers[part, kind]
        self.numbers[part, kind] += 1
        name = f"{part}/{kind}/{number}{suffix}" if part else f"{kind}/{number}{suffix}"
        path = self.top / name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.write_bytes(data)
        self.files[name] = digest
        self.origins[name] = origin


def import_dataset(
    name: str,
    paths: Sequence[Path],
    *,
    out: Path | None = None,
    caps: Caps | None = None,
    progress: Progress | None = None,
) -> Imported:
    """Take over a data set that the user has, into the cache or into a folder.

    Class folders are found at any depth and by names in any case. Every image is decoded; those that TensorFlow could
    not decode, and repeated ones, are left out and listed. JPEG and PNG files keep their bytes, BMP and GIF ones become
    PNGs, and all get numbers as names.

    Args:
        name: One of `importable_names()`.
        paths: One or two folders, zips or CSV files; where they do not say by their names what they are, the first
            holds the training images and the second the validation images.
        out: A folder that is new or empty; None takes the cache, where exercises find the set.
        caps: Bounds on what is read.
        progress: Told how much is read.

    Raises:
        UsageError: The set is unknown, a path is refused, or classes are missing in it.
        GraderFault: The folder cannot be written.
    """
    known = known_set(name)
    if not 1 <= len(paths) <= 2:
        raise UsageError(f"`{name}` is imported from one or two paths, not {len(paths)}.")
    target = shelf() / name if out is None else out.absolute()
    if out is not None and target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise UsageError(f"{out} exists and is no empty folder; name a new one.")
    remove_leftovers(shelf())
    fresh = target.parent / f".new-{uuid.uuid4().hex}"
    try:
        writer = _Writer(fresh)
        with ExitStack() as stack:
            _take_over(known, list(paths), writer, Budget(caps or Caps()), stack, progress)
        _check_classes(known, writer)
        parts = tuple(part for part in (TRAIN, VALIDATION) if any(where == part for where, _ in writer.numbers))
        manifest = Manifest(
            name=name,
            classes=tuple(sorted(known.classes)),
            parts=parts or ("",),
            files=writer.files,
            origins=writer.origins,
        )
        (fresh / MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(manifest), indent=1))
        _install(fresh, target, replace=out is None)
    except OSError as error:
        raise GraderFault(
            f"{target} cannot be written ({error.strerror or error}). Free some space there, or name another --out."
        ) from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    counts = ImportedSet(target, manifest).counts()
    advice = _advice(known, manifest, paths)
    return Imported(PREFIX + name if out is None else None, target, counts, tuple(writer.left_out), advice)


def _take_over(
    known: KnownSet, paths: list[Path], writer: _Writer, budget: Budget, stack: ExitStack, progress: Progress | None
) -> None:
    """Write all usable images of the paths."""
    private_folder(writer.top)
    found: list[_Found] = []
    for path, role in zip(paths, _roles(paths), strict=True):
        entries = [
            entry for entry in stack.enter_context(opened(path, budget)) if not _SYSTEM_FILES.search(str(entry.path))
        ]
        found += [_placed(entry, path.name, role, known) for entry in entries]
    if known.table and any(one.kind is None and one.entry.path.suffix.lower() == ".csv" for one in found):
        # The pictures that lie beside the tables show the alphabet of signs, not data.
        found = [one for one in found if one.entry.path.suffix.lower() == ".csv"]
    if known.parted and not any(one.part == TRAIN for one in found if _usable(one)):
        # A folder called "test" that holds all there is: its name said nothing.
        found = [_Found(one.entry, one.source, TRAIN, one.kind) for one in found]
    tell = _Teller(sum(one.entry.size for one in found), progress)
    # Training images first: of repeated ones it is then the validation image that goes.
    for one in sorted(found, key=lambda one: (one.part != TRAIN, one.source, _natural(str(one.entry.path)))):
        origin = _readable(one.source if str(one.entry.path) == one.source else f"{one.source}/{one.entry.path}")
        part = (one.part or TRAIN) if known.parted else ""
        if known.table and one.kind is None and one.entry.path.suffix.lower() == ".csv":
            _take_table(one.entry, part, origin, writer, budget.caps, tell)
            continue
        tell.passed(one.entry.size)
        if one.kind is None:
            writer.leave_out(origin, "outside the class folders")
        else:
            _take_image(one.entry, (part, one.kind), origin, writer, budget.caps)


def _take_image(entry: Entry, place: tuple[str, str], origin: str, writer: _Writer, caps: Caps) -> None:
    data = entry.read(caps.image_bytes)
    if data is None:
        writer.leave_out(origin, "too large" if entry.size > caps.image_bytes else "damaged")
        return
    verdict = judged(data, max_pixels=caps.pixels)
    if verdict.reason is not None:
        writer.leave_out(origin, verdict.reason)
    else:
        writer.add(*place, verdict.suffix, verdict.data, origin)


def _take_table(entry: Entry, part: str, origin: str, writer: _Writer, caps: Caps, tell: _Teller) -> None:
    if not is_table(entry, caps.table_bytes):
        raise UsageError(f"{origin}: the first line must be `label,pixel1,pixel2,...,pixel784`.")
    for row in rows(entry, caps.table_bytes, tell.passed):
        if row.letter is None:
            writer.leave_out(f"{origin}, line {row.line}", "bad row")
        else:
            writer.add(part, row.letter, ".png", row.png, f"{origin}, line {row.line}")


def _roles(paths: list[Path]) -> list[str | None]:
    """Return what each path holds by its name, or by its place where there are two and no name tells."""
    roles = [part_of(path.stem) for path in paths]
    if len(paths) == 2:
        other = {TRAIN: VALIDATION, VALIDATION: TRAIN}
        if roles == [None, None]:
            return [TRAIN, VALIDATION]
        return [role or other[str(roles[1 - place])] for place, role in enumerate(roles)]
    return roles


def _placed(entry: Entry, source: str, role: str | None, known: KnownSet) -> _Found:
    """Say which class and part a file belongs to: the nearest folders whose names tell."""
    folders = entry.path.parts[:-1]
    kinds = [(place, kind) for place, folder in enumerate(folders) if (kind := known.class_of(folder)) is not None]
    place, kind = kinds[-1] if kinds else (len(folders), None)
    above = [*folders[:place], *([entry.path.stem] if kind is None else [])]
    parts = [part for folder in above if (part := part_of(folder)) is not None]
    return _Found(entry, source, parts[-1] if parts else (role or TRAIN), kind)


def _usable(one: _Found) -> bool:
    return one.kind is not None or one.entry.path.suffix.lower() == ".csv"


def _check_classes(known: KnownSet, writer: _Writer) -> None:
    """Refuse a set in which a class has no images: the numbering of the others would shift."""
    parts = {part for part, _ in writer.numbers} or {""}
    for part in sorted(parts):
        missing = [kind for kind in sorted(known.classes) if not writer.numbers[part, kind]]
        if missing:
            where = f" for {part}" if part else ""
            folders = ", ".join(sorted(min(known.classes[kind], key=len) for kind in missing))
            table = " or a CSV file with the columns label, pixel1, ..., pixel784" if known.table else ""
            raise UsageError(f"`{known.name}` needs images{where} in folders called {folders}{table}; none were found.")


def _advice(known: KnownSet, manifest: Manifest, paths: Sequence[Path]) -> tuple[str, ...]:
    if known.parted and VALIDATION not in manifest.parts and len(paths) == 1:
        return (
            "There are no validation images: this set comes in two pieces, so name the other one as a second PATH.",
        )
    return ()


def _install(fresh: Path, target: Path, *, replace: bool) -> None:
    """Put the finished folder in its place; an older import gives way only now."""
    old = target.parent / f".old-{uuid.uuid4().hex}"
    if target.exists():
        if replace:
            target.rename(old)
        else:
            target.rmdir()
    fresh.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def _readable(name: str) -> str:
    """Return a file's name as text that can be written to a file; Linux allows names that are no text."""
    return name.encode("utf-8", "backslashreplace").decode()


def _natural(text: str) -> list[tuple[int, str]]:
    """Return a sorting key by which `2.jpg` comes before `10.jpg`."""
    words = re.split(r"([0-9]+)", text)
    # By length and text instead of by value: an archive may hold a number of sixty thousand digits.
    return [(len(word.lstrip("0")), word.lstrip("0")) if place % 2 else (-1, word) for place, word in enumerate(words)]


class _Teller:
    """Adds up bytes and tells the caller, at most two hundred times."""

    def __init__(self, total: int, progress: Progress | None) -> None:
        self._total = total
        self._progress = progress
        self._done = 0
        self._told = 0

    def passed(self, size: int) -> None:
        self._done += size
        if self._progress is not None and (self._done - self._told) * 200 >= self._total:
            self._told = self._done
            self._progress(min(self._done, self._total), self._total)

"""The kinds of images that can be drawn, each as: class names and a function from class and generator to a file."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType

import numpy as np

from grader.data import figures, horses, letters, pets, scenery
from grader.errors import UsageError


@dataclass(frozen=True)
class Part:
    """One folder of a public set.

    Attributes:
        name: Folder that holds the class folders, for example `"train"`; empty where the set is in one piece.
        per_class: Images of each class in it.
    """

    name: str
    per_class: int

    @property
    def prefix(self) -> str:
        """What stands before the class in a file's path: `"train/"`, or nothing."""
        return f"{self.name}/" if self.name else ""


@dataclass(frozen=True)
class Source:
    """A drawable data set.

    Attributes:
        name: What it is called on the command line and in `exercise.toml`.
        classes: Class names, which are folder names too, sorted.
        draw: Draws one image of a class as the bytes of a file: a pure function of the class and the generator's state.
        code: Folder whose modules decide what is drawn.
        parts: Folders of the public set; one without a name where the class folders lie at its top.
        suffix: File extension that fits what `draw` returns, with its dot.
        shared: Further folders of code that it draws with.
    """

    name: str
    classes: tuple[str, ...]
    draw: Callable[[str, np.random.Generator], bytes]
    code: Path
    parts: tuple[Part, ...]
    suffix: str = ".jpg"
    shared: tuple[Path, ...] = ()

    @property
    def version(self) -> str:
        """Digest of the drawing code: part of every cache key, so that no stale picture is served."""
        digests = [code_digest(folder) for folder in (self.code, *self.shared)]
        return digests[0] if len(digests) == 1 else hashlib.sha256("".join(digests).encode()).hexdigest()


@cache
def code_digest(folder: Path) -> str:
    """Return the digest of all Python files below `folder`, the same on every system."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        # Line ends differ between checkouts; the drawing does not.
        text = path.read_bytes().replace(b"\r\n", b"\n")
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + hashlib.sha256(text).digest())
    return digest.hexdigest()


def _folder(package: ModuleType) -> Path:
    return Path(str(package.__file__)).parent


_SOURCES = {
    "horses_or_humans": Source(
        "horses_or_humans",
        horses.KINDS,
        horses.draw_jpeg,
        _folder(horses),
        (Part("train", 75), Part("validation", 100)),
        shared=(_folder(scenery), _folder(figures)),
    ),
    "letters": Source(
        "letters",
        letters.LETTERS,
        letters.draw_png,
        _folder(letters),
        (Part("train", 150), Part("validation", 40)),
        suffix=".png",
    ),
    "pets": Source("pets", pets.KINDS, pets.draw_jpeg, _folder(pets), (Part("", 250),), shared=(_folder(scenery),)),
}


def source_names() -> tuple[str, ...]:
    """Return the names that `source` knows, sorted."""
    return tuple(sorted(_SOURCES))


def source(name: str) -> Source:
    """Return the source called `name`.

    Raises:
        UsageError: There is none of that name.
    """
    try:
        return _SOURCES[name]
    except KeyError:
        known = ", ".join(source_names())
        raise UsageError(f"There is no data set `{name}`. Data sets: {known}.") from None


def child_generator(seed: bytes, *path: str | int) -> np.random.Generator:
    """Return a generator of its own for one image, so that any image can be drawn without the ones before it.

    Args:
        seed: The secret (or public) seed, of any length.
        path: What the generator is for, for example `("pets", "hidden", 17)`.
    """
    message = "/".join(str(part) for part in path).encode()
    child = hmac.new(seed, message, hashlib.sha256).digest()
    return np.random.default_rng(np.random.SeedSequence(int.from_bytes(child, "big")))

"""The kinds of images that can be drawn, each as: class names and a function from class and generator to a JPEG."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from grader.data import pets
from grader.errors import UsageError


@dataclass(frozen=True)
class Source:
    """A drawable data set.

    Attributes:
        name: What it is called on the command line and in `exercise.toml`.
        classes: Class names, which are folder names too, sorted.
        draw: Draws one image of a class as JPEG bytes: a pure function of the class and the generator's state.
        code: Folder whose modules decide what is drawn.
        per_class: Images of each class in the public set.
    """

    name: str
    classes: tuple[str, ...]
    draw: Callable[[str, np.random.Generator], bytes]
    code: Path
    per_class: int

    @property
    def version(self) -> str:
        """Digest of the drawing code: part of every cache key, so that no stale picture is served."""
        return code_digest(self.code)


@cache
def code_digest(folder: Path) -> str:
    """Return the digest of all Python files below `folder`, the same on every system."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        # Line ends differ between checkouts; the drawing does not.
        text = path.read_bytes().replace(b"\r\n", b"\n")
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + hashlib.sha256(text).digest())
    return digest.hexdigest()


_SOURCES = {
    "pets": Source("pets", pets.KINDS, pets.draw_jpeg, Path(pets.__file__).parent, per_class=250),
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

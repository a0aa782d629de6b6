"""The folder name of each submission's report: a function of its relative path alone.

Nothing else in the folder decides the name, so adding a submission never moves another one's report and a
second run finds what the first one wrote.
"""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from pathlib import PurePath

PLAIN = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
"""Parts of a path that stand for themselves on every file system: no case, no Unicode, no doubled separator."""

UNSAFE = frozenset('/\\:*?"<>|')
"""Characters that some file system gives a meaning to."""

LONGEST_SLUG = 60
SHORT_HASH = 10


def report_folders(relatives: Iterable[PurePath]) -> dict[PurePath, str]:
    """A report folder name for each relative path, unique without regard to case and Unicode form."""
    paths = tuple(relatives)
    names = {path: report_folder(path) for path in paths}
    seen = Counter(names.values())
    # Equal short hashes do not happen by chance, but a student may search for one.
    return {path: name if seen[name] == 1 else report_folder(path, hash_length=64) for path, name in names.items()}


def report_folder(relative: PurePath, *, hash_length: int = SHORT_HASH) -> str:
    """`alice/week1.ipynb` gives `alice--week1`; what is not plain gets a slug and a hash of the path.

    Plain means lower-case ASCII letters, digits and single `-` or `_`, ending in `.ipynb` or `.py`; a `.py` keeps
    its suffix as `.py`, since both may lie side by side.
    """
    parts = (*relative.parts[:-1], relative.stem)
    plain = all(PLAIN.fullmatch(part) for part in parts)
    name = "--".join(parts)
    if plain and len(name) <= LONGEST_SLUG and hash_length == SHORT_HASH:
        if relative.suffix == ".ipynb":
            return name
        if relative.suffix == ".py":
            return f"{name}.py"
    digest = hashlib.sha256(os.fsencode(relative.as_posix())).hexdigest()[:hash_length]
    # The dot keeps hashed names apart from plain ones, which have none but the one of `.py`.
    return f"{slug(relative)}.{digest}"


def slug(relative: PurePath) -> str:
    """What a person still recognises of a path, in lower-case ASCII."""
    text = "--".join((*relative.parts[:-1], relative.stem))
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9_-]+", "-", ascii_text.lower())[:LONGEST_SLUG].strip("-_") or "submission"


def label(relative: PurePath) -> str:
    """The path as text that is valid Unicode: bytes of a file name that are no UTF-8 become `\ufffd`."""
    return os.fsencode(relative.as_posix()).decode("utf-8", "replace")


def safe_name(name: str) -> str:
    """A file name from outside as one that no file system refuses or reads as a path; its suffix stays.

    At most 150 bytes of UTF-8. Equal names may come of different ones: give each a folder of its own.
    """
    text = "".join(char if char.isprintable() and char not in UNSAFE else "_" for char in name)
    suffix = PurePath(text).suffix[:20]
    stem = text.removesuffix(suffix).encode("utf-8", "replace")[: 150 - len(suffix.encode())].decode("utf-8", "ignore")
    return f"{stem.strip('. ') or 'submission'}{suffix}"

"""The assignment's secret seed: one for all its submissions, made once, readable by its owner alone."""

from __future__ import annotations

import hashlib
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from grader.errors import UsageError

SIZE = 16
FILE = Path(".assignment") / "seed"


@dataclass(frozen=True)
class AssignmentSeed:
    """128 secret bits. Its `repr` shows only the digest, and so do reports."""

    value: bytes = field(repr=False)

    @property
    def digest(self) -> str:
        """A short digest that tells two seeds apart and gives nothing away."""
        return hashlib.sha256(b"assignment seed:" + self.value).hexdigest()[:16]

    @classmethod
    def fixed(cls, number: int) -> AssignmentSeed:
        """A seed made from a number, for tests: `--seed`.

        Raises:
            UsageError: a negative number.
        """
        if number < 0:
            raise UsageError(f"seed (={number}) must not be negative.")
        return cls(hashlib.sha256(f"fixed seed {number}".encode()).digest()[:SIZE])

    @classmethod
    def fresh(cls) -> AssignmentSeed:
        """A seed of its own, kept nowhere."""
        return cls(secrets.token_bytes(SIZE))

    @classmethod
    def found_in(cls, out: Path) -> AssignmentSeed | None:
        """The seed of the assignment whose reports lie in `out`; None where there is none, and none is made.

        Raises:
            UsageError: the file is not a seed, or cannot be read.
        """
        return cls.for_folder(out) if (out / FILE).is_file() else None

    @classmethod
    def for_folder(cls, out: Path) -> AssignmentSeed:
        """The seed of the assignment whose reports lie in `out`: read if it is there, else made.

        Raises:
            UsageError: the file is not a seed, or cannot be read or written.
        """
        path = out / FILE
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            try:
                descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            except FileExistsError:
                value = path.read_bytes()
            else:
                value = secrets.token_bytes(SIZE)
                with os.fdopen(descriptor, "wb") as file:
                    file.write(value)
                    file.flush()
                    os.fsync(file.fileno())
        except OSError as error:
            raise UsageError(f"{path}: the assignment's seed cannot be read or made: {error.strerror}.") from error
        if len(value) != SIZE:
            raise UsageError(
                f"{path}: has {len(value)} bytes, a seed has {SIZE}. Delete it to begin a new assignment in this folder."
            )
        return cls(value)

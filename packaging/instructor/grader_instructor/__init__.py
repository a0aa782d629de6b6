"""The hidden tests of the exercises, one folder each. They are read by path, never imported."""

from __future__ import annotations

from pathlib import Path

__all__ = ["hidden_tests"]


def hidden_tests(exercise: str) -> Path:
    """The folder of an exercise's hidden tests.

    Raises:
        FileNotFoundError: this distribution has none for `exercise`.
    """
    folder = Path(__file__).resolve().parent / exercise / "hidden_tests"
    if not folder.is_dir():
        raise FileNotFoundError(f"No hidden tests for {exercise!r} in {Path(__file__).resolve().parent}.")
    return folder

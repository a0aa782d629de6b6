from pathlib import Path

import pytest

from grader.exercises import Exercise, load_exercise

NAME = "week1_larger_dataset"


@pytest.fixture(scope="session")
def exercise() -> Exercise:
    return load_exercise(NAME)


@pytest.fixture
def overlay(tmp_path: Path):
    """Write an overlay and load the exercise with it; the file is called `mine.toml` in messages."""

    def load(text: str) -> Exercise:
        path = tmp_path / "mine.toml"
        path.write_text(text, encoding="utf-8")
        return load_exercise(NAME, path)

    return load

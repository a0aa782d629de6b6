"""A folder of scripted submissions and a way to grade it without processes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from grader.batch import BatchOutcome, grade_folder
from grader.batch.testing import ScriptedEngine, SerialExecutor


@pytest.fixture
def engine(tmp_path: Path) -> ScriptedEngine:
    """Grades a file by the words in it; `noted()` tells what it did."""
    return ScriptedEngine(tmp_path / "log")


@pytest.fixture
def hand_in(tmp_path: Path) -> Callable[..., Path]:
    """Write submissions, `name=words`; returns their folder."""
    folder = tmp_path / "submissions"
    folder.mkdir()

    def write(**files: str) -> Path:
        for name, words in files.items():
            (folder / f"{name}.py").write_text(words)
        return folder

    return write


@pytest.fixture
def grade(tmp_path: Path, engine: ScriptedEngine) -> Callable[..., BatchOutcome]:
    """Grade a folder into `out`, one submission after the other, in this process."""
    return partial(grade_folder, "toy", out=tmp_path / "out", jobs=1, engine=engine, open_executor=SerialExecutor)

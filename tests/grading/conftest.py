"""One warm session for all tests of a worker, and submissions made from the reference by changing one part of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from grader.exercises import Exercise, load_exercise
from grader.grading import AssignmentSeed, GradingSession, WarmZygotes
from tests.grading.kit import EXERCISE, FOLDER, Grade, Vary, graded_by


@pytest.fixture(scope="session")
def exercise() -> Exercise:
    return load_exercise(EXERCISE)


@pytest.fixture(scope="session")
def zygotes() -> Iterator[WarmZygotes]:
    """One warm zygote for all sessions of this process: starting one costs more than many a grading."""
    shared = WarmZygotes()
    yield shared
    shared.close()


@pytest.fixture(scope="session")
def session(exercise: Exercise, zygotes: WarmZygotes) -> Iterator[GradingSession]:
    with GradingSession(exercise, seed=AssignmentSeed.fixed(1), zygotes=zygotes) as running:
        yield running


@pytest.fixture(scope="session")
def grade(session: GradingSession) -> Grade:
    return graded_by(session)


@pytest.fixture
def vary(tmp_path: Path) -> Vary:
    """The reference with one function replaced, and code put in front or behind."""

    def make(
        *, replace: dict[str, str] | None = None, before: str = "", after: str = "", name: str = "varied.py"
    ) -> Path:
        text = (FOLDER / "reference.py").read_text(encoding="utf-8")
        for entry, body in (replace or {}).items():
            text, count = re.subn(
                rf"^(def|class) {entry}\b.*?(?=^# %%)",
                lambda _, new=body: new + "\n\n",
                text,
                flags=re.MULTILINE | re.DOTALL,
            )
            assert count == 1, entry
        path = tmp_path / name
        path.write_text(before + "\n" + text + "\n# %%\n" + after + "\n", encoding="utf-8")
        return path

    return make


@pytest.fixture
def begun(zygotes: WarmZygotes, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the cells that sessions start, in order."""
    names: list[str] = []
    for zygote in (zygotes.get(), zygotes.training()):

        def noted(*arguments: Any, name: str, spawn: Any = zygote.spawn, **options: Any) -> Any:
            names.append(name)
            return spawn(*arguments, name=name, **options)

        monkeypatch.setattr(zygote, "spawn", noted)
    return names

"""A new exercise that works as it comes: one task, one check, a reference, an alternate and a mistake."""

from __future__ import annotations

import re
from pathlib import Path

from grader.errors import UsageError
from grader.exercises.generate import generated_files
from grader.exercises.loading import load_exercise
from grader.paths import exercises_dir, solutions_dir, templates_dir

NAME = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")
TEMPLATE = "new_exercise"
SOLUTIONS = "solutions"
RENAMED = {"hidden_checks": "hidden_tests", "solved": SOLUTIONS, "right": "alternates", "wrong": "mistakes"}
"""Folders of the template have names of their own: nothing called a hidden test or a solution is in what students install."""


def new_exercise(name: str, title: str | None = None) -> tuple[Path, ...]:
    """Write the skeleton of an exercise into this checkout and return the files, starters and notebooks included.

    Args:
        name: of its folders, such as `week5_segmentation`.
        title: what people read; made from the name by default.

    Raises:
        UsageError: a name that cannot be, an exercise that is there already, or no checkout to write into.
    """
    if not NAME.fullmatch(name):
        raise UsageError(
            f"`name` (={name!r}) must be lower-case words joined by underscores, such as week5_segmentation."
        )
    homes = {"": exercises_dir() / name, SOLUTIONS: solutions_dir() / name}
    for home in homes.values():
        if home.exists():
            raise UsageError(f"{home} is there already; choose another name, or remove it first.")
    words = {"@NAME@": name, "@TITLE@": title or name.replace("_", " ").capitalize()}
    written = []
    source = templates_dir() / TEMPLATE
    for path in sorted(source.rglob("*")):
        if not path.is_file() or "__pycache__" in path.parts:
            continue
        relative = Path(*(RENAMED.get(part, part) for part in path.relative_to(source).parts))
        solution = relative.parts[0] == SOLUTIONS
        target = homes[SOLUTIONS] / relative.relative_to(SOLUTIONS) if solution else homes[""] / relative
        text = path.read_text(encoding="utf-8")
        for mark, word in words.items():
            text = text.replace(mark, word)
        written.append(_put(target, text))
    for target, text in generated_files(load_exercise(name)).items():
        written.append(_put(target, text))
    return tuple(written)


def _put(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path

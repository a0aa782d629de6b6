"""Build hook of the instructors' distribution: collects `exercises/<name>/hidden_tests` of the repository.

The source distribution carries them in a folder `exercises` of its own, so that a wheel can be built from it too.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PACKAGE = "grader_instructor"


class HiddenTestsHook(BuildHookInterface[Any]):
    """Adds every hidden test to the wheel or to the source distribution."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling before it collects files; `version` is "standard" or "editable"."""
        top = PACKAGE if self.target_name == "wheel" else "exercises"
        for source, target in hidden_tests(exercises_folder(Path(self.root))):
            build_data["force_include"][str(source)] = f"{top}/{target}"


def exercises_folder(root: Path) -> Path:
    """The exercises: inside an unpacked source distribution, or at the top of the repository."""
    inside = root / "exercises"
    return inside if inside.is_dir() else root.parent.parent / "exercises"


def hidden_tests(exercises: Path) -> Iterator[tuple[Path, str]]:
    """Hidden test files, each with its path below the package: `<exercise>/hidden_tests/<file>`.

    Raises:
        FileNotFoundError: there are none, so the wheel would be empty.
    """
    found = False
    for path in sorted(exercises.glob("*/hidden_tests/**/*")):
        parts = path.relative_to(exercises).parts
        if path.is_file() and not any(part == "__pycache__" or part.startswith(".") for part in parts):
            found = True
            yield path, "/".join(parts)
    if not found:
        raise FileNotFoundError(f"{exercises} holds no hidden tests: build from a checkout of the repository.")

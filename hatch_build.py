"""Build hook of the students' wheel: puts exercises and templates into the package, without hidden tests.

In a checkout these folders lie beside `grader/`, where people edit them; in a wheel they lie in `grader/_bundled/`
(see `grader/paths.py`). Files are listed one by one, because whole folders would bring the hidden tests along.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

BUNDLED = "grader/_bundled"
HIDDEN = "hidden_tests"


class BundleHook(BuildHookInterface[Any]):
    """Adds the files of `bundled_files` to a wheel; an editable install reads them where they are."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling before it collects files; `version` is "standard" or "editable"."""
        if version == "editable":
            return
        for source, target in bundled_files(Path(self.root)):
            build_data["force_include"][str(source)] = target


def bundled_files(root: Path) -> Iterator[tuple[Path, str]]:
    """Files that the students' wheel carries beside the code, each with its path in the wheel.

    Raises:
        FileNotFoundError: a folder is missing, so the wheel would install and then not work.
    """
    for name in ("exercises", "templates"):
        folder = root / name
        if not folder.is_dir():
            raise FileNotFoundError(f"{folder} is missing: build from a checkout or from the source distribution.")
        for path in content_files(folder):
            parts = path.relative_to(folder).parts
            if HIDDEN not in parts:
                yield path, "/".join((BUNDLED, name, *parts))


def content_files(folder: Path) -> Iterator[Path]:
    """Files below `folder`, sorted, without bytecode and hidden files."""
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if path.is_file() and not any(part == "__pycache__" or part.startswith(".") for part in parts):
            yield path

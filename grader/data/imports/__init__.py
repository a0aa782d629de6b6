"""Data sets that users bring along: reading them safely, checking them, keeping them in one layout."""

from __future__ import annotations

from grader.data.imports.importing import Imported, Progress, import_dataset
from grader.data.imports.known import importable_names
from grader.data.imports.shelf import ImportedSet, imported_names, imported_set, is_imported_name

__all__ = [
    "Imported",
    "ImportedSet",
    "Progress",
    "import_dataset",
    "importable_names",
    "imported_names",
    "imported_set",
    "is_imported_name",
]

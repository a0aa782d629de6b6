"""Files that students are given, found by their names wherever the code tells Keras to load them from."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path, PureWindowsPath
from typing import Any

from grader.student.compat import Notes


def install(files: Sequence[str], notes: Notes) -> None:
    """Let Keras find each of `files` by its name, where a path leads nowhere.

    Notebooks have the paths of their course and year written into them. A path that leads somewhere, and a name that is none
    of theirs, stay as they are.

    Args:
        files: paths in the working folder.
        notes: is told where a file was loaded from another place than the code names.
    """
    import keras
    from keras.src.utils import file_utils

    known = {Path(file).name: str(Path(file).resolve()) for file in files}

    def found(path: Any) -> Any:
        # Code may hand over True or None in place of a path.
        if not isinstance(path, str | Path) or Path(path).exists():
            return path
        # Of Windows, which takes either slash.
        return known.get(PureWindowsPath(path).name, path)

    load_weights, exists = keras.Model.load_weights, file_utils.exists

    @functools.wraps(load_weights)
    def load(self: Any, filepath: Any, *args: Any, **kwargs: Any) -> Any:
        place = found(filepath)
        if place is not filepath:
            notes.add("drift-weights-path")
        return load_weights(self, place, *args, **kwargs)

    @functools.wraps(exists)
    def exists_somewhere(path: Any) -> Any:
        return exists(found(path))

    # What builds a network asks whether the file is there before it loads it.
    for owner, name, value in ((keras.Model, "load_weights", load), (file_utils, "exists", exists_somewhere)):
        setattr(owner, name, value)

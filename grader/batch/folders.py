"""The folder that reports go to."""

from __future__ import annotations

import os
from pathlib import Path

from grader.errors import UsageError


def made_folder(out: Path) -> Path:
    """`out`, made with its parents where it is missing.

    Raises:
        UsageError: it is a file, or it cannot be made or written.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise UsageError(f"{out} cannot be a folder, because there is a file of that name; choose another.") from error
    except OSError as error:
        raise UsageError(f"{out} cannot be made: {error.strerror}.") from error
    if not os.access(out, os.W_OK | os.X_OK):
        raise UsageError(f"{out} cannot be written; choose a folder of your own.")
    return out

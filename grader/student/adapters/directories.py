"""Evidence of functions that make folders and move files: what lies on disk after the call."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from grader.student.module import StudentModule
from grader.wire import Message

MAX_ENTRIES = 5_000


def run(module: StudentModule, request: Message) -> Message:
    """Make the folders that body `folders` names, call `entry(*arguments)`, and tell what is there.

    Body: `folders` to make beforehand, `arguments` (texts and numbers), `look`: folders to list. Answers `tree`: all
    folders below the work folder, and `files`: for each folder of `look` the name and size of each file, in the order in
    which the system lists them.
    """
    body = request.body
    for folder in body["folders"]:
        Path(folder).mkdir(parents=True, exist_ok=True)
    module.get(body["entry"])(*body["arguments"])
    return Message("answer", {"tree": _tree(), "files": {folder: _files(folder) for folder in body["look"]}})


def _tree() -> list[str]:
    found = sorted(path.as_posix() for path in Path().rglob("*") if path.is_dir())
    return found[:MAX_ENTRIES]


def _files(folder: str) -> list[list[Any]]:
    if not Path(folder).is_dir():
        return []
    with os.scandir(folder) as entries:
        return [[entry.name, entry.stat().st_size] for entry in entries if entry.is_file()][:MAX_ENTRIES]

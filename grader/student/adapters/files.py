"""Evidence of a function that takes a folder and returns file names."""

from __future__ import annotations

import os
from typing import Any

from grader.student.failures import NotWhatWasAsked
from grader.student.module import StudentModule
from grader.wire import Message

MAX_NAMES = 10_000
MAX_NAME = 500


def run(module: StudentModule, request: Message) -> Message:
    """Call `entry(directory)`.

    Answers `names` (strings as returned) and `container` (the type's name). What the folder then holds is for others to
    see: this process would say whatever the student's code makes it say.
    """
    entry, directory = request.body["entry"], request.body["directory"]
    returned = module.get(entry)(directory)
    names = names_of(returned, entry)
    return Message("answer", {"names": names, "container": type(returned).__name__[:80]})


def names_of(returned: Any, entry: str) -> list[str]:
    """The returned names as strings, at most `MAX_NAMES`.

    Raises:
        NotWhatWasAsked: it is None, not iterable, or holds something that is no name.
    """
    if returned is None:
        raise NotWhatWasAsked("none", f"`{entry}` returned None.")
    if isinstance(returned, (str, bytes)) or not hasattr(returned, "__iter__"):
        raise NotWhatWasAsked(
            "not_a_list", f"`{entry}` returned a {type(returned).__name__[:80]}, not a list of names."
        )
    names: list[str] = []
    for item in returned:
        if len(names) >= MAX_NAMES:
            raise NotWhatWasAsked("too_many", f"`{entry}` returned more than {MAX_NAMES} names.")
        if isinstance(item, bytes):
            names.append(item.decode("utf-8", "replace")[:MAX_NAME])
        elif isinstance(item, (str, os.PathLike)):
            names.append(os.fspath(item)[:MAX_NAME])
        else:
            raise NotWhatWasAsked(
                "not_a_name", f"`{entry}` returned a list that holds a {type(item).__name__[:80]}, not file names."
            )
    return names

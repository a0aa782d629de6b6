"""An exception of the student's code as data: type, message, the student's own frames, and where."""

from __future__ import annotations

import linecache
import traceback
from typing import Any

from grader.student.module import cell_of
from grader.wire import Message

MAX_MESSAGE = 2_000
MAX_FRAMES = 12
MAX_LINE = 300


class NotWhatWasAsked(Exception):
    """An entry point ran and gave something that the task does not ask for: a finding, not an exception of theirs.

    `problem` is a stable slug, `seen` one sentence for the student.
    """

    def __init__(self, problem: str, seen: str, hint: str = "") -> None:
        self.problem = problem
        self.seen = seen
        self.hint = hint
        super().__init__(seen)


def describe(error: BaseException) -> Message:
    """An `error` message. Bounded whatever `str(error)` does."""
    if isinstance(error, NotWhatWasAsked):
        asked = {"problem": error.problem, "message": error.seen, "hint": error.hint, "frames": []}
        return Message("error", {"type": "NotWhatWasAsked", **asked})
    frames = student_frames(error)
    return Message(
        "error", {"type": type(error).__name__[:80], "problem": "", "message": message_of(error), "frames": frames}
    )


def message_of(error: BaseException) -> str:
    """`str(error)`, capped, and a placeholder where that itself fails."""
    try:
        text = str(error)
        if type(text) is not str:
            text = "".join(text)
    except BaseException:  # noqa: BLE001 - a hostile __str__ is still one line in a report
        return "(the exception's message could not be read)"
    return text if len(text) <= MAX_MESSAGE else text[:MAX_MESSAGE] + " …"


def student_frames(error: BaseException) -> list[dict[str, Any]]:
    """The frames that lie in the student's code, outermost first: cell, line, function, source line."""
    if isinstance(error, SyntaxError):
        mine, cell = cell_of(error.filename or "")
        if mine:
            return [
                {"cell": cell, "line": error.lineno or 1, "function": "", "code": (error.text or "").strip()[:MAX_LINE]}
            ]
    frames: list[dict[str, Any]] = []
    for frame, line in traceback.walk_tb(error.__traceback__):
        file = frame.f_code.co_filename
        mine, cell = cell_of(file)
        if mine:
            code = linecache.getline(file, line).strip()[:MAX_LINE]
            frames.append({"cell": cell, "line": line, "function": frame.f_code.co_name[:80], "code": code})
    return frames[-MAX_FRAMES:]

"""An exception of the student's code as data: type, message, the student's own frames, and where."""

from __future__ import annotations

import linecache
import re
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


_CONVERTED = re.compile(r'\s*File "(?P<file>[^"]*)", line (?P<line>\d{1,9}), in (?P<name>\S+)')
_WRAPPED = re.compile(
    r"^(\{\{function_node [^}]*\}\} ?)?(Error in user-defined function passed to \S+ transformation with iterator: \S+: )?"
    r"|\n\t \[\[\{\{node [^}]*\}\}\]\].*\Z",
    re.DOTALL,
)
"""What TensorFlow puts round the message of an operation: the names of its own parts."""
_RAISED = re.compile(r"(?P<type>[A-Za-z_.]+): (?P<text>.*?\n)Traceback \(most recent call last\):\n", re.DOTALL)
_TYPED = re.compile(r"^[A-Za-z_.]*(Error|Exception|Warning|Interrupt|Exit): ")


def describe(error: BaseException) -> Message:
    """An `error` message. Bounded whatever `str(error)` does."""
    if isinstance(error, NotWhatWasAsked):
        asked = {"problem": error.problem, "message": error.seen, "hint": error.hint, "frames": []}
        return Message("error", {"type": "NotWhatWasAsked", **asked})
    kind, message = raised_in_a_function(type(error).__name__, message_of(error))
    message, inner = without_autograph(message) if kind == type(error).__name__ else first_line(message)
    frames = [*student_frames(error), *inner][-MAX_FRAMES:]
    return Message("error", {"type": kind[:80], "problem": "", "message": message, "frames": frames})


def raised_in_a_function(kind: str, message: str) -> tuple[str, str]:
    """Type and message of what a `tf.py_function` raised, where TensorFlow reports an error of its own with both in the message.

    Of other errors of operations, the names that TensorFlow gives to its own parts are left out.
    """
    message = _WRAPPED.sub("", message)
    found = _RAISED.match(message)
    return (found["type"].rpartition(".")[2], message[found.start("text") :]) if found else (kind, message)


def first_line(message: str) -> tuple[str, list[dict[str, Any]]]:
    """What stands before a traceback that a message quotes, and the student's frames of that."""
    told, _, quoted = message.partition("Traceback (most recent call last):")
    return told.strip(), _quoted_frames(quoted.splitlines())[0]


def without_autograph(message: str) -> tuple[str, list[dict[str, Any]]]:
    """The message of an error in a function that `Dataset.map` or a model's `call` has converted, and the student's frames.

    TensorFlow writes the way through converted code into the message and leaves it out of the traceback.
    """
    if not message.lstrip().startswith("in user code:"):
        return message, []
    lines = message.splitlines()
    frames, last = _quoted_frames(lines)
    told = [line.strip() for line in lines[last + 1 :] if line.strip()]
    # The type is told beside the message.
    text = _TYPED.sub("", told[0]) if told else ""
    return "\n".join([text, *told[1:]]) or message, frames


def _quoted_frames(lines: list[str]) -> tuple[list[dict[str, Any]], int]:
    """The student's frames of a traceback that is quoted in `lines`, and the number of the line behind its last frame."""
    frames: list[dict[str, Any]] = []
    last = 0
    for number, line in enumerate(lines):
        if found := _CONVERTED.match(line):
            last = number + 1
            mine, cell = cell_of(found["file"])
            if mine:
                code = lines[last].strip()[:MAX_LINE] if last < len(lines) else ""
                frames.append({"cell": cell, "line": int(found["line"]), "function": found["name"][:80], "code": code})
    return frames, last


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

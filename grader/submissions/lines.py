"""Which physical lines begin a statement: not inside a string, a bracket or a continuation.

A light scanner instead of `tokenize`, because the text may hold magics and need not be Python at all.
"""

from __future__ import annotations

import re

_TOKEN = re.compile(
    r'"""|\'\'\''
    r'|"(?:[^"\\]|\\.)*+(?P<end2>"|\\?$)'
    r"|'(?:[^'\\]|\\.)*+(?P<end1>'|\\?$)"
    r"|\#.*|[(\[{]|[)\]}]"
)
_CLOSING = {
    quote: re.compile(rf"(?:\\.|(?!{quote})[^\\])*+(?P<end>{quote}|\\?$)") for quote in ('"', "'", '"""', "'''")
}


class LineScanner:
    """Feed it lines one by one; `at_start` tells whether the next one begins a statement."""

    def __init__(self) -> None:
        self._quote = ""
        self._depth = 0
        self._continued = False

    @property
    def at_start(self) -> bool:
        """Whether the next line fed begins a statement."""
        return not self._quote and not self._depth and not self._continued

    @property
    def in_string(self) -> bool:
        """Whether the next line fed begins inside a string."""
        return bool(self._quote)

    def feed(self, line: str) -> None:
        """Take in one line, without its newline character."""
        position = 0
        comment = False
        if self._quote:
            position = self._leave_string(line)
        while not self._quote and (token := _TOKEN.search(line, position)):
            text = token.group()
            position = token.end()
            if text.startswith("#"):
                comment = True
                break
            if text in ('"""', "'''"):
                self._quote = text
                position = self._leave_string(line, position)
            elif text[0] in "\"'":
                end = token.group("end2" if text[0] == '"' else "end1")
                if end == "\\":
                    self._quote = text[0]
            elif text in "([{":
                self._depth += 1
            else:
                self._depth = max(0, self._depth - 1)
        self._continued = not self._quote and not comment and line.endswith("\\")

    def _leave_string(self, line: str, position: int = 0) -> int:
        match = _CLOSING[self._quote].match(line, position)
        end = match.group("end") if match else ""
        # A string in single quotes goes on only behind a backslash; one in triple quotes goes on until it is closed.
        if end == self._quote or (len(self._quote) == 1 and end != "\\"):
            self._quote = ""
        return match.end() if match else len(line)

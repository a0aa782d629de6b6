"""F-strings of Python 3.12 in words of earlier versions: there the quotes around an f-string may not stand in its braces.

Notebooks come from whatever Python a student has, and a cell that does not parse costs every task that needs it.
"""

from __future__ import annotations

import re

_PREFIX = re.compile(r"(?i:rb|br|fr|rf|[bfru])?(\"\"\"|\'\'\'|\"|\')")
_WORD = re.compile(r"\w+")
_MOST_NESTED = 20


class _Unreadable(Exception):
    """Text that is no Python of any version, as far as its strings and brackets show."""


def older_fstrings(source: str) -> str:
    """`f"{", ".join(names)}"` with three quotes around it, and so on; lines stay lines.

    What it cannot write otherwise stays as it is: whoever parses the result finds out.
    """
    scan = _Scan(source)
    try:
        scan.code(0, closing="", depth=0)
    except (_Unreadable, RecursionError):
        return source
    for start, end, quote in sorted(scan.clashing, reverse=True):
        inner = source[start + 1 : end - 1]
        source = source[:start] + quote * 3 + inner + quote * 3 + source[end:]
    return source


class _Scan:
    """Walks through code, its strings, and the braces of its f-strings.

    Attributes:
        clashing: start and end of f-strings in single quotes, with those quotes in their braces; their quote.
    """

    def __init__(self, source: str) -> None:
        self.source = source
        self.clashing: list[tuple[int, int, str]] = []

    def code(self, at: int, closing: str, depth: int) -> int:
        """The place behind code that ends with `closing`, outside of brackets, or with a format after `:`; "" stands for the end."""
        if depth > _MOST_NESTED:
            raise _Unreadable
        source, brackets = self.source, 0
        while at < len(source):
            char = source[at]
            if string := _PREFIX.match(source, at):
                at = self._string(at, string, depth)
            elif word := _WORD.match(source, at):
                at = word.end()
            elif char == "#":
                at = source.find("\n", at)
                if at < 0:
                    break
            elif closing and not brackets and char == closing:
                return at + 1
            elif closing and not brackets and char == ":":
                return self._format(at + 1, depth)
            else:
                brackets += (char in "([{") - (char in ")]}")
                at += 1
        if closing:
            raise _Unreadable
        return at

    def _format(self, at: int, depth: int) -> int:
        """The place behind the format of a field, which may hold fields of its own, and its closing brace."""
        while at < len(self.source):
            char = self.source[at]
            if char == "}":
                return at + 1
            at = self.code(at + 1, "}", depth + 1) if char == "{" else at + 1
        raise _Unreadable

    def _string(self, start: int, opened: re.Match[str], depth: int) -> int:
        """The place behind a string; notes an f-string whose quote stands in its braces."""
        source, quote = self.source, opened[1]
        prefix = source[start : opened.start(1)].lower()
        at, clashes = opened.end(), False
        while at < len(source):
            char = source[at]
            if source.startswith(quote, at):
                end = at + len(quote)
                if clashes and len(quote) == 1:
                    self.clashing.append((opened.start(1), end, quote))
                return end
            if char == "\\" or ("f" in prefix and source[at : at + 2] in ("{{", "}}")):
                at += 2
            elif "f" in prefix and char == "{":
                behind = self.code(at + 1, "}", depth + 1)
                clashes |= quote in source[at:behind]
                at = behind
            elif char == "\n" and len(quote) == 1:
                raise _Unreadable
            else:
                at += 1
        raise _Unreadable

"""F-strings of Python 3.12 in words of earlier versions: there the quotes around an f-string may not stand in its braces.

Notebooks come from whatever Python a student has, and a cell that does not parse costs every task that needs it.
"""

from __future__ import annotations

import re

_PREFIX = re.compile(r"(?i:rb|br|fr|rf|[bfru])?(\"\"\"|\'\'\'|\"|\')")
_WORD = re.compile(r"\w+")
_MOST_NESTED = 20
_ALONE = {
    f"{quote}{escape}{quote}": char for quote in "'\"" for escape, char in (("\\n", "chr(10)"), ("\\t", "chr(9)"))
}
"""Strings of one character that earlier versions do not read in braces, for their backslash."""


class _Unreadable(Exception):
    """Text that is no Python of any version, as far as its strings and brackets show."""


def older_fstrings(source: str) -> str:
    r"""`f"{", ".join(names)}"` with three quotes around it, `"\n"` in braces as `chr(10)`; lines stay lines.

    Other text where it cannot write that: an f-string in the braces of another, both with the same quotes in their own.
    """
    scan = _Scan(source)
    try:
        scan.code(0, closing="", depth=0)
    except (_Unreadable, RecursionError):
        return source
    pieces, at = [], 0
    for start, end, text in sorted(scan.edits):
        pieces += [source[at:start], text]
        at = end
    return "".join([*pieces, source[at:]])


class _Scan:
    """Walks through code, its strings, and the braces of its f-strings.

    Attributes:
        edits: what to write in place of which part of the source: start, end, text.
    """

    def __init__(self, source: str) -> None:
        self.source = source
        self.edits: list[tuple[int, int, str]] = []
        self._clashed = -1

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
                    if self._clashed > start:
                        raise _Unreadable
                    self._clashed = start
                    self.edits += [(place, place, quote * 2) for place in (opened.start(1), end)]
                elif depth and (alone := _ALONE.get(source[start:end])):
                    self.edits.append((start, end, alone))
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

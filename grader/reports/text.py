"""Text that somebody else wrote, made fit to be shown: the one place that knows which characters deceive.

What would act on a terminal, reorder a line or vanish is replaced by something that can be seen. Nothing here
escapes for a format: HTML is Jinja2's business, Markdown that of `grader.reports.markdown`.
"""

from __future__ import annotations

import re
import unicodedata

MAX_LINE = 2_000
MAX_BLOCK = 12_000
MAX_LINES = 400

_BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_INVISIBLE = "\u00ad\u200b\u2028\u2029\u2060\ufeff"
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f" + _BIDI + _INVISIBLE + "\ud800-\udfff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e0fff]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_COLOUR = re.compile(r"\x1b\[[0-9;:]*m")
_SPACE = re.compile(r"[\t\n\x0b\x0c\r ]+")
_OVERWRITE = re.compile(r"[\r\x08]+")
_STACKED_MARKS = 4


def safe_text(text: str, *, limit: int = MAX_LINE, lines: bool = False) -> str:
    """`text` with every control, bidirectional, invisible or broken character made visible, and cut at `limit`.

    Args:
        limit: characters to keep; a note says how many were left out.
        lines: keep line breaks and tabs; otherwise all white space becomes single spaces.
    """
    left_out = max(0, len(text) - limit)
    text = text[:limit]
    text = text.replace("\r\n", "\n") if lines else _SPACE.sub(" ", text).strip(" ")
    text = _limit_marks(_UNSAFE.sub(_visible, text))
    return f"{text} … ({left_out:,} more characters)" if left_out else text


def safe_block(text: str, *, limit: int = MAX_BLOCK, max_lines: int = MAX_LINES) -> str:
    """What a program printed, for a `<pre>` or a fence: lines kept, colours dropped, everything else made visible.

    A carriage return or backspace, with which progress bars overwrite themselves, starts a new line. Of a long
    text the beginning and the end stay, because the end holds the error.
    """
    # Cut before any pattern runs over it: the text may be a megabyte.
    text = _middle_cut(text, 2 * limit)
    text = _OVERWRITE.sub("\n", _COLOUR.sub("", text.replace("\r\n", "\n")))
    rows = [row.rstrip() for row in text.strip("\n").split("\n")]
    rows = [row for number, row in enumerate(rows) if row or (number and rows[number - 1])]
    if len(rows) > max_lines:
        half = max_lines // 2
        rows = [*rows[:half], f"… {len(rows) - 2 * half:,} lines left out …", *rows[-half:]]
    return safe_text(_middle_cut("\n".join(rows), limit), limit=2 * limit, lines=True)


def terminal_text(text: str, *, limit: int = MAX_LINE, lines: bool = False) -> str:
    """`text` for a terminal: no escape sequence survives, on one line unless `lines`. Not rich markup: escape that too."""
    return safe_text(text, limit=limit, lines=lines)


def encodable(text: str) -> str:
    """`text` as valid Unicode, lone surrogates replaced: what UTF-8 and JSON can hold, otherwise unchanged."""
    return _SURROGATE.sub("\ufffd", text)


def _visible(match: re.Match[str]) -> str:
    """The character as Python would write it, in letters that every font has; half a surrogate pair as `\ufffd`."""
    code = ord(match.group())
    if 0xD800 <= code <= 0xDFFF:
        return "\ufffd"
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def _middle_cut(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    head, tail = limit * 2 // 3, limit // 3
    return f"{text[:head]}\n… {len(text) - head - tail:,} characters left out …\n{text[-tail:]}"


def _limit_marks(text: str) -> str:
    """At most four combining marks on a character: more of them paint over the lines around."""
    if text.isascii():
        return text
    kept = []
    run = 0
    for char in text:
        run = run + 1 if unicodedata.combining(char) else 0
        if run <= _STACKED_MARKS:
            kept.append(char)
    return "".join(kept)

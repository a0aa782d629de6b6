"""Escaping for Markdown and the HTML that it lets through.

Values in a Markdown template pass `markdown_finalize`, so forgetting to escape is not possible; what is Markdown
already says so by being `Verbatim`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from grader.reports.concepts import Concept

_SPECIAL = re.compile(r"([\\`*_\[\]#|~$!])")
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_LINE_START = re.compile(r"^(\s*)([-+=](?=[-+=\s]|$)|\d+[.)](?=\s|$))")
_ADDRESS = re.compile(r"(?i)(?:(?<=[a-z])(:)(?=\S)|(?<=\bwww)(\.))")
_CODE = re.compile(r"`([^`\n]+)`")
_PLAIN_CODE = re.compile(r"[^<>&|$\\]+")
_FENCE = re.compile(r"`{3,}")


@dataclass(frozen=True)
class Verbatim:
    """Markdown that goes out as it is."""

    text: str


def escape_markdown(text: str) -> str:
    """`text` on one line so that it reads as itself: no emphasis, link, picture, heading, table cell or tag in it."""
    text = " ".join(text.split())
    text = _SPECIAL.sub(r"\\\1", text).translate(_ENTITIES)
    text = _LINE_START.sub(lambda match: f"{match[1]}{_escape_start(match[2])}", text)
    # `http:` or `www.` would become a link in GitHub's dialect; an entity in between is shown as the character.
    return _ADDRESS.sub(lambda match: "&#58;" if match[1] else "&#46;", text)


def prose(text: str) -> Verbatim:
    """`text` escaped, with what stands between backticks as code where that is harmless."""
    pieces = _CODE.split(text)
    parts = []
    for at, piece in enumerate(pieces):
        if at % 2 == 0:
            parts.append(_escape_within(piece, first=at == 0))
        elif _PLAIN_CODE.fullmatch(piece):
            parts.append(f"`{piece}`")
        else:
            parts.append(escape_markdown(f"`{piece}`"))
    return Verbatim("".join(parts).strip())


def fence(text: str) -> Verbatim:
    """`text` in a code fence longer than any run of backticks in it."""
    longest = max((len(run) for run in _FENCE.findall(text)), default=2)
    marks = "`" * (longest + 1)
    return Verbatim(f"{marks}text\n{text}\n{marks}")


def markdown_finalize(value: object) -> str:
    """What Jinja2 calls for every value it puts into a Markdown template."""
    return value.text if isinstance(value, Verbatim) else escape_markdown(str(value))


def explained(concept: Concept) -> Verbatim:
    """A concept text in full, under its title."""
    return Verbatim(f"**{escape_markdown(concept.title)}**\n\n{concept.markdown}".rstrip())


def _escape_within(text: str, *, first: bool) -> str:
    """Escape a piece, keeping the spaces at its edges and treating a line start only where one is."""
    inner = escape_markdown(text if first else f"x{text}")
    inner = inner if first else inner[1:]
    lead = " " if first and text[:1].isspace() else ""
    tail = " " if text[-1:].isspace() and text.strip() else ""
    return f"{lead}{inner}{tail}" if text.strip() else (" " if text else "")


def _escape_start(mark: str) -> str:
    return f"{mark[:-1]}\\{mark[-1]}"

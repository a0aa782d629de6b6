"""Concept texts: a page of explanation that a check names, shown beside it where it failed.

A concept is `<concept>.md` in a `concepts` folder, the exercise's own or the one that all share: a title and a few paragraphs in Markdown, with
pictures from the same folder.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import mistune
from markupsafe import Markup
from mistune.core import BlockState
from mistune.renderers.markdown import MarkdownRenderer

_SLUG = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
_PICTURE = re.compile(r"[A-Za-z0-9_-]+\.(?P<kind>png|svg|jpg)")
_MIME = {"png": "image/png", "svg": "image/svg+xml", "jpg": "image/jpeg"}
_TITLE = re.compile(r"\s*#\s+(?P<title>[^\n]+?)\s*#*\s*(?:\n|$)")

MAX_TEXT_BYTES = 64 << 10
MAX_PICTURE_BYTES = 512 << 10


@dataclass(frozen=True)
class Concept:
    """One explanation, ready for the page and for Markdown.

    Attributes:
        html: made from our own text by `mistune` with everything escaped; safe to include as it is.
        markdown: the same for a Markdown report, where a picture is its description.
    """

    slug: str
    title: str
    html: Markup
    markdown: str


def read_concept(slug: str, folders: Sequence[Path]) -> Concept | None:
    """The concept of this name from the first folder that has it, or None where there is no such text."""
    if not _SLUG.fullmatch(slug):
        return None
    for folder in folders:
        try:
            with (folder / f"{slug}.md").open("rb") as file:
                source = file.read(MAX_TEXT_BYTES).decode("utf-8", "replace")
        except OSError:
            continue
        return _concept(slug, source, folder)
    return None


def _concept(slug: str, source: str, folder: Path) -> Concept:
    title = slug.replace("-", " ").replace("_", " ").capitalize()
    if match := _TITLE.match(source):
        title, source = match["title"], source[match.end() :]
    in_html = mistune.create_markdown(renderer=_ConceptRenderer(folder), plugins=["table"])
    in_markdown = mistune.create_markdown(renderer=_MarkdownConcept(), plugins=["table"])
    # `html` is what our renderer made: every piece of text in it went through its escaping.
    return Concept(slug, title, Markup(in_html(source)), str(in_markdown(source)).strip())  # noqa: S704


class _ConceptRenderer(mistune.HTMLRenderer):
    """HTML without raw HTML, with pictures embedded and links that can only lead to the web."""

    def __init__(self, folder: Path) -> None:
        super().__init__(escape=True)
        self._folder = folder

    def heading(self, text: str, level: int, **_attrs: Any) -> str:
        """A heading below those of the page."""
        level = min(6, level + 3)
        return f"<h{level}>{text}</h{level}>\n"

    def link(self, text: str, url: str, title: str | None = None) -> str:  # noqa: ARG002
        """A link to a secure address; any other stays text."""
        if not url.startswith("https://"):
            return text
        return f'<a href="{escape(url, quote=True)}" rel="noopener noreferrer">{text}</a>'

    def image(self, text: str, url: str, title: str | None = None) -> str:  # noqa: ARG002
        """A picture beside the text, as a data URI; its description where it cannot be read."""
        alt = escape(text, quote=True)
        match = _PICTURE.fullmatch(url)
        if match is None:
            return f"<em>{alt}</em>"
        try:
            with (self._folder / url).open("rb") as file:
                data = file.read(MAX_PICTURE_BYTES + 1)
        except OSError:
            data = b""
        if not 0 < len(data) <= MAX_PICTURE_BYTES:
            return f"<em>{alt}</em>"
        return f'<img src="data:{_MIME[match["kind"]]};base64,{b64encode(data).decode()}" alt="{alt}">'


class _MarkdownConcept(MarkdownRenderer):
    """Markdown for a page that holds nothing but text: no raw HTML, no picture, no heading of the page's own rank."""

    def heading(self, token: dict[str, Any], state: BlockState) -> str:
        """A line in bold, since the report has its own headings."""
        return f"**{self.render_children(token, state)}**\n\n"

    def image(self, token: dict[str, Any], state: BlockState) -> str:
        """What the picture shows; the picture itself is in report.html."""
        return f"*{self.render_children(token, state)}*"

    def inline_html(self, token: dict[str, Any], state: BlockState) -> str:  # noqa: ARG002
        """The characters of the tag."""
        return escape(str(token["raw"]), quote=False)

    def block_html(self, token: dict[str, Any], state: BlockState) -> str:  # noqa: ARG002
        """The characters of the tags."""
        return escape(str(token["raw"]), quote=False) + "\n\n"

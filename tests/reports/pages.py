"""Reads a page back the way a browser would, and says what in it could act."""

from __future__ import annotations

from html.parser import HTMLParser

TEMPLATE_TAGS = frozenset(
    ["html", "head", "meta", "title", "style", "body", "main", "header", "section", "aside", "article", "div", "p", "h1", "h2", "h3", "h4", "a", "b", "br", "code", "dl", "dt", "dd", "em", "figure", "figcaption", "img", "li", "pre", "span", "summary", "details", "svg", "rect", "line", "text", "polyline", "circle", "table", "thead", "tbody", "tfoot", "tr", "th", "td", "ul"]
)  # fmt: skip
CONCEPT_TAGS = frozenset({"strong", "ol"})
VOID = frozenset({"meta", "br", "img"})
HARMLESS = frozenset(
    ["aria-hidden", "aria-label", "aria-labelledby", "alt", "charset", "class", "colspan", "content", "cx", "cy", "d", "height", "href", "http-equiv", "id", "lang", "name", "points", "preserveaspectratio", "r", "rel", "role", "scope", "src", "tabindex", "text-anchor", "viewbox", "width", "x", "x1", "x2", "y", "y1", "y2"]
)  # fmt: skip


class Page(HTMLParser):
    """Tags, attributes and text of a page."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.open: list[str] = []
        self.unbalanced: list[str] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if tag in ("td", "th", "dt", "dd", "b", "li"):
            self.text += " "
        if self.open and self.open[-1] == tag:
            self.open.pop()
        else:
            self.unbalanced.append(tag)

    def handle_data(self, data):
        if not self.open or self.open[-1] != "style":
            self.text += data

    def handle_comment(self, data):
        self.unbalanced.append(f"<!--{data}")

    @property
    def words(self) -> str:
        return " ".join(self.text.split())

    def ids(self) -> list[str]:
        return [attrs["id"] for _, attrs in self.tags if attrs.get("id")]


def assert_nothing_acts(source: str, *, own_links: bool = False) -> Page:
    """No element, attribute or address but those of the templates; every element closed.

    Args:
        own_links: relative links to other pages are expected, as in an index.
    """
    page = Page(source)
    assert not page.unbalanced
    assert not page.open
    for tag, attrs in page.tags:
        assert tag in TEMPLATE_TAGS | CONCEPT_TAGS, tag
        assert set(attrs) <= HARMLESS, (tag, attrs)
        if "src" in attrs:
            assert attrs["src"].startswith(("data:image/png;base64,", "data:image/svg+xml;base64,"))
        if "href" in attrs:
            href = attrs["href"]
            assert href.startswith(("#", "https://")) or (own_links and ":" not in href and not href.startswith("/"))
    ids = page.ids()
    assert len(ids) == len(set(ids))
    assert {attrs["href"][1:] for tag, attrs in page.tags if tag == "a" and attrs["href"].startswith("#")} <= set(ids)
    return page

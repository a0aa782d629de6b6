"""The Jinja2 environments: one for HTML, which escapes every value, one for Markdown, which does the same."""

from __future__ import annotations

import re
from base64 import b64encode
from functools import cache
from hashlib import sha256

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from grader.paths import templates_dir
from grader.reports.markdown import Verbatim, explained, fence, markdown_finalize
from grader.reports.markdown import prose as markdown_prose
from grader.reports.words import count

_CODE = re.compile(r"`([^`\n]+)`")


def render_html(template: str, **values: object) -> bytes:
    """Render an HTML template; `style` and its hash for the content security policy are given to it."""
    environment = html_environment()
    style = environment.get_template("style.css.j2").render()
    digest = b64encode(sha256(style.encode()).digest()).decode()
    # `style` is a template of ours into which no value goes.
    page = environment.get_template(template).render(style=Markup(style), style_digest=digest, **values)  # noqa: S704
    return page.encode()


def render_markdown(template: str, **values: object) -> bytes:
    """Render a Markdown template."""
    return markdown_environment().get_template(template).render(**values).encode()


@cache
def html_environment() -> Environment:
    """Templates for HTML: everything escaped, nothing undefined."""
    environment = Environment(
        loader=FileSystemLoader(templates_dir()),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["prose"] = prose
    environment.filters["count"] = count
    return environment


@cache
def markdown_environment() -> Environment:
    """Templates for Markdown: every value goes through `markdown_finalize`, which escapes what is not `Verbatim`."""
    environment = Environment(
        loader=FileSystemLoader(templates_dir()),
        autoescape=False,  # noqa: S701  # `finalize` escapes for Markdown, with HTML inside it.
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=markdown_finalize,
    )
    environment.filters.update(prose=markdown_prose, fence=fence, explained=explained, verbatim=Verbatim)
    environment.filters["count"] = count
    return environment


def prose(text: str) -> Markup:
    """`text` escaped, with what stands between backticks as code."""
    pieces = _CODE.split(text)
    parts = [Markup("<code>{}</code>").format(piece) if at % 2 else escape(piece) for at, piece in enumerate(pieces)]
    return Markup("").join(parts)

"""Texts made fit to be shown."""

from __future__ import annotations

import pytest

from grader.reports import safe_block, safe_text, terminal_text
from grader.reports.markdown import escape_markdown, fence, prose


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("plain – naïve 日本 🙂", "plain – naïve 日本 🙂"),
        ("two\nlines\tand  spaces ", "two lines and spaces"),
        ("\x1b[2Jgone", r"\x1b[2Jgone"),
        ("a\x00b", r"a\x00b"),
        ("\x9b31m", r"\x9b31m"),
        ("abc\u202egnp.exe", r"abc\u202egnp.exe"),
        ("\u2066x\u2069", r"\u2066x\u2069"),
        ("zero\u200bwidth", r"zero\u200bwidth"),
        ("tag\U000e0041", r"tag\U000e0041"),
        ("half \ud83d", "half \ufffd"),
        ("o" + "\u0301" * 50, "o" + "\u0301" * 4),
    ],
)
def test_deceiving_characters_become_visible(given, shown):
    """What acts, reorders or hides is written out; every other letter stays."""
    assert safe_text(given) == shown
    assert terminal_text(given) == shown


def test_long_text_says_how_much_is_missing():
    """A cut is never silent."""
    assert safe_text("x" * 3000, limit=10) == "xxxxxxxxxx … (2,990 more characters)"


def test_printed_progress_bar_reads_line_by_line():
    """Keras draws over itself with carriage returns and backspaces, in colour."""
    text = "Epoch 1\r\n\x1b[1m1/2\x1b[0m ━\x08\x08\x08\x08\r\x1b[1m2/2\x1b[0m ━━\n\n\n\ndone\n"
    assert safe_block(text) == "Epoch 1\n1/2 ━\n2/2 ━━\n\ndone"


def test_long_output_keeps_its_end():
    """The error is at the end."""
    shown = safe_block("\n".join(f"line {number}" for number in range(5000)), max_lines=10)
    assert shown.splitlines()[0] == "line 0"
    assert shown.splitlines()[-1] == "line 4999"
    assert "lines left out" in shown
    assert len(safe_block("x" * 5_000_000)) < 13_000


@pytest.mark.parametrize(
    ("given", "escaped"),
    [
        ("# no heading", r"\# no heading"),
        ("- no item", r"\- no item"),
        ("1. no item", r"1\. no item"),
        ("a * b_c", r"a \* b\_c"),
        ("<b> & [x](y)", r"&lt;b&gt; &amp; \[x\](y)"),
        ("https://a.example www.b.example", "https&#58;//a.example www&#46;b.example"),
        ("two\n\nparagraphs", "two paragraphs"),
        ("0.5 stays", "0.5 stays"),
    ],
)
def test_markdown_reads_as_the_text_itself(given, escaped):
    """Nothing in a value is markup."""
    assert escape_markdown(given) == escaped


def test_code_in_markdown_stays_code_only_where_it_is_harmless():
    """A name in backticks is code; a tag or table bar in backticks is text."""
    assert prose("use `val_accuracy` here").text == "use `val_accuracy` here"
    assert prose("`<b>`").text == r"\`&lt;b&gt;\`"


def test_fence_outgrows_its_content():
    """Whatever the run of backticks inside, ours is longer."""
    assert fence("a\n```\nb\n``````").text.startswith("```````text\n")

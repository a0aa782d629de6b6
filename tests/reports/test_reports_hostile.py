"""What a hostile submission puts into a report stays text, wherever it is shown."""

from __future__ import annotations

import csv
import io
import re
import unicodedata

import mistune
import pytest
from hostile import ATTACKS, hostile, hostile_exhibits
from pages import Page, assert_nothing_acts
from samples import report, unmarked, write_concepts

from grader.reports import IndexRow, write_grades_csv, write_index, write_report
from grader.results import SubmissionRef, from_json

DECEIVING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """The hostile report on disk."""
    out = tmp_path_factory.mktemp("hostile")
    write_report(hostile(), hostile_exhibits(), out / "report", concepts=write_concepts(out / "concepts"))
    return out / "report"


def test_html_holds_no_element_attribute_or_address_from_data(written):
    """Only the templates' elements are there, none that acts."""
    page = assert_nothing_acts((written / "report.html").read_text("utf-8"))
    assert "<script>alert(1)</script>" in page.words
    assert {tag for tag, _ in page.tags}.isdisjoint({"script", "iframe", "object", "form", "link", "base"})


def test_html_holds_no_character_that_deceives(written):
    """Escape sequences, overrides and NULs are shown, not sent."""
    page = Page((written / "report.html").read_text("utf-8"))
    assert not DECEIVING.search(page.text)
    for tag, attrs in page.tags:
        assert not DECEIVING.search("".join(value or "" for value in attrs.values())), tag
    assert r"abc\u202egnp.exe" in page.text
    assert r"\x1b]0;title\x07" in page.text
    assert r"nul\x00 bell" in page.text


def test_html_forbids_scripts_and_fetches_even_if_one_got_in(written):
    """The content security policy allows our style by its hash, embedded pictures, nothing else."""
    page = Page((written / "report.html").read_text("utf-8"))
    policy = next(attrs["content"] for tag, attrs in page.tags if attrs.get("http-equiv") == "Content-Security-Policy")
    assert re.fullmatch(
        r"default-src 'none'; img-src data:; style-src 'sha256-[A-Za-z0-9+/]{43}='; base-uri 'none'; form-action 'none'",
        policy,
    )


def test_markdown_renders_without_an_active_element(written):
    """Rendered by a lenient Markdown library with raw HTML on, nothing of the attacks is an element or an address."""
    source = (written / "report.md").read_text("utf-8")
    convert = mistune.create_markdown(escape=False, plugins=["table", "url", "strikethrough", "math"])
    page = Page(convert(source))
    allowed = {
        "h1",
        "h2",
        "h3",
        "p",
        "strong",
        "em",
        "ul",
        "li",
        "code",
        "pre",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
    }
    assert {tag for tag, _ in page.tags} <= allowed | {"hr"}
    assert not any("href" in attrs or "src" in attrs for _, attrs in page.tags)
    assert not DECEIVING.search(source)


def test_markdown_fence_is_longer_than_any_in_the_text(written):
    """A fence in the output does not end ours."""
    source = (written / "report.md").read_text("utf-8")
    assert "`````text\n" in source


def test_long_texts_are_cut(written):
    """Two hundred thousand letters in every field leave a page that opens; nothing is cut in silence."""
    html = (written / "report.html").read_text("utf-8")
    # 19 tasks with 9 checks each, every field full: real reports are smaller by orders of magnitude.
    assert len(html) < 4_000_000
    assert "more characters)" in html
    assert "characters left out" in html


def test_json_reads_back(written):
    """Lone surrogates and numbers that JSON cannot hold do not make the report unreadable."""
    data = from_json((written / "report.json").read_bytes())
    assert data.submission.file.startswith("<script>")
    assert data.curves["accuracy"] == []
    assert data.curves["val_loss"] == [3.0]


def test_only_files_of_ours_are_written(written):
    """Names of exhibits, tasks and concepts name no files, so no file system can mind them."""
    assert sorted(path.name for path in written.iterdir()) == ["report.html", "report.json", "report.md"]


def test_message_of_an_unreadable_file_is_escaped(tmp_path):
    """The message quotes what the student sent."""
    write_report(unmarked("unusable", " ".join(ATTACKS)), (), tmp_path)
    assert_nothing_acts((tmp_path / "report.html").read_text("utf-8"))


def test_index_holds_nothing_active(tmp_path):
    """File names, titles and messages are text in the overview; links are relative."""
    rows = [IndexRow.from_report(hostile(), attack) for attack in ATTACKS]
    rows += [
        IndexRow.from_report(unmarked(status, ATTACKS[1]), "javascript:alert(1)") for status in ("unusable", "ungraded")
    ]
    page = assert_nothing_acts(write_index(rows, tmp_path).read_text("utf-8"), own_links=True)
    links = [attrs["href"] for tag, attrs in page.tags if tag == "a"]
    assert "javascript%3Aalert%281%29/report.html" in links


def test_csv_holds_no_formula(tmp_path):
    """A cell of text never begins like a formula, nor holds a control character."""
    names = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "\uff1d1", "a\x00\nb", "\x1b=1", *ATTACKS]
    rows = [
        IndexRow.from_report(report(submission=SubmissionRef(file=name, sha256=name), fix_first=name), name)
        for name in names
    ]
    rows.append(IndexRow.from_report(hostile(), "x"))
    text = write_grades_csv(rows, tmp_path).read_bytes().decode()
    table = list(csv.reader(io.StringIO(text)))
    assert len(table) == len(rows) + 1
    for line in table:
        for cell in line:
            assert not cell.lstrip().startswith(("=", "+", "-", "@", "\t", "\r", "\uff1d"))
            assert not any(unicodedata.category(char) in ("Cc", "Cs") for char in cell)
    assert "'=1+1" in {line[0] for line in table}

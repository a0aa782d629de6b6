"""The report of one submission: what its page says, and that it appears whole or not at all."""

from __future__ import annotations

import pytest
from pages import Page, assert_nothing_acts
from samples import check, exhibits, perfect, png, report, task, typical, unmarked, write_concepts

from grader.reports import files, write, write_report
from grader.results import Exhibit, from_json


@pytest.fixture
def page_of(tmp_path):
    """Write a report and read its page back."""

    def render(one, pictures=(), concepts=()) -> Page:
        write_report(one, pictures, tmp_path, concepts=concepts)
        return assert_nothing_acts((tmp_path / "report.html").read_text("utf-8"))

    return render


def test_report_json_is_returned_and_reads_back(tmp_path):
    """The path that comes back holds the report itself."""
    path = write_report(typical(), exhibits(), tmp_path / "new" / "folder")
    assert path == tmp_path / "new" / "folder" / "report.json"
    assert from_json(path.read_bytes()) == typical()


def test_page_shows_the_score_of_each_task(page_of):
    """Every task's title and points are on the page, and the total."""
    page = page_of(typical())
    for one in typical().tasks:
        assert f"{one.title}" in page.words
        assert f"{one.score:.0f} of {one.max_score:.0f}" in page.words
    assert "Total 41 of 79" in page.words


def test_fix_first_is_explained_once(page_of):
    """The box at the top holds the whole explanation; the task below points to it."""
    page = page_of(typical())
    assert page.words.index("Fix this first") < page.words.index("11 of 80 images") < page.words.index("Score by task")
    assert page.words.count("11 of 80 images turned up") == 1
    assert "Explained at the top: fix this first." in page.words


def test_every_status_is_said_in_words(page_of):
    """No slug of ours reaches the student."""
    statuses = ("failed", "not_attempted", "student_error", "timeout", "memory", "output", "grader_fault", "blocked")
    checks = [check("t", status, f"Check {number}.", 1, status) for number, status in enumerate(statuses)]
    checks[-1] = check("t", "b", "Check 8.", 1, "blocked", seen="Waiting for `t/failed`.")
    page = page_of(report(task("t", "Task", *checks)))
    for words in (
        "to fix", "not attempted yet", "stopped with an error", "ran too long", "used too much memory",
        "printed too much", "our fault, not scored", "waiting for “Check 0”",
    ):  # fmt: skip
        assert words in page.words
    assert not any(status in page.words for status in ("not_attempted", "student_error", "grader_fault"))


def test_code_in_a_sentence_is_set_as_code(page_of):
    """Backticks in a finding become code, their content escaped."""
    page = page_of(typical())
    assert "Put keras.layers.Rescaling(1/255) first in the model" in page.words


def test_concept_text_stands_beside_the_failed_check(page_of, tmp_path):
    """Once, with its picture embedded; a second check with the same concept links to it."""
    page = page_of(typical(), concepts=write_concepts(tmp_path / "concepts"))
    assert page.words.count("A fresh network has weights around 0.05") == 1
    assert page.words.count("Read up: Why pixel values are rescaled") == 2
    sources = [attrs["src"] for tag, attrs in page.tags if tag == "img"]
    assert [source.split(",")[0] for source in sources] == ["data:image/svg+xml;base64"]


def test_markdown_report_holds_the_whole_concept_text(tmp_path):
    """What follows a picture or a table is not lost; a picture is told in words, raw HTML is shown as characters."""
    folder = tmp_path / "concepts"
    folder.mkdir()
    (folder / "losses.md").write_text(
        "# Losses\n\nThere are <b>two</b> ways:\n\n![Two ways side by side](two.svg)\n\n"
        "| output | loss |\n|---|---|\n| sigmoid | binary |\n\n## After\n\nThe last word.\n\n<script>x</script>\n"
    )
    failed = report(task("t", "T", check("t", "c", "C", 1, "failed", concept="losses")), fix_first="t/c")
    write_report(failed, (), tmp_path / "out", concepts=(folder,))
    text = (tmp_path / "out" / "report.md").read_text("utf-8")
    for part in ("**Losses**", "*Two ways side by side*", "| sigmoid | binary |", "**After**", "The last word."):
        assert part in text
    assert "two.svg" not in text
    assert "<b>" not in text
    assert "<script>" not in text
    page = Page((tmp_path / "out" / "report.html").read_text("utf-8"))
    assert "sigmoid" in page.words
    assert "|---|" not in page.words


def test_concept_name_cannot_leave_its_folder(page_of, tmp_path):
    """A concept is a slug, never a path."""
    folder = write_concepts(tmp_path / "concepts")
    (tmp_path / "secret.md").write_text("# Hidden\n\nthe answer")
    page = page_of(report(task("t", "T", check("t", "c", "C", 1, "failed", concept="../secret"))), concepts=folder)
    assert "the answer" not in page.words


def test_curves_are_drawn_and_told(page_of):
    """Charts come from the numbers in the report and say in words what they show."""
    page = page_of(typical())
    labels = [attrs["aria-label"] for tag, attrs in page.tags if tag == "svg" and "aria-label" in attrs]
    assert labels == [
        "Accuracy over 10 epochs: training from 0.51 to 0.93, validation from 0.50 to 0.69.",
        "Loss over 10 epochs: training from 2.31 to 0.18, validation from 0.74 to 0.84.",
    ]


@pytest.mark.parametrize(
    "curves",
    [
        {"loss": [float("nan")]},
        {"loss": [0.5]},
        {"loss": [1e300, -1e300], "accuracy": [0.0, 0.0]},
        {"accuracy": [1.0] * 900, "val_accuracy": [0.5]},
        {"loss": [5e-324, 0.0]},
        {"loss": [1e12, 1e12 - 1]},
    ],
)
def test_odd_curves_do_not_break_the_page(page_of, curves):
    """Divergence, one epoch, constants and extremes are drawn or left out."""
    page_of(typical(curves=curves))


def test_divergence_is_said(page_of):
    """A loss that became not a number is a lesson, not a gap."""
    page = page_of(typical(curves={"loss": [2.0, float("nan"), 1.0]}))
    assert "The numbers stopped being finite: the training diverged." in page.words


def test_pictures_are_embedded_with_their_description(page_of):
    """Each exhibit is a data URI with alt text and its size."""
    page = page_of(typical(), exhibits())
    pictures = [attrs for tag, attrs in page.tags if tag == "img"]
    assert pictures[0]["alt"] == "Your training images. As your pipeline delivers them, with their labels."
    assert pictures[1]["alt"].startswith("One image through your model. Rows are layers from first to last")
    assert all(one["width"] and one["height"] for one in pictures)


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"<svg onload=alert(1)>", "Left out: it is no PNG picture."),
        (b"\x89PNG\r\n\x1a\n", "Left out: it is no PNG picture."),
        (png() + b"\0" * (3 << 20), "more than 3,145,728."),
        (png()[:16] + b"\x7f\xff\xff\xff" * 2 + png()[24:], "more than 6,000 a side."),
    ],
    ids=["svg", "signature alone", "too many bytes", "too many pixels"],
)
def test_what_is_no_reasonable_png_is_left_out_with_a_line(page_of, data, line):
    """The student reads why a picture is missing."""
    page = page_of(typical(), [Exhibit(name="journey", title="Journey", caption="", png=data)])
    assert line in page.words
    assert not any(tag == "img" for tag, _ in page.tags)


def test_perfect_work_is_told_so(page_of):
    """Nothing to fix, nothing invented."""
    page = page_of(perfect())
    assert "Every check passes. Well done!" in page.words
    assert "Fix this first" not in page.words


def test_unusable_file_shows_the_message_and_no_zero(page_of):
    """A file that could not be read has no score."""
    page = page_of(unmarked("unusable", "week1.ipynb: is not JSON."))
    assert "No score yet" in page.words
    assert "week1.ipynb: is not JSON." in page.words
    assert "0 of 100" not in page.words


def test_fault_of_ours_is_said_to_be_ours(page_of):
    """An ungraded submission costs the student nothing, and the page says so."""
    page = page_of(unmarked("ungraded", "the examiner ended."))
    assert "Something broke on our side This is no fault of your work" in page.words


def test_review_and_missing_sandbox_are_shown(page_of):
    """Both change what the score is worth."""
    page = page_of(typical(needs_review=True, isolation="unsafe"))
    assert "Marked for review" in page.words
    assert "Graded without a sandbox" in page.words


def test_failure_while_rendering_leaves_the_old_report(tmp_path, monkeypatch):
    """An exception in a template changes no file and leaves none behind."""
    write_report(typical(), (), tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def fail(*_args, **_values):
        raise RuntimeError("template")

    monkeypatch.setattr(write, "render_markdown", fail)
    with pytest.raises(RuntimeError, match="template"):
        write_report(perfect(), (), tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_full_disk_leaves_the_old_report(tmp_path, monkeypatch):
    """Nothing is renamed before everything is written."""
    write_report(typical(), (), tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    write_synced = files._write_synced

    def fill_up(path, data):
        if "report.json" in path.name:
            path.write_bytes(data[:10])
            raise OSError(28, "No space left on device")
        write_synced(path, data)

    monkeypatch.setattr(files, "_write_synced", fill_up)
    with pytest.raises(OSError, match="No space"):
        write_report(perfect(), (), tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_stale_report_is_replaced_whole(tmp_path):
    """A second report leaves nothing of the first."""
    write_report(typical(), exhibits(), tmp_path)
    write_report(perfect(), (), tmp_path)
    assert from_json((tmp_path / "report.json").read_bytes()) == perfect()
    assert "Rescaling" not in (tmp_path / "report.html").read_text("utf-8")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["report.html", "report.json", "report.md"]


def test_markdown_tells_the_same(tmp_path):
    """Score, what to fix first, every task, the student's own error."""
    write_report(typical(), (), tmp_path)
    text = (tmp_path / "report.md").read_text("utf-8")
    assert text.startswith("# A larger, real-world data set\n\n**41 of 79 points.**")
    assert "## Fix this first: No image is in both sides of the split." in text
    assert "| Stop in time | stopped with an error | 0 of 12 |" in text
    assert "- **Hint:** Put `keras.layers.Rescaling(1/255)` first in the model, and nowhere else." in text
    assert "```text\nCell 9, line 4, in on_epoch_end\n" in text

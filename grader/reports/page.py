"""From a `Report` to what its page shows: decisions are taken here, templates only lay out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.reports.charts import Chart, charts_of
from grader.reports.findings import Findings, findings_of, where_text
from grader.reports.pictures import Picture, pictures_of
from grader.reports.text import safe_text
from grader.reports.words import ISOLATION, REPORT_STATUS, count, points, seconds
from grader.results import Exhibit, Report

MAX_NOTES = 40
MAX_FACTS = 40


@dataclass(frozen=True)
class NoteView:
    """Advice without points."""

    text: str
    where: str


@dataclass(frozen=True)
class Banner:
    """Something to know before reading on. `text` may hold what a student wrote."""

    tone: str
    title: str
    text: str
    detail: str = ""


@dataclass(frozen=True)
class Fact:
    """One line of the small print; `code` asks for fixed width."""

    name: str
    value: str
    code: bool = False


@dataclass(frozen=True)
class Page:
    """All that the page of one submission shows."""

    title: str
    file: str
    status: str
    graded: bool
    points: str
    of: str
    headline: str
    banners: tuple[Banner, ...]
    findings: Findings
    charts: tuple[Chart, ...]
    pictures: tuple[Picture, ...]
    notes: tuple[NoteView, ...]
    facts: tuple[Fact, ...]


def page_of(report: Report, exhibits: Sequence[Exhibit] = (), concepts: Sequence[Path] = ()) -> Page:
    """What the page of this report shows.

    Args:
        concepts: folders of concept texts; the first that has one is taken.
    """
    findings = findings_of(report, concepts)
    charts = charts_of(report.curves)
    pictures = pictures_of(exhibits)
    if charts:
        # The same curves as a picture would only repeat them.
        pictures = tuple(picture for picture in pictures if picture.name != "curves")
    return Page(
        title=safe_text(report.exercise.title, limit=200) or safe_text(report.exercise.name, limit=200) or "Report",
        file=safe_text(report.submission.file, limit=200),
        status=REPORT_STATUS[report.status],
        graded=report.status == "graded",
        points=points(report.score),
        of=points(report.max_score),
        headline=_headline(report),
        banners=tuple(_banners(report)),
        findings=findings,
        charts=charts,
        pictures=pictures,
        notes=tuple(NoteView(safe_text(note.text), where_text(note.where)) for note in report.notes[:MAX_NOTES]),
        facts=tuple(_facts(report)),
    )


def _headline(report: Report) -> str:
    if report.status != "graded":
        return ""
    done = sum(task.status == "passed" for task in report.tasks)
    if not report.tasks:
        return "Nothing was checked."
    if done == len(report.tasks):
        return "Every check passes. Well done!"
    if all(task.status in ("not_attempted", "blocked") for task in report.tasks):
        return "Nothing to grade yet: write the first task and hand in again."
    return f"{done} of {count(len(report.tasks), 'task')} complete."


def _banners(report: Report) -> Iterator[Banner]:
    message = safe_text(report.message)
    if report.status == "unusable":
        yield Banner("bad", "This file could not be read", message, "Once that is mended, hand it in again.")
    if report.status == "ungraded":
        calm = "This is no fault of your work and costs you nothing: it has no score until it is graded again."
        yield Banner("ours", "Something broke on our side", calm, message)
    if report.needs_review:
        yield Banner(
            "open", "Marked for review", "Your instructor should look at this submission; the score may still change."
        )
    if report.isolation == "unsafe":
        yield Banner(
            "open", "Graded without a sandbox", "Good for trying out your own work, not for a grade that counts."
        )


def _facts(report: Report) -> Iterator[Fact]:
    exercise = report.exercise
    yield Fact("File", safe_text(report.submission.file, limit=200), code=True)
    if report.submission.sha256:
        yield Fact("SHA-256 of the file", safe_text(report.submission.sha256, limit=80), code=True)
    name = f"{exercise.name} {exercise.version}"
    if exercise.variant and exercise.variant != "default":
        name += f", variant {exercise.variant}"
    yield Fact("Exercise", safe_text(name, limit=300))
    yield Fact("Isolation", ISOLATION[report.isolation])
    times = report.timings
    yield Fact(
        "Time",
        f"{seconds(times.total_s)} in all: {seconds(times.cell_s)} your code, {seconds(times.training_s)} training, "
        f"{seconds(times.examiner_s)} checks",
    )
    yield Fact("Digest of the seed", safe_text(report.seed, limit=128) or "–", code=True)
    yield Fact("Digest of this grade", safe_text(report.key, limit=128) or "–", code=True)
    for key, value in list(report.environment.items())[:MAX_FACTS]:
        yield Fact(safe_text(key, limit=60), safe_text(value, limit=300))

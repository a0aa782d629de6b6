"""The pages of a batch: one line per submission, and how the class did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePath
from statistics import mean, median
from typing import TypeVar, cast
from urllib.parse import quote

from grader.reports.files import write_atomic
from grader.reports.jinja import render_html
from grader.reports.text import encodable, safe_text
from grader.reports.words import REPORT_STATUS, STATUS, fraction, points
from grader.results import Report, ReportStatus, Status

INDEX = "index.html"
BINS = 10
MOST_FAILED = 15
_REPORT_FILES = frozenset({"report.html", "report.md", "report.json"})
_WRONG: frozenset[Status] = frozenset({"failed", "student_error", "timeout", "memory", "output"})


T = TypeVar("T")


@lru_cache(maxsize=10_000)
def _keep(value: object) -> object:
    return value


def _shared(value: T) -> T:
    """The same value, made once: thousands of reports of one exercise repeat few titles, scores and checks."""
    return cast("T", _keep(value))


@dataclass(frozen=True, slots=True)
class TaskScore:
    """What one task of one submission got."""

    name: str
    title: str
    score: float
    max_score: float


@dataclass(frozen=True, slots=True)
class MissedCheck:
    """A check that one submission did not pass, for a reason of its own."""

    id: str
    title: str
    status: Status


@dataclass(frozen=True, slots=True)
class IndexRow:
    """One submission in the overview of a batch.

    Attributes:
        report: path of the report's page relative to the overview, with forward slashes.
        fix_first: id of the check, and its title.
        missed: checks not passed; those blocked by another are left out.
        student: whose it is; "" where that is unknown, or is not to be told here.
        time: when it was handed in, in ISO 8601 with a zone; "" where it is unknown.
    """

    file: str
    sha256: str | None
    exercise: str
    status: ReportStatus
    score: float
    max_score: float
    fix_first: str | None
    fix_first_title: str
    needs_review: bool
    message: str
    report: str
    tasks: tuple[TaskScore, ...]
    missed: tuple[MissedCheck, ...]
    student: str = ""
    time: str = ""

    @classmethod
    def from_report(cls, report: Report, report_path: PurePath | str, *, student: str = "", time: str = "") -> IndexRow:
        """The row of a report.

        Args:
            report_path: the report's folder, or a file of it, relative to where the overview will be.
        """
        checks = [check for task in report.tasks for check in task.checks]
        return cls(
            file=report.submission.file,
            sha256=report.submission.sha256,
            exercise=_shared(report.exercise.title),
            status=_shared(report.status),
            score=report.score,
            max_score=report.max_score,
            fix_first=_shared(report.fix_first),
            fix_first_title=_shared(next((check.title for check in checks if check.id == report.fix_first), "")),
            needs_review=report.needs_review,
            message=report.message,
            report=_page_path(report_path),
            tasks=tuple(_shared(TaskScore(task.name, task.title, task.score, task.max_score)) for task in report.tasks),
            missed=tuple(
                _shared(MissedCheck(check.id, check.title, check.status))
                for check in checks
                if check.status in _WRONG or check.status == "not_attempted"
            ),
            student=student,
            time=time,
        )

    @property
    def asks_for_a_person(self) -> bool:
        """Whether an instructor should look at it before the rest."""
        return self.status != "graded" or self.needs_review


@dataclass(frozen=True, slots=True)
class RosterLine:
    """One line of the table of submissions."""

    file: str
    link: str
    words: str
    tone: str
    points: str
    next: str
    needs_review: bool
    student: str
    time: str


@dataclass(frozen=True)
class Tally:
    """A number with what it counts."""

    value: str
    label: str


@dataclass(frozen=True)
class HistogramBar:
    """How many submissions scored in this range of percent; `height` is relative to the tallest, 0 to 1."""

    label: str
    count: int
    height: float


@dataclass(frozen=True)
class CheckTally:
    """How often one check was missed; `share` is of the graded submissions, 0 to 1."""

    id: str
    title: str
    wrong: int
    not_attempted: int
    share: float


@dataclass(frozen=True)
class TaskTally:
    """The mean score of one task."""

    title: str
    mean: str
    of: str
    share: float


@dataclass(frozen=True)
class ClassPage:
    """All that the overview of a batch shows.

    Attributes:
        has_students: some line names a student.
        has_times: some line has a time.
    """

    title: str
    tallies: tuple[Tally, ...]
    bars: tuple[HistogramBar, ...]
    histogram_summary: str
    tasks: tuple[TaskTally, ...]
    missed: tuple[CheckTally, ...]
    roster: tuple[RosterLine, ...]
    has_students: bool
    has_times: bool


def write_index(rows: Sequence[IndexRow], out: Path) -> Path:
    """Write `index.html` for a batch into the folder `out` and return its path."""
    return write_atomic(out / INDEX, render_html("index.html.j2", page=class_page(rows)))


def class_page(rows: Sequence[IndexRow]) -> ClassPage:
    """What the overview shows: those that ask for a person first, then by file name."""
    graded = [row for row in rows if row.status == "graded"]
    ordered = sorted(rows, key=lambda row: (not row.asks_for_a_person, row.file.casefold(), row.file))
    bars = _histogram(graded)
    return ClassPage(
        title=next((safe_text(row.exercise, limit=200) for row in rows if row.exercise), "Submissions"),
        tallies=tuple(_tallies(rows, graded)),
        bars=bars,
        histogram_summary="; ".join(f"{bar.label} percent: {bar.count}" for bar in bars if bar.count),
        tasks=tuple(_task_tallies(graded)),
        missed=tuple(_most_missed(graded)),
        roster=tuple(_line(row) for row in ordered),
        has_students=any(row.student for row in rows),
        has_times=any(row.time for row in rows),
    )


def _tallies(rows: Sequence[IndexRow], graded: Sequence[IndexRow]) -> Iterable[Tally]:
    yield Tally(f"{len(rows):,}", "submission" if len(rows) == 1 else "submissions")
    counts = Counter(row.status for row in rows)
    for status, label in REPORT_STATUS.items():
        if counts[status] and not (status == "graded" and len(graded) == len(rows)):
            yield Tally(f"{counts[status]:,}", label)
    review = sum(row.needs_review for row in rows)
    if review:
        yield Tally(f"{review:,}", "to review")
    if graded:
        scores = [100 * fraction(row.score, row.max_score) for row in graded]
        yield Tally(f"{median(scores):.0f} %", "median score")
        yield Tally(f"{mean(scores):.0f} %", "mean score")


def _histogram(graded: Sequence[IndexRow]) -> tuple[HistogramBar, ...]:
    counts = [0] * BINS
    for row in graded:
        counts[min(BINS - 1, int(BINS * fraction(row.score, row.max_score) + 1e-9))] += 1
    tallest = max(counts)
    if not tallest:
        return ()
    width = 100 // BINS
    labels = [f"{low}–{low + width - 1}" for low in range(0, 100 - width, width)] + [f"{100 - width}–100"]
    return tuple(HistogramBar(label, number, number / tallest) for label, number in zip(labels, counts, strict=True))


def _task_tallies(graded: Sequence[IndexRow]) -> Iterable[TaskTally]:
    by_name: dict[str, list[TaskScore]] = {}
    for row in graded:
        for task in row.tasks:
            by_name.setdefault(task.name, []).append(task)
    for scores in by_name.values():
        average, of = mean(task.score for task in scores), scores[0].max_score
        title = safe_text(scores[0].title or scores[0].name, limit=200)
        yield TaskTally(title, points(round(average, 1)), points(of), fraction(average, of))


def _most_missed(graded: Sequence[IndexRow]) -> Iterable[CheckTally]:
    titles: dict[str, str] = {}
    wrong: Counter[str] = Counter()
    absent: Counter[str] = Counter()
    for row in graded:
        for check in row.missed:
            titles.setdefault(check.id, check.title)
            (absent if check.status == "not_attempted" else wrong)[check.id] += 1
    for id_ in sorted(wrong, key=lambda one: (-wrong[one], one))[:MOST_FAILED]:
        share = fraction(wrong[id_], len(graded))
        yield CheckTally(safe_text(id_, limit=200), safe_text(titles[id_], limit=300), wrong[id_], absent[id_], share)


def _line(row: IndexRow) -> RosterLine:
    if row.status == "graded":
        tone, words = ("good", STATUS["passed"]) if row.fix_first is None else ("", REPORT_STATUS["graded"])
        scored = f"{points(row.score)} of {points(row.max_score)}"
        next_ = row.fix_first_title or row.fix_first or ""
    else:
        tone, words = "ours" if row.status == "ungraded" else "bad", REPORT_STATUS[row.status]
        scored, next_ = "", row.message
    return RosterLine(
        file=safe_text(row.file, limit=200) or "(no name)",
        # Percent-encoded, a colon included, so no path reads as an address with a scheme.
        link=quote(encodable(row.report), safe="/"),
        words=words,
        tone=tone,
        points=scored,
        next=safe_text(next_, limit=300),
        needs_review=row.needs_review,
        student=safe_text(row.student, limit=200),
        time=safe_text(row.time, limit=40),
    )


def _page_path(report_path: PurePath | str) -> str:
    path = PurePath(report_path)
    if path.name in _REPORT_FILES:
        path = path.parent
    return (path / "report.html").as_posix()

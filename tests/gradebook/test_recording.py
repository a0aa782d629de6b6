"""What is recorded, once, and what counts."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from sqlalchemy import select

from grader.errors import UsageError
from grader.gradebook import Gradebook, LatePolicy
from grader.gradebook.tables import FindingRow, KeptFileRow, ReportRow, StudentRow
from grader.results import SubmissionRef, TaskResult, from_json
from tests.gradebook.samples import CODE, check, handed_in, report

DUE = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def only(book: Gradebook, assignment: str = "toy"):
    (history,) = book.histories(assignment)
    return history


def test_a_report_recorded_twice_is_there_once(book: Gradebook) -> None:
    first = book.record(handed_in(), report())
    second = book.record(handed_in(), report())
    assert (first.new, second.new) == (True, False)
    assert first.report == second.report
    (attempt,) = only(book).attempts
    assert len(attempt.reports) == 1


def test_everything_of_a_report_is_kept(book: Gradebook) -> None:
    """Findings as rows, provenance, and the report itself under a pseudonymous id."""
    book.record(handed_in(), report(), who="tutor", graded_at=DUE)
    (attempt,) = only(book).attempts
    (line,) = attempt.reports
    assert (line.status, line.score, line.max_score, line.current) == ("graded", 8.0, 10.0, True)
    assert (line.graded_by, line.graded_at, line.grader_version) == ("tutor", DUE, "0.1.0")
    assert (line.exercise_version, line.variant, line.params_digest) == ("1.0.0", "default", "p1")
    assert (line.seed, line.isolation, line.key) == ("seed", "namespaces", "k1")
    with book._database.reading() as session:
        findings = session.scalars(select(FindingRow).order_by(FindingRow.position)).all()
        assert [(one.check_id, one.status, one.points, one.max_points, one.seen) for one in findings] == [
            ("create_model/compiled", "passed", 0.0, 0.0, ""),
            ("create_model/rescaling", "failed", 8.0, 10.0, "No rescaling was seen."),
        ]
        row = session.scalars(select(ReportRow)).one()
        kept = from_json(row.document)
        student = session.scalars(select(StudentRow)).one()
        assert session.scalars(select(KeptFileRow)).one().data == CODE
    assert kept.submission.file == f"{student.pseudonym}.py"
    assert msgspec.structs.replace(kept, submission=report().submission) == report()


def test_names_stand_in_one_table_alone(book: Gradebook) -> None:
    """No report carries the name, not even in the label of its file or in a message that begins with it."""
    message = "Ada Lovelace/week1.ipynb: is not a notebook. Save it again."
    unusable = report(
        0.0, file="Ada Lovelace/week1.ipynb", status="unusable", message=message, tasks=(), max_score=0.0, output={}
    )
    book.record(handed_in(file="Ada Lovelace/week1.ipynb"), unusable)
    with book._database.reading() as session:
        row = session.scalars(select(ReportRow)).one()
        assert b"Ada" not in row.document
        assert b".ipynb: is not a notebook. Save it again." in row.document


def test_a_regrade_is_a_new_report_and_the_newest_graded_one_counts(book: Gradebook) -> None:
    book.record(handed_in(), report(8.0), graded_at=DUE)
    book.record(handed_in(), report(9.0), graded_at=DUE + DAY)
    book.record(handed_in(), report(0.0, status="ungraded", max_score=0.0, tasks=()), graded_at=DUE + 2 * DAY)
    book.record(handed_in(), report(7.0), graded_at=DUE - DAY)  # an older output folder, imported late
    history = only(book)
    assert history.grade.final == 9.0
    (attempt,) = history.attempts
    assert [(line.score, line.current) for line in attempt.reports] == [(7, False), (8, False), (9, True), (0, False)]


def test_a_regrade_with_other_params_is_a_report_of_the_same_assignment(book: Gradebook) -> None:
    book.record(handed_in(), report(8.0))
    changed = report(9.0, key="k2", environment={"params_digest": "p2"})
    book.record(handed_in(), changed)
    (attempt,) = only(book).attempts
    assert [line.params_digest for line in attempt.reports] == ["p1", "p2"]


def test_other_bytes_are_a_further_attempt(book: Gradebook) -> None:
    other = b"x = 1\n"
    book.record(handed_in(), report(8.0))
    book.record(handed_in(data=other), report(6.0, data=other, key="k2"))
    history = only(book)
    assert (history.grade.attempts, history.grade.final) == (2, 8.0)
    book.configure("toy", rule="last")
    assert only(book).grade.final == 6.0


def test_the_same_bytes_at_another_time_are_a_further_attempt_of_one_report(book: Gradebook) -> None:
    """First, another one, and back to the first: the last attempt has the first one's score."""
    other = b"x = 1\n"
    book.configure("toy", exercise="toy", rule="last")
    book.record(handed_in(time=DUE), report(8.0))
    book.record(handed_in(data=other, time=DUE + DAY), report(6.0, data=other, key="k2"))
    assert only(book).grade.final == 6.0
    book.record(handed_in(time=DUE + 2 * DAY), report(8.0))
    history = only(book)
    assert [one.attempt.score for one in history.attempts] == [8.0, 6.0, 8.0]
    assert history.grade.final == 8.0
    with book._database.reading() as session:
        assert len(session.scalars(select(ReportRow)).all()) == 2


def test_a_time_that_becomes_known_is_put_in(book: Gradebook) -> None:
    """Unknown and known, in either order, are one attempt."""
    for time in (None, DUE, None, DUE):
        book.record(handed_in(time=time), report())
    (attempt,) = only(book).attempts
    assert attempt.attempt.handed_in == DUE


def test_times_come_back_as_they_were_in_any_zone(book: Gradebook) -> None:
    from zoneinfo import ZoneInfo

    time = datetime(2026, 3, 29, 2, 30, 0, 123456, tzinfo=ZoneInfo("America/New_York"))
    book.record(handed_in(time=time), report())
    (attempt,) = only(book).attempts
    assert attempt.attempt.handed_in == time
    assert attempt.attempt.handed_in.utcoffset() == timedelta(0)


def test_late_deduction_and_adjustments_are_steps_of_their_own(book: Gradebook) -> None:
    book.record(handed_in(time=DUE + DAY + timedelta(seconds=1)), report(8.0))
    book.configure("toy", late=LatePolicy(due=DUE, percent_per_day=10, at_most=50))
    book.adjust("Ada Lovelace", "toy", "add", 1.5, reason="labels in the title", author="tutor")
    grade = only(book).grade
    assert (grade.raw, grade.late_days, grade.late_deduction, grade.adjustment, grade.final) == (8, 2, 2, 1.5, 7.5)
    book.adjust("Ada Lovelace", "toy", "set", 9, reason="oral exam", author="professor")
    history = only(book)
    assert (history.grade.adjustment, history.grade.final) == (3, 9)
    assert [(one.kind, one.points, one.reason, one.author) for one in history.adjustments] == [
        ("add", 1.5, "labels in the title", "tutor"),
        ("set", 9.0, "oral exam", "professor"),
    ]
    (attempt,) = history.attempts
    assert attempt.reports[0].score == 8.0  # never overwritten


def test_a_fault_of_ours_is_no_zero(book: Gradebook) -> None:
    book.record(handed_in(), report(0.0, status="ungraded", max_score=0.0, tasks=()))
    grade = only(book).grade
    assert (grade.raw, grade.final, grade.needs_review) == (None, None, True)


def test_points_cannot_be_added_to_nothing(book: Gradebook) -> None:
    book.record(handed_in(), report(0.0, status="ungraded", max_score=0.0, tasks=()))
    with pytest.raises(UsageError, match="Ada Lovelace has no score at toy to add to; set one with --score"):
        book.adjust("Ada Lovelace", "toy", "add", 1, reason="why", author="me")
    assert only(book).adjustments == ()


@pytest.mark.parametrize(
    ("kind", "points", "reason", "author", "message"),
    [
        ("add", float("nan"), "why", "me", "must be a number"),
        ("add", float("inf"), "why", "me", "must be a number"),
        ("set", -1, "why", "me", "must not be negative"),
        ("add", 1, "  ", "me", "needs a reason"),
        ("add", 1, "why", "", "needs a author"),
        ("add", 1, "x" * 3000, "me", "needs a reason"),
    ],
)
def test_an_adjustment_that_cannot_be_is_refused(book: Gradebook, kind, points, reason, author, message) -> None:
    book.record(handed_in(), report())
    with pytest.raises(UsageError, match=message):
        book.adjust("Ada Lovelace", "toy", kind, points, reason=reason, author=author)


def test_unknown_students_and_assignments_are_told_with_close_ones(book: Gradebook) -> None:
    book.record(handed_in(), report())
    with pytest.raises(UsageError, match="no student 'Ada Lovelac'; close to it: Ada Lovelace"):
        book.adjust("Ada Lovelac", "toy", "add", 1, reason="why", author="me")
    with pytest.raises(UsageError, match=r"no assignment 'week9'\. It has toy"):
        book.grades("week9")


def test_a_name_is_one_however_it_is_typed(book: Gradebook) -> None:
    """Composed or not, with more blanks or fewer."""
    book.record(handed_in("Zoë  Müller "), report())
    book.record(handed_in("Zoe\u0308 Mu\u0308ller"), report())
    assert [grade.student for grade in book.grades("toy")] == ["Zoë Müller"]


@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0", "a\0b", "\ud800", "\u202eevil", "a" * 200, "Robert'); DROP"])
def test_hostile_names_and_files_are_kept_and_found(book: Gradebook, name: str) -> None:
    book.record(handed_in(name, file=f"{name}.py"), report(file=f"{name}.py", output={"t": name}, message=name))
    assert len(book.grades("toy", student=name)) == 1
    assert book.known("k1") is not None


@pytest.mark.parametrize("name", ["", " \t\n", "a" * 201])
def test_names_that_cannot_be_are_refused(book: Gradebook, name: str) -> None:
    with pytest.raises(UsageError, match="must have 1 to 200 characters"):
        book.record(handed_in(name), report())
    assert book.assignments() == ()


def test_a_report_of_other_bytes_is_refused(book: Gradebook) -> None:
    with pytest.raises(UsageError, match="the report is of other bytes"):
        book.record(handed_in(data=b"other"), report())


def odd(**changes):
    task = TaskResult(name="t", title="t", status="failed", score=0, max_score=0, **changes)
    return report(tasks=(task,))


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (report(11.0), "gives 11 of 10 points"),
        (report(-1.0), "gives -1 of 10 points"),
        (msgspec.structs.replace(report(), max_score=float("inf")), "points"),
        (report(key="k" * 65), "key that is no digest"),
        (report(key="\0"), "key that is no digest"),
        (report(seed="s p"), "seed that is no digest"),
        (report(submission=SubmissionRef(file="a.py", sha256="\n")), "sha256"),
        (report(environment={"params_digest": "é"}), "params_digest that is no digest"),
        (odd(checks=(check("t/a"), check("t/a"))), "names the check 't/a' 2 times"),
        (odd(checks=(check("t/" + "a" * 300),)), "id of a check"),
        (odd(checks=(check("t/a", points=6, of=5),)), "gives 6 of 5 points"),
        (report(status="unusable"), "is unusable and has points"),
    ],
)
def test_a_report_that_contradicts_itself_is_refused_and_leaves_nothing(book: Gradebook, bad, message) -> None:
    with pytest.raises(UsageError, match=message):
        book.record(handed_in(data=None), bad)
    assert book.assignments() == ()


def test_a_time_without_a_zone_is_refused(book: Gradebook) -> None:
    with pytest.raises(UsageError, match="needs a time zone"):
        book.record(handed_in(time=DUE.replace(tzinfo=None)), report())


def test_an_assignment_is_over_one_exercise(book: Gradebook) -> None:
    book.record(handed_in(), report(), assignment="autumn")
    other = report(exercise=msgspec.structs.replace(report().exercise, name="other"))
    with pytest.raises(UsageError, match="'autumn' is over toy, this report is of other"):
        book.record(handed_in(), other, assignment="autumn")


def test_known_answers_a_resubmission(book: Gradebook) -> None:
    """The newest graded report with the key, whoever it is of; nothing else."""
    assert book.known("k1") is None
    book.record(handed_in(), report(8.0), graded_at=DUE)
    book.record(handed_in("Bob"), report(9.0), graded_at=DUE + DAY)
    book.record(handed_in("Eve"), report(0.0, status="ungraded", max_score=0, tasks=()), graded_at=DUE + 2 * DAY)
    book.record(handed_in("Mallory"), report(10.0, isolation="unsafe"), graded_at=DUE + 3 * DAY)
    found = book.known("k1")
    assert found is not None
    assert found.score == 9.0
    assert found.tasks == report(9.0).tasks
    assert book.known("k1", unsafe=True).score == 10.0
    assert book.known("") is None
    assert book.known("k2") is None


def test_a_report_without_a_digest_of_bytes_is_recorded_once(book: Gradebook) -> None:
    """What was too large to be read has none."""
    lost = report(
        0.0, status="unusable", submission=SubmissionRef(file="a.py", sha256=None), tasks=(), max_score=0.0, key=""
    )
    for _ in range(2):
        book.record(handed_in(data=None), lost)
    (attempt,) = only(book).attempts
    assert (attempt.sha256, attempt.kept, len(attempt.reports)) == ("", False, 1)


def test_bytes_that_come_later_are_kept(book: Gradebook) -> None:
    assert not book.record(handed_in(data=None), report()).kept
    assert book.record(handed_in(), report()).kept
    (found,) = book.find(report())
    assert (found.data, found.suffix) == (CODE, ".py")
    assert found.sha256 == hashlib.sha256(CODE).hexdigest()


def test_a_submission_is_found_by_report_then_bytes_and_by_key_for_a_student_alone(book: Gradebook) -> None:
    """Two students with the same file: the report's own digest tells them apart, the bytes do not."""
    book.record(handed_in(), report(file="ada/week1.py"))
    book.record(handed_in("Bob", file="bob/week1.py"), report(file="bob/week1.py"))
    assert [(one.student, one.surely) for one in book.find(report(file="bob/week1.py"))] == [("Bob", True)]
    again = report(9.0, file="bob/week1.py")
    assert [(one.student, one.surely) for one in book.find(again)] == [("Ada Lovelace", False), ("Bob", False)]
    assert [one.student for one in book.find(again, student="Bob")] == ["Bob"]
    saved_again = report(9.0, data=b"other")
    assert book.find(saved_again) == ()  # equal keys are those of equal code, whoever wrote it
    assert [one.student for one in book.find(saved_again, student="Bob")] == ["Bob"]
    assert book.find(report(9.0, data=b"other", key="k9"), student="Bob") == ()


def test_a_time_that_no_database_holds_is_refused(book: Gradebook) -> None:
    time = datetime.fromisoformat("0001-01-01T00:00+14:00")
    with pytest.raises(UsageError, match=r"week1\.py: the time 0001-01-01T00:00:00\+14:00 lies outside of the years"):
        book.record(handed_in(time=time), report())

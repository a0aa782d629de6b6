"""Nothing of a forgotten person is left, and the class is as good as before."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select, text

from grader.errors import UsageError
from grader.gradebook import Gradebook
from grader.gradebook.tables import FindingRow, ReportRow, StudentRow, Table
from grader.results import from_json
from tests.gradebook.samples import handed_in, report

WORDS = (
    "Ada",
    "Lovelace",
    "ada/week1",
    "printed by ada",
    "No rescaling",
    "Traceback of",
    "create_model():",
    "sick",
    "key-of-ada",
)


@pytest.fixture
def class_of_two(book: Gradebook) -> Gradebook:
    book.record(handed_in(time=datetime(2026, 3, 1, tzinfo=UTC)), report(8.0, key="key-of-ada"))
    other = report(6.0, data=b"x = 1\n", key="k2", file="bob/week1.py", tasks=(), output={})
    book.record(handed_in("Bob", data=b"x = 1\n", file="bob/week1.py"), other)
    book.adjust("Ada Lovelace", "toy", "add", 1, reason="sick", author="tutor")
    return book


def everything(book: Gradebook) -> str:
    """All rows of all tables as text."""
    with book._database.reading() as session:
        rows = [list(session.execute(text(f"SELECT * FROM {name}"))) for name in Table.metadata.tables]
    return str(
        [[bytes(value) if isinstance(value, memoryview) else value for value in row] for part in rows for row in part]
    )


def test_scores_stay_and_the_person_goes(class_of_two: Gradebook) -> None:
    before = everything(class_of_two)
    assert all(word in before for word in WORDS)
    pseudonym = class_of_two.forget("Ada Lovelace")
    after = everything(class_of_two)
    assert [word for word in WORDS if word in after] == []
    bob, ada = class_of_two.grades("toy")
    assert (bob.student, bob.final) == ("Bob", 6.0)
    assert (ada.student, ada.label, ada.raw, ada.final) == (None, pseudonym, 8.0, 9.0)
    with class_of_two._database.reading() as session:
        student = session.scalars(select(StudentRow).filter_by(name=None)).one()
        assert student.forgotten_at is not None
        row = session.scalars(select(ReportRow).where(ReportRow.score == 8)).one()
        kept = from_json(row.document)
        findings = session.scalars(select(FindingRow).filter_by(report_id=row.id)).all()
        assert [(one.status, one.points, one.seen) for one in findings] == [("passed", 0.0, ""), ("failed", 8.0, "")]
    assert (kept.score, kept.output, kept.notes, kept.key, kept.submission.sha256) == (8.0, {}, (), "", None)
    assert [check.status for check in kept.tasks[0].checks] == ["passed", "failed"]


def test_the_pseudonymous_id_is_a_new_one(class_of_two: Gradebook) -> None:
    """An older export must not tell whose scores these are."""
    before = class_of_two.grades("toy")[0].pseudonym
    assert class_of_two.forget(before) != before


def test_a_forgotten_report_answers_nobody(class_of_two: Gradebook) -> None:
    """It has no texts any more."""
    assert class_of_two.known("key-of-ada") is not None
    class_of_two.forget("Ada Lovelace")
    assert class_of_two.known("key-of-ada") is None
    assert class_of_two.find(report(8.0)) == ()


def test_forgetting_twice_or_nobody_is_told(class_of_two: Gradebook) -> None:
    class_of_two.forget("Ada Lovelace")
    with pytest.raises(UsageError, match="no student 'Ada Lovelace'"):
        class_of_two.forget("Ada Lovelace")


def test_the_same_person_may_come_again(class_of_two: Gradebook) -> None:
    """As somebody new."""
    class_of_two.forget("Ada Lovelace")
    class_of_two.record(handed_in(), report(7.0))
    assert [(grade.student, grade.final) for grade in class_of_two.grades("toy")] == [
        ("Ada Lovelace", 7.0),
        ("Bob", 6.0),
        (None, 9.0),
    ]


def test_two_files_of_one_person_are_forgotten(class_of_two: Gradebook) -> None:
    """Their digests were told apart by a constraint."""
    class_of_two.record(handed_in(data=b"y = 1\n"), report(5.0, data=b"y = 1\n", key="k3"))
    class_of_two.forget("Ada Lovelace")
    assert class_of_two.grades("toy")[-1].attempts == 2


def test_nothing_is_left_in_the_files_of_sqlite(tmp_path: Path) -> None:
    """Not in freed pages, and not in the write-ahead log."""
    path = tmp_path / "gradebook.db"
    marked = json.dumps(
        {"nbformat": 4, "cells": [{"cell_type": "code", "source": "# CODE-OF-ADA\n" + "x = 1\n" * 3_000}]}
    ).encode()
    with Gradebook.open(path) as book:
        changed = report(8.0, data=marked, file="ada/week1.ipynb", output={"t": "PRINTED-BY-ADA " * 500})
        book.record(handed_in("NAME-OF-ADA", file="LABEL-OF-ADA/week1.ipynb", data=marked), changed)
        words = [b"CODE-OF-ADA", b"PRINTED-BY-ADA", b"NAME-OF-ADA", b"LABEL-OF-ADA", b"No rescaling"]
        assert [word for word in words if word not in on_disk(tmp_path)] == []
        book.forget("NAME-OF-ADA")
        assert [word for word in words if word in on_disk(tmp_path)] == []


def on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir())

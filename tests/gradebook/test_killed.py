"""A process that is killed while it records loses nothing that was recorded and doubles nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from grader.gradebook import Gradebook
from grader.gradebook.tables import Table
from tests.gradebook.killed import KILLS, work

ROOT = Path(__file__).parents[2]


def content(url: str) -> dict[str, Any]:
    """All that is in a gradebook, without the numbers of rows and the random ids."""
    with Gradebook.open(url, create=False) as book:
        histories = book.histories("toy")
        with book._database.reading() as session:
            counts = {name: session.scalar(text(f"SELECT count(*) FROM {name}")) for name in Table.metadata.tables}
            documents = session.execute(text("SELECT document FROM reports ORDER BY submission_id, graded_at")).all()
            findings = session.execute(
                text("SELECT r.key, f.position, check_id, f.status, points, max_points, seen"
                     " FROM findings f JOIN reports r ON r.id = f.report_id ORDER BY r.key, f.position")
            ).all()  # fmt: skip
    pseudonyms = {one.grade.pseudonym.encode(): (one.grade.student or "").encode() for one in histories}
    plain = []
    for (document,) in documents:
        data = bytes(document)
        for pseudonym, name in pseudonyms.items():
            data = data.replace(pseudonym, name)
        plain.append(data)
    return {
        "counts": counts,
        "documents": plain,
        "findings": [tuple(row) for row in findings],
        "grades": [(one.grade.student, one.grade.final, one.grade.attempts) for one in histories],
        "attempts": [
            (attempt.attempt, attempt.sha256, attempt.kept, [(line.key, line.score, line.current) for line in attempt.reports])
            for one in histories
            for attempt in one.attempts
        ],
    }  # fmt: skip


@pytest.fixture
def undisturbed(tmp_path: Path) -> dict[str, Any]:
    """The content after a run that nobody kills."""
    path = tmp_path / "undisturbed.db"
    work(str(path))
    return content(str(path))


@pytest.mark.slow
@pytest.mark.parametrize("when", ["statements", "moments"])
def test_killed_again_and_again_it_ends_with_the_same_content(when: str, url: str, undisturbed) -> None:
    """At every statement and commit, and at random moments; from making the tables on."""
    command = [sys.executable, "-m", "tests.gradebook.killed", when, url]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
    assert result.returncode == 0, result.stderr
    assert int(result.stdout) >= (100 if when == "statements" else KILLS)
    assert content(url) == undisturbed
    assert undisturbed["counts"]["reports"] == 4
    assert undisturbed["counts"]["attempts"] == undisturbed["counts"]["kept_files"] == 3

"""`grader export`: one report for Gradescope or a build server."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from typer.testing import CliRunner, Result

from grader.batch.testing import toy_report
from grader.cli.main import app
from grader.results import CheckResult, TaskResult, to_json


def export(*args: str) -> Result:
    return CliRunner().invoke(app, ["export", *args], catch_exceptions=False)


@pytest.fixture
def report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A report with a check of each status, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    statuses = ("passed", "failed", "not_attempted", "blocked", "student_error", "timeout", "memory", "output")
    checks = tuple(
        CheckResult(id=f"f/{status}", title=status.title(), status=status, score=5.0 * (status == "passed"), max_score=5.0)
        for status in statuses
    )  # fmt: skip
    task = TaskResult(name="f", title="F", status="failed", score=5.0, max_score=40.0, checks=checks)
    Path("out").mkdir()
    Path("out/report.json").write_bytes(to_json(toy_report("a.py", score=5.0, max_score=40.0, tasks=(task,))))
    return Path("out")


def test_gradescope_results_of_one_report(report: Path) -> None:
    assert export("out", "results/results.json").stdout == "results/results.json\n"
    found = json.loads(Path("results/results.json").read_text())
    assert found["score"] == 5.0 == sum(test["score"] for test in found["tests"])
    assert [test["status"] for test in found["tests"]] == ["passed", *["failed"] * 7]


def test_junit_of_one_report(report: Path) -> None:
    """What was not judged is skipped, what raised or met a bound is an error."""
    assert export("out/report.json", "junit.xml").exit_code == 0
    (suite,) = ET.fromstring(Path("junit.xml").read_bytes())
    kinds = {case.get("name"): [part.tag for part in case] for case in suite.findall("testcase")}
    assert kinds == {
        "passed": [], "failed": ["failure"], "not_attempted": ["skipped"], "blocked": ["skipped"],
        "student_error": ["error"], "timeout": ["error"], "memory": ["error"], "output": ["error"],
    }  # fmt: skip
    assert [suite.get(one) for one in ("tests", "failures", "errors", "skipped")] == ["8", "1", "4", "2"]


@pytest.mark.parametrize("status", ["ungraded", "unusable"])
def test_no_score_is_never_a_zero(report: Path, status: str) -> None:
    (report / "report.json").write_bytes(to_json(toy_report("a.py", status=status, message="The examiner died.")))
    result = export("out", "results.json")
    assert result.exit_code == 2
    assert result.stderr == f"grader: a.py is {status}, which is no score; a missing score is never a zero.\n"
    assert not Path("results.json").exists()
    assert export("out", "results.xml").exit_code == 0
    (suite,) = ET.fromstring(Path("results.xml").read_bytes())
    assert suite.get("errors") == "1"


@pytest.mark.parametrize(("source", "target"), [("nowhere.json", "x.json"), ("out", "out")])
def test_what_cannot_be_read_or_written_is_told_in_one_line(report: Path, source: str, target: str) -> None:
    result = export(source, target)
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1

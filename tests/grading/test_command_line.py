"""The command line over the real grader: what is printed, written and returned."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from grader.results import from_json
from tests.grading.kit import EXERCISE, FOLDER


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "grader", *arguments], capture_output=True, text=True, check=False, timeout=600
    )


def test_json_on_stdout_is_the_report_in_the_folder(tmp_path: Path) -> None:
    """`--json` prints `report.json` and nothing else; html and markdown lie beside it."""
    done = run("grade", EXERCISE, str(FOLDER / "reference.py"), "--out", str(tmp_path), "--seed", "1", "--json")
    assert done.returncode == 0, done.stderr
    written = (tmp_path / "report.json").read_bytes()
    assert json.loads(done.stdout) == json.loads(written)
    report = from_json(written)
    assert (report.status, report.score, report.max_score, report.isolation) == ("graded", 100, 100, "namespaces")
    assert report.curves["accuracy"]
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "data:image/png;base64," in page
    assert "<script" not in page
    assert "100 of 100" in (tmp_path / "report.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "content", "line"),
    [
        ("empty.py", b"", "empty"),
        ("no_json.ipynb", b"not json at all", "not JSON"),
        ("broken.py", b"def f(:\n", "syntax"),
        ("binary.py", bytes(range(256)), ""),
        ("notes.txt", b"hello", ""),
    ],
)
def test_unusable_input_is_one_clear_line_and_status_2(tmp_path: Path, name: str, content: bytes, line: str) -> None:
    """Nothing is run for a file that is no submission, and the message fits on one line."""
    path = tmp_path / name
    path.write_bytes(content)
    done = run("grade", EXERCISE, str(path), "--out", str(tmp_path / "out"))
    assert done.returncode == 2
    assert line.lower() in (done.stderr + done.stdout).lower()
    assert "Traceback" not in done.stderr + done.stdout


def test_a_batch_goes_on_over_bad_files_and_resumes(tmp_path: Path) -> None:
    """Good, wrong and unusable files side by side: each its report, and a second run grades nothing again."""
    folder, out = tmp_path / "handed in", tmp_path / "out"
    folder.mkdir()
    shutil.copy(FOLDER / "reference.ipynb", folder / "good.ipynb")
    shutil.copy(FOLDER / "mistakes" / "callback_or.py", folder / "wrong.py")
    (folder / "broken.ipynb").write_text("{", encoding="utf-8")
    (folder / "link.py").symlink_to("/etc/passwd")
    arguments = ("batch", EXERCISE, str(folder), "--out", str(out), "--seed", "1", "--jobs", "1")
    first = run(*arguments)
    assert first.returncode == 2, first.stderr
    reports = {from_json(path.read_bytes()).submission.file: path for path in out.glob("*/report.json")}
    statuses = {name: from_json(path.read_bytes()).status for name, path in reports.items()}
    assert statuses == {"good.ipynb": "graded", "wrong.py": "graded", "broken.ipynb": "unusable", "link.py": "unusable"}
    assert from_json(reports["good.ipynb"].read_bytes()).score == 100
    assert from_json(reports["wrong.py"].read_bytes()).fix_first == "EarlyStoppingCallback/goes_on_while_one_is_missing"
    grades = (out / "grades.csv").read_text(encoding="utf-8")
    assert "good.ipynb" in grades
    assert (out / "index.html").exists()
    before = {name: reports[name].stat().st_mtime_ns for name in ("good.ipynb", "wrong.py")}
    assert run(*arguments).returncode == 2
    assert {name: reports[name].stat().st_mtime_ns for name in before} == before

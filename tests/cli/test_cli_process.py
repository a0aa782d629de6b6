"""`grader` as a process: exit codes, quick starts, no traceback."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import grader
from grader.exercises.loading import exercise_names

ROOT = Path(grader.__file__).parents[1]
EXERCISE = "week1_larger_dataset"

IMPORTED = """
import sys
from grader.cli.main import run
sys.argv = ["grader", *sys.argv[1:]]
try:
    run()
finally:
    heavy = {"tensorflow", "keras", "matplotlib", "pytest", "_pytest", "sqlalchemy", "alembic"} & set(sys.modules)
    print("heavy:", sorted(heavy), file=sys.stderr)
"""


def run(*args: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """`python -m grader` with these arguments."""
    command = [sys.executable, "-m", "grader", *args]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, check=False, timeout=60, env=environment())


def environment() -> dict[str, str]:
    """Ours, with the package on the path wherever the command runs."""
    import os

    return os.environ | {"PYTHONPATH": str(ROOT), "NO_COLOR": "1", "COLUMNS": "120"}


@pytest.mark.parametrize(
    "args",
    [
        ["--help"],
        ["--version"],
        ["list"],
        ["list", "--json"],
        ["grade", "--help"],
        ["gradebook", "--help"],
        ["data", "list"],
    ],
)
def test_light_commands_import_nothing_heavy(args: list[str]) -> None:
    """TensorFlow costs seconds, so what needs no grading does not import it."""
    command = [sys.executable, "-c", IMPORTED, *args]
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, env=environment())
    assert result.returncode == 0
    assert result.stderr == "heavy: []\n"


def test_importing_the_package_imports_nothing_of_it() -> None:
    """`import grader` is for student cells too: `grade` and `__version__` load on use."""
    code = "import sys, grader; print(sorted(name for name in sys.modules if name.startswith('grader')))"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment(), timeout=60
    )
    assert result.stdout == "['grader']\n"


def test_list_names_every_exercise() -> None:
    """Both forms, for a person and for a script."""
    assert EXERCISE in run("list").stdout
    rows = json.loads(run("list", "--json").stdout)
    assert [row["name"] for row in rows] == list(exercise_names())
    assert "create_model" in next(row for row in rows if row["name"] == EXERCISE)["tasks"]


def test_version_is_that_of_the_package() -> None:
    """One line, for bug reports."""
    result = run("--version")
    assert result.returncode == 0
    assert result.stdout == f"grader {grader.__version__}\n"


def test_help_teaches_exit_codes_and_examples() -> None:
    """The help of each grading command says how it ends and shows how to begin."""
    for command in ("grade", "batch"):
        text = run(command, "--help").stdout
        assert "Exit codes: 0" in text
        assert f"grader {command} {EXERCISE}" in text


def test_unknown_exercise_is_one_line_with_close_matches(tmp_path: Path) -> None:
    """A slip in the name is told with the name that was meant, exit 2."""
    (tmp_path / "mine.py").write_text("")
    result = run("grade", "week1_larger_datasets", "mine.py", "--out", "out", cwd=tmp_path)
    assert result.returncode == 2
    assert len(result.stderr.splitlines()) == 1
    assert EXERCISE in result.stderr
    assert not (tmp_path / "out").exists()


def test_unreadable_notebook_exits_2_with_a_report(tmp_path: Path) -> None:
    """The whole way with the real engine: no sandbox is started for a file that cannot be read."""
    (tmp_path / "mine.ipynb").write_text("{")
    result = run("grade", EXERCISE, "mine.ipynb", "--out", "out", "--json", cwd=tmp_path)
    assert result.returncode == 2
    assert json.loads(result.stdout)["status"] == "unusable"
    assert len(result.stderr.splitlines()) == 1
    assert (tmp_path / "out" / "report.html").exists()


def test_batch_of_unusable_files_writes_index_and_grades(tmp_path: Path) -> None:
    """The whole way with the real engine and the real writers."""
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "mine.ipynb").write_text("{")
    (folder / "other.pdf").write_text("%PDF")
    result = run("batch", EXERCISE, "in", "--out", "out", "--json", cwd=tmp_path)
    assert result.returncode == 2
    assert [row["status"] for row in json.loads(result.stdout)["rows"]] == ["unusable", "unusable"]
    assert (tmp_path / "out" / "index.html").exists()
    assert "other.pdf" in (tmp_path / "out" / "grades.csv").read_text()


def test_doctor_exit_code_agrees_with_what_it_prints() -> None:
    """0 where student code can be isolated, 1 where not."""
    result = run("doctor", "--json")
    document = json.loads(result.stdout)
    assert result.returncode == (0 if document["ready"] else 1)
    assert document["ready"] == all(one["ok"] for one in document["findings"] if one["required"])


def test_python_api_grades_without_writing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`grader.grade` returns the report; without `out` it leaves nothing behind."""
    monkeypatch.chdir(tmp_path)
    Path("mine.ipynb").write_text("{")
    report = grader.grade(EXERCISE, "mine.ipynb")
    assert report.status == "unusable"
    assert [path.name for path in tmp_path.iterdir()] == ["mine.ipynb"]

"""`grader new` gives an exercise that works as it comes, in a checkout of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NAME = "week9_try"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout that holds no exercise."""
    for name in ("grader", "templates"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for name in ("exercises", "solutions"):
        (tmp_path / name).mkdir()
    return tmp_path


def grader(checkout: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command line of that checkout."""
    code = "import sys; from grader.cli.main import run; run()"
    environment = {**os.environ, "PYTHONPATH": str(checkout), "COLUMNS": "200"}
    return subprocess.run(
        [sys.executable, "-P", "-c", code, *arguments], cwd=checkout, env=environment, capture_output=True, text=True,
        check=False, timeout=300,
    )  # fmt: skip


def test_a_new_exercise_has_all_its_parts(checkout: Path) -> None:
    """It is listed, its generated files are fresh, and its marks are filled in."""
    made = grader(checkout, "new", NAME, "--title", "Trying it", "--json")
    assert made.returncode == 0, made.stderr
    files = [Path(path) for path in json.loads(made.stdout)["files"]]
    assert {path.relative_to(checkout).as_posix() for path in files} == {
        f"exercises/{NAME}/concepts/convolutions.md",
        f"exercises/{NAME}/exercise.toml",
        f"exercises/{NAME}/hidden_tests/test_1_create_model.py",
        f"exercises/{NAME}/public_tests/test_create_model.py",
        f"exercises/{NAME}/starter.ipynb",
        f"exercises/{NAME}/starter.py",
        f"solutions/{NAME}/alternates/functional_api.py",
        f"solutions/{NAME}/mistakes/one_convolution.py",
        f"solutions/{NAME}/reference.ipynb",
        f"solutions/{NAME}/reference.py",
    }
    assert not [path for path in files if "@NAME@" in path.read_text() or "@TITLE@" in path.read_text()]
    assert [row["title"] for row in json.loads(grader(checkout, "list", "--json").stdout)] == ["Trying it"]


def test_a_new_exercise_validates_as_it_comes(checkout: Path) -> None:
    """Its reference and alternate pass, its starter is not attempted, its mistake fails the one check."""
    assert grader(checkout, "new", NAME).returncode == 0
    judged = grader(checkout, "validate", NAME, "--json", "--jobs", "1")
    assert judged.returncode == 0, judged.stdout + judged.stderr
    (exercise,) = json.loads(judged.stdout)["exercises"]
    assert (exercise["sound"], exercise["mistakes"], exercise["alternates"]) == (True, 1, 1)


def test_some_solutions_can_be_validated_alone(checkout: Path) -> None:
    """Who writes a mistake need not wait for all others; that every check is failed by one is asked of the whole alone."""
    assert grader(checkout, "new", NAME).returncode == 0
    for only, counts in (("alternates/*", (0, 1)), ("mistakes/*", (1, 0))):
        judged = grader(checkout, "validate", "--only", only, "--out", "kept", "--json", "--jobs", "1")
        assert judged.returncode == 0, judged.stdout + judged.stderr
        (exercise,) = json.loads(judged.stdout)["exercises"]
        assert (exercise["mistakes"], exercise["alternates"], exercise["unexercised"]) == (*counts, [])
    nobody = grader(checkout, "validate", "--only", "nobody*")
    assert nobody.returncode == 2
    assert "no solution is named by 'nobody*'" in nobody.stderr


def test_validation_notices_a_wrong_verdict(checkout: Path) -> None:
    """A mistake that is mended without its label loses its verdict: exit 1, and the line says which."""
    assert grader(checkout, "new", NAME).returncode == 0
    solutions = checkout / "solutions" / NAME
    right = (solutions / "alternates" / "functional_api.py").read_text().split("\n", 1)[1]
    wrong = solutions / "mistakes" / "one_convolution.py"
    wrong.write_text("".join(wrong.read_text().splitlines(keepends=True)[:3]) + right)
    judged = grader(checkout, "validate", NAME, "--jobs", "1")
    assert judged.returncode == 1
    assert "mistakes/one_convolution.py (seed 0): wrongly accepted: full points" in judged.stdout
    assert f"{NAME}: no mistake fails create_model/convolutions" in judged.stdout


@pytest.mark.parametrize("name", ["Week 9", "../week9", "9week", "week9_", ""])
def test_a_name_that_cannot_be_is_refused(checkout: Path, name: str) -> None:
    """One line, exit 2, nothing written."""
    made = grader(checkout, "new", name)
    assert made.returncode == 2
    assert "must be lower-case words" in made.stderr
    assert not list((checkout / "exercises").iterdir())


def test_an_exercise_that_is_there_is_never_overwritten(checkout: Path) -> None:
    assert grader(checkout, "new", NAME).returncode == 0
    again = grader(checkout, "new", NAME)
    assert again.returncode == 2
    assert "is there already" in again.stderr

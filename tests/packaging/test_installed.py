"""What works after the wheels are installed: away from the checkout, and on systems without Linux's modules."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.packaging.elsewhere import LIBRARIES, PUBLIC_MODULES

ELSEWHERE = Path(__file__).parent / "elsewhere.py"


def test_an_installed_grader_knows_its_exercises_and_templates(student_site) -> None:
    printed = run(
        "from grader.exercises import exercise_names, load_exercise\n"
        "from grader.paths import exercises_dir, templates_dir\n"
        "print(exercise_names()[0], exercises_dir().parent.name, templates_dir().parent.name)",
        student_site,
    )
    assert printed == "week1_larger_dataset _bundled _bundled\n"


def test_an_installed_grader_has_no_hidden_tests(student_site) -> None:
    printed = run(
        "from grader.errors import UsageError\n"
        "from grader.paths import hidden_tests_dir\n"
        "try:\n    print(hidden_tests_dir('week1_larger_dataset'))\n"
        "except UsageError as error:\n    print(error)",
        student_site,
    )
    assert printed == "hidden tests are in the instructors' package: pip install cnn-grader-instructor\n"


def test_the_instructors_wheel_hands_the_hidden_tests_to_an_installed_grader(student_site, instructor_site) -> None:
    printed = run(
        "from grader.paths import hidden_tests_dir\n"
        "import grader_instructor\n"
        "folder = hidden_tests_dir('week1_larger_dataset')\n"
        "print(folder == grader_instructor.hidden_tests('week1_larger_dataset'), len(list(folder.glob('test_*.py'))) > 0)",
        student_site,
        instructor_site,
    )
    assert printed == "True True\n"


def test_an_installed_grader_makes_and_migrates_a_gradebook(student_site, tmp_path) -> None:
    printed = run(
        "from grader.gradebook import Gradebook\n"
        f"with Gradebook.open({str(tmp_path / 'gradebook.db')!r}) as book:\n    print(book.assignments())",
        student_site,
    )
    assert printed == "()\n"


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_a_students_installation_works_without_linux(platform, student_site) -> None:
    """Every public module can be imported, an exercise read, and a task checked in a notebook."""
    code = f"""
import importlib
for name in {PUBLIC_MODULES!r}:
    try:
        importlib.import_module(name)
    except Exception as error:
        print(f"{{name}}: {{error!r}}")
import grader, grader.exercises, grader.notebook
print(grader.__file__)
print(grader.exercises.load_exercise("week1_larger_dataset").tasks[0].name)
def readable_images(directory):
    return None
results = grader.notebook.run_public("readable_images", {{"readable_images": readable_images}}, "week1_larger_dataset")
print(results[0].status)
"""
    printed = output(start([str(ELSEWHERE), platform, code, *LIBRARIES], student_site))
    assert printed.splitlines() == [str(student_site / "grader" / "__init__.py"), "readable_images", "failed"]


def test_the_stand_in_for_other_systems_does_refuse_what_they_lack(tmp_path) -> None:
    """The allowed twin is every test above; without this one a stand-in that refuses nothing would pass them all."""
    package = tmp_path / "grader"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "locked.py").write_text("import fcntl\n")
    (package / "forked.py").write_text("import os\nos.fork\n")
    (package / "native.py").write_text("import ctypes\nctypes.CDLL(None)\n")
    for module, error in (
        ("locked", "ModuleNotFoundError: No module named 'fcntl' on win32"),
        ("forked", "AttributeError: module 'os' has no attribute 'fork'"),
        ("native", "TypeError: a library needs a name on win32"),
    ):
        result = start([str(ELSEWHERE), "win32", f"import grader.{module}"], tmp_path)
        assert result.returncode == 1
        assert error in result.stderr


def run(code: str, *sites: Path) -> str:
    return output(start(["-c", code], *sites))


def start(arguments: list[str], *sites: Path) -> subprocess.CompletedProcess[str]:
    """Python with `sites` ahead of this environment's packages, and so ahead of this checkout."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(map(str, sites)), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, *arguments], cwd=sites[0], env=environment, capture_output=True, text=True, check=False
    )


def output(result: subprocess.CompletedProcess[str]) -> str:
    assert result.returncode == 0, result.stderr
    return result.stdout

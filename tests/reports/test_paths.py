"""Where the grader finds its own files, in a checkout and in a wheel."""

from __future__ import annotations

import sys

import pytest

from grader import paths
from grader.errors import GraderFault, UsageError


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """A package folder as a wheel leaves it, with a stray pyproject.toml beside, as some wheels drop one."""
    package = tmp_path / "site-packages" / "grader"
    (package / "_bundled" / "templates").mkdir(parents=True)
    (package.parent / "pyproject.toml").touch()
    monkeypatch.setattr(paths, "_PACKAGE", package)
    monkeypatch.syspath_prepend(str(package.parent))
    return package


def test_checkout_has_everything_beside_the_package():
    """Templates, exercises and solutions lie at the root of the repository."""
    root = paths.templates_dir().parent
    assert paths.exercises_dir() == root / "exercises"
    assert paths.solutions_dir() == root / "solutions"
    hidden = root / "exercises" / "week1_larger_dataset" / "hidden_tests"
    assert paths.hidden_tests_dir("week1_larger_dataset") == hidden


def test_wheel_has_its_files_inside(installed):
    """A wheel carries templates in `_bundled`; what is missing there is our fault."""
    assert paths.templates_dir() == installed / "_bundled" / "templates"
    with pytest.raises(GraderFault, match="'exercises' is missing from this installation"):
        paths.exercises_dir()


def test_hidden_tests_are_in_the_instructors_package(installed):
    """A student's installation says where they are, in one line."""
    with pytest.raises(UsageError) as caught:
        paths.hidden_tests_dir("week1")
    assert str(caught.value) == "hidden tests are in the instructors' package: pip install cnn-grader-instructor"


def test_instructors_package_is_found_without_importing_it(installed):
    """Its code does not run."""
    package = installed.parent / "grader_instructor"
    (package / "week1" / "hidden_tests").mkdir(parents=True)
    (package / "__init__.py").write_text("raise RuntimeError('imported')")
    assert paths.hidden_tests_dir("week1") == package / "week1" / "hidden_tests"
    assert "grader_instructor" not in sys.modules
    with pytest.raises(UsageError, match="has no hidden tests of week9"):
        paths.hidden_tests_dir("week9")


def test_name_of_an_exercise_is_no_path():
    """`..` leads nowhere."""
    with pytest.raises(UsageError, match="must consist of letters"):
        paths.hidden_tests_dir("../week1")


def test_solutions_are_in_the_repository_only(installed):
    """A wheel has none and says so."""
    with pytest.raises(UsageError, match="in the repository only"):
        paths.solutions_dir()

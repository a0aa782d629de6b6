"""What each distribution carries, and what it must not."""

from __future__ import annotations

import hashlib
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUNDLED = "grader/_bundled"


def test_the_students_wheel_adds_one_package_to_site_packages(student_wheel) -> None:
    assert tops(student_wheel.files) == {"grader", f"cnn_grader-{version()}.dist-info"}


def test_the_students_wheel_carries_every_module(student_wheel) -> None:
    modules = {f"grader/{name}" for name in content(ROOT / "grader") if name.endswith(".py")}
    assert modules <= set(student_wheel.files)


def test_the_students_wheel_carries_the_migrations_and_asks_for_the_gradebook_only_as_an_extra(student_wheel) -> None:
    """Without the migrations an installed gradebook could not be opened; students need none of its packages."""
    assert "grader/gradebook/migrations/env.py" in student_wheel.files
    assert "grader/gradebook/migrations/versions/v0001_first.py" in student_wheel.files
    metadata = student_wheel.files[f"cnn_grader-{version()}.dist-info/METADATA"].decode().splitlines()
    needs = [line for line in metadata if re.match(r"Requires-Dist: (alembic|psycopg|sqlalchemy)\b", line)]
    assert len(needs) == 3
    assert [line for line in needs if not line.endswith("; extra == 'gradebook'")] == []


def test_the_students_wheel_carries_exercises_and_templates_without_hidden_tests(student_wheel) -> None:
    wanted = {
        f"{BUNDLED}/{top}/{name}"
        for top in ("exercises", "templates")
        for name in content(ROOT / top)
        if "hidden_tests" not in Path(name).parts
    }
    assert {name for name in student_wheel.files if name.startswith(f"{BUNDLED}/")} == wanted
    assert f"{BUNDLED}/exercises/week1_larger_dataset/exercise.toml" in wanted
    assert f"{BUNDLED}/exercises/week1_larger_dataset/starter.ipynb" in wanted


@pytest.mark.parametrize("distribution", ["student_wheel", "student_sdist"])
def test_hidden_tests_and_solutions_are_in_nothing_that_students_install(distribution, request) -> None:
    """Neither by name nor, under another name, by content."""
    files = request.getfixturevalue(distribution).files
    forbidden = {"hidden_tests", "solutions", "tests", "alternates", "mistakes", "benchmarks"}
    assert [name for name in files if forbidden & set(Path(name).parts)] == []
    secret = digests(ROOT.glob("exercises/*/hidden_tests/**/*")) | digests(ROOT.glob("solutions/**/*"))
    assert [name for name, data in files.items() if hashlib.sha256(data).hexdigest() in secret] == []


def test_the_instructors_wheel_carries_the_hidden_tests_and_nothing_else(instructor_wheel) -> None:
    hidden = [name for name in content(ROOT / "exercises") if "hidden_tests" in Path(name).parts]
    wanted = {"grader_instructor/__init__.py"} | {f"grader_instructor/{name}" for name in hidden}
    assert hidden
    assert {name for name in instructor_wheel.files if ".dist-info/" not in name} == wanted
    assert tops(instructor_wheel.files) == {"grader_instructor", f"cnn_grader_instructor-{version()}.dist-info"}


def test_both_wheels_have_one_version_and_ask_for_it(instructor_wheel) -> None:
    metadata = instructor_wheel.files[f"cnn_grader_instructor-{version()}.dist-info/METADATA"].decode()
    assert f"Requires-Dist: cnn-grader[gradebook,grading]=={version()}" in metadata.splitlines()


@pytest.mark.parametrize("pair", [("student_sdist", "student_wheel"), ("instructor_sdist", "instructor_wheel")])
def test_a_source_distribution_builds_the_same_wheel(pair, request, tmp_path, built_from) -> None:
    sdist, wheel = (request.getfixturevalue(name) for name in pair)
    project = tmp_path / "unpacked"
    for name, data in sdist.files.items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_bytes(data)
    assert built_from(project) == wheel.files


@pytest.mark.parametrize("distribution", ["student_wheel", "student_sdist", "instructor_wheel", "instructor_sdist"])
def test_no_distribution_tells_where_it_was_built(distribution, request) -> None:
    files = request.getfixturevalue(distribution).files
    assert [name for name, data in files.items() if str(ROOT).encode() in data] == []


def version() -> str:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]


def tops(files) -> set[str]:
    return {name.partition("/")[0] for name in files}


def content(folder: Path) -> list[str]:
    """Paths of the files below `folder` that belong into a release."""
    paths = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return [
        path.as_posix()
        for path in paths
        if not any(part == "__pycache__" or part.startswith(".") for part in path.parts)
    ]


def digests(paths) -> set[str]:
    """Of the files among `paths` that hold something: an empty one is like every other."""
    return {hashlib.sha256(path.read_bytes()).hexdigest() for path in paths if path.is_file() and path.stat().st_size}

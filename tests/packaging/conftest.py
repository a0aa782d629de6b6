"""Both distributions, built once from this checkout."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Built:
    """A built archive and its content: path inside → bytes."""

    path: Path
    files: dict[str, bytes]


def build(project: Path, target: str, out: Path) -> Path:
    """Build `project` with the backend that pip would use, without a network."""
    command = [sys.executable, "-m", "hatchling", "build", "--target", target, "--directory", str(out)]
    result = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    (path,) = out.iterdir()
    return path


def wheel_files(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}


def sdist_files(path: Path) -> dict[str, bytes]:
    """Without the top folder, which carries the version."""
    with tarfile.open(path) as archive:
        members = [member for member in archive.getmembers() if member.isfile()]
        return {member.name.partition("/")[2]: archive.extractfile(member).read() for member in members}


@pytest.fixture(scope="session")
def student_wheel(tmp_path_factory: pytest.TempPathFactory) -> Built:
    path = build(ROOT, "wheel", tmp_path_factory.mktemp("student-wheel"))
    return Built(path, wheel_files(path))


@pytest.fixture(scope="session")
def student_sdist(tmp_path_factory: pytest.TempPathFactory) -> Built:
    path = build(ROOT, "sdist", tmp_path_factory.mktemp("student-sdist"))
    return Built(path, sdist_files(path))


@pytest.fixture(scope="session")
def instructor_wheel(tmp_path_factory: pytest.TempPathFactory) -> Built:
    path = build(ROOT / "packaging" / "instructor", "wheel", tmp_path_factory.mktemp("instructor-wheel"))
    return Built(path, wheel_files(path))


@pytest.fixture(scope="session")
def instructor_sdist(tmp_path_factory: pytest.TempPathFactory) -> Built:
    path = build(ROOT / "packaging" / "instructor", "sdist", tmp_path_factory.mktemp("instructor-sdist"))
    return Built(path, sdist_files(path))


@pytest.fixture(scope="session")
def student_site(student_wheel: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as site-packages is after `pip install cnn-grader`."""
    return unpacked(student_wheel, tmp_path_factory.mktemp("student-site"))


@pytest.fixture(scope="session")
def instructor_site(instructor_wheel: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as site-packages is after `pip install cnn-grader-instructor`, without cnn-grader."""
    return unpacked(instructor_wheel, tmp_path_factory.mktemp("instructor-site"))


def unpacked(built: Built, folder: Path) -> Path:
    with zipfile.ZipFile(built.path) as archive:
        archive.extractall(folder)
    return folder


@pytest.fixture
def built_from(tmp_path: Path):
    """Builds a wheel from a project's folder and returns its files."""
    return lambda project: wheel_files(build(project, "wheel", tmp_path / "wheel"))

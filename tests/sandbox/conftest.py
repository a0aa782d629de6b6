"""Zygotes without TensorFlow, shared by all tests of a run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.sandbox import Zygote
from tests.sandbox.kit import POLICY, Run, make_zygote, run_in


@pytest.fixture(scope="session")
def material(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a space in its name and mode 0700, as `mkdtemp` makes: one part shown, one hidden."""
    folder = tmp_path_factory.mktemp("course material")
    for name in ("shown", "tests"):
        (folder / name).mkdir()
        (folder / name / "file.txt").write_text(f"in {name}\n")
    (folder / "labels.csv").write_text("secret\n")
    folder.chmod(0o700)
    return folder


@pytest.fixture(scope="session")
def zygote(material: Path) -> Iterator[Zygote]:
    """Isolation `namespaces`."""
    with make_zygote("namespaces", material) as made:
        yield made


@pytest.fixture(scope="session", params=["namespaces", "cold", "unsafe"])
def any_zygote(request: pytest.FixtureRequest, material: Path) -> Iterator[Zygote]:
    """Each isolation mode in turn."""
    with make_zygote(request.param, material) as made:
        yield made


@pytest.fixture
def run(zygote: Zygote) -> Run:
    """Run a probe in an isolated cell."""
    return lambda probe, argument=None, policy=POLICY: run_in(zygote, probe, argument, policy)


@pytest.fixture
def run_anywhere(any_zygote: Zygote) -> Run:
    """Run a probe in a cell of each isolation mode."""
    return lambda probe, argument=None, policy=POLICY: run_in(any_zygote, probe, argument, policy)

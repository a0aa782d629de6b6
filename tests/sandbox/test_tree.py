"""Which files are shown, worked out before anything is mounted."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from grader.errors import UsageError
from grader.sandbox.tree import Bind, Mask, visible_tree

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of installed packages, the instructors' among them, on the import path."""
    folder = tmp_path / "site-packages"
    (folder / "grader_instructor").mkdir(parents=True)
    monkeypatch.setattr(sys, "path", [str(tmp_path), str(folder)])
    return folder


def test_instructors_package_is_emptied_wherever_it_is_installed(site: Path) -> None:
    """Without being asked: the hidden tests lie there."""
    tree = visible_tree((), (), ())
    assert Bind(str(site), str(site)) in tree.binds
    assert Mask(str(site / "grader_instructor"), folder=True) in tree.masks


def test_import_path_holds_packages_and_this_project_alone(site: Path) -> None:
    """A folder that merely was on the parent's path, such as the current one, is neither shown nor imported from."""
    tree = visible_tree((), (), ())
    assert tree.import_path == (str(site), str(ROOT))
    assert str(site.parent) not in {bind.target for bind in tree.binds}


def test_checkout_shows_the_package_and_nothing_beside_it(site: Path) -> None:
    """The root of the project is no bind; where a readable folder contains it, it is emptied there."""
    tree = visible_tree((), (), ())
    assert Bind(str(ROOT / "grader"), str(ROOT / "grader")) in tree.binds
    assert Mask(str(ROOT), folder=True) in visible_tree([ROOT.parent], (), ()).masks


def test_hidden_path_is_found_behind_a_link(site: Path, tmp_path: Path) -> None:
    """A readable folder given by a link is shown under both names, and emptied under both."""
    real = tmp_path / "real"
    (real / "tests").mkdir(parents=True)
    link = tmp_path / "link"
    link.symlink_to(real)
    tree = visible_tree([link], [link / "tests"], ())
    assert {Bind(str(real), str(link)), Bind(str(real), str(real))} <= set(tree.binds)
    assert {Mask(str(link / "tests"), folder=True), Mask(str(real / "tests"), folder=True)} <= set(tree.masks)


def test_missing_readable_path_is_named(site: Path, tmp_path: Path) -> None:
    """A typing error shows at once, not as a file that is missing inside."""
    with pytest.raises(UsageError, match=r"/nowhere does not exist, so the sandbox cannot show it\."):
        visible_tree([tmp_path / "nowhere"], (), ())

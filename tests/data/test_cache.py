"""Tests of the cache folder and of what lies in it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from grader.data import cache as cache_module
from grader.data.cache import cache_root, ensure_tree, pack, read_pack, unpack, write_pack
from grader.errors import GraderFault


def test_environment_names_the_cache(cache):
    """GRADER_CACHE decides, and the folder exists afterwards."""
    assert cache_root() == cache.resolve()
    assert cache.is_dir()


@pytest.mark.skipif(os.name != "posix", reason="Windows has no file modes")
def test_cache_is_private(cache):
    """The folder is created for its owner alone."""
    assert cache_root().stat().st_mode & 0o777 == 0o700


def test_users_cache_folder_is_the_default(monkeypatch, tmp_path):
    """Without the variable, the folder for this user and this program is taken."""
    monkeypatch.delenv("GRADER_CACHE")
    monkeypatch.setattr(cache_module.platformdirs, "user_cache_path", lambda name, appauthor: tmp_path / name)

    assert cache_root() == (tmp_path / "cnn-grader").resolve()


def test_cache_that_cannot_be_created_says_what_to_do(monkeypatch, tmp_path):
    """A file in the way is reported with the variable that helps."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("GRADER_CACHE", str(tmp_path / "file" / "cache"))

    with pytest.raises(GraderFault, match=r"cannot be created .* Set GRADER_CACHE to a folder that you may write to\."):
        cache_root()


def test_failed_build_leaves_nothing_behind(tmp_path):
    """An error while drawing neither installs half a tree nor leaves a temporary folder."""

    def build():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ensure_tree(tmp_path / "trees" / "one", "files", build)

    assert not (tmp_path / "trees").exists()


def test_pack_shows_damage():
    """What was packed comes back, and one changed byte is found."""
    data = pack([b"one", b"", b"three"])

    assert unpack(data) == (b"one", b"", b"three")
    for broken in (data[:-1], data[:-1] + b"?", b"", data + b"!", b"grader-pack-1\n{}\n"):
        with pytest.raises((ValueError, KeyError)):
            unpack(broken)


def test_unreadable_pack_counts_as_none(tmp_path):
    """A missing or damaged pack is the same to its reader."""
    path = tmp_path / "one.pack"
    assert read_pack(path) is None
    write_pack(path, [b"data"])
    assert read_pack(path) == (b"data",)
    path.write_bytes(b"grader-pack-1\n[1]\n")
    assert read_pack(path) is None
    assert [path.name for path in Path(tmp_path).iterdir()] == ["one.pack"]

"""What functions leave on disk that make folders and split files: right ways pass, each wrong way is named."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grader.checks import dealing
from grader.checks.dealing import Split
from grader.checks.finding import CheckFailed
from grader.student.adapters import ADAPTERS
from grader.student.module import StudentModule
from grader.wire import Message

FRACTION, COUNT, EMPTY = 0.9, 40, 4
Way = Callable[[Path, Path, Path, float], None]


def by_hand(
    source: Path,
    train: Path,
    validation: Path,
    fraction: float,
    *,
    drop: bool = True,
    shuffle: bool = True,
    leak: int = 0,
    copy: bool = True,
) -> None:
    """A split as it should be, or with one thing wrong."""
    files = [path for path in sorted(source.iterdir()) if path.stat().st_size or not drop]
    if shuffle:
        files = random.Random(1).sample(files, len(files))
    cut = int(len(files) * fraction)
    for folder, chosen in ((train, files[:cut]), (validation, files[cut - leak :])):
        for path in chosen:
            if path.stat().st_size or not drop:
                if copy:
                    shutil.copyfile(path, folder / path.name)
                else:
                    (folder / path.name).touch()


def after(way: Way, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: int = 0) -> Split:
    """What the adapter tells after a call, as the checks read it."""
    home = tmp_path / str(run)
    (home / "source").mkdir(parents=True)
    source = {f"{(7 * i + run) % 97}.jpg": 0 if i < EMPTY else 20 + i for i in range(COUNT)}
    for name, size in source.items():
        (home / "source" / name).write_bytes(b"x" * size)
    monkeypatch.chdir(home)

    def entry(*arguments: Any) -> None:
        way(*(Path(one) for one in arguments[:3]), arguments[3])  # type: ignore[call-arg]

    module = StudentModule.from_namespace({"split_data": entry})
    body = {
        "adapter": "directories", "entry": "split_data", "folders": ["train", "validation"],
        "arguments": ["source/", "train/", "validation/", FRACTION], "look": ["source", "train", "validation"],
    }  # fmt: skip
    answer = ADAPTERS["directories"](module, Message("request", body, {})).body
    assert {"source", "train", "validation"} <= set(answer["tree"])
    names = {folder: tuple(name for name, _ in files) for folder, files in answer["files"].items()}
    arrived = dict(answer["files"]["train"]) | dict(answer["files"]["validation"])
    return Split(source, names["source"], names["train"], names["validation"], FRACTION, arrived)


def verdicts(splits: list[Split]) -> dict[str, str]:
    """What each check that fails saw."""
    failed = {}
    for check in (
        dealing.assert_files_moved, dealing.assert_empty_files_left_out, dealing.assert_split_exact,
        dealing.assert_split_disjoint,
    ):  # fmt: skip
        try:
            check(splits[0])
        except CheckFailed as error:
            failed[check.__name__] = error.seen
    try:
        dealing.assert_split_random(splits)
    except CheckFailed as error:
        failed["assert_split_random"] = error.seen
    return failed


def judged(way: Way, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    return verdicts([after(way, tmp_path, monkeypatch, run) for run in range(2)])


def test_a_right_split_passes_everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert judged(by_hand, tmp_path, monkeypatch) == {}


@pytest.mark.parametrize(
    ("wrong", "failed"),
    [
        ({"shuffle": False}, {"assert_split_random"}),
        ({"leak": 3}, {"assert_split_disjoint"}),
        ({"drop": False}, {"assert_empty_files_left_out"}),
        ({"copy": False}, {"assert_files_moved"}),
    ],
    ids=["not shuffled", "overlapping", "empty files kept", "names alone"],
)
def test_each_wrong_way_fails_its_own_checks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: dict[str, Any], failed: set[str]
) -> None:
    found = judged(lambda *arguments: by_hand(*arguments, **wrong), tmp_path, monkeypatch)
    assert set(found) == failed


def test_nothing_moved_is_told_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = judged(lambda *_: None, tmp_path, monkeypatch)
    assert found["assert_files_moved"] == "After the call the training folder is empty."


def test_a_missing_folder_is_named() -> None:
    """Any of a folder's names will do."""
    due = [("root/training/cats",), ("root/validation/cats", "root/testing/cats")]
    dealing.assert_folders(["root/training/cats", "root/testing/cats"], due)
    with pytest.raises(CheckFailed) as failed:
        dealing.assert_folders(["root/training/cats"], due)
    assert failed.value.seen == "1 of 2 folders are missing, such as `validation/cats`."


def test_a_leak_is_no_wrong_share() -> None:
    """Validation that begins before training ends has too many files; its own ones are as many as they should be."""
    names = [f"{number}.jpg" for number in range(20)]
    source = dict.fromkeys(names, 9)
    split = Split(source, tuple(names), tuple(names[:14]), tuple(names[11:]), 0.7)
    dealing.assert_split_exact(split)
    with pytest.raises(CheckFailed, match="3 files are in both folders"):
        dealing.assert_split_disjoint(split)
    with pytest.raises(CheckFailed, match="came to training"):
        dealing.assert_split_exact(Split(source, tuple(names), tuple(names[:10]), tuple(names[10:]), 0.7))

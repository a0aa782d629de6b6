"""Addresses, and what is said of them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import grader
from grader.cluster.address import checked_address, is_open_to_others
from grader.errors import UsageError

ROOT = Path(grader.__file__).parents[1]
WITHOUT_DASK = """
import sys
sys.modules["distributed"] = sys.modules["dask"] = None
from grader.cli.main import run
sys.argv = ["grader", *sys.argv[1:]]
run()
"""


def test_an_address_is_taken_or_read_from_its_file(tmp_path: Path) -> None:
    assert checked_address("tls://head:8786") == "tls://head:8786"
    file = tmp_path / "scheduler.json"
    file.write_text('{"type": "Scheduler", "address": "tcp://10.0.0.1:8786", "workers": {}}')
    assert checked_address(str(file)) == "tcp://10.0.0.1:8786"


@pytest.mark.parametrize(
    ("text", "content", "told"),
    [
        (
            "head:8786",
            None,
            "is neither an address, such as tcp://host:8786 or tls://host:8786, nor a scheduler's file.",
        ),
        ("ucx://head:8786", None, "is neither an address"),
        ("file.json", "{", "is no scheduler's file: "),
        ("file.json", "{}", "is no scheduler's file: "),
        (
            "file.json",
            '{"address": "inproc://1"}',
            "names the address 'inproc://1'; it must begin with tcp:// or tls://.",
        ),
    ],
)
def test_what_is_no_address_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, content: str | None, told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    if content is not None:
        Path(text).write_text(content)
    with pytest.raises(UsageError) as raised:
        checked_address(text)
    assert str(raised.value).startswith(f"--scheduler {text} {told}")
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("address", "is_open"),
    [
        ("tcp://10.0.0.1:8786", True),
        ("tcp://head:8786", True),
        ("tcp://[2001:db8::1]:8786", True),
        ("tcp://127.0.0.1:8786", False),
        ("tcp://[::1]:8786", False),
        ("tcp://localhost:8786", False),
        ("tls://10.0.0.1:8786", False),
    ],
)
def test_unencrypted_ways_beyond_this_machine_are_known(address: str, is_open: bool) -> None:
    assert is_open_to_others(address) is is_open


@pytest.mark.parametrize(
    "args",
    [
        ["batch", "week1_larger_dataset", "in", "--out", "out", "--scheduler", "tcp://127.0.0.1:1"],
        ["worker", "tcp://127.0.0.1:1"],
    ],
)
def test_without_dask_one_line_says_what_to_install(tmp_path: Path, args: list[str]) -> None:
    (tmp_path / "in").mkdir()
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_DASK, *args], capture_output=True, text=True, cwd=tmp_path, check=False,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "NO_COLOR": "1"},
    )  # fmt: skip
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "which is not installed: pip install 'cnn-grader[cluster]'" in done.stderr


def test_no_isolation_is_refused_on_a_cluster(tmp_path: Path) -> None:
    """Student code would reach the cluster's keys."""
    command = [sys.executable, "-m", "grader", "batch", "week1_larger_dataset", "in", "--out", "out", "--unsafe"]
    done = subprocess.run(
        [*command, "--scheduler", "tcp://127.0.0.1:1"], capture_output=True, text=True, cwd=tmp_path, check=False,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "NO_COLOR": "1"},
    )  # fmt: skip
    assert done.returncode == 2
    assert "student code is always isolated on a cluster" in done.stderr


def test_a_machine_that_cannot_isolate_gets_no_worker(tmp_path: Path) -> None:
    """As `grader doctor`: exit 1, and the command that mends it."""
    done = subprocess.run(
        [sys.executable, "-m", "grader", "worker", "tcp://127.0.0.1:1"], capture_output=True, text=True, cwd=tmp_path,
        check=False, env={"PYTHONPATH": str(ROOT), "PATH": str(tmp_path), "HOME": str(tmp_path), "NO_COLOR": "1"},
    )  # fmt: skip
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith("grader: bubblewrap: ")
    assert "Mend it: " in done.stderr

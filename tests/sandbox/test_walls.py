"""What an isolated cell cannot do; beside each denial stands its allowed twin."""

from __future__ import annotations

import json
import platform
import signal
import socket
from pathlib import Path
from typing import Any

import pytest

from grader.sandbox import CellPolicy, Zygote
from grader.sandbox.layout import environment
from grader.sandbox.seccomp import machine
from tests.sandbox.kit import PATIENCE_S, Run

MIB = 1 << 20
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def seen(zygote: Zygote) -> dict[str, Any]:
    """What a cell says of itself, with a secret in the parent's environment."""
    with zygote.spawn("sandbox_probes:describes", CellPolicy()) as cell:
        cell.socket.settimeout(PATIENCE_S)
        found: dict[str, Any] = json.loads(cell.socket.recv(1 << 16))
        return found


@pytest.mark.parametrize(
    ("probe", "argument", "answer"),
    [
        ("opens_socket", f"{socket.AF_INET:d} {socket.SOCK_STREAM:d}", "denied EAFNOSUPPORT"),
        ("opens_socket", f"{socket.AF_INET6:d} {socket.SOCK_DGRAM:d}", "denied EAFNOSUPPORT"),
        ("opens_socket", f"40 {socket.SOCK_STREAM:d}", "denied EAFNOSUPPORT"),  # AF_VSOCK
        ("opens_socket", f"16 {socket.SOCK_RAW:d}", "denied EAFNOSUPPORT"),  # AF_NETLINK
        ("opens_socket", f"{socket.AF_UNIX:d} {socket.SOCK_STREAM:d}", "allowed opened"),
        ("makes_socketpair", None, "allowed made"),
        ("unshares", None, "denied EPERM"),
        ("forks", None, "allowed 5"),
        ("starts_thread", None, "allowed True"),
        ("writes", "/usr/lib/sitecustomize.py", "denied EROFS"),
        ("writes", "/new", "denied EROFS"),
        ("writes", "/dev/new", "denied EROFS"),
        ("writes", str(ROOT / "grader" / "new.py"), "denied EROFS"),
        ("writes", "/proc/sys/kernel/core_pattern", "denied EACCES"),
        ("writes", "/dev/null", "allowed written"),
        ("writes", "new", "allowed written"),
        ("writes", "/tmp/new", "allowed written"),
        ("writes", "/dev/shm/new", "allowed written"),
        ("lists", str(ROOT), "allowed"),
        ("lists", "/root", None),
        ("lists", "/home", "denied ENOENT"),
        ("lists", "/sys", "denied ENOENT"),
        ("reads", "/etc/shadow", "denied ENOENT"),
        ("reads", "/etc/hostname", "denied ENOENT"),
        ("reads", "/etc/group", "allowed student:x:1000:"),
        ("reads", "/proc/1/environ", "denied EACCES"),
        ("reads", "/proc/1/maps", "denied EACCES"),
        ("reads", "/proc/self/comm", None),
        ("lists", "/proc/1/fd", "denied EACCES"),
        ("maps_shared_memory", None, "denied EPERM"),
        ("reads", "/dev/zero", "denied ENOENT"),
        ("maps_shared_file", None, f"allowed {MIB}"),
        ("maps_private_memory", None, f"allowed {MIB}"),
        ("signals_own_child", None, f"allowed -{signal.SIGKILL:d}"),
        ("signals", 99999, "denied ESRCH"),
        ("runs_own_program", None, "denied EACCES"),
        ("runs_system_program", None, "allowed 0"),
    ],
)
def test_reach(run: Run, probe: str, argument: object, answer: str | None) -> None:
    """The cell gets its answer from the kernel and goes on; nothing kills it for asking."""
    ran = run(probe, argument)
    assert ran.exit.code == 0, ran.output
    if answer is not None:
        assert ran.answer.startswith(answer)


def test_of_the_project_only_the_package_is_there(run: Run) -> None:
    """Tests, exercises, solutions and history of a checkout are not shown."""
    shown = run("lists", ROOT).answer
    assert "'grader'" in shown
    assert not [name for name in ("exercises", "solutions", "docs", ".git", "pyproject.toml") if f"'{name}'" in shown]
    # On the way to the probes, which the tests themselves show.
    assert run("lists", ROOT / "tests").answer == "allowed ['sandbox']"
    assert run("lists", ROOT / "tests" / "sandbox").answer == "allowed ['inside']"


def test_hidden_paths_are_empty_below_a_readable_folder(run: Run, material: Path) -> None:
    """Folders lose their content, files their bytes; what lies beside them can be read."""
    assert run("lists", material / "tests").answer == "allowed []"
    assert run("reads", material / "labels.csv").answer == "allowed "
    assert run("reads", material / "shown" / "file.txt").answer == "allowed in shown"


def test_environment_is_small_and_fixed(seen: dict[str, Any]) -> None:
    """Nothing of the caller's environment passes; what libraries need is there."""
    # PWD is set by bubblewrap.
    assert seen["environ"] == {**environment(), "PWD": "/"}
    assert seen["environ"]["HOME"] == seen["cwd"]


def test_only_the_cells_own_processes_exist(seen: dict[str, Any]) -> None:
    """Process 1 is the cell's reaper, process 2 runs the entry."""
    assert seen["pids"] == [1, 2]


def test_descriptors_are_standard_streams_and_the_wire(seen: dict[str, Any]) -> None:
    """No descriptor of the zygote or the parent is inherited, and stdin is empty."""
    assert seen["descriptors"] == [0, 1, 2, 3]
    assert seen["stdin"] == ""


def test_import_path_has_no_current_folder(seen: dict[str, Any]) -> None:
    """A `numpy.py` beside the student's work is never imported."""
    assert not {"", ".", "/cell/work", "/"} & set(seen["path"])


def test_identity_is_made_up(seen: dict[str, Any]) -> None:
    """User and host are the same on every machine."""
    assert (seen["uid"], seen["host"]) == (1000, "cell")


def test_walls_stand(zygote: Zygote) -> None:
    """No capability in any set, no new privileges, a filter."""
    with Zygote(isolation="cold", preload=(), entries=["grader.sandbox.trial:look_around"]) as own:
        cell = own.spawn("grader.sandbox.trial:look_around", CellPolicy())
        cell.socket.settimeout(PATIENCE_S)
        found = json.loads(cell.socket.recv(1 << 16))
        cell.close()
    assert found == {"capabilities": 0, "no_new_privs": True, "seccomp": True, "processes": 2, "folder": True}


def test_every_call_on_the_deny_list_is_refused(run: Run) -> None:
    """By number, with arguments that no call accepts: EPERM comes before any look at them."""
    table = {name: [number, *[-1] * 5] for name, number in machine().denied.items()}
    assert set(json.loads(run("calls", json.dumps(table)).answer).values()) == {"EPERM"}


def test_ordinary_calls_pass_the_filter(run: Run) -> None:
    """The twin: the same way of asking, for calls that are not on the list."""
    numbers = {"x86_64": {"getpid": [39], "getppid": [110]}, "aarch64": {"getpid": [172], "getppid": [173]}}
    assert json.loads(run("calls", json.dumps(numbers[platform.machine()])).answer) == {"getpid": "2", "getppid": "1"}


def test_clone_cannot_make_namespaces(run: Run) -> None:
    """Neither clone with a namespace flag nor clone3, whose flags a filter cannot see."""
    assert run("calls_once", json.dumps([machine().clone, 0x10000000 | 17, 0, 0, 0, 0])).answer == "denied EPERM"
    assert run("calls_once", json.dumps([machine().clone3, 0, 0])).answer == "denied ENOSYS"


@pytest.mark.skipif(platform.machine() != "x86_64", reason="x32 exists on x86_64 alone")
def test_foreign_call_numbers_kill(run: Run) -> None:
    """A call of the x32 kind ends the process."""
    ran = run("calls_once", json.dumps([0x40000000 + 39]))
    assert (ran.exit.reason, ran.exit.signal) == ("signaled", signal.SIGSYS)


def test_killing_the_first_process_has_no_effect(run: Run) -> None:
    """The kernel protects process 1 of a namespace from those inside."""
    ran = run("signals", 1)
    assert (ran.answer, ran.exit.reason, ran.exit.code) in [
        ("denied EPERM", "exited", 0),  # where Landlock scopes signals
        ("allowed None", "exited", 0),
    ]


def test_number_of_processes_is_bounded(run: Run) -> None:
    """Forking stops at the limit, far from 1,000."""
    assert run("bombs_processes").answer == "denied EAGAIN"


@pytest.mark.parametrize("folder", [".", "/tmp", "/dev/shm"])
def test_disk_is_bounded(run: Run, folder: str) -> None:
    """Work folder, /tmp and /dev/shm share one small file system."""
    assert run("fills_disk", folder, CellPolicy(tmpfs_bytes=8 * MIB)).answer == "denied ENOSPC"
    assert run("fills_disk", folder, CellPolicy(tmpfs_bytes=80 * MIB)).answer == "allowed None"


def test_number_of_files_is_bounded(run: Run) -> None:
    """Inodes run out at the limit; the default is enough for 10,000 files."""
    assert run("fills_inodes", policy=CellPolicy(inodes=1000)).answer == "denied ENOSPC"
    assert run("fills_inodes").answer == "allowed None"


def test_cells_cannot_see_each_other(zygote: Zygote, run: Run) -> None:
    """Neither files nor abstract sockets, while the other cell still runs or after it."""
    with zygote.spawn("sandbox_probes:leaves_traces", CellPolicy()) as first:
        first.socket.settimeout(PATIENCE_S)
        assert first.socket.recv(16) == b"ready"
        assert run("looks_for_traces").answer == "[] ECONNREFUSED"
        first.socket.sendall(b"1")
        ended = first.wait(PATIENCE_S)
        assert ended is not None
        assert ended.code == 0
    assert run("looks_for_traces").answer == "[] ECONNREFUSED"


def test_random_state_is_fresh_and_hashes_are_equal(run: Run) -> None:
    """Two forks of one zygote draw different numbers but order their sets alike."""
    one, two = (json.loads(run("describes").answer) for _ in range(2))
    assert one["random"] != two["random"]
    assert one["hash"] == two["hash"]
